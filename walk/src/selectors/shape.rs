//! Whether a label selector surely is one that Kubernetes accepts, as one walk over it tells.

use crate::plain::{Members, elements, null, plain, plain_members};
use crate::skip::value;

/// What is a key or a value of a label.
pub type Form = fn(&str) -> bool;

/// The end of the selector at `at`, if it is sound.
#[must_use]
pub fn selector_end(text: &str, at: usize, is_key: Form, is_value: Form) -> Option<usize> {
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
                let is_sound = &mut |at| expression(text, at, is_key, is_value);
                null(bytes, at).or_else(|| elements(bytes, at, is_sound))
            }
            "matchLabels" | "matchExpressions" => None,
            _ => value(bytes, at).ok(),
        };
        members.after(end);
    }
    members.has_ended.then_some(members.at)
}

/// The end of the expression at `at`, if it is sound.
fn expression<'a>(text: &'a str, at: usize, is_key: Form, is_value: Form) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut members = Members::of(text, at);
    let (mut key, mut operator, mut values) = (None, None, None);
    while let Some((name, at)) = members.next() {
        let once = |place: &mut Option<&'a str>| {
            let (string, end) = plain(text, at)?;
            place.replace(string).is_none().then_some(end)
        };
        let end = match name {
            "key" => once(&mut key),
            "operator" => once(&mut operator),
            "values" => {
                let mut count = 0;
                let is_sound = &mut |at| {
                    count += 1;
                    plain(text, at).filter(|(value, _)| is_value(value)).map(|(_, end)| end)
                };
                let end = null(bytes, at).or_else(|| elements(bytes, at, is_sound));
                end.filter(|_| values.replace(count).is_none())
            }
            _ => value(bytes, at).ok(),
        };
        members.after(end);
    }
    let fits = match operator? {
        "In" | "NotIn" => values? > 0,
        "Exists" | "DoesNotExist" => values.is_none_or(|count: usize| count == 0),
        _ => false,
    };
    (fits && members.has_ended && is_key(key?)).then_some(members.at)
}
