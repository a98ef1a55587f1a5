//! The requirements of a label selector, as they are written: a glance at one, which copies nothing.

use crate::error::Fault;
use crate::skip::{byte, key_end, value, white};

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

/// What a string without escapes says, from a value that is valid JSON.
#[must_use]
pub fn plain_string(json: &str) -> Option<&str> {
    plain(json, 0).map(|(text, _)| text)
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

/// Adds the members of an object, which is valid JSON; `false` where it is none, or its members are not plain strings
/// whose keys are plain and ascend.
#[must_use]
pub fn plain_pairs<'a>(object: &'a str, found: &mut Vec<(&'a str, &'a str)>) -> bool {
    plain_members(object, 0, |key, value| found.push((key, value))).is_some()
}

/// The value of the first of the pairs that has the key.
#[must_use]
pub fn value_of<'a>(pairs: &[(&str, &'a str)], key: &str) -> Option<&'a str> {
    pairs.iter().find(|(one, _)| one.len() == key.len() && *one == key).map(|(_, value)| *value)
}

/// Visits the members of the object at `at` likewise; its end.
fn plain_members<'a>(text: &'a str, at: usize, mut visit: impl FnMut(&'a str, &'a str)) -> Option<usize> {
    let bytes = text.as_bytes();
    if byte(bytes, at) != b'{' {
        return None;
    }
    let mut at = white(bytes, at + 1);
    if byte(bytes, at) == b'}' {
        return Some(at + 1);
    }
    let mut last = "";
    loop {
        let (key, end) = plain(text, at)?;
        let (value, end) = plain(text, white(bytes, white(bytes, end) + 1))?;
        // An empty key is nobody's label.
        if key <= last {
            return None;
        }
        visit(key, value);
        last = key;
        at = white(bytes, end);
        match byte(bytes, at) {
            b',' => at = white(bytes, at + 1),
            b'}' => return Some(at + 1),
            _ => return None,
        }
    }
}

/// What is a key or a value of a label.
type Form = fn(&str) -> bool;

/// Whether a selector, which is valid JSON, is written plainly and has nothing that Kubernetes would refuse.
#[must_use]
pub fn is_sound_selector(selector: &str, is_key: Form, is_value: Form) -> bool {
    let bytes = selector.as_bytes();
    let mut fields = Fields::of(selector, 0);
    let (mut labels, mut expressions) = (false, false);
    while let Some((name, at)) = fields.next() {
        let end = match name {
            "matchLabels" if !std::mem::replace(&mut labels, true) => {
                let mut are_labels = true;
                let visit = &mut |key: &str, value: &str| are_labels = are_labels && is_key(key) && is_value(value);
                null(bytes, at).or_else(|| plain_members(selector, at, visit)).filter(|_| are_labels)
            }
            "matchExpressions" if !std::mem::replace(&mut expressions, true) => {
                let is_sound = &mut |at| sound_expression(selector, at, is_key, is_value);
                null(bytes, at).or_else(|| elements(bytes, at, is_sound))
            }
            "matchLabels" | "matchExpressions" => None,
            _ => value(bytes, at).ok(),
        };
        fields.after(end);
    }
    fields.has_ended
}

/// The end of the expression at `at`, if it is sound.
fn sound_expression<'a>(text: &'a str, at: usize, is_key: Form, is_value: Form) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut fields = Fields::of(text, at);
    let (mut key, mut operator, mut values) = (None, None, None);
    while let Some((name, at)) = fields.next() {
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
        fields.after(end);
    }
    let fits = match operator? {
        "In" | "NotIn" => values? > 0,
        "Exists" | "DoesNotExist" => values.is_none_or(|count: usize| count == 0),
        _ => false,
    };
    (fits && fields.has_ended && is_key(key?)).then_some(fields.at)
}

/// The end of the `null` at `at`.
fn null(bytes: &[u8], at: usize) -> Option<usize> {
    (byte(bytes, at) == b'n').then_some(at + 4)
}

/// The end of the list at `at`, if `end` knows the end of each element.
fn elements(bytes: &[u8], at: usize, end: &mut dyn FnMut(usize) -> Option<usize>) -> Option<usize> {
    if byte(bytes, at) != b'[' {
        return None;
    }
    let mut at = white(bytes, at + 1);
    if byte(bytes, at) == b']' {
        return Some(at + 1);
    }
    loop {
        at = white(bytes, end(at)?);
        match byte(bytes, at) {
            b',' => at = white(bytes, at + 1),
            b']' => return Some(at + 1),
            _ => return None,
        }
    }
}

/// The members of an object, one after the other: who takes one tells where its value ends.
struct Fields<'a> {
    text: &'a str,
    at: usize,
    /// It was an object, and its end was reached: `at` is the place after it.
    has_ended: bool,
    is_broken: bool,
}

impl<'a> Fields<'a> {
    fn of(text: &'a str, at: usize) -> Self {
        let bytes = text.as_bytes();
        let mut fields = Self { text, at: at + 1, has_ended: false, is_broken: byte(bytes, at) != b'{' };
        if !fields.is_broken {
            let first = white(bytes, at + 1);
            fields.has_ended = byte(bytes, first) == b'}';
            fields.at = first + usize::from(fields.has_ended);
        }
        fields
    }

    /// The next plain key, and the place of its value.
    #[inline]
    fn next(&mut self) -> Option<(&'a str, usize)> {
        if self.has_ended || self.is_broken {
            return None;
        }
        let bytes = self.text.as_bytes();
        let found = plain(self.text, self.at);
        self.is_broken = found.is_none();
        found.map(|(key, end)| (key, white(bytes, white(bytes, end) + 1)))
    }

    /// Goes on after a value; without an end it is broken.
    #[inline]
    fn after(&mut self, end: Option<usize>) {
        let bytes = self.text.as_bytes();
        let at = end.map_or(bytes.len(), |end| white(bytes, end));
        match byte(bytes, at) {
            b',' => self.at = white(bytes, at + 1),
            b'}' => (self.at, self.has_ended) = (at + 1, true),
            _ => self.is_broken = true,
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
