//! Strings and members without escapes: their text is what they mean, so that nothing is decoded or copied.
//!
//! All functions expect valid JSON. For other texts they return some answer, but never panic.

use crate::skip::{byte, key_end, white};

/// The content and the end of the string that begins at `at`, if nothing in it is escaped.
pub(crate) fn plain(text: &str, at: usize) -> Option<(&str, usize)> {
    let bytes = text.as_bytes();
    if byte(bytes, at) != b'"' {
        return None;
    }
    let last = key_end(bytes, at + 1);
    (byte(bytes, last) == b'"').then(|| (text.get(at + 1..last).unwrap_or_default(), last + 1))
}

/// The content of a string without escapes. `json` must be valid JSON.
///
/// ```
/// use podnetworking_walk::plain_string;
///
/// assert_eq!(plain_string(r#""shop""#), Some("shop"));
/// assert_eq!(plain_string(r#""s\u0068op""#), None);
/// assert_eq!(plain_string("7"), None);
/// ```
#[must_use]
pub fn plain_string(json: &str) -> Option<&str> {
    plain(json, 0).map(|(text, _)| text)
}

/// Adds the members of an object to `found`. The object must be valid JSON.
///
/// Returns `false` if it is not an object, if a key or value is not a string without escapes, or if the keys do not
/// strictly ascend. `found` may then hold some of the members.
///
/// ```
/// use podnetworking_walk::plain_pairs;
///
/// let mut found = Vec::new();
/// assert!(plain_pairs(r#"{"app":"shop","tier":"web"}"#, &mut found));
/// assert_eq!(found, [("app", "shop"), ("tier", "web")]);
/// assert!(!plain_pairs(r#"{"tier":"web","app":"shop"}"#, &mut found));
/// ```
#[must_use]
#[inline(never)]
pub fn plain_pairs<'a>(object: &'a str, found: &mut Vec<(&'a str, &'a str)>) -> bool {
    plain_members(object, 0, |key, value| found.push((key, value))).is_some()
}

/// Visits the members of the object at `at` under the conditions of [`plain_pairs`], and returns its end.
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
        // This excludes an empty key too, which no label has.
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

/// The end of the value at `at`, if it is `null`.
pub(crate) fn null(bytes: &[u8], at: usize) -> Option<usize> {
    (byte(bytes, at) == b'n').then_some(at + 4)
}

/// The end of the list at `at`, if `element_end` returns the end of every element.
pub(crate) fn elements(bytes: &[u8], at: usize, element_end: &mut dyn FnMut(usize) -> Option<usize>) -> Option<usize> {
    if byte(bytes, at) != b'[' {
        return None;
    }
    let mut at = white(bytes, at + 1);
    if byte(bytes, at) == b']' {
        return Some(at + 1);
    }
    loop {
        at = white(bytes, element_end(at)?);
        match byte(bytes, at) {
            b',' => at = white(bytes, at + 1),
            b']' => return Some(at + 1),
            _ => return None,
        }
    }
}

/// Steps through the members of an object whose keys have no escapes.
///
/// The caller takes a member with [`Members::next`], finds the end of its value, and passes it to [`Members::after`].
pub(crate) struct Members<'a> {
    text: &'a str,
    at: usize,
    /// The end of the object is reached, and `at` is the position after it.
    has_ended: bool,
    /// A step failed: the value is not an object, a key has escapes, or the caller did not find the end of a value.
    has_failed: bool,
}

impl<'a> Members<'a> {
    /// Starts at the value that begins at `at`.
    pub(crate) fn of(text: &'a str, at: usize) -> Self {
        let bytes = text.as_bytes();
        let mut members = Self { text, at: at + 1, has_ended: false, has_failed: byte(bytes, at) != b'{' };
        if !members.has_failed {
            let first = white(bytes, at + 1);
            members.has_ended = byte(bytes, first) == b'}';
            members.at = first + usize::from(members.has_ended);
        }
        members
    }

    /// The next key, and the position of its value.
    #[inline]
    pub(crate) fn next(&mut self) -> Option<(&'a str, usize)> {
        if self.has_ended || self.has_failed {
            return None;
        }
        let bytes = self.text.as_bytes();
        let found = plain(self.text, self.at);
        self.has_failed = found.is_none();
        found.map(|(key, end)| (key, white(bytes, white(bytes, end) + 1)))
    }

    /// Continues after a value that ends at `end`. Without an end, the steps fail.
    #[inline]
    pub(crate) fn after(&mut self, end: Option<usize>) {
        let bytes = self.text.as_bytes();
        let at = end.map_or(bytes.len(), |end| white(bytes, end));
        match byte(bytes, at) {
            b',' => self.at = white(bytes, at + 1),
            b'}' => (self.at, self.has_ended) = (at + 1, true),
            _ => self.has_failed = true,
        }
    }

    /// The end of the object, if no step failed.
    #[inline]
    pub(crate) fn end(&self) -> Option<usize> {
        self.has_ended.then_some(self.at)
    }
}
