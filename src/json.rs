//! A borrowed view of JSON text.
//!
//! Objects are never turned into typed copies: a [`Json`] is a slice of the text that came in, so a field nobody knows
//! stays, a number keeps its digits, and the place of a value in the text (which [`crate::patch`] needs) is the place of
//! its slice. One level is read at a time; what is not asked for is only walked over.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use crate::fault::Faults;
use crate::path::Path;

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
    pub fn parse(text: &'a str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(text)
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
        if self.kind() != Kind::String {
            return None;
        }
        serde_json::from_str::<Text<'a>>(self.0).ok().map(|text| text.0)
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
        if self.kind() == Kind::List
            && let Ok(Elements(elements)) = serde_json::from_str(self.0)
        {
            return elements;
        }
        faults.malformed(path, "a list", self);
        Vec::new()
    }

    /// The members of the object in their order, keys unescaped; a fault if it is something else or has a key twice.
    pub fn members(self, path: &Path<'_>, faults: &mut Faults) -> Vec<(Cow<'a, str>, Json<'a>)> {
        if self.kind() == Kind::Object
            && let Ok(Members(members)) = serde_json::from_str(self.0)
        {
            let mut keys: Vec<&str> = members.iter().map(|(key, _)| key.as_ref()).collect();
            keys.sort_unstable();
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
        let mut twice = None;
        let mut deserializer = serde_json::Deserializer::from_str(self.0);
        let pick = Pick { keys, found, twice: &mut twice };
        if self.kind() != Kind::Object || pick.deserialize(&mut deserializer).is_err() {
            faults.malformed(path, "an object", self);
        } else if let Some(key) = twice {
            faults.duplicate(&path.field(key));
        }
    }
}

impl<'de> Deserialize<'de> for Json<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        <&RawValue>::deserialize(deserializer).map(|raw| Self(raw.get()))
    }
}

/// A string that borrows where nothing is escaped in it.
pub(crate) struct Text<'a>(pub(crate) Cow<'a, str>);

impl<'de> Deserialize<'de> for Text<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct TextVisitor;
        impl<'de> Visitor<'de> for TextVisitor {
            type Value = Text<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string")
            }
            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
                Ok(Text(Cow::Borrowed(text)))
            }
            fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
                Ok(Text(Cow::Owned(text.to_owned())))
            }
        }
        deserializer.deserialize_str(TextVisitor)
    }
}

struct Elements<'a>(Vec<Json<'a>>);

impl<'de> Deserialize<'de> for Elements<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ElementsVisitor;
        impl<'de> Visitor<'de> for ElementsVisitor {
            type Value = Elements<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list")
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
                let mut elements = Vec::new();
                while let Some(element) = seq.next_element()? {
                    elements.push(element);
                }
                Ok(Elements(elements))
            }
        }
        deserializer.deserialize_seq(ElementsVisitor)
    }
}

struct Members<'a>(Vec<(Cow<'a, str>, Json<'a>)>);

impl<'de> Deserialize<'de> for Members<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct MembersVisitor;
        impl<'de> Visitor<'de> for MembersVisitor {
            type Value = Members<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = Vec::new();
                while let Some(Text(key)) = map.next_key()? {
                    members.push((key, map.next_value()?));
                }
                Ok(Members(members))
            }
        }
        deserializer.deserialize_map(MembersVisitor)
    }
}

/// Picks the values of some keys out of an object and walks over the others.
struct Pick<'k, 'f, 'a> {
    keys: &'k [&'static str],
    found: &'f mut [Option<Json<'a>>],
    twice: &'f mut Option<&'static str>,
}

impl<'a> DeserializeSeed<'a> for Pick<'_, '_, 'a> {
    type Value = ();
    fn deserialize<D: Deserializer<'a>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'a> Visitor<'a> for Pick<'_, '_, 'a> {
    type Value = ();
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }
    fn visit_map<A: MapAccess<'a>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(Text(key)) = map.next_key()? {
            let slot = self.keys.iter().zip(self.found.iter_mut()).find(|(name, _)| **name == key);
            match slot {
                Some((name, slot)) => {
                    if slot.replace(map.next_value()?).is_some() {
                        *self.twice = Some(name);
                    }
                }
                None => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(())
    }
}
