//! What holds for every document.

use podnetworking_manifests::{Document, read_bytes, read_str};
use proptest::prelude::*;
use serde_json::{Map, Value};

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("yes".to_owned()),
        Just("~".to_owned()),
        Just("<<".to_owned()),
        Just("0x1F".to_owned()),
        Just("a: b # c".to_owned()),
        Just("---".to_owned()),
        "[a-z]{0,8}",
        "[ -~]{0,12}",
        "[a-zé\u{1F600}\\n\\t\\\\\"'{}:#&*!|>%@`-]{0,10}",
        any::<String>(),
    ]
}

fn key() -> impl Strategy<Value = String> {
    prop_oneof!["[a-z]{1,6}", "[a-z]{1,4}\\.[a-z]{1,3}/[a-z-]{1,5}", "[a-zé\u{1F600} \"':#{},&*!|>%@`-]{0,6}"]
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<i32>().prop_map(|eighths| Value::from(f64::from(eighths) / 8.0)),
        text().prop_map(Value::from),
    ];
    leaf.prop_recursive(5, 40, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::vec((key(), inner), 0..5)
                .prop_map(|entries| Value::Object(entries.into_iter().collect())),
        ]
    })
}

fn object() -> impl Strategy<Value = Value> {
    prop::collection::vec((key(), value()), 0..6).prop_map(|entries| {
        let mut object: Map<String, Value> = entries.into_iter().collect();
        object.insert("apiVersion".into(), "v1".into());
        object.insert("kind".into(), "X".into());
        Value::Object(object)
    })
}

fn single(text: &str) -> Document {
    let found = read_str("a.yaml", text);
    assert!(found.errors.is_empty(), "{}\n{text}", found.errors[0]);
    assert_eq!(found.documents.len(), 1, "{text}");
    found.documents.into_iter().next().unwrap()
}

/// Calls back with every path and its value.
fn paths(value: &Value, path: &str, seen: &mut impl FnMut(&str, &Value)) {
    seen(path, value);
    match value {
        Value::Array(elements) => {
            elements.iter().enumerate().for_each(|(at, element)| paths(element, &format!("{path}[{at}]"), seen))
        }
        Value::Object(entries) => entries.iter().for_each(|(key, entry)| paths(entry, &format!("{path}[{key}]"), seen)),
        _ => {}
    }
}

/// Whether the text, read alone, is the value.
fn reads_as(text: &str, value: &Value) -> bool {
    let text = text.replace('\n', "\n    ");
    let document = single(&format!("apiVersion: v1\nkind: X\nvalue:\n    {text}\n"));
    serde_json::from_str::<Value>(document.json()).unwrap()["value"] == *value
}

/// YAML as a person writes it: blocks, several styles of scalars, comments, anchors.
fn block(value: &Value, indent: usize, dice: &mut impl FnMut() -> u8, out: &mut String) {
    let pad = " ".repeat(indent);
    match value {
        Value::Object(entries) if !entries.is_empty() && !dice().is_multiple_of(4) => {
            for (key, entry) in entries {
                comment(&pad, dice, out);
                *out += &format!("\n{pad}{}:", serde_json::to_string(key).unwrap());
                if dice().is_multiple_of(8) {
                    *out += " &a";
                }
                block(entry, indent + 2, dice, out);
            }
        }
        Value::Array(elements) if !elements.is_empty() && !dice().is_multiple_of(4) => {
            for element in elements {
                comment(&pad, dice, out);
                *out += &format!("\n{pad}-");
                block(element, indent + 2, dice, out);
            }
        }
        Value::String(text)
            if dice().is_multiple_of(2)
                && !text.is_empty()
                && text.chars().all(|character| character.is_ascii_graphic()) =>
        {
            *out += &if dice().is_multiple_of(2) {
                format!(" '{}'", text.replace('\'', "''"))
            } else {
                format!(" !!str |-\n{pad}{text}")
            };
        }
        _ => *out += &format!(" {}", serde_json::to_string(value).unwrap()),
    }
}

fn comment(pad: &str, dice: &mut impl FnMut() -> u8, out: &mut String) {
    match dice() % 8 {
        0 => *out += &format!("\n{pad}# é: [a]"),
        1 if !out.lines().rev().nth(1).is_some_and(|line| line.ends_with("|-")) => *out += "  # x",
        2 => *out += "\n",
        _ => {}
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn json_is_read_as_serde_reads_it(value in object(), pretty: bool) {
        let text = if pretty { serde_json::to_string_pretty(&value) } else { serde_json::to_string(&value) }.unwrap();
        let document = single(&text);
        prop_assert!(document.is_json());
        prop_assert_eq!(document.json(), serde_json::to_string(&value).unwrap());
        paths(&value, "", &mut |path, value| {
            let location = document.locate_exact(path).unwrap_or_else(|| panic!("{path} in {text}"));
            let found: Value = serde_json::from_str(&text[location.start..location.end]).unwrap();
            assert_eq!(&found, value, "{path}");
        });
    }

    #[test]
    fn blocks_are_read_and_located(value in object(), dice in prop::collection::vec(any::<u8>(), 1..64), crlf: bool) {
        let mut rolls = dice.into_iter().cycle();
        let mut text = "---\n".to_owned();
        block(&value, 0, &mut || rolls.next().unwrap(), &mut text);
        if crlf {
            text = text.replace('\n', "\r\n");
        }
        text += "\n";
        let document = single(&text);
        prop_assert_eq!(&serde_json::from_str::<Value>(document.json()).unwrap(), &value);
        paths(&value, "", &mut |path, value| {
            let location = document.locate_exact(path).unwrap_or_else(|| panic!("{path} in {text}"));
            let found = text[location.start..location.end].replace('\r', "");
            assert!(!found.starts_with(char::is_whitespace) && !found.ends_with(char::is_whitespace), "{path} is {found:?} in {text}");
            match value {
                // A block's text alone has lost its indentation or its header.
                Value::Object(_) | Value::Array(_) if !found.starts_with(['{', '[']) => assert!(found.starts_with(['"', '-', '\'']), "{path} is {found:?} in {text}"),
                Value::String(wanted) if found == *wanted || found.strip_prefix("|-\n").map(str::trim_start) == Some(wanted) => {}
                _ => assert!(reads_as(&found, value), "{path} is {found:?} in {text}"),
            }
        });
    }

    #[test]
    fn nothing_panics(pieces in prop::collection::vec(prop_oneof![
        Just("a: "), Just("- "), Just("\n"), Just("  "), Just("---\n"), Just("&a "), Just("*a"), Just("{"), Just("}"), Just("["), Just("]"),
        Just(","), Just("\""), Just("'"), Just("|\n"), Just(">-\n"), Just("<<: "), Just("!!str "), Just("!x"), Just("%YAML"), Just("# c"), Just("?"),
        Just(": "), Just("\t"), Just("\r"), Just("é"), Just("\\u12"), Just("0x"), Just("..."), Just("apiVersion: v1\nkind: List\nitems:\n"),
        Just("{{"), Just("\u{FEFF}"), Just("\u{2028}"), Just("\0"), Just("\u{85}"),
    ], 0..40)) {
        let text = pieces.concat();
        for name in ["a.yaml", "a.json"] {
            let found = read_str(name, &text);
            for document in &found.documents {
                let _ = document.locate("a[0].a");
                let value = serde_json::from_str::<Value>(document.json()).unwrap();
                paths(&value, "", &mut |path, _| { let _ = document.locate(path); });
            }
            for error in &found.errors {
                let location = error.location.unwrap();
                assert!(location.start <= text.len() && error.source.as_ref().unwrap().line(location.line).is_some(), "{error}");
            }
        }
    }

    #[test]
    fn no_bytes_panic(bytes in prop::collection::vec(any::<u8>(), 0..60)) {
        read_bytes("a.yaml", &bytes);
    }
}
