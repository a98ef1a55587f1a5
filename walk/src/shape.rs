//! Whether a value is written as its reader expects, decided from its text in one pass.
//!
//! The answer may err in one direction only: a value that surely fits needs no further check. A value that may fit or
//! not, for example one with escapes, does not surely fit, and its reader checks it.

use crate::plain::{Members, elements, null};
use crate::skip::{byte, key_end, value};

/// What a value must be.
#[derive(Clone, Copy, Debug)]
pub enum Shape {
    /// A string without escapes.
    Text,
    /// A list whose elements all have this shape.
    List(&'static Shape),
    /// An object whose keys have no escapes. Each of these fields is there at most once, and is null or has its shape.
    /// Other fields may have any value.
    Object(&'static [(&'static str, Shape)]),
    /// A value that this function accepts. It gets the text and the position at which the value begins, and returns the
    /// end of the value if the value surely fits. `selector_end` is such a function.
    Custom(fn(&str, usize) -> Option<usize>),
}

impl Shape {
    /// Whether the value surely has this shape. `json` must be valid JSON.
    ///
    /// ```
    /// use podnetworking_walk::Shape;
    ///
    /// const ZONE: Shape = Shape::Object(&[("id", Shape::Text), ("vSwitches", Shape::List(&Shape::Text))]);
    ///
    /// assert!(ZONE.surely_fits(r#"{"id": "k", "vSwitches": ["vsw-1", "vsw-2"], "more": 7}"#));
    /// assert!(!ZONE.surely_fits(r#"{"id": 7}"#));
    /// // The reader finds out that this is an `id` too.
    /// assert!(!ZONE.surely_fits(r#"{"\u0069d": "k"}"#));
    /// ```
    #[must_use]
    pub fn surely_fits(&self, json: &str) -> bool {
        self.end(json, 0).is_some()
    }

    /// The end of the value at `at`, if it surely has this shape.
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

/// The end of the string at `at`, if nothing in it is escaped.
fn string(bytes: &[u8], at: usize) -> Option<usize> {
    if byte(bytes, at) != b'"' {
        return None;
    }
    let last = key_end(bytes, at + 1);
    (byte(bytes, last) == b'"').then_some(last + 1)
}

/// The end of the object at `at`, if its fields surely have their shapes.
fn object(text: &str, at: usize, fields: &[(&str, Shape)]) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut members = Members::of(text, at);
    // A bit for each field that was there. A field past the last bit never fits.
    let mut seen = 0_u32;
    while let Some((name, at)) = members.next() {
        let index = fields.iter().position(|(field, _)| field.len() == name.len() && *field == name);
        let end = match index.and_then(|index| Some((1_u32.checked_shl(index as u32)?, fields.get(index)?))) {
            Some((bit, (_, shape))) => {
                let is_first = seen & bit == 0;
                seen |= bit;
                null(bytes, at).or_else(|| shape.end(text, at)).filter(|_| is_first)
            }
            None if index.is_some() => None,
            None => value(bytes, at).ok(),
        };
        members.after(end);
    }
    members.end()
}
