//! A borrowed view of JSON text.
//!
//! Objects are never turned into typed copies. A [`Json`] is a slice of the text that came in. So unknown fields stay,
//! numbers keep their digits, and an edit knows the place of a value ([`crate::json::patch`]). One level is read at a time;
//! the rest is only walked over.

use std::borrow::Cow;

use podnetworking_walk::{Error, Key, Walker};

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

    /// One JSON value that the caller knows to be valid: it was walked over already, or a program made it.
    #[must_use]
    pub fn trusted(text: &'a str) -> Self {
        Self(text)
    }

    /// Walks over the next value of `walker`.
    #[inline]
    pub(crate) fn walk(walker: &mut Walker<'a>) -> Result<Self, Error> {
        walker.skip().map(Self)
    }

    /// The text of the value.
    #[must_use]
    #[inline(always)]
    pub fn text(self) -> &'a str {
        self.0
    }

    /// The kind of the value, by its first byte.
    #[must_use]
    #[inline(always)]
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
    #[inline(always)]
    pub fn present(self) -> Option<Self> {
        (self.kind() != Kind::Null).then_some(self)
    }

    /// The string, unescaped, if the value is a string. One with a lone surrogate is not.
    #[must_use]
    pub fn as_str(self) -> Option<Cow<'a, str>> {
        podnetworking_walk::decode(self.inside()?)
    }

    /// The text of a string between its quotation marks.
    fn inside(self) -> Option<&'a str> {
        self.0.strip_prefix('"')?.strip_suffix('"')
    }

    /// The value of the first member of this name, also if it is `null`; nothing if this is not an object.
    ///
    /// Members after it are not read. So it is for what has been read with [`Json::fields`], which finds a key that is set
    /// twice, and for what an API server wrote, which sets no key twice.
    #[must_use]
    pub fn member(self, key: &str) -> Option<Json<'a>> {
        if self.kind() != Kind::Object {
            return None;
        }
        let mut walker = Walker::new(self.0);
        let mut more = walker.enter().ok()?;
        while more {
            let written = walker.key().ok()?;
            let value = Self(walker.skip_known());
            let is_it = match written.is_plain() {
                true => written.written() == key,
                false => walker.decode(written).ok()? == key,
            };
            if is_it {
                return Some(value);
            }
            more = walker.more_members().ok()?;
        }
        None
    }

    /// The value at a path of members, as [`Json::member`] finds each.
    ///
    /// ```
    /// use podnetworking_policy::json::value::Json;
    ///
    /// let pod = Json::parse(r#"{"spec": {"nodeName": "node-1"}}"#).unwrap();
    /// assert_eq!(pod.at(["spec", "nodeName"]).map(Json::text), Some("\"node-1\""));
    /// assert_eq!(pod.at(["spec", "affinity", "nodeAffinity"]), None);
    /// ```
    #[must_use]
    pub fn at<'k>(self, path: impl IntoIterator<Item = &'k str>) -> Option<Json<'a>> {
        path.into_iter().try_fold(self, |json, key| json.member(key))
    }

    /// The elements of the list, in their order.
    pub(crate) fn each_element(self, visit: &mut dyn FnMut(Json<'a>)) -> Result<(), Error> {
        let mut walker = Walker::new(self.0);
        let mut more = walker.enter()?;
        while more {
            visit(Self(walker.skip_known()));
            more = walker.more_elements()?;
        }
        Ok(())
    }

    /// The members of the object in their order, keys unescaped.
    ///
    /// # Errors
    /// If a text that was trusted is not JSON, or a key cannot be unescaped.
    pub fn each_member(self, visit: &mut dyn FnMut(Cow<'a, str>, Json<'a>)) -> Result<(), Error> {
        let mut walker = Walker::new(self.0);
        let mut more = walker.enter()?;
        while more {
            let key: Key<'a> = walker.key()?;
            let key = walker.decode(key)?;
            visit(key, Self(walker.skip_known()));
            more = walker.more_members()?;
        }
        Ok(())
    }
}
