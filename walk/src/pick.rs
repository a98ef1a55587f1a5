//! Picks fields of an object in one pass. A decision does this for each of thousands of stored objects.

use crate::error::{Error, Fault};
use crate::skip::{byte, key_end, string_slowly, value, white};
use crate::string::decode;
use crate::walker::Walker;

/// What to do with a field.
#[derive(Clone, Copy, Debug)]
pub enum Field {
    /// Its text goes to the slot.
    Value(usize),
    /// Its fields are picked. It must be an object or null; the path names it in [`Picked::not_an_object`].
    Object(&'static str, Fields),
    /// Its text goes to the slot, and if it is an object, its fields are picked too.
    Both(usize, Fields),
}

/// Fields by name. A field that is not listed is passed over.
pub type Fields = &'static [(&'static str, Field)];

/// What was picked of an object. The caller provides the slots.
#[derive(Debug)]
pub struct Picked<'p, 'a> {
    /// The texts of the values, by slot. If a field is there twice, the last one counts.
    pub values: &'p mut [Option<&'a str>],
    /// The slot of a field that is there twice. Fields inside of a [`Field::Both`] are not checked.
    pub duplicate: Option<usize>,
    /// The path and the text of a value that must be an object and is not. The path of the picked value itself is empty.
    pub not_an_object: Option<(&'static str, &'a str)>,
}

impl<'a> Walker<'a> {
    /// Passes over a value, and picks the fields that `fields` names if it is an object.
    ///
    /// # Errors
    /// The text is not JSON, or a key has half a surrogate pair.
    ///
    /// ```
    /// use podnetworking_walk::{Field, Fields, Picked, Walker};
    ///
    /// const FIELDS: Fields = &[
    ///     ("kind", Field::Value(0)),
    ///     ("spec", Field::Object("spec", &[("ports", Field::Value(1))])),
    /// ];
    ///
    /// let mut values = [None; 2];
    /// let mut picked = Picked { values: &mut values, duplicate: None, not_an_object: None };
    /// Walker::new(r#"{"kind": "Pod", "spec": {"ports": [80], "more": 7}}"#).pick(FIELDS, &mut picked)?;
    /// assert_eq!(values, [Some("\"Pod\""), Some("[80]")]);
    /// # Ok::<(), podnetworking_walk::Error>(())
    /// ```
    pub fn pick(&mut self, fields: Fields, picked: &mut Picked<'_, 'a>) -> Result<(), Error> {
        let (text, at) = self.position();
        match pick(text, white(text.as_bytes(), at), "", fields, false, picked) {
            Ok(end) => {
                self.seek(end);
                Ok(())
            }
            Err(fault) => Err(fault.within(text)),
        }
    }
}

/// Picks the fields of the value at `from`, and returns its end. In an `optional` value, inside of a [`Field::Both`],
/// nothing needs to be an object and a field may be there twice.
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
        // A field that is null counts as absent. The picked value itself must be an object.
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

/// The field with this name.
#[inline(always)]
pub(crate) fn field_of(fields: Fields, key: &[u8]) -> Option<&'static Field> {
    let is_it = |(name, _): &&(&'static str, Field)| name.len() == key.len() && name.as_bytes() == key;
    fields.iter().find(is_it).map(|(_, field)| field)
}

/// Stores the text of a value in its slot.
fn put<'a>(slot: usize, json: Option<&'a str>, optional: bool, picked: &mut Picked<'_, 'a>) {
    if let Some(value) = picked.values.get_mut(slot) {
        if value.is_some() && !optional {
            picked.duplicate = Some(slot);
        }
        *value = json;
    }
}
