//! Whether what is valid JSON surely is what its reader wants, as one walk over it tells: what is written in any other way
//! is left to the reader.

use crate::requirements::{plain, plain_members};
use crate::skip::{byte, key_end, value, white};

/// What a value must be.
#[derive(Clone, Copy, Debug)]
pub enum Shape {
    /// A string without escapes.
    Text,
    /// A list of these.
    List(&'static Shape),
    /// An object whose keys have no escapes, and in which each of these fields is there at most once, and is null or has its
    /// shape. What the others are does not matter.
    Object(&'static [(&'static str, Shape)]),
    /// A label selector that is written plainly and has nothing that Kubernetes would refuse.
    Selector {
        /// What is a key of a label.
        is_key: Form,
        /// What is a value of a label.
        is_value: Form,
    },
}

/// What is a key or a value of a label.
pub type Form = fn(&str) -> bool;

impl Shape {
    /// Whether the value, which is valid JSON, surely has this shape.
    #[must_use]
    pub fn is_of(&self, json: &str) -> bool {
        self.end(json, 0).is_some()
    }

    /// The end of the value at `at`, if it has this shape.
    fn end(&self, text: &str, at: usize) -> Option<usize> {
        let bytes = text.as_bytes();
        match self {
            Self::Text => string(bytes, at),
            Self::List(shape) => elements(bytes, at, &mut |at| shape.end(text, at)),
            Self::Object(fields) => object(text, at, fields),
            Self::Selector { is_key, is_value } => selector(text, at, *is_key, *is_value),
        }
    }
}

/// The end of the plain string at `at`.
fn string(bytes: &[u8], at: usize) -> Option<usize> {
    if byte(bytes, at) != b'"' {
        return None;
    }
    let last = key_end(bytes, at + 1);
    (byte(bytes, last) == b'"').then_some(last + 1)
}

/// The end of the object at `at`, if these fields of it have their shapes.
fn object(text: &str, at: usize, fields: &[(&str, Shape)]) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut members = Members::of(text, at);
    let mut met = 0_u32;
    while let Some((name, at)) = members.next() {
        let place = fields.iter().position(|(field, _)| field.len() == name.len() && *field == name);
        let end = match place.and_then(|place| Some((1_u32.checked_shl(place as u32)?, fields.get(place)?))) {
            Some((bit, (_, shape))) => {
                let is_first = met & bit == 0;
                met |= bit;
                null(bytes, at).or_else(|| shape.end(text, at)).filter(|_| is_first)
            }
            None if place.is_some() => None,
            None => value(bytes, at).ok(),
        };
        members.after(end);
    }
    members.has_ended.then_some(members.at)
}

/// The end of the selector at `at`, if it is sound.
fn selector(text: &str, at: usize, is_key: Form, is_value: Form) -> Option<usize> {
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
struct Members<'a> {
    text: &'a str,
    at: usize,
    /// It was an object, and its end was reached: `at` is the place after it.
    has_ended: bool,
    is_broken: bool,
}

impl<'a> Members<'a> {
    fn of(text: &'a str, at: usize) -> Self {
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
