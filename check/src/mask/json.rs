//! JSON with the order of its members, repeated keys, and the digits of its numbers.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

/// One JSON value.
#[derive(Debug)]
pub enum Json<'t> {
    /// A string, and nothing if it is not a text: with half of a surrogate pair.
    String(Option<String>),
    /// A list.
    List(Vec<Json<'t>>),
    /// An object.
    Object(Vec<(String, Json<'t>)>),
    /// A number, a boolean or null, as it is written.
    Other(&'t str),
}

impl<'t> Json<'t> {
    /// Reads a text.
    ///
    /// # Errors
    /// If it is not JSON.
    pub fn parse(text: &'t str) -> Result<Self, serde_json::Error> {
        Self::read(serde_json::from_str(text)?)
    }

    fn read(raw: &'t RawValue) -> Result<Self, serde_json::Error> {
        let text = raw.get();
        Ok(match text.bytes().next() {
            Some(b'"') => Self::String(serde_json::from_str(text).ok()),
            Some(b'[') => {
                let elements: Vec<&RawValue> = serde_json::from_str(text)?;
                Self::List(elements.into_iter().map(Self::read).collect::<Result<_, _>>()?)
            }
            Some(b'{') => {
                let Members(members) = serde_json::from_str(text)?;
                let members = members.into_iter().map(|(key, value)| Ok((key, Self::read(value)?)));
                Self::Object(members.collect::<Result<_, serde_json::Error>>()?)
            }
            _ => Self::Other(text),
        })
    }

    /// The value of the first member of this name.
    #[must_use]
    pub fn member(&self, name: &str) -> Option<&Self> {
        let Self::Object(members) = self else { return None };
        members.iter().find(|(key, _)| key == name).map(|(_, value)| value)
    }

    /// The text, if it is one.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::String(text) => text.as_deref(),
            _ => None,
        }
    }
}

/// The members of an object in their order, also those with the same key.
struct Members<'t>(Vec<(String, &'t RawValue)>);

impl<'de> Deserialize<'de> for Members<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct All;
        impl<'de> Visitor<'de> for All {
            type Value = Members<'de>;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }
        deserializer.deserialize_map(All)
    }
}
