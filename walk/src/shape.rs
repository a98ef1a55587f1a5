//! Whether what is valid JSON surely is what its reader wants, as one walk over it tells: what is written in any other way
//! is left to the reader.

use crate::plain::{Members, elements, null};
use crate::skip::{byte, key_end, value};

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
    /// What this function accepts: the end of the value at an offset of a text, if the value surely has the shape.
    Custom(fn(&str, usize) -> Option<usize>),
}

impl Shape {
    /// Whether the value, which is valid JSON, surely has this shape.
    #[must_use]
    pub fn surely_fits(&self, json: &str) -> bool {
        self.end(json, 0).is_some()
    }

    /// The end of the value at `at`, if it has this shape.
    fn end(&self, text: &str, at: usize) -> Option<usize> {
        let bytes = text.as_bytes();
        match self {
            Self::Text => string(bytes, at),
            Self::List(shape) => elements(bytes, at, &mut |at| shape.end(text, at)),
            Self::Object(fields) => object(text, at, fields),
            Self::Custom(end) => end(text, at),
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
