//! Writes JSON values as YAML and as indented JSON. Numbers keep their digits.

use podnetworking_policy::json::fault::Faults;
use podnetworking_policy::json::path::Path;
use podnetworking_policy::json::value::{Json, Kind};

/// Words that YAML 1.1 does not read as strings.
const WORDS: [&str; 11] = ["y", "n", "yes", "no", "on", "off", "true", "false", "null", "nan", "inf"];

/// Text as a YAML scalar, quoted if it would not be read as a string otherwise.
pub fn scalar(text: &str) -> String {
    let is_plain = text.bytes().next().is_some_and(|byte| byte.is_ascii_alphabetic())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_./-".contains(&byte))
        && !WORDS.iter().any(|word| text.eq_ignore_ascii_case(word));
    if is_plain { text.to_owned() } else { serde_json::Value::from(text).to_string() }
}

/// The members of an object; empty for other values.
pub fn members(json: Json<'_>) -> Vec<(std::borrow::Cow<'_, str>, Json<'_>)> {
    if json.kind() == Kind::Object { json.members(&Path::Root, &mut Faults::default()) } else { Vec::new() }
}

/// The elements of a list; empty for other values.
pub fn elements(json: Json<'_>) -> Vec<Json<'_>> {
    if json.kind() == Kind::List { json.list(&Path::Root, &mut Faults::default()) } else { Vec::new() }
}

fn is_empty(json: Json<'_>) -> bool {
    match json.kind() {
        Kind::Object => members(json).is_empty(),
        Kind::List => elements(json).is_empty(),
        _ => true,
    }
}

/// Writes a value in block style. The first line is appended to what `out` ends with: a key, a dash or nothing.
///
/// With `after_key`, `out` ends with a key, so a map or a list begins on the next line.
pub fn block(json: Json<'_>, indent: usize, after_key: bool, out: &mut String) {
    if is_empty(json) {
        if after_key {
            out.push(' ');
        }
        match (json.kind(), json.as_str()) {
            (Kind::String, Some(text)) => out.push_str(&scalar(&text)),
            (Kind::Object, _) => out.push_str("{}"),
            (Kind::List, _) => out.push_str("[]"),
            _ => out.push_str(json.text()),
        }
        return;
    }
    let mut first = !after_key;
    let mut new_line = |out: &mut String| {
        if !first {
            out.push('\n');
            out.push_str(&" ".repeat(indent));
        }
        first = false;
    };
    for (key, value) in members(json) {
        new_line(out);
        out.push_str(&scalar(&key));
        out.push(':');
        // A list has the indentation of its key, as in kubectl's output.
        let deeper = if value.kind() == Kind::List { indent } else { indent + 2 };
        block(value, deeper, true, out);
    }
    for value in elements(json) {
        new_line(out);
        out.push_str("- ");
        block(value, indent + 2, false, out);
    }
}

/// A value in one line: as JSON, or as YAML in flow style, which needs fewer quotes.
pub fn flow(json: Json<'_>, as_json: bool) -> String {
    let text = |text: &str| if as_json { serde_json::Value::from(text).to_string() } else { scalar(text) };
    match (json.kind(), json.as_str()) {
        (Kind::Object, _) => {
            let members: Vec<String> = members(json)
                .into_iter()
                .map(|(key, value)| format!("{}: {}", text(&key), flow(value, as_json)))
                .collect();
            format!("{{{}}}", members.join(", "))
        }
        (Kind::List, _) => {
            let elements: Vec<String> = elements(json).into_iter().map(|value| flow(value, as_json)).collect();
            format!("[{}]", elements.join(", "))
        }
        (Kind::String, Some(string)) => text(&string),
        _ => json.text().to_owned(),
    }
}

/// Indented JSON.
pub fn pretty_json(json: Json<'_>) -> String {
    let mut out = String::new();
    pretty(json, 0, &mut out);
    out
}

fn pretty(json: Json<'_>, indent: usize, out: &mut String) {
    if is_empty(json) {
        out.push_str(match json.kind() {
            Kind::Object => "{}",
            Kind::List => "[]",
            _ => json.text(),
        });
        return;
    }
    let inner = " ".repeat(indent + 2);
    let (open, close) = if json.kind() == Kind::Object { ('{', '}') } else { ('[', ']') };
    out.push(open);
    let mut separator = "\n";
    for (key, value) in members(json) {
        out.push_str(separator);
        out.push_str(&format!("{inner}{}: ", serde_json::Value::from(key.as_ref())));
        pretty(value, indent + 2, out);
        separator = ",\n";
    }
    for value in elements(json) {
        out.push_str(separator);
        out.push_str(&inner);
        pretty(value, indent + 2, out);
        separator = ",\n";
    }
    out.push('\n');
    out.push_str(&" ".repeat(indent));
    out.push(close);
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may fail loudly")]
mod tests {
    use super::*;

    const TEXT: &str = r#"{"a":"true","b":[{"c":1,"d":[]},"x: y"],"e":{"f":12345678901234567890123,"g":null}}"#;

    #[test]
    fn a_value_in_block_style() {
        let mut out = String::new();
        block(Json::parse(TEXT).unwrap(), 0, false, &mut out);
        assert_eq!(out, "a: \"true\"\nb:\n- c: 1\n  d: []\n- \"x: y\"\ne:\n  f: 12345678901234567890123\n  g: null");
    }

    #[test]
    fn numbers_keep_their_digits() {
        let json = Json::parse(TEXT).unwrap();
        assert!(pretty_json(json).contains("\n    \"f\": 12345678901234567890123,\n"));
        assert!(flow(json, true).contains(r#""b": [{"c": 1, "d": []}, "x: y"]"#));
        assert!(flow(json, false).contains(r#"b: [{c: 1, d: []}, "x: y"]"#));
    }
}
