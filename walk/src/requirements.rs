//! The requirements of a label selector, as they are written: a glance at one, which copies nothing.

use crate::error::Fault;
use crate::skip::{byte, key_end, value, white};
use crate::string::is_plain;

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

/// The string without escapes that begins at `at`, and its end.
fn plain(text: &str, at: usize) -> Option<(&str, usize)> {
    let bytes = text.as_bytes();
    if byte(bytes, at) != b'"' {
        return None;
    }
    let last = key_end(bytes, at + 1);
    (byte(bytes, last) == b'"').then(|| (text.get(at + 1..last).unwrap_or_default(), last + 1))
}

/// What a string without escapes says.
#[must_use]
pub fn plain_string(json: &str) -> Option<&str> {
    let inside = json.strip_prefix('"')?.strip_suffix('"')?;
    is_plain(inside).then_some(inside)
}

/// What is asked of a requirement: by its key, its operator and its values.
pub type Test<'t> = dyn FnMut(&str, &str, Values<'_>) -> bool + 't;

/// Whether some requirement of the selector, which is valid JSON, passes the test; those that are not written plainly do
/// not.
#[must_use]
pub fn some_requirement(selector: &str, test: &mut Test<'_>) -> bool {
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
        at = white(bytes, match after {
            Some(end) => end,
            None => value(bytes, at)?,
        });
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

/// Visits the members of an object, which is valid JSON; `false` where it is none, or its members are not plain strings
/// whose keys are plain and ascend.
#[must_use]
pub fn each_plain<'a>(object: &'a str, visit: &mut dyn FnMut(&'a str, &'a str)) -> bool {
    let bytes = object.as_bytes();
    if byte(bytes, 0) != b'{' {
        return false;
    }
    let mut at = white(bytes, 1);
    if byte(bytes, at) == b'}' {
        return true;
    }
    let mut last = "";
    loop {
        let Some((key, end)) = plain(object, at) else { return false };
        let Some((value, end)) = plain(object, white(bytes, white(bytes, end) + 1)) else { return false };
        // An empty key is nobody's label.
        if key <= last {
            return false;
        }
        visit(key, value);
        last = key;
        at = white(bytes, end);
        match byte(bytes, at) {
            b',' => at = white(bytes, at + 1),
            b'}' => return true,
            _ => return false,
        }
    }
}

/// Picks the named fields out of an object, which is valid JSON; `false` where it is none, has escapes in a key or one of
/// these fields twice.
#[must_use]
pub fn pick_once<'a>(object: &'a str, names: &[&str], found: &mut [Option<&'a str>]) -> bool {
    let bytes = object.as_bytes();
    if byte(bytes, 0) != b'{' {
        return false;
    }
    let mut at = white(bytes, 1);
    if byte(bytes, at) == b'}' {
        return true;
    }
    loop {
        // A key with an escape may be one of those that are asked for.
        let Some((key, end)) = plain(object, at) else { return false };
        at = white(bytes, white(bytes, end) + 1);
        let Ok(end) = value(bytes, at) else { return false };
        if let Some((_, place)) = names.iter().zip(found.iter_mut()).find(|(name, _)| **name == key)
            && place.replace(object.get(at..end).unwrap_or_default()).is_some()
        {
            return false;
        }
        at = white(bytes, end);
        match byte(bytes, at) {
            b',' => at = white(bytes, at + 1),
            b'}' => return true,
            _ => return false,
        }
    }
}

/// Visits the elements of a list, which is valid JSON, while they pass; `false` where it is none or one does not.
#[must_use]
pub fn every_element<'a>(list: &'a str, passes: &mut dyn FnMut(&'a str) -> bool) -> bool {
    let bytes = list.as_bytes();
    if byte(bytes, 0) != b'[' {
        return false;
    }
    let mut at = white(bytes, 1);
    if byte(bytes, at) == b']' {
        return true;
    }
    loop {
        let Ok(end) = value(bytes, at) else { return false };
        if !passes(list.get(at..end).unwrap_or_default()) {
            return false;
        }
        at = white(bytes, end);
        if byte(bytes, at) != b',' {
            return true;
        }
        at = white(bytes, at + 1);
    }
}
