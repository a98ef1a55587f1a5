//! Picking fields out of objects in one go: what a decision does with each of thousands of stored objects.

use crate::error::{Error, Fault};
use crate::skip::{byte, key_end, string_slowly, value, white};
use crate::string::decode;
use crate::walker::Walker;

/// What is done with a field that is met.
#[derive(Clone, Copy, Debug)]
pub enum Field {
    /// Its text goes to this slot.
    Value(usize),
    /// Its fields are picked; it must be an object, and has this path.
    Object(&'static str, Fields),
    /// Its text goes to this slot, and if it is an object its fields are picked too.
    Both(usize, Fields),
}

/// Fields by name.
pub type Fields = &'static [(&'static str, Field)];

/// What was picked.
#[derive(Debug)]
pub struct Picked<'p, 'a> {
    /// The texts of the values, by slot; of a slot that is met twice the last.
    pub values: &'p mut [Option<&'a str>],
    /// A slot outside of [`Field::Both`] that was met twice.
    pub duplicate: Option<usize>,
    /// The path and text of what must be an object, and is none.
    pub not_an_object: Option<(&'static str, &'a str)>,
}

impl<'a> Walker<'a> {
    /// Walks over a value and picks what `fields` names, if it is an object.
    ///
    /// # Errors
    /// The text is not JSON, or a key has half a surrogate pair.
    pub fn pick(&mut self, fields: Fields, picked: &mut Picked<'_, 'a>) -> Result<(), Error> {
        let (text, at) = self.place();
        match pick(text, white(text.as_bytes(), at), "", fields, false, picked) {
            Ok(end) => {
                self.go(end);
                Ok(())
            }
            Err(fault) => Err(fault.within(text)),
        }
    }
}

pub(crate) fn pick<'a>(
    text: &'a str,
    from: usize,
    path: &'static str,
    fields: Fields,
    optional: bool,
    picked: &mut Picked<'_, 'a>,
) -> Result<usize, Fault> {
    let bytes = text.as_bytes();
    if byte(bytes, from) != b'{' {
        let end = value(bytes, from)?;
        let json = text.get(from..end).unwrap_or_default();
        // null is absent, except at the top.
        if !optional && (path.is_empty() || json != "null") {
            picked.not_an_object = Some((path, json));
        }
        return Ok(end);
    }
    let mut at = white(bytes, from + 1);
    if byte(bytes, at) == b'}' {
        return Ok(at + 1);
    }
    loop {
        if byte(bytes, at) != b'"' {
            return Err(Fault::new(at, "expected a key"));
        }
        let first = at + 1;
        let mut last = key_end(bytes, first);
        let field;
        if byte(bytes, last) == b'"' {
            let key = bytes.get(first..last).unwrap_or_default();
            field = field_of(fields, key);
        } else {
            last = string_slowly(bytes, last)? - 1;
            let inside = text.get(first..last).unwrap_or_default();
            let Some(key) = decode(inside) else { return Err(Fault::new(last, "half a surrogate pair")) };
            field = field_of(fields, key.as_bytes());
        }
        at = white(bytes, last + 1);
        if byte(bytes, at) != b':' {
            return Err(Fault::new(at, "expected `:`"));
        }
        at = white(bytes, at + 1);
        match field {
            None => at = value(bytes, at)?,
            Some(Field::Object(path, fields)) => at = pick(text, at, path, fields, optional, picked)?,
            Some(Field::Value(slot)) => {
                let end = value(bytes, at)?;
                put(*slot, text.get(at..end), optional, picked);
                at = end;
            }
            Some(Field::Both(slot, fields)) => {
                let end = pick(text, at, "", fields, true, picked)?;
                put(*slot, text.get(at..end), optional, picked);
                at = end;
            }
        }
        at = white(bytes, at);
        match byte(bytes, at) {
            b',' => at = white(bytes, at + 1),
            b'}' => return Ok(at + 1),
            _ => return Err(Fault::new(at, "expected `,` or `}`")),
        }
    }
}

#[inline(always)]
pub(crate) fn field_of(fields: Fields, key: &[u8]) -> Option<&'static Field> {
    let is_it = |(name, _): &&(&'static str, Field)| name.len() == key.len() && name.as_bytes() == key;
    fields.iter().find(is_it).map(|(_, field)| field)
}

pub(crate) fn put<'a>(slot: usize, json: Option<&'a str>, optional: bool, picked: &mut Picked<'_, 'a>) {
    if let Some(place) = picked.values.get_mut(slot) {
        if place.is_some() && !optional {
            picked.duplicate = Some(slot);
        }
        *place = json;
    }
}
