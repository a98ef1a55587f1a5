//! Visits the requirements of a label selector in its text, and copies nothing.

use crate::error::Fault;
use crate::plain::{plain, plain_string};
use crate::skip::{byte, value, white};

/// The values of a requirement.
#[derive(Clone, Copy, Debug)]
pub enum Values<'a> {
    /// The value of an entry of `matchLabels`.
    One(&'a str),
    /// The JSON text of the field `values`, whatever its kind, if the field is there.
    Listed(Option<&'a str>),
}

impl<'a> Values<'a> {
    /// Whether one of the values is wanted: visits them in order, up to the first wanted one. Returns `None` if it meets
    /// something that is not a string without escapes.
    pub fn any(self, is_wanted: &mut dyn FnMut(&'a str) -> bool) -> Option<bool> {
        match self {
            Self::One(value) => Some(is_wanted(value)),
            Self::Listed(None) => Some(false),
            Self::Listed(Some(list)) => any_of(list, is_wanted),
        }
    }
}

/// Does the work of [`Values::any`] for the text of a list.
fn any_of<'a>(list: &'a str, is_wanted: &mut dyn FnMut(&'a str) -> bool) -> Option<bool> {
    let bytes = list.as_bytes();
    if byte(bytes, 0) != b'[' {
        return None;
    }
    let mut at = white(bytes, 1);
    if byte(bytes, at) == b']' {
        return Some(false);
    }
    loop {
        let (value, end) = plain(list, at)?;
        if is_wanted(value) {
            return Some(true);
        }
        at = white(bytes, end);
        match byte(bytes, at) {
            b',' => at = white(bytes, at + 1),
            b']' => return Some(false),
            _ => return None,
        }
    }
}

/// A question about a requirement: it gets the key, the operator and the values.
pub type Test<'t> = dyn FnMut(&str, &str, Values<'_>) -> bool + 't;

/// Whether some requirement of the selector passes the test. The selector must be valid JSON.
///
/// Requirements with escapes are passed over, and so is everything that is not a requirement. An entry of `matchLabels`
/// is a requirement with the operator `In`. The result is `false` if no requirement passes.
///
/// ```
/// use podnetworking_walk::any_requirement;
///
/// let selector = r#"{"matchLabels": {"app": "shop"}, "matchExpressions": [{"key": "tier", "operator": "Exists"}]}"#;
/// assert!(any_requirement(selector, &mut |key, operator, values| {
///     key == "app" && operator == "In" && values.any(&mut |value| value == "shop") == Some(true)
/// }));
/// assert!(!any_requirement(selector, &mut |_, operator, _| operator == "NotIn"));
/// ```
#[must_use]
pub fn any_requirement(selector: &str, test: &mut Test<'_>) -> bool {
    members(selector, 0, &mut |name, at| match (name, byte(selector.as_bytes(), at)) {
        ("matchLabels", b'{') => members(selector, at, &mut |key, at| {
            Ok((plain(selector, at).is_some_and(|(value, _)| test(key, "In", Values::One(value))), None))
        })
        .map(|found| (found, None)),
        ("matchExpressions", b'[') => expressions(selector, at, test).map(|found| (found, None)),
        _ => Ok((false, None)),
    })
    .unwrap_or(false)
}

/// Visits the members of the object at `at` until a visit returns `true`: each key without escapes, and the position of
/// its value. A visit may return the end of the value, so that it is not looked for again.
fn members<'a>(
    text: &'a str,
    at: usize,
    visit: &mut dyn FnMut(&'a str, usize) -> Result<(bool, Option<usize>), Fault>,
) -> Result<bool, Fault> {
    let bytes = text.as_bytes();
    if byte(bytes, at) != b'{' {
        return Ok(false);
    }
    let mut at = white(bytes, at + 1);
    while byte(bytes, at) == b'"' {
        let key = plain(text, at);
        let end = match key {
            Some((_, end)) => end,
            None => value(bytes, at)?,
        };
        at = white(bytes, white(bytes, end) + 1);
        let mut after = None;
        if let Some((key, _)) = key {
            let (found, end) = visit(key, at)?;
            if found {
                return Ok(true);
            }
            after = end;
        }
        at = white(
            bytes,
            match after {
                Some(end) => end,
                None => value(bytes, at)?,
            },
        );
        if byte(bytes, at) != b',' {
            break;
        }
        at = white(bytes, at + 1);
    }
    Ok(false)
}

/// Whether some expression of the list at `at` passes the test.
fn expressions(text: &str, at: usize, test: &mut Test<'_>) -> Result<bool, Fault> {
    let bytes = text.as_bytes();
    let mut at = white(bytes, at + 1);
    while byte(bytes, at) == b'{' {
        let (mut key, mut operator, mut values) = (None, None, None);
        members(text, at, &mut |name, at| {
            let end = value(bytes, at)?;
            let json = text.get(at..end);
            match name {
                "key" => key = json.and_then(plain_string),
                "operator" => operator = json.and_then(plain_string),
                "values" => values = json,
                _ => {}
            }
            Ok((false, Some(end)))
        })?;
        if let (Some(key), Some(operator)) = (key, operator)
            && test(key, operator, Values::Listed(values))
        {
            return Ok(true);
        }
        at = white(bytes, value(bytes, at)?);
        if byte(bytes, at) != b',' {
            break;
        }
        at = white(bytes, at + 1);
    }
    Ok(false)
}
