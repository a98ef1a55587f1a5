//! Makes JSON text: the answers have few shapes, and each writes itself.

use std::fmt::Write;

/// Builds JSON text. Commas are added where they are needed.
#[derive(Debug, Default)]
pub struct Writer {
    text: String,
}

impl Writer {
    /// The text.
    #[must_use]
    pub fn finish(self) -> String {
        self.text
    }

    /// What is before the next member or element.
    fn separate(&mut self) {
        // A value never ends with an opening bracket; a string ends with its quotation mark.
        if !matches!(self.text.as_bytes().last(), None | Some(b'{' | b'[' | b':')) {
            self.text.push(',');
        }
    }

    /// An object, whose members `write` writes.
    pub fn object(&mut self, write: impl FnOnce(&mut Self)) {
        self.separate();
        self.text.push('{');
        write(self);
        self.text.push('}');
    }

    /// A list of strings.
    pub fn strings<S: AsRef<str>>(&mut self, strings: &[S]) {
        self.open_list();
        for text in strings {
            self.string(text.as_ref());
        }
        self.close_list();
    }

    /// The beginning of a list, whose elements follow.
    pub fn open_list(&mut self) {
        self.separate();
        self.text.push('[');
    }

    /// The end of a list.
    pub fn close_list(&mut self) {
        self.text.push(']');
    }

    /// The key of a member, whose value follows.
    pub fn key(&mut self, key: &str) -> &mut Self {
        self.separate();
        push_string(&mut self.text, key);
        self.text.push(':');
        self
    }

    /// A string.
    pub fn string(&mut self, text: &str) {
        self.separate();
        push_string(&mut self.text, text);
    }

    /// What is JSON text already: a number, a word, a whole value.
    pub fn raw(&mut self, json: &str) {
        self.separate();
        self.text.push_str(json);
    }

    /// A member that is a string.
    pub fn member(&mut self, key: &str, text: &str) {
        self.key(key).string(text);
    }
}

/// `text` as a JSON string.
#[must_use]
pub fn string(text: &str) -> String {
    let mut json = String::with_capacity(text.len() + 2);
    push_string(&mut json, text);
    json
}

fn push_string(json: &mut String, text: &str) {
    json.push('"');
    let mut rest = text;
    let is_escaped = |byte: &u8| *byte < b' ' || matches!(byte, b'"' | b'\\');
    while let Some(at) = rest.as_bytes().iter().position(is_escaped) {
        let (before, from) = rest.split_at_checked(at).unwrap_or((rest, ""));
        json.push_str(before);
        let mut characters = from.chars();
        match characters.next() {
            Some('\u{8}') => json.push_str("\\b"),
            Some('\u{c}') => json.push_str("\\f"),
            Some('\n') => json.push_str("\\n"),
            Some('\r') => json.push_str("\\r"),
            Some('\t') => json.push_str("\\t"),
            Some(character @ ('"' | '\\')) => {
                json.push('\\');
                json.push(character);
            }
            Some(control) => {
                // Writing to memory cannot fail.
                let _ = write!(json, "\\u{:04x}", u32::from(control));
            }
            None => {}
        }
        rest = characters.as_str();
    }
    json.push_str(rest);
    json.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_are_escaped_as_serde_json_does() {
        for text in ["", "a", "\"\\\n\r\t\u{8}\u{c}\u{0}\u{1f}\u{7f}é\u{2028}/", "a\"", "\"a", "\u{1}\u{1}"] {
            assert_eq!(string(text), serde_json::to_string(text).expect("JSON"));
        }
    }

    #[test]
    fn commas_stand_between_members_and_elements() {
        let mut writer = Writer::default();
        writer.object(|writer| {
            writer.member("a{", "{");
            writer.key("b").strings(&["[", "x", ","]);
            writer.key("c").strings::<&str>(&[]);
            writer.key("d").object(|_| {});
            writer.key("e").raw("1");
        });
        assert_eq!(writer.finish(), r#"{"a{":"{","b":["[","x",","],"c":[],"d":{},"e":1}"#);
    }
}
