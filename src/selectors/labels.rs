//! The syntax of labels, as Kubernetes validates it (apimachinery, `util/validation` and `labels`).

use std::borrow::Cow;

use crate::json::fault::Faults;
use crate::json::path::Path;
use crate::json::value::Json;

/// The longest label value and the longest name part of a key, in bytes.
const NAME_MAX: usize = 63;
/// The longest prefix of a label key, in bytes.
const PREFIX_MAX: usize = 253;

/// The label that every namespace has, with its name.
pub const METADATA_NAME: &str = "kubernetes.io/metadata.name";

fn is_inner(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.')
}

/// `([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]`, at most 63 bytes.
fn is_name(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() <= NAME_MAX
        && bytes.first().is_some_and(u8::is_ascii_alphanumeric)
        && bytes.last().is_some_and(u8::is_ascii_alphanumeric)
        && bytes.iter().all(|byte| is_inner(*byte))
}

/// Whether `text` is a label value: empty or a name.
#[must_use]
pub fn is_value(text: &str) -> bool {
    text.is_empty() || is_name(text)
}

/// Whether `text` is `[a-z0-9]([-a-z0-9]*[a-z0-9])?`, of any length.
fn is_dns_part(text: &str) -> bool {
    let bytes = text.as_bytes();
    let ends = |byte: Option<&u8>| byte.is_some_and(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
    ends(bytes.first())
        && ends(bytes.last())
        && bytes.iter().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || *b == b'-')
}

/// Whether `text` can be the name of a namespace: a DNS-1123 label.
#[must_use]
pub fn is_namespace_name(text: &str) -> bool {
    text.len() <= NAME_MAX && is_dns_part(text)
}

/// Whether `text` is a label key: a name, with a DNS-1123 subdomain and a slash before it or not.
#[must_use]
pub fn is_key(text: &str) -> bool {
    match text.split_once('/') {
        None => is_name(text),
        Some((prefix, name)) => prefix.len() <= PREFIX_MAX && prefix.split('.').all(is_dns_part) && is_name(name),
    }
}

/// What a label value must look like, for messages.
pub const VALUE_FORM: &str =
    "at most 63 letters, digits, `-`, `_` and `.`, beginning and ending with a letter or digit, or empty";
/// What a label key must look like, for messages.
pub const KEY_FORM: &str =
    "an optional lower-case DNS prefix and `/`, then at most 63 letters, digits, `-`, `_` and `.`";

/// The labels of an object, sorted by key for lookup.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Labels<'a>(Vec<(Cow<'a, str>, Cow<'a, str>)>);

impl<'a> Labels<'a> {
    /// Reads a map of strings; null is the empty string, as in Go. Kubernetes validates labels elsewhere; matching
    /// never does.
    pub fn read(json: Option<Json<'a>>, path: &Path<'_>, faults: &mut Faults) -> Self {
        let Some(json) = json else {
            return Self::default();
        };
        let mut labels = Vec::new();
        for (key, value) in json.members(path, faults) {
            let value = match value.present() {
                Some(value) => value.string(&path.key(&key), faults),
                None => Some(Cow::Borrowed("")),
            };
            labels.extend(value.map(|value| (key, value)));
        }
        crate::collections::sort::by(&mut labels, |a: &(Cow<'_, str>, Cow<'_, str>), b| a.cmp(b));
        Self(labels)
    }

    /// The value of a label.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&str> {
        let index = self.0.binary_search_by(|(name, _)| name.as_ref().cmp(key)).ok()?;
        self.0.get(index).map(|(_, value)| value.as_ref())
    }

    /// Sets a label.
    pub fn set(&mut self, key: Cow<'a, str>, value: Cow<'a, str>) {
        match self.0.binary_search_by(|(name, _)| name.cmp(&key)) {
            Ok(index) => {
                if let Some(slot) = self.0.get_mut(index) {
                    slot.1 = value;
                }
            }
            Err(index) => self.0.insert(index, (key, value)),
        }
    }

    /// The labels without one.
    #[must_use]
    pub fn without(&self, key: &str) -> Self {
        Self(self.0.iter().filter(|(name, _)| name != key).cloned().collect())
    }

    /// How many labels there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The labels, by key.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(key, value)| (key.as_ref(), value.as_ref()))
    }
}

impl<'a> FromIterator<(&'a str, &'a str)> for Labels<'a> {
    fn from_iter<I: IntoIterator<Item = (&'a str, &'a str)>>(labels: I) -> Self {
        let mut all = Self::default();
        for (key, value) in labels {
            all.set(Cow::Borrowed(key), Cow::Borrowed(value));
        }
        all
    }
}

/// The bytewise least value of a form of text that none of `excluded` (sorted) is.
///
/// Kubernetes' values have at most 63 bytes, so they are finitely many and have an order in which each has a next.
#[must_use]
pub fn least_value(excluded: &[&str]) -> Option<String> {
    least(String::new(), &LABEL_ENDS, excluded)
}

/// The bytewise least namespace name that none of `excluded` (sorted) is.
#[must_use]
pub fn least_namespace_name(excluded: &[&str]) -> Option<String> {
    least("0".to_owned(), &NAMESPACE_ENDS, excluded)
}

/// The letters and digits with which a label value can begin and end, in bytewise order.
const LABEL_ENDS: [u8; 62] = *b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
/// The same for a namespace name.
const NAMESPACE_ENDS: [u8; 36] = *b"0123456789abcdefghijklmnopqrstuvwxyz";

fn least(first: String, ends: &[u8], excluded: &[&str]) -> Option<String> {
    let mut value = first;
    while excluded.binary_search(&value.as_str()).is_ok() {
        value = next(&value, ends)?;
    }
    Some(value)
}

/// The value after `value` in bytewise order: `-` is the least inner byte, `ends` are the outer ones.
fn next(value: &str, ends: &[u8]) -> Option<String> {
    let mut text: Vec<u8> = value.bytes().collect();
    let least = *ends.first()?;
    if text.is_empty() {
        text.push(least);
        return String::from_utf8(text).ok();
    }
    if text.len() < NAME_MAX {
        // The least longer value that begins with this one.
        text.resize(NAME_MAX - 1, b'-');
        text.push(least);
        return String::from_utf8(text).ok();
    }
    // It cannot get longer: step the last byte that can be stepped, and cut there, or go on with the least bytes where
    // the value could not end.
    while let Some(last) = text.pop() {
        let outer = text.is_empty() || text.len() == NAME_MAX - 1;
        let step = steps(ends, outer).find(|byte| *byte > last);
        if let Some(byte) = step {
            text.push(byte);
            if !ends.contains(&byte) {
                text.resize(NAME_MAX - 1, b'-');
                text.push(least);
            }
            return String::from_utf8(text).ok();
        }
    }
    None
}

/// The bytes that may stand at a place, ascending: at an outer place only `ends`.
fn steps(ends: &[u8], outer: bool) -> impl Iterator<Item = u8> {
    let labels = ends.len() == LABEL_ENDS.len();
    (0..=u8::MAX).filter(move |byte| {
        ends.contains(byte) || (!outer && (*byte == b'-' || (labels && matches!(byte, b'.' | b'_'))))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values() {
        for good in ["", "a", "A-b_c.9", "0", &"x".repeat(63)] {
            assert!(is_value(good), "{good}");
        }
        for bad in ["-a", "a-", "a b", "a/b", "é", ".", &"x".repeat(64), "a\n"] {
            assert!(!is_value(bad), "{bad}");
        }
    }

    #[test]
    fn keys() {
        let long_label = format!("{}.b/c", "a".repeat(100));
        for good in ["a", "a.b/c", "A_b", "x-y.z/A.b_c", &long_label, METADATA_NAME] {
            assert!(is_key(good), "{good}");
        }
        let long_prefix = format!("{}/c", "a".repeat(254));
        for bad in ["", "/", "a/", "/a", "a/b/c", "A.b/c", "a..b/c", "-a/b", "a_b/c", &long_prefix, &"x".repeat(64)] {
            assert!(!is_key(bad), "{bad}");
        }
    }

    #[test]
    fn the_least_value_follows_in_bytewise_order() {
        assert_eq!(least_value(&[]).as_deref(), Some(""));
        assert_eq!(least_value(&[""]).as_deref(), Some("0"));
        let third = least_value(&["", "0"]).unwrap_or_default();
        assert_eq!(third, format!("0{}0", "-".repeat(61)));
        assert!(is_value(&third));
        let fourth = least_value(&["", "0", &third]).unwrap_or_default();
        assert_eq!(fourth, format!("0{}1", "-".repeat(61)));
        assert_eq!(least_namespace_name(&[]).as_deref(), Some("0"));
    }

    #[test]
    fn every_next_value_is_a_value_and_greater() {
        for start in [
            "",
            "0",
            "z",
            &"z".repeat(63),
            &format!("a{}z", "-".repeat(61)),
            &format!("a{}z", ".".repeat(61)),
            &format!("a{}Z", "-".repeat(61)),
        ] {
            let Some(after) = next(start, &LABEL_ENDS) else {
                assert_eq!(start, "z".repeat(63));
                continue;
            };
            assert!(is_value(&after), "{after}");
            assert!(after.as_str() > start, "{after}");
        }
    }

    /// Between the two there is no other: the inner bytes of a label value are `-`, `.` and `_` too, of a namespace's name
    /// only `-`.
    #[test]
    fn a_text_that_cannot_get_longer_is_stepped_at_its_last_byte_that_can_be() {
        let dashes = |count: usize| "-".repeat(count);
        for (value, in_labels, in_namespaces) in [
            (format!("a{}0", dashes(61)), format!("a{}1", dashes(61)), format!("a{}1", dashes(61))),
            (format!("a{}9", dashes(61)), format!("a{}A", dashes(61)), format!("a{}a", dashes(61))),
            (format!("a{}z", dashes(61)), format!("a{}.0", dashes(60)), format!("a{}0", dashes(60))),
            (format!("a{}9z", dashes(60)), format!("a{}A", dashes(60)), format!("a{}a", dashes(60))),
            (format!("a{}zz", dashes(60)), format!("a{}.-0", dashes(59)), format!("a{}0", dashes(59))),
            ("z".repeat(62) + "y", "z".repeat(63), "z".repeat(63)),
        ] {
            assert_eq!(next(&value, &LABEL_ENDS).as_deref(), Some(in_labels.as_str()), "{value}");
            assert_eq!(next(&value, &NAMESPACE_ENDS).as_deref(), Some(in_namespaces.as_str()), "{value}");
        }
        let (dot, upper) = (format!("a{}.z", dashes(60)), format!("a{}Zz", dashes(60)));
        assert_eq!(next(&dot, &LABEL_ENDS), Some(format!("a{}0", dashes(60))));
        assert_eq!(next(&upper, &LABEL_ENDS), Some(format!("a{}_0", dashes(60))));
        assert_eq!(next(&"z".repeat(63), &NAMESPACE_ENDS), None);
    }

    #[test]
    fn labels_are_looked_up_by_key() {
        assert!(Labels::default().is_empty());
        let mut labels: Labels<'_> = [("b", "2"), ("a", "1")].into_iter().collect();
        assert!(!labels.is_empty());
        labels.set("a".into(), "3".into());
        assert_eq!(labels.get("a"), Some("3"));
        assert_eq!(labels.get("c"), None);
        assert_eq!(labels.iter().collect::<Vec<_>>(), [("a", "3"), ("b", "2")]);
    }
}
