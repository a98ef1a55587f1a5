//! The bytewise least value that is not excluded.

use crate::selectors::syntax::NAME_MAX;

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
    use crate::selectors::syntax::is_value;

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
}
