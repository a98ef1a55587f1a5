//! The syntax of label keys, label values and names of namespaces, as Kubernetes validates it (apimachinery,
//! `util/validation`).

/// The longest label value, name part of a label key, or name of a namespace, in bytes.
pub(super) const MAX_NAME_BYTES: usize = 63;
/// The longest prefix of a label key, in bytes.
const MAX_PREFIX_BYTES: usize = 253;

/// What a label value must look like, for messages.
pub const VALUE_FORM: &str =
    "an empty value, or at most 63 letters, digits, `-`, `_` and `.` that begin and end with a letter or digit";
/// What a label key must look like, for messages.
pub const KEY_FORM: &str = "an optional lower-case DNS prefix and `/`, then 1 to 63 letters, digits, `-`, `_` and `.`";

/// Whether `text` is a label key: a name, with or without a DNS subdomain and a slash before it.
///
/// ```
/// use podnetworking_policy::selectors::syntax::is_key;
///
/// assert!(is_key("app"));
/// assert!(is_key("app.kubernetes.io/name"));
/// assert!(!is_key("App.io/name"), "a prefix is in lower case");
/// assert!(!is_key(""));
/// ```
#[must_use]
pub fn is_key(text: &str) -> bool {
    match text.split_once('/') {
        None => is_name(text),
        Some((prefix, name)) => {
            prefix.len() <= MAX_PREFIX_BYTES && prefix.split('.').all(is_dns_label) && is_name(name)
        }
    }
}

/// Whether `text` is a label value: empty or a name.
///
/// ```
/// use podnetworking_policy::selectors::syntax::is_value;
///
/// assert!(is_value("v1.2_x"));
/// assert!(is_value(""));
/// assert!(!is_value("-a"), "a value begins and ends with a letter or digit");
/// assert!(!is_value(&"a".repeat(64)));
/// ```
#[must_use]
pub fn is_value(text: &str) -> bool {
    text.is_empty() || is_name(text)
}

/// Whether `text` can be the name of a namespace: a DNS label of at most 63 bytes.
///
/// ```
/// use podnetworking_policy::selectors::syntax::is_namespace_name;
///
/// assert!(is_namespace_name("kube-system"));
/// assert!(!is_namespace_name("Shop"));
/// assert!(!is_namespace_name("a.b"));
/// ```
#[must_use]
pub fn is_namespace_name(text: &str) -> bool {
    text.len() <= MAX_NAME_BYTES && is_dns_label(text)
}

/// Whether `text` is `([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]`, of at most 63 bytes.
fn is_name(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() <= MAX_NAME_BYTES
        && bytes.first().is_some_and(u8::is_ascii_alphanumeric)
        && bytes.last().is_some_and(u8::is_ascii_alphanumeric)
        && bytes.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'))
}

/// Whether `text` is `[a-z0-9]([-a-z0-9]*[a-z0-9])?`, of any length.
fn is_dns_label(text: &str) -> bool {
    let bytes = text.as_bytes();
    let ends = |byte: Option<&u8>| byte.is_some_and(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
    ends(bytes.first())
        && ends(bytes.last())
        && bytes.iter().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || *b == b'-')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::selectors::known_labels::METADATA_NAME;

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
}
