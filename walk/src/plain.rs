//! Strings and members without escapes.

use crate::skip::{byte, key_end, white};

/// The string without escapes that begins at `at`, and its end.
pub(crate) fn plain(text: &str, at: usize) -> Option<(&str, usize)> {
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

/// Adds the members of an object, which is valid JSON; `false` where it is none, or its members are not plain strings
/// whose keys are plain and ascend.
#[must_use]
pub fn plain_pairs<'a>(object: &'a str, found: &mut Vec<(&'a str, &'a str)>) -> bool {
    plain_members(object, 0, |key, value| found.push((key, value))).is_some()
}

/// The value of the first of the pairs that has the key.
#[must_use]
pub fn first_value<'a>(pairs: &[(&str, &'a str)], key: &str) -> Option<&'a str> {
    pairs.iter().find(|(one, _)| one.len() == key.len() && *one == key).map(|(_, value)| *value)
}

/// Visits the members of the object at `at` likewise; its end.
pub(crate) fn plain_members<'a>(text: &'a str, at: usize, mut visit: impl FnMut(&'a str, &'a str)) -> Option<usize> {
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

/// The end of the `null` at `at`.
pub(crate) fn null(bytes: &[u8], at: usize) -> Option<usize> {
    (byte(bytes, at) == b'n').then_some(at + 4)
}

/// The end of the list at `at`, if `end` knows the end of each element.
pub(crate) fn elements(bytes: &[u8], at: usize, end: &mut dyn FnMut(usize) -> Option<usize>) -> Option<usize> {
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
pub(crate) struct Members<'a> {
    text: &'a str,
    pub(crate) at: usize,
    /// It was an object, and its end was reached: `at` is the place after it.
    pub(crate) has_ended: bool,
    is_broken: bool,
}

impl<'a> Members<'a> {
    pub(crate) fn of(text: &'a str, at: usize) -> Self {
        let bytes = text.as_bytes();
        let mut members = Self { text, at: at + 1, has_ended: false, is_broken: byte(bytes, at) != b'{' };
        if !members.is_broken {
            let first = white(bytes, at + 1);
            members.has_ended = byte(bytes, first) == b'}';
            members.at = first + usize::from(members.has_ended);
        }
        members
    }

    /// The next plain key, and the place of its value.
    #[inline]
    pub(crate) fn next(&mut self) -> Option<(&'a str, usize)> {
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
    pub(crate) fn after(&mut self, end: Option<usize>) {
        let bytes = self.text.as_bytes();
        let at = end.map_or(bytes.len(), |end| white(bytes, end));
        match byte(bytes, at) {
            b',' => self.at = white(bytes, at + 1),
            b'}' => (self.at, self.has_ended) = (at + 1, true),
            _ => self.is_broken = true,
        }
    }
}
