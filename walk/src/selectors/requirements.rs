//! The requirements of a label selector, and labels, as they are written: a glance at them, which copies nothing.

use crate::error::Fault;
use crate::plain::{plain, plain_string};
use crate::skip::{byte, value, white};

/// The values of a requirement.
#[derive(Clone, Copy, Debug)]
pub enum Values<'a> {
    /// The one of an entry of `matchLabels`.
    One(&'a str),
    /// The text of a list, or of whatever stands there.
    Listed(Option<&'a str>),
}

impl<'a> Values<'a> {
    /// Visits the values until one is found; `None` where something is no plain string.
    pub fn any(self, is_wanted: &mut dyn FnMut(&'a str) -> bool) -> Option<bool> {
        match self {
            Self::One(value) => Some(is_wanted(value)),
            Self::Listed(None) => Some(false),
            Self::Listed(Some(list)) => any_of(list, is_wanted),
        }
    }
}

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

/// What is asked of a requirement: by its key, its operator and its values.
pub type Test<'t> = dyn FnMut(&str, &str, Values<'_>) -> bool + 't;

/// Whether some requirement of the selector, which is valid JSON, passes the test; those that are not written plainly do
/// not.
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

/// Visits the members of the object at `at` until one is found: their plain keys and the places of their values. A visit
/// may tell where the value ends.
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
