//! A borrowed view of JSON text.
//!
//! Objects are never turned into typed copies: a [`Json`] is a slice of the text that came in, so a field nobody knows
//! stays, a number keeps its digits, and the place of a value in the text (which [`crate::json::patch`] needs) is the place of
//! its slice. One level is read at a time; what is not asked for is only walked over.

use std::borrow::Cow;

use podnetworking_walk::{Key, Walker};

pub use podnetworking_walk::Error;

use crate::json::fault::Faults;
use crate::json::path::Path;

/// One JSON value, as the text that spells it, without surrounding white space.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Json<'a>(&'a str);

/// The six kinds of JSON values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `null`, which Kubernetes reads as absent.
    Null,
    /// `true` or `false`.
    Boolean,
    /// A number of any size.
    Number,
    /// A string.
    String,
    /// A list.
    List,
    /// An object.
    Object,
}

impl Kind {
    /// The kind with its article, for messages.
    #[must_use]
    pub fn noun(self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Boolean => "a boolean",
            Self::Number => "a number",
            Self::String => "a string",
            Self::List => "a list",
            Self::Object => "an object",
        }
    }
}

impl<'a> Json<'a> {
    /// Reads `text` as one JSON value, which must be whole and valid.
    ///
    /// # Errors
    /// What the JSON parser says, with line and column.
    pub fn parse(text: &'a str) -> Result<Self, Error> {
        Walker::whole(text).map(Self)
    }

    /// One JSON value that was walked over already: what [`Json::text`] told, or a program made.
    #[must_use]
    pub fn walked(text: &'a str) -> Self {
        Self(text)
    }

    /// Walks over the value at which `walker` stands.
    #[inline]
    pub(crate) fn walk(walker: &mut Walker<'a>) -> Result<Self, Error> {
        walker.skip().map(Self)
    }

    /// The text of the value.
    #[must_use]
    pub fn text(self) -> &'a str {
        self.0
    }

    /// The kind of the value, told by its first byte.
    #[must_use]
    pub fn kind(self) -> Kind {
        match self.0.as_bytes().first() {
            Some(b'{') => Kind::Object,
            Some(b'[') => Kind::List,
            Some(b'"') => Kind::String,
            Some(b't' | b'f') => Kind::Boolean,
            Some(b'n') | None => Kind::Null,
            Some(_) => Kind::Number,
        }
    }

    /// The value, unless it is `null`, which Kubernetes reads as absent.
    #[must_use]
    pub fn present(self) -> Option<Self> {
        (self.kind() != Kind::Null).then_some(self)
    }

    /// The string, unescaped, if it is one. A lone surrogate makes it none.
    #[must_use]
    pub fn as_str(self) -> Option<Cow<'a, str>> {
        podnetworking_walk::decode(self.inside()?)
    }

    /// The text of a string between its quotation marks.
    fn inside(self) -> Option<&'a str> {
        self.0.strip_prefix('"')?.strip_suffix('"')
    }

    /// The string, unescaped; a fault if it is something else.
    pub fn string(self, path: &Path<'_>, faults: &mut Faults) -> Option<Cow<'a, str>> {
        let text = self.as_str();
        if text.is_none() {
            faults.malformed(path, "a string", self);
        }
        text
    }

    /// The boolean; a fault if it is something else.
    pub fn boolean(self, path: &Path<'_>, faults: &mut Faults) -> Option<bool> {
        match self.0 {
            "true" => Some(true),
            "false" => Some(false),
            _ => {
                faults.malformed(path, "a boolean", self);
                None
            }
        }
    }

    /// The elements of the list; a fault if it is something else.
    pub fn list(self, path: &Path<'_>, faults: &mut Faults) -> Vec<Json<'a>> {
        let mut elements = Vec::new();
        // A list holds JSON, or it would not be here.
        if self.kind() != Kind::List || self.each_element(&mut |element| elements.push(element)).is_err() {
            faults.malformed(path, "a list", self);
        }
        elements
    }

    /// The members of the object in their order, keys unescaped; a fault if it is something else or has a key twice.
    pub fn members(self, path: &Path<'_>, faults: &mut Faults) -> Vec<(Cow<'a, str>, Json<'a>)> {
        let mut members = Vec::new();
        if self.kind() == Kind::Object && self.each_member(&mut |key, value| members.push((key, value))).is_ok() {
            let mut keys: Vec<&str> = members.iter().map(|(key, _)| key.as_ref()).collect();
            crate::collections::sort::texts(&mut keys);
            for pair in keys.windows(2) {
                if let [a, b] = pair
                    && a == b
                {
                    faults.duplicate(&path.key(a));
                }
            }
            return members;
        }
        faults.malformed(path, "an object", self);
        Vec::new()
    }

    /// The values of the named fields of the object, `None` where absent or `null`; a fault if it is no object or has
    /// one of these fields twice.
    pub fn fields<const N: usize>(
        self,
        keys: [&'static str; N],
        path: &Path<'_>,
        faults: &mut Faults,
    ) -> [Option<Json<'a>>; N] {
        let mut found = [None; N];
        self.pick(&keys, &mut found, path, faults);
        found.map(|value| value.and_then(Json::present))
    }

    /// The value of one field of the object, also if it is `null`; nothing if this is no object.
    #[must_use]
    pub fn member(self, key: &'static str) -> Option<Json<'a>> {
        let mut found = [None];
        self.pick(&[key], &mut found, &Path::Root, &mut Faults::default());
        let [value] = found;
        value
    }

    fn pick(self, keys: &[&'static str], found: &mut [Option<Json<'a>>], path: &Path<'_>, faults: &mut Faults) {
        match self.find(keys, found) {
            Ok(twice) if self.kind() == Kind::Object => {
                if let Some(key) = twice {
                    faults.duplicate(&path.field(key));
                }
            }
            _ => faults.malformed(path, "an object", self),
        }
    }

    /// The values of the named fields, and one of them that is there twice.
    fn find(self, keys: &[&'static str], found: &mut [Option<Json<'a>>]) -> Result<Option<&'static str>, Error> {
        let mut twice = None;
        let mut walker = Walker::new(self.0);
        let mut more = walker.enter()?;
        while more {
            let key = walker.key()?;
            let position = if podnetworking_walk::is_plain(key.written()) {
                keys.iter().position(|name| *name == key.written())
            } else {
                let key = walker.decode(key)?;
                keys.iter().position(|name| *name == key)
            };
            let value = Self::walk(&mut walker)?;
            let slot = position.and_then(|position| keys.get(position).zip(found.get_mut(position)));
            if let Some((name, slot)) = slot
                && slot.replace(value).is_some()
            {
                twice = Some(*name);
            }
            more = walker.more_members()?;
        }
        Ok(twice)
    }

    /// The value of the first member of this name, without a look at those after it: where a key that is there twice is
    /// told elsewhere, or cannot be.
    #[must_use]
    pub fn first(self, key: &str) -> Option<Json<'a>> {
        let mut walker = Walker::new(self.0);
        let mut more = walker.enter().ok()?;
        while more {
            let found = walker.key().and_then(|key| walker.decode(key)).ok()?;
            let value = Self::walk(&mut walker).ok()?;
            if found == key {
                return Some(value);
            }
            more = walker.more_members().ok()?;
        }
        None
    }

    /// The elements of the list, in their order.
    pub(crate) fn each_element(self, visit: &mut dyn FnMut(Json<'a>)) -> Result<(), Error> {
        let mut walker = Walker::new(self.0);
        let mut more = walker.enter()?;
        while more {
            visit(Self::walk(&mut walker)?);
            more = walker.more_elements()?;
        }
        Ok(())
    }

    /// The members of the object in their order, keys unescaped.
    pub(crate) fn each_member(self, visit: &mut dyn FnMut(Cow<'a, str>, Json<'a>)) -> Result<(), Error> {
        let mut walker = Walker::new(self.0);
        let mut more = walker.enter()?;
        while more {
            let key: Key<'a> = walker.key()?;
            let key = walker.decode(key)?;
            visit(key, Self::walk(&mut walker)?);
            more = walker.more_members()?;
        }
        Ok(())
    }
}
