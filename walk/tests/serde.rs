#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test may fail loudly"
)]
//! The walk agrees with serde_json: on which texts are JSON, where a value ends, and what a string means.

use std::borrow::Cow;

use podnetworking_walk::{Walker, decode};
use proptest::prelude::*;
use serde::de::IgnoredAny;
use serde_json::Value;

/// Checks that both accept the text as a whole, or neither does.
fn check_whole(text: &str) {
    let walked = Walker::whole(text);
    let expected = serde_json::from_str::<IgnoredAny>(text);
    assert_eq!(walked.is_ok(), expected.is_ok(), "{text:?}: {walked:?}, {expected:?}");
    if let Ok(value) = walked {
        assert_eq!(value, text.trim_matches([' ', '\t', '\n', '\r']));
    }
}

/// Checks that both find the same end of the first value of the text.
fn check_prefix(text: &str) {
    let mut stream = serde_json::Deserializer::from_str(text).into_iter::<IgnoredAny>();
    let expected = stream.next().and_then(Result::ok).map(|_| stream.byte_offset());
    let mut walker = Walker::new(text);
    let value = walker.skip().ok().map(|value| value.as_ptr() as usize - text.as_ptr() as usize + value.len());
    // serde_json also expects white space or punctuation after a number or word. The walk leaves this to its next step.
    if let Some(expected) = expected {
        assert_eq!(value, Some(expected), "{text:?}");
    }
}

/// Checks that both read the same string, or neither does.
fn check_string(text: &str) {
    if !text.starts_with('"') || Walker::whole(text).is_err() {
        return;
    }
    let inside = text.trim().strip_prefix('"').and_then(|text| text.strip_suffix('"')).unwrap();
    assert_eq!(decode(inside).map(Cow::into_owned), serde_json::from_str::<String>(text).ok(), "{text:?}");
}

fn check(text: &str) {
    check_whole(text);
    check_prefix(text);
    check_string(text);
}

/// Reads the text into a tree with the steps of the walker.
fn tree(walker: &mut Walker<'_>) -> Result<Value, podnetworking_walk::Error> {
    Ok(match walker.peek() {
        b'{' => {
            let mut members = serde_json::Map::new();
            let mut more = walker.enter()?;
            while more {
                let key = walker.key()?;
                let key = walker.decode(key)?.into_owned();
                members.insert(key, tree(walker)?);
                more = walker.more_members()?;
            }
            Value::Object(members)
        }
        b'[' => {
            let mut elements = Vec::new();
            let mut more = walker.enter()?;
            while more {
                elements.push(tree(walker)?);
                more = walker.more_elements()?;
            }
            Value::Array(elements)
        }
        _ => serde_json::from_str(walker.skip()?).expect("what was walked over is JSON"),
    })
}

/// Any JSON value without floats, since some of them change when they are written and read.
fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        ".{0,24}".prop_map(Value::from),
        "[ -~]{0,24}".prop_map(Value::from),
    ];
    leaf.prop_recursive(6, 64, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::btree_map(".{0,12}", inner, 0..6)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

/// Text that is nearly JSON: pieces of the grammar in any order.
fn pieces() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        "\"",
        "\"\"",
        "\"a\"",
        "\"a\":",
        "{\"a\":",
        "\"\\u00",
        "\\u0041",
        "\\ud83d",
        "\\ude00",
        "\\n",
        "\\\"",
        "\\x",
        "\\",
        "\u{1}",
        "\u{7f}",
        "é",
        "0",
        "1",
        "00",
        "-",
        "+",
        ".",
        "e",
        "E",
        "1e5",
        "0.1",
        "-0",
        "1.",
        ".5",
        "1e",
        "1e+",
        "1E-3",
        "true",
        "tru",
        "false",
        "null",
        "nulL",
        " ",
        "\n",
        "\t",
        "\r",
        "\u{b}",
        "\0",
        "aaaaaaaa",
        "aaaaaaa\"",
        "\"aaaaaaaaaaaaaaaa\"",
        "/",
        "'",
        "NaN",
        "Infinity",
        "\u{feff}",
    ]);
    prop::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4096, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text(text in ".{0,32}") {
        check(&text);
        check(&format!("\"{text}\""));
    }

    #[test]
    fn nearly_json(text in pieces()) {
        check(&text);
        check(&format!("[{text}]"));
        check(&format!("{{\"a\":{text}}}"));
        check(&format!("\"{text}\""));
    }

    #[test]
    fn json_with_a_byte_changed(value in value(), at in any::<prop::sample::Index>(), byte in 0_u8..128, pretty in any::<bool>()) {
        let text = if pretty { serde_json::to_string_pretty(&value) } else { serde_json::to_string(&value) }.unwrap();
        check(&text);
        let mut bytes = text.into_bytes();
        let at = at.index(bytes.len());
        bytes[at] = byte;
        if let Ok(text) = String::from_utf8(bytes) {
            check(&text);
        }
    }

    #[test]
    fn an_error_knows_that_a_text_is_cut_off(value in value(), at in any::<prop::sample::Index>()) {
        let text = serde_json::to_string(&value).unwrap();
        if let Some(cut) = text.get(..at.index(text.len())) {
            check(cut);
            if let Err(error) = Walker::whole(cut) {
                prop_assert!(error.is_eof(), "{:?}: {}", cut, error);
            }
        }
    }

    #[test]
    fn the_steps_of_the_walker_read_the_whole_value(value in value(), pretty in any::<bool>()) {
        let text = if pretty { serde_json::to_string_pretty(&value) } else { serde_json::to_string(&value) }.unwrap();
        let mut walker = Walker::new(&text);
        prop_assert_eq!(tree(&mut walker).unwrap(), value);
        walker.end().unwrap();
    }
}

/// Every text of three of the characters that matter to JSON, alone and as the content of a string.
#[test]
fn all_short_texts() {
    let bytes: Vec<char> = "{}[],:\"\\/untrfeals0123-+.eE \t\n\u{1}\u{8}é".chars().collect();
    for a in &bytes {
        for b in &bytes {
            for c in &bytes {
                let text: String = [a, b, c].into_iter().collect();
                check(&text);
                check(&format!("\"{text}\""));
            }
        }
    }
}

/// Every sequence of up to five tokens of objects and lists.
#[test]
fn all_short_nestings() {
    let mut texts = vec![String::new()];
    for _ in 0..5 {
        let tokens = ["{", "}", "[", "]", ",", "\"a\":", "1"];
        texts = texts.iter().flat_map(|text| tokens.map(|token| format!("{text}{token}"))).collect();
        for text in &texts {
            check(text);
        }
    }
}

/// Two escapes in a row: a surrogate pair, two characters, or half a pair.
#[test]
fn all_pairs_of_unicode_escapes() {
    let units =
        ["0000", "0041", "00e9", "D7FF", "d800", "d83d", "dbff", "dc00", "de00", "dfff", "e000", "ffff", "00g0"];
    for first in units {
        check(&format!("\"\\u{first}\""));
        for second in units {
            check(&format!("\"a\\u{first}\\u{second}b\""));
            check(&format!("\"\\u{first}\\n\\u{second}\""));
        }
    }
}

#[test]
fn depth_has_no_limit() {
    for depth in [1, 63, 64, 65, 127, 128, 129, 192, 193, 1000, 100_000] {
        let kinds = |index: usize| index.is_multiple_of(3) || index % 7 == 2;
        let mut text = String::new();
        for index in 0..depth {
            text.push_str(if kinds(index) { "{\"a\":" } else { "[" });
        }
        text.push('1');
        for index in (0..depth).rev() {
            text.push(if kinds(index) { '}' } else { ']' });
        }
        check_whole(&text);
        assert!(Walker::whole(&text).is_ok(), "{depth}");
        let wrong = if text.ends_with('}') { ']' } else { '}' };
        check_whole(&format!("{}{wrong}", &text[..text.len() - 1]));
        check_whole(&text[..text.len() - 1]);
    }
}

#[test]
fn errors_have_a_line_and_a_column() {
    let error = |text| Walker::whole(text).unwrap_err().to_string();
    assert_eq!(error(""), "the text ends too early at line 1 column 1");
    assert_eq!(error("{\n  \"a\" 1}"), "expected `:` at line 2 column 7");
    assert_eq!(error("[1,]"), "expected a value at line 1 column 4");
    assert_eq!(error("[1 2]"), "expected `,` or `]` at line 1 column 4");
    assert_eq!(error("[{\"a\":1 2}]"), "expected `,` or `}` at line 1 column 9");
    assert_eq!(error("{1:2}"), "expected a key at line 1 column 2");
    assert_eq!(error("1 2"), "expected the end of the text at line 1 column 3");
}
