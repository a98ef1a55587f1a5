//! JSON as Go reads it: the case of a key does not matter, and of a repeated key the last one counts. serde_json
//! keeps neither the order nor what is repeated.

use serde_json::Value;

#[derive(Clone, Debug)]
pub(crate) enum Go {
    Leaf(Value),
    List(Vec<Go>),
    Object(Vec<(String, Go)>),
}

impl Go {
    pub fn parse(text: &str) -> Option<Self> {
        serde_json::from_str::<Value>(text).ok()?;
        // The text is valid from here on.
        let mut rest = text;
        Some(value(&mut rest))
    }

    pub fn is_null(&self) -> bool {
        matches!(self, Self::Leaf(Value::Null))
    }

    /// The field as Go fills it, or nothing.
    pub fn field(&self, name: &str) -> Option<&Self> {
        let Self::Object(pairs) = self else { return None };
        pairs.iter().rev().find(|(key, _)| fold(key) == fold(name)).map(|(_, value)| value).filter(|go| !go.is_null())
    }

    /// A text, or nothing where Go reports a wrong type.
    pub fn text(field: Option<&Self>) -> Option<String> {
        match field {
            None => Some(String::new()),
            Some(Self::Leaf(Value::String(text))) => Some(text.clone()),
            Some(_) => None,
        }
    }

    pub fn texts(field: Option<&Self>) -> Option<Vec<String>> {
        match field {
            None => Some(Vec::new()),
            Some(Self::List(list)) => list.iter().map(|one| Self::text(Some(one))).collect(),
            Some(_) => None,
        }
    }
}

/// The letter long s and the sign of Kelvin are equal to `s` and `k` for Go.
fn fold(key: &str) -> String {
    key.chars()
        .map(|letter| match letter {
            '\u{17f}' => 's',
            '\u{212a}' => 'k',
            other => other.to_ascii_lowercase(),
        })
        .collect()
}

fn value(rest: &mut &str) -> Go {
    *rest = rest.trim_start();
    match rest.as_bytes()[0] {
        b'{' => {
            let mut pairs = Vec::new();
            open(rest);
            while !close(rest, '}') {
                let Go::Leaf(Value::String(key)) = value(rest) else { panic!("a key is a text") };
                *rest = rest.trim_start().strip_prefix(':').unwrap();
                pairs.push((key, value(rest)));
            }
            Go::Object(pairs)
        }
        b'[' => {
            let mut list = Vec::new();
            open(rest);
            while !close(rest, ']') {
                list.push(value(rest));
            }
            Go::List(list)
        }
        _ => {
            let mut stream = serde_json::Deserializer::from_str(rest).into_iter::<Value>();
            let leaf = stream.next().unwrap().unwrap();
            *rest = &rest[stream.byte_offset()..];
            Go::Leaf(leaf)
        }
    }
}

fn open(rest: &mut &str) {
    *rest = &rest[1..];
}

/// Whether the list or object ends here. A comma before the next member is taken.
fn close(rest: &mut &str, end: char) -> bool {
    *rest = rest.trim_start();
    if let Some(after) = rest.strip_prefix(end) {
        *rest = after;
        return true;
    }
    *rest = rest.strip_prefix(',').unwrap_or(rest);
    false
}
