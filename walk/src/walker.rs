//! A position in a JSON text, and the steps from one value to the next.

use std::borrow::Cow;

use crate::error::{Error, Fault};
use crate::known::value_end;
use crate::skip::{self, byte, white};
use crate::string::decode;

/// A position in a JSON text.
///
/// At each value the caller decides: [`Walker::skip`] passes over it, [`Walker::pick`] picks fields of an object, and
/// [`Walker::enter`] steps into an object or a list.
///
/// ```
/// use podnetworking_walk::Walker;
///
/// let mut walker = Walker::new(r#"{"kind": "Pod", "ports": [80, 443]}"#);
/// let mut found = Vec::new();
/// let mut more = walker.enter()?;
/// while more {
///     let key = walker.key()?;
///     found.push((walker.decode(key)?, walker.skip()?));
///     more = walker.more_members()?;
/// }
/// walker.end()?;
/// assert_eq!(found, [("kind".into(), "\"Pod\""), ("ports".into(), "[80, 443]")]);
/// # Ok::<(), podnetworking_walk::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Walker<'a> {
    text: &'a str,
    at: usize,
}

/// A key of an object.
#[derive(Clone, Copy, Debug)]
pub struct Key<'a> {
    inside: &'a str,
    /// The position after the string, for errors.
    end: usize,
    is_plain: bool,
}

impl<'a> Key<'a> {
    /// The text between the quotation marks, not unescaped.
    #[must_use]
    pub fn written(self) -> &'a str {
        self.inside
    }

    /// Whether nothing in it is escaped.
    #[must_use]
    pub fn is_plain(self) -> bool {
        self.is_plain
    }
}

impl<'a> Walker<'a> {
    /// Starts at the beginning of the text.
    #[must_use]
    pub fn new(text: &'a str) -> Self {
        Self { text, at: 0 }
    }

    /// The text, and the offset of the next byte.
    pub(crate) fn position(&self) -> (&'a str, usize) {
        (self.text, self.at)
    }

    /// Continues at another offset.
    pub(crate) fn seek(&mut self, at: usize) {
        self.at = at;
    }

    /// Walks over a text that is one value, and returns it without the white space around it.
    ///
    /// # Errors
    /// The text is not JSON.
    ///
    /// ```
    /// use podnetworking_walk::Walker;
    ///
    /// assert_eq!(Walker::whole(" [1, 2]\n")?, "[1, 2]");
    /// let error = Walker::whole("[1 2]").unwrap_err();
    /// assert_eq!(error.to_string(), "expected `,` or `]` at line 1 column 4");
    /// # Ok::<(), podnetworking_walk::Error>(())
    /// ```
    pub fn whole(text: &'a str) -> Result<&'a str, Error> {
        let mut walker = Self::new(text);
        let value = walker.skip()?;
        walker.end()?;
        Ok(value)
    }

    /// The first byte of the next value, or 0 at the end of the text. Passes over white space.
    pub fn peek(&mut self) -> u8 {
        self.at = white(self.text.as_bytes(), self.at);
        byte(self.text.as_bytes(), self.at)
    }

    /// Passes over a value and returns its text.
    ///
    /// # Errors
    /// The text is not JSON.
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

    /// Passes over a value of a text that was validated before, and returns its text. Nothing is validated again: in another
    /// text it ends anywhere.
    ///
    /// ```
    /// use podnetworking_walk::Walker;
    ///
    /// let mut walker = Walker::new(r#"[{"kind": "Pod]"}, 7]"#);
    /// assert!(walker.enter()?);
    /// assert_eq!(walker.skip_known(), r#"{"kind": "Pod]"}"#);
    /// # Ok::<(), podnetworking_walk::Error>(())
    /// ```
    pub fn skip_known(&mut self) -> &'a str {
        let bytes = self.text.as_bytes();
        let from = white(bytes, self.at);
        self.at = value_end(bytes, from);
        self.text.get(from..self.at).unwrap_or_default()
    }

    /// Enters the next object or list. Returns `false` if it is empty; the walker is then after it.
    ///
    /// # Errors
    /// The next value is neither an object nor a list.
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

    /// Passes over the key of the next member of an object, up to its value.
    ///
    /// # Errors
    /// The text is not JSON.
    pub fn key(&mut self) -> Result<Key<'a>, Error> {
        let bytes = self.text.as_bytes();
        let from = white(bytes, self.at);
        if byte(bytes, from) != b'"' {
            self.at = from;
            return Err(self.fault("expected a key"));
        }
        let mut last = skip::key_end(bytes, from + 1);
        let is_plain = byte(bytes, last) == b'"';
        if !is_plain {
            last = skip::string_slowly(bytes, last).map_err(|fault| fault.within(self.text))? - 1;
        }
        let end = last + 1;
        self.at = white(bytes, end);
        if byte(bytes, self.at) != b':' {
            return Err(self.fault("expected `:`"));
        }
        self.at += 1;
        Ok(Key { inside: self.text.get(from + 1..last).unwrap_or_default(), end, is_plain })
    }

    /// The key, unescaped.
    ///
    /// # Errors
    /// The key has half a surrogate pair.
    pub fn decode(&self, key: Key<'a>) -> Result<Cow<'a, str>, Error> {
        decode(key.inside).ok_or_else(|| Fault::new(key.end - 1, "half a surrogate pair").within(self.text))
    }

    /// Call it after a value in an object. Returns whether another member follows; if not, the walker is after the object.
    ///
    /// # Errors
    /// The text is not JSON.
    pub fn more_members(&mut self) -> Result<bool, Error> {
        self.more(b'}', "expected `,` or `}`")
    }

    /// Call it after a value in a list. Returns whether another element follows; if not, the walker is after the list.
    ///
    /// # Errors
    /// The text is not JSON.
    pub fn more_elements(&mut self) -> Result<bool, Error> {
        self.more(b']', "expected `,` or `]`")
    }

    fn more(&mut self, close: u8, expected: &'static str) -> Result<bool, Error> {
        let found = self.peek();
        if found != b',' && found != close {
            return Err(self.fault(expected));
        }
        self.at += 1;
        Ok(found == b',')
    }

    /// Checks that only white space is left.
    ///
    /// # Errors
    /// Something else is left.
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
