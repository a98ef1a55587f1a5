//! Finds the end of a value in a text that was validated before: nothing is validated again.
//!
//! In another text the end is some position in it.

use crate::skip::{byte, stop};

/// The end of the value that begins at `at`.
#[inline(always)]
pub(crate) fn value_end(bytes: &[u8], at: usize) -> usize {
    match byte(bytes, at) {
        b'"' => string_end(bytes, at + 1),
        b'{' | b'[' => nested_end(bytes, at),
        _ => scalar_end(bytes, at),
    }
}

/// The end of a string. `at` is the position after its first quotation mark.
#[inline(never)]
fn string_end(bytes: &[u8], mut at: usize) -> usize {
    loop {
        at = stop(bytes, at);
        match bytes.get(at) {
            Some(b'"') => return at + 1,
            Some(b'\\') => at += 2,
            Some(_) => at += 1,
            None => return bytes.len(),
        }
    }
}

/// The end of a number, `true`, `false` or `null`.
#[inline(never)]
fn scalar_end(bytes: &[u8], mut at: usize) -> usize {
    while !matches!(byte(bytes, at), b',' | b'}' | b']' | 0..=b' ') {
        at += 1;
    }
    at
}

/// The end of the object or list that begins at `at`.
#[inline(never)]
fn nested_end(bytes: &[u8], at: usize) -> usize {
    #[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
    let (at, depth) = match by_blocks::nested_end(bytes, at) {
        Ok(end) => return end,
        Err(left) => left,
    };
    #[cfg(not(all(target_arch = "wasm32", target_feature = "simd128")))]
    let depth = 0;
    rest_end(bytes, at, depth)
}

/// The end of what is open at `at`, which is in no string.
fn rest_end(bytes: &[u8], mut at: usize, mut depth: usize) -> usize {
    while let Some(byte) = bytes.get(at) {
        at += 1;
        match byte {
            b'"' => at = string_end(bytes, at),
            b'{' | b'[' => depth += 1,
            b'}' | b']' => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return at;
                }
            }
            _ => {}
        }
    }
    bytes.len()
}

#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
mod by_blocks {
    use super::string_end;
    use crate::block::Block;

    /// The end of the object or list that begins at `at`; or a position in it that is in no string, and how many objects and
    /// lists are open there.
    pub(super) fn nested_end(bytes: &[u8], mut at: usize) -> Result<usize, (usize, usize)> {
        // The first bracket opens.
        let mut depth = 1_usize;
        at += 1;
        // All bits, if the block begins in a string.
        let mut inside = 0_u32;
        while let Some(block) = Block::at(bytes, at).filter(|block| !block.has_backslash()) {
            let [quotes, opening, closing] = block.structure();
            // A bit for each byte of a string, its first quotation mark included: the number of marks up to it is odd.
            let mut strings = quotes;
            strings ^= strings << 1;
            strings ^= strings << 2;
            strings ^= strings << 4;
            strings ^= strings << 8;
            strings ^= inside;
            let (opening, closing) = (opening & !strings, closing & !strings);
            if closing.count_ones() as usize >= depth {
                let mut brackets = opening | closing;
                while brackets != 0 {
                    let lowest = brackets & brackets.wrapping_neg();
                    if opening & lowest != 0 {
                        depth += 1;
                    } else {
                        depth = depth.saturating_sub(1);
                        if depth == 0 {
                            return Ok(at + lowest.trailing_zeros() as usize + 1);
                        }
                    }
                    brackets ^= lowest;
                }
            } else {
                depth = depth + opening.count_ones() as usize - closing.count_ones() as usize;
            }
            inside = 0_u32.wrapping_sub(strings >> 15 & 1);
            at += 16;
        }
        Err((if inside == 0 { at } else { string_end(bytes, at) }, depth))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may fail loudly")]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::skip;

    fn text() -> impl Strategy<Value = String> {
        prop::collection::vec(
            prop::sample::select(vec!["a", "\\\"", "\\\\", "{", "}", "[", "]", ",", "é", "\\u00e9"]),
            0..20,
        )
        .prop_map(|parts| format!("\"{}\"", parts.concat()))
    }

    fn value() -> impl Strategy<Value = String> {
        let leaf = prop_oneof![3 => text(), 1 => prop::sample::select(vec!["7", "-1.5e3", "true", "null"]).prop_map(str::to_owned)];
        leaf.prop_recursive(6, 60, 5, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..5).prop_map(|list| format!("[{}]", list.join(","))),
                prop::collection::vec((text(), inner), 0..5).prop_map(|members| {
                    let members: Vec<String> = members.iter().map(|(key, value)| format!("{key} : {value}")).collect();
                    format!("{{{} }}", members.join(" ,\n"))
                }),
            ]
        })
    }

    proptest! {
        #[test]
        fn the_end_is_where_a_walk_that_validates_ends(value in value(), rest in prop::sample::select(vec!["", ",", "]", " }", "\n"])) {
            let text = format!("{value}{rest}");
            let end = skip::value(text.as_bytes(), 0).unwrap();
            prop_assert_eq!(value_end(text.as_bytes(), 0), end);
            prop_assert_eq!(end, value.len());
        }

        #[test]
        fn there_is_an_end_in_any_text(text in "[ -~é]{0,40}", at in 0_usize..50) {
            prop_assert!(value_end(text.as_bytes(), at) <= text.len().max(at + 2));
        }
    }
}
