use std::borrow::Cow;

use crate::error::{Error, Fault};
use crate::skip::{self, byte, white};
use crate::string::decode;

/// A place in a JSON text.
///
/// Who walks decides at each value: [`Walker::skip`] over it, or enter it if it is an object or a list.
#[derive(Clone, Debug)]
pub struct Walker<'a> {
    text: &'a str,
    at: usize,
}

/// A key of an object.
#[derive(Clone, Copy, Debug)]
pub struct Key<'a> {
    inside: &'a str,
    /// Where the string ends, for faults.
    end: usize,
}

impl<'a> Key<'a> {
    /// The text between the quotation marks, as it is written.
    #[must_use]
    pub fn written(self) -> &'a str {
        self.inside
    }
}

impl<'a> Walker<'a> {
    /// At the beginning of the text.
    #[must_use]
    pub fn new(text: &'a str) -> Self {
        Self { text, at: 0 }
    }

    pub(crate) fn place(&self) -> (&'a str, usize) {
        (self.text, self.at)
    }

    pub(crate) fn go(&mut self, at: usize) {
        self.at = at;
    }

    /// Walks over the whole of a text that is one value, and returns it without the white space around it.
    ///
    /// # Errors
    /// The text is not JSON.
    pub fn whole(text: &'a str) -> Result<&'a str, Error> {
        let mut walker = Self::new(text);
        let value = walker.skip()?;
        walker.end()?;
        Ok(value)
    }

    /// The first byte of the value that begins here; 0 at the end.
    #[inline]
    pub fn peek(&mut self) -> u8 {
        self.at = white(self.text.as_bytes(), self.at);
        byte(self.text.as_bytes(), self.at)
    }

    /// Walks over a value and returns its text.
    ///
    /// # Errors
    /// The text is not JSON.
    #[inline]
    pub fn skip(&mut self) -> Result<&'a str, Error> {
        let bytes = self.text.as_bytes();
        let from = white(bytes, self.at);
        match skip::value(bytes, from) {
            Ok(end) => {
                self.at = end;
                // A value begins and ends with an ASCII character.
                Ok(self.text.get(from..end).unwrap_or_default())
            }
            Err(fault) => Err(fault.within(self.text)),
        }
    }

    /// Enters the object or list that begins here. `false`: it is empty, and left again.
    ///
    /// # Errors
    /// The text is not JSON: it ends.
    #[inline]
    pub fn enter(&mut self) -> Result<bool, Error> {
        let close = match self.peek() {
            b'{' => b'}',
            b'[' => b']',
            _ => return Err(self.fault("expected an object or a list")),
        };
        self.at += 1;
        if self.peek() != close {
            return Ok(true);
        }
        self.at += 1;
        Ok(false)
    }

    /// In an object, at the beginning of a member: walks over its key to its value.
    ///
    /// # Errors
    /// The text is not JSON.
    #[inline]
    pub fn key(&mut self) -> Result<Key<'a>, Error> {
        let bytes = self.text.as_bytes();
        let from = white(bytes, self.at);
        if byte(bytes, from) != b'"' {
            self.at = from;
            return Err(self.fault("expected a key"));
        }
        let end = skip::string(bytes, from + 1).map_err(|fault| fault.within(self.text))?;
        self.at = white(bytes, end);
        if byte(bytes, self.at) != b':' {
            return Err(self.fault("expected `:`"));
        }
        self.at += 1;
        Ok(Key { inside: self.text.get(from + 1..end - 1).unwrap_or_default(), end })
    }

    /// What the key says, unescaped.
    ///
    /// # Errors
    /// The key has half a surrogate pair.
    #[inline]
    pub fn decode(&self, key: Key<'a>) -> Result<Cow<'a, str>, Error> {
        decode(key.inside).ok_or_else(|| Fault::new(key.end - 1, "half a surrogate pair").within(self.text))
    }

    /// After a value in an object: whether another member follows. If not, the object is left.
    ///
    /// # Errors
    /// The text is not JSON.
    #[inline]
    pub fn more_members(&mut self) -> Result<bool, Error> {
        self.more(b'}', "expected `,` or `}`")
    }

    /// After a value in a list: whether another element follows. If not, the list is left.
    ///
    /// # Errors
    /// The text is not JSON.
    #[inline]
    pub fn more_elements(&mut self) -> Result<bool, Error> {
        self.more(b']', "expected `,` or `]`")
    }

    #[inline]
    fn more(&mut self, close: u8, expected: &'static str) -> Result<bool, Error> {
        let found = self.peek();
        if found != b',' && found != close {
            return Err(self.fault(expected));
        }
        self.at += 1;
        Ok(found == b',')
    }

    /// After the last value: nothing but white space may follow.
    ///
    /// # Errors
    /// Something does.
    pub fn end(&mut self) -> Result<(), Error> {
        self.peek();
        if self.at < self.text.len() { Err(self.fault("expected the end of the text")) } else { Ok(()) }
    }

    #[cold]
    #[inline(never)]
    fn fault(&self, what: &'static str) -> Error {
        Fault::new(self.at, what).within(self.text)
    }
}
