//! Keys that Go's `encoding/json` reads otherwise than their text says: it ignores their case, and of several equal keys the
//! last one counts (`foldName` in `encoding/json/fold.go`).

use crate::collections::text_map::TextSet;
use crate::json::fault::Faults;
use crate::json::path::Path;
use crate::json::value::{Json, Kind};

/// How deep texts are looked at. No annotation of the platform is that deep.
const MAX_DEPTH: usize = 16;

/// A key with a meaning that its text does not show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MisreadKey {
    /// It is read as a known key, which is written in another case.
    OtherCase {
        /// The key as it is written.
        written: String,
        /// The known key.
        known: String,
    },
    /// An object has it twice, in any case.
    Repeated(String),
    /// Objects and lists are nested too deeply to look at.
    TooDeep,
}

/// The first such key, at any depth of `json`.
///
/// ```
/// use podnetworking_policy::json::go_keys::{MisreadKey, misread_key};
/// use podnetworking_policy::json::value::Json;
///
/// let found = |text| misread_key(Json::parse(text).unwrap(), &["network"]);
/// assert_eq!(found(r#"[{"network": "a", "other": 1}]"#), None);
/// let (written, known) = ("Network".to_owned(), "network".to_owned());
/// assert_eq!(found(r#"[{"Network": "a"}]"#), Some(MisreadKey::OtherCase { written, known }));
/// assert_eq!(found(r#"{"a": {"x": 1, "X": 2}}"#), Some(MisreadKey::Repeated("X".to_owned())));
/// ```
#[must_use]
pub fn misread_key(json: Json<'_>, known: &[&str]) -> Option<MisreadKey> {
    let mut open = vec![(json, 0)];
    while let Some((json, depth)) = open.pop() {
        if depth > MAX_DEPTH {
            return Some(MisreadKey::TooDeep);
        }
        match json.kind() {
            Kind::List => {
                let elements = json.list(&Path::Root, &mut Faults::default());
                open.extend(elements.into_iter().rev().map(|element| (element, depth + 1)));
            }
            Kind::Object => {
                let members = json.members(&Path::Root, &mut Faults::default());
                let mut seen = TextSet::default();
                for (key, _) in &members {
                    let other = known.iter().find(|known| **known != key.as_ref() && folded(known).eq(folded(key)));
                    if let Some(known) = other {
                        return Some(MisreadKey::OtherCase { written: key.to_string(), known: (*known).to_owned() });
                    }
                    if !seen.insert(folded(key).collect::<String>()) {
                        return Some(MisreadKey::Repeated(key.to_string()));
                    }
                }
                open.extend(members.into_iter().rev().map(|(_, value)| (value, depth + 1)));
            }
            Kind::Null | Kind::Boolean | Kind::Number | Kind::String => {}
        }
    }
    None
}

/// The key as Go compares it: the long s and the Kelvin sign are letters of ASCII in another case.
fn folded(key: &str) -> impl Iterator<Item = char> {
    key.chars().map(|character| match character {
        '\u{17f}' => 's',
        '\u{212a}' => 'k',
        other => other.to_ascii_lowercase(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_beyond_ascii_are_folded_as_in_go() {
        for written in ["networK", "networ\u{212a}", "NETWORK"] {
            assert!(folded(written).eq("network".chars()), "{written}");
        }
        assert!(folded("\u{17f}et").eq("set".chars()));
        // Other letters have no ASCII letter in another case.
        assert!(folded("n\u{e9}t").ne(folded("net")));
    }

    #[test]
    fn deep_texts_are_not_looked_at() {
        let text = format!("{}{}", "[".repeat(100), "]".repeat(100));
        assert_eq!(misread_key(Json::parse(&text).unwrap(), &[]), Some(MisreadKey::TooDeep));
    }
}
