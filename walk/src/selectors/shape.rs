//! Whether Kubernetes surely accepts a label selector, decided from its text in one pass.

use crate::plain::{Members, elements, null, plain, plain_members};
use crate::skip::value;

/// Whether a text is a valid key of a label, or a valid value of one.
pub type LabelSyntax = fn(&str) -> bool;

/// The end of the label selector at `at`, if Kubernetes surely accepts it. The text must be valid JSON.
///
/// The selector must be written without escapes, and the keys of `matchLabels` must ascend. This function serves
/// `Shape::Custom`.
///
/// ```
/// use podnetworking_walk::{Shape, selector_end};
///
/// const SELECTOR: Shape = Shape::Custom(|text, at| {
///     selector_end(text, at, |key| !key.is_empty(), |value| value.len() < 64)
/// });
///
/// assert!(SELECTOR.surely_fits(r#"{"matchLabels": {"app": "shop"}}"#));
/// assert!(SELECTOR.surely_fits(r#"{"matchExpressions": [{"key": "app", "operator": "Exists"}]}"#));
/// // `In` needs a value.
/// assert!(!SELECTOR.surely_fits(r#"{"matchExpressions": [{"key": "app", "operator": "In"}]}"#));
/// ```
#[must_use]
pub fn selector_end(text: &str, at: usize, is_key: LabelSyntax, is_value: LabelSyntax) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut members = Members::of(text, at);
    let (mut labels, mut expressions) = (false, false);
    while let Some((name, at)) = members.next() {
        let end = match name {
            "matchLabels" if !std::mem::replace(&mut labels, true) => {
                let mut are_labels = true;
                let visit = &mut |key: &str, value: &str| are_labels = are_labels && is_key(key) && is_value(value);
                null(bytes, at).or_else(|| plain_members(text, at, visit)).filter(|_| are_labels)
            }
            "matchExpressions" if !std::mem::replace(&mut expressions, true) => {
                let end_of = &mut |at| expression_end(text, at, is_key, is_value);
                null(bytes, at).or_else(|| elements(bytes, at, end_of))
            }
            "matchLabels" | "matchExpressions" => None,
            _ => value(bytes, at).ok(),
        };
        members.after(end);
    }
    members.end()
}

/// The end of the expression at `at`, if Kubernetes surely accepts it.
fn expression_end<'a>(text: &'a str, at: usize, is_key: LabelSyntax, is_value: LabelSyntax) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut members = Members::of(text, at);
    let (mut key, mut operator, mut count_of_values) = (None, None, None);
    while let Some((name, at)) = members.next() {
        let once = |field: &mut Option<&'a str>| {
            let (string, end) = plain(text, at)?;
            field.replace(string).is_none().then_some(end)
        };
        let end = match name {
            "key" => once(&mut key),
            "operator" => once(&mut operator),
            "values" => {
                let mut count = 0;
                let end_of = &mut |at| {
                    count += 1;
                    plain(text, at).filter(|(value, _)| is_value(value)).map(|(_, end)| end)
                };
                let end = null(bytes, at).or_else(|| elements(bytes, at, end_of));
                end.filter(|_| count_of_values.replace(count).is_none())
            }
            _ => value(bytes, at).ok(),
        };
        members.after(end);
    }
    let fits = match operator? {
        "In" | "NotIn" => count_of_values? > 0,
        "Exists" | "DoesNotExist" => count_of_values.is_none_or(|count: usize| count == 0),
        _ => false,
    };
    members.end().filter(|_| fits && key.is_some_and(is_key))
}
