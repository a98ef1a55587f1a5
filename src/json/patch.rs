//! Edits on the text of an object: everything that is not edited stays as it was, byte for byte.

use std::fmt::Write;

use crate::json::value::{Json, Kind};
use crate::json::writer::string;

/// Replacements in a text, each of a range of bytes.
#[derive(Clone, Debug)]
pub struct Patch<'a> {
    text: &'a str,
    edits: Vec<Edit>,
}

/// A range of bytes and the text that replaces it.
#[derive(Clone, Debug)]
struct Edit {
    start: usize,
    end: usize,
    text: String,
    /// It is the first element or member of its list or object, if no edit before it is at the same place.
    is_first: bool,
}

impl<'a> Patch<'a> {
    /// Starts a patch of `object`.
    #[must_use]
    pub fn new(object: Json<'a>) -> Self {
        Self { text: object.text(), edits: Vec::new() }
    }

    /// Replaces a value, which must be a part of the object.
    pub fn replace(&mut self, part: Json<'_>, text: String) {
        if let Some(start) = self.offset(part) {
            self.edits.push(Edit { start, end: start + part.text().len(), text, is_first: true });
        }
    }

    /// Adds members to an object, or elements to a list, after what is there. `members` is their JSON text.
    pub fn append(&mut self, part: Json<'_>, members: &str) {
        let Some(start) = self.offset(part) else {
            return;
        };
        if !matches!(part.kind(), Kind::Object | Kind::List) {
            return;
        }
        // The last byte closes the object or list; before it, except for white space, ends its last member.
        let inside = part.text().len().saturating_sub(1);
        let before = part.text().get(..inside).unwrap_or_default().trim_end();
        let at = start + before.len();
        self.edits.push(Edit { start: at, end: at, text: members.to_owned(), is_first: before.len() <= 1 });
    }

    /// Sets members of an object, in the order given: existing ones are replaced, the others appended. An equal string stays,
    /// however it is escaped.
    pub fn set_members(&mut self, object: Json<'_>, members: &[(&'static str, String)]) {
        let mut added = String::new();
        for (key, text) in members {
            match object.member(key) {
                Some(value) if is_string(value, text) => {}
                Some(value) => self.replace(value, text.clone()),
                None => {
                    let separator = if added.is_empty() { "" } else { "," };
                    // A key of ours has nothing to escape.
                    let _ = write!(added, "{separator}\"{key}\":{text}");
                }
            }
        }
        if !added.is_empty() {
            self.append(object, &added);
        }
    }

    /// Sets a member below nested objects. Objects that are absent or null are made.
    pub fn set_nested(&mut self, object: Json<'_>, path: &[&'static str], text: String) {
        let Some((key, rest)) = path.split_first() else {
            return;
        };
        let nested = |text: String| rest.iter().rev().fold(text, |text, key| format!("{{\"{key}\":{text}}}"));
        match object.member(key) {
            Some(value) if value.kind() == Kind::Object && !rest.is_empty() => self.set_nested(value, rest, text),
            Some(value) => self.replace(value, nested(text)),
            None => self.append(object, &format!("\"{key}\":{}", nested(text))),
        }
    }

    /// The text with all edits, or nothing if that is the text as it was.
    #[must_use]
    pub fn finish(mut self) -> Option<String> {
        crate::collections::sort::by(&mut self.edits, |a, b| (a.start, a.end).cmp(&(b.start, b.end)));
        let mut result = String::with_capacity(self.text.len() + 256);
        let mut from = 0;
        let mut last = None;
        for edit in &self.edits {
            // Two mutations may not replace the same value: the result would be neither.
            debug_assert!(edit.start >= from, "two edits of one value");
            result.push_str(self.text.get(from..edit.start)?);
            // An earlier insertion at this place went into the same object or list.
            if edit.start == edit.end && (!edit.is_first || last == Some(edit.start)) {
                result.push(',');
            }
            result.push_str(&edit.text);
            from = edit.end;
            last = Some(edit.end).filter(|end| *end == edit.start);
        }
        result.push_str(self.text.get(from..)?);
        (result != self.text).then_some(result)
    }

    /// Where the part begins in the text: a [`Json`] is a slice of it.
    fn offset(&self, part: Json<'_>) -> Option<usize> {
        let start = (part.text().as_ptr() as usize).checked_sub(self.text.as_ptr() as usize)?;
        (start + part.text().len() <= self.text.len()).then_some(start)
    }
}

/// Whether the value is the string that the text writes.
fn is_string(value: Json<'_>, text: &str) -> bool {
    value.as_str().is_some_and(|there| string(&there) == text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn patched(text: &str, edit: impl Fn(&mut Patch<'_>, Json<'_>)) -> Option<String> {
        let object = Json::parse(text).expect("JSON");
        let mut patch = Patch::new(object);
        edit(&mut patch, object);
        patch.finish()
    }

    #[test]
    fn what_is_not_edited_stays() {
        let text = r#"{ "a" : 1.0, "b":{"big":12345678901234567890,"esc":"\u0041"} , "c":[ ] }"#;
        let result = patched(text, |patch, object| {
            patch.set_nested(object, &["b", "d", "e"], "true".to_owned());
            if let Some(list) = object.member("c") {
                patch.append(list, "1,2");
            }
        });
        assert_eq!(
            result.as_deref(),
            Some(r#"{ "a" : 1.0, "b":{"big":12345678901234567890,"esc":"\u0041","d":{"e":true}} , "c":[1,2 ] }"#)
        );
    }

    #[test]
    fn several_members_are_appended_to_an_empty_object() {
        let result = patched("{}", |patch, object| {
            patch.set_nested(object, &["a"], "1".to_owned());
            patch.set_nested(object, &["b", "c"], "2".to_owned());
        });
        assert_eq!(result.as_deref(), Some(r#"{"a":1,"b":{"c":2}}"#));
    }

    #[test]
    fn null_is_absent() {
        let result = patched(r#"{"a":null,"x":0}"#, |patch, object| {
            patch.set_nested(object, &["a", "b", "c"], "1".to_owned());
        });
        assert_eq!(result.as_deref(), Some(r#"{"a":{"b":{"c":1}},"x":0}"#));
    }

    #[test]
    fn nothing_changed_is_no_patch() {
        let result = patched(r#"{"a":"true"}"#, |patch, object| {
            patch.set_members(object, &[("a", string("true"))]);
        });
        assert_eq!(result, None);
    }

    #[test]
    fn a_string_that_is_there_stays_however_it_is_escaped() {
        let result = patched(r#"{"a":"\u0074rue","b":"\u2028"}"#, |patch, object| {
            patch.set_members(object, &[("a", string("true")), ("b", string("\u{2028}"))]);
        });
        assert_eq!(result, None);
    }

    #[test]
    fn members_are_replaced_or_appended() {
        let result = patched(r#"{"a":{"x":"1"}}"#, |patch, object| {
            if let Some(a) = object.member("a") {
                patch.set_members(a, &[("x", string("2")), ("y", string("3\"")), ("z", "4".to_owned())]);
            }
        });
        assert_eq!(result.as_deref(), Some(r#"{"a":{"x":"2","y":"3\"","z":4}}"#));
    }
}
