//! JSON that this crate wrote itself, cut without parsing it again.

/// Writes a string with its quotes.
pub(crate) fn write_string(text: &str, out: &mut String) {
    out.push('"');
    let mut rest = text;
    while let Some(at) = rest.bytes().position(|byte| byte == b'"' || byte == b'\\' || byte < b' ') {
        let (plain, special) = rest.split_at_checked(at).unwrap_or_default();
        out.push_str(plain);
        let mut characters = special.chars();
        match characters.next() {
            Some('\n') => out.push_str("\\n"),
            Some('\r') => out.push_str("\\r"),
            Some('\t') => out.push_str("\\t"),
            Some(character @ ('"' | '\\')) => {
                out.push('\\');
                out.push(character);
            }
            Some(character) => {
                out.push_str("\\u00");
                let code = u32::from(character);
                out.extend([code >> 4, code & 15].into_iter().filter_map(|digit| char::from_digit(digit, 16)));
            }
            None => {}
        }
        rest = characters.as_str();
    }
    out.push_str(rest);
    out.push('"');
}

/// Whether a value is written that JSON does not have: `.inf`, `-.inf` or `.nan`.
pub(crate) fn has_not_finite(json: &str) -> bool {
    let mut pieces = json.split('"');
    // What is between quotes, up to one that is not escaped, is a string.
    let is_escaped = |piece: &str| (piece.len() - piece.trim_end_matches('\\').len()) % 2 == 1;
    while let Some(outside) = pieces.next() {
        if ["[.", ",.", ":.", "-."].iter().any(|start| outside.contains(start)) || outside.starts_with('.') {
            return true;
        }
        while pieces.next().is_some_and(is_escaped) {}
    }
    false
}

/// The entries of an object: each key with its quotes, and the text of its value.
pub(crate) fn members(object: &str) -> impl Iterator<Item = (&str, &str)> {
    let mut pieces = Pieces { rest: object.get(1..).unwrap_or_default() };
    std::iter::from_fn(move || Some((pieces.next()?, pieces.next()?)))
}

/// The elements of an array.
pub(crate) fn elements(array: &str) -> impl Iterator<Item = &str> {
    Pieces { rest: array.get(1..).unwrap_or_default() }
}

/// The text of a string.
pub(crate) fn string(value: &str) -> Option<String> {
    use crate::event::{Event, Events, Scalar, Style};
    match crate::json::JsonEvents::new(value, 0).next() {
        Ok(Some((Event::Scalar(Scalar { text, style: Style::Quoted, .. }), _))) => Some(text.into_owned()),
        _ => None,
    }
}

/// Values with one separator after each, up to a closing bracket.
struct Pieces<'a> {
    rest: &'a str,
}

impl<'a> Iterator for Pieces<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<&'a str> {
        let length = value_length(self.rest.as_bytes());
        let (value, rest) = self.rest.split_at_checked(length).filter(|(value, _)| !value.is_empty())?;
        self.rest = rest.get(1..).unwrap_or_default();
        Some(value)
    }
}

fn value_length(bytes: &[u8]) -> usize {
    let mut depth = 0_usize;
    let mut in_string = false;
    let mut escaped = false;
    for (offset, byte) in bytes.iter().enumerate() {
        if in_string {
            match byte {
                _ if escaped => escaped = false,
                b'\\' => escaped = true,
                b'"' => in_string = false,
                _ => {}
            }
            continue;
        }
        match byte {
            b'"' => in_string = true,
            b'{' | b'[' => depth += 1,
            b',' | b':' if depth == 0 => return offset,
            b'}' | b']' => match depth.checked_sub(1) {
                Some(outer) => depth = outer,
                None => return offset,
            },
            _ => {}
        }
    }
    bytes.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cuts_objects_and_arrays() {
        let object = r#"{"a":{"b":[1,"},"]},"c\"":"x\\","d":1e3,"e":[]}"#;
        let expected = [("\"a\"", r#"{"b":[1,"},"]}"#), (r#""c\"""#, r#""x\\""#), ("\"d\"", "1e3"), ("\"e\"", "[]")];
        assert_eq!(members(object).collect::<Vec<_>>(), expected);
        assert_eq!(elements(r#"[1,"a,b",{"c":[2]},[]]"#).collect::<Vec<_>>(), ["1", "\"a,b\"", "{\"c\":[2]}", "[]"]);
        assert_eq!(members("{}").count() + elements("[]").count(), 0);
    }

    #[test]
    fn writes_strings() {
        for text in ["", "é\u{1}\u{1f}\"\\\n\r\t\u{7f}", "plain", "\u{1F600}\0"] {
            let mut out = String::new();
            write_string(text, &mut out);
            assert_eq!(serde_json::from_str::<String>(&out).ok().as_deref(), Some(text), "{out}");
            assert_eq!(string(&out).as_deref(), Some(text));
        }
    }
}
