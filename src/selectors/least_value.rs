//! The bytewise least value that is not excluded.
//!
//! A value has at most 63 bytes. So there are finitely many, and each except the last has a next one in bytewise order.

use crate::selectors::syntax::MAX_NAME_BYTES;

/// The bytewise least label value that is not in `excluded`, which is sorted; `None` if all are excluded.
///
/// ```
/// use podnetworking_policy::selectors::least_value::least_value;
///
/// assert_eq!(least_value(&[]).as_deref(), Some(""));
/// assert_eq!(least_value(&["", "1"]).as_deref(), Some("0"));
/// ```
#[must_use]
pub fn least_value(excluded: &[&str]) -> Option<String> {
    least(String::new(), &LABEL_ENDS, excluded)
}

/// The bytewise least name of a namespace that is not in `excluded`, which is sorted; `None` if all are excluded.
///
/// ```
/// use podnetworking_policy::selectors::least_value::least_namespace_name;
///
/// assert_eq!(least_namespace_name(&["1"]).as_deref(), Some("0"));
/// ```
#[must_use]
pub fn least_namespace_name(excluded: &[&str]) -> Option<String> {
    least("0".to_owned(), &NAMESPACE_ENDS, excluded)
}

/// The letters and digits with which a label value can begin and end, in bytewise order.
const LABEL_ENDS: [u8; 62] = *b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
/// The letters and digits with which the name of a namespace can begin and end, in bytewise order.
const NAMESPACE_ENDS: [u8; 36] = *b"0123456789abcdefghijklmnopqrstuvwxyz";

/// The first of `first` and the values after it that is not excluded.
fn least(first: String, ends: &[u8], excluded: &[&str]) -> Option<String> {
    let mut value = first;
    while excluded.binary_search(&value.as_str()).is_ok() {
        value = next(&value, ends)?;
    }
    Some(value)
}

/// The value after `value` in bytewise order. The outer bytes are `ends`; `-` is the least inner byte.
///
/// For example, `0` comes after the empty value, then `0-...-0` with 63 bytes, then `0-...-1`.
fn next(value: &str, ends: &[u8]) -> Option<String> {
    let mut text: Vec<u8> = value.bytes().collect();
    let least = *ends.first()?;
    if text.is_empty() {
        text.push(least);
        return String::from_utf8(text).ok();
    }
    if text.len() < MAX_NAME_BYTES {
        // The least of the longer values that begin with this one.
        text.resize(MAX_NAME_BYTES - 1, b'-');
        text.push(least);
        return String::from_utf8(text).ok();
    }
    // It cannot get longer. Step the last byte that has a greater one, and cut the value there. If it cannot end with
    // that byte, go on with the least bytes.
    while let Some(last) = text.pop() {
        let outer = text.is_empty() || text.len() == MAX_NAME_BYTES - 1;
        let step = steps(ends, outer).find(|byte| *byte > last);
        if let Some(byte) = step {
            text.push(byte);
            if !ends.contains(&byte) {
                text.resize(MAX_NAME_BYTES - 1, b'-');
                text.push(least);
            }
            return String::from_utf8(text).ok();
        }
    }
    None
}

/// The bytes that can be at a place, ascending. At an outer place, these are `ends`.
fn steps(ends: &[u8], outer: bool) -> impl Iterator<Item = u8> {
    let are_labels = ends.len() == LABEL_ENDS.len();
    (0..=u8::MAX).filter(move |byte| {
        ends.contains(byte) || (!outer && (*byte == b'-' || (are_labels && matches!(byte, b'.' | b'_'))))
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

    /// There is no value between the two. Inside, a label value can have `-`, `.` and `_`; the name of a namespace only
    /// `-`.
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
