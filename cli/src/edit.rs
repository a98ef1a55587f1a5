//! Edits the text of a manifest so that it holds the mutated object. Comments and formatting stay.

use podnetworking_manifests::{Document, Location};
use podnetworking_policy::json::value::{Json, Kind};

use crate::yaml::{block, elements, flow, members, scalar};

/// A replacement of a range of bytes in a file.
#[derive(Clone, Debug)]
pub struct Edit {
    /// The offset of the first byte.
    pub start: usize,
    /// The offset after the last byte.
    pub end: usize,
    /// The new text.
    pub text: String,
}

/// The edits that turn the object of the document into the new one. None if edits cannot express the difference, for
/// example because a field is removed.
pub fn edits(document: &Document, new: Json<'_>) -> Option<Vec<Edit>> {
    let old = Json::parse(document.json()).ok()?;
    let mut editor = Editor { document, edits: Vec::new() };
    editor.compare("", old, new)?;
    Some(editor.edits)
}

struct Editor<'d> {
    document: &'d Document,
    edits: Vec<Edit>,
}

impl Editor<'_> {
    fn compare(&mut self, path: &str, old: Json<'_>, new: Json<'_>) -> Option<()> {
        if old.text() == new.text() {
            return Some(());
        }
        match (old.kind(), new.kind()) {
            (Kind::Object, Kind::Object) => self.object(path, old, new),
            (Kind::List, Kind::List) => self.list(path, old, new),
            _ => self.replace(path, new),
        }
    }

    fn object(&mut self, path: &str, old: Json<'_>, new: Json<'_>) -> Option<()> {
        let before = members(old);
        let after = members(new);
        if before.iter().any(|(key, _)| !after.iter().any(|(name, _)| name == key)) {
            return None;
        }
        let mut added = Vec::new();
        for (key, value) in after {
            match before.iter().find(|(name, _)| *name == key) {
                Some((_, old)) => self.compare(&join(path, &key), *old, value)?,
                None => added.push((key, value)),
            }
        }
        if added.is_empty() {
            return Some(());
        }
        let place = self.document.locate_exact(path)?;
        if self.starts_with(place, '{') {
            let is_json = self.document.is_json();
            let key_text = |key: &str| if is_json { serde_json::Value::from(key).to_string() } else { scalar(key) };
            let texts =
                added.iter().map(|(key, value)| format!("{}: {}", key_text(key), flow(*value, is_json))).collect();
            return self.add_to_flow(place, '}', texts);
        }
        let indent = self.indent(place)?;
        let mut text = String::new();
        for (key, value) in added {
            text.push_str(&format!("\n{}{}:", " ".repeat(indent), scalar(&key)));
            block(value, if value.kind() == Kind::List { indent } else { indent + 2 }, true, &mut text);
        }
        self.after_line(place, text);
        Some(())
    }

    fn list(&mut self, path: &str, old: Json<'_>, new: Json<'_>) -> Option<()> {
        let (before, after) = (elements(old), elements(new));
        if after.len() < before.len() || before.is_empty() {
            return self.replace(path, new);
        }
        for (index, (old, new)) in before.iter().zip(&after).enumerate() {
            self.compare(&format!("{path}[{index}]"), *old, *new)?;
        }
        let added: Vec<Json<'_>> = after.into_iter().skip(before.len()).collect();
        if added.is_empty() {
            return Some(());
        }
        let place = self.document.locate_exact(path)?;
        if self.starts_with(place, '[') {
            return self.add_to_flow(
                place,
                ']',
                added.into_iter().map(|value| flow(value, self.document.is_json())).collect(),
            );
        }
        let indent = self.indent(place)?;
        let mut text = String::new();
        for value in added {
            text.push_str(&format!("\n{}- ", " ".repeat(indent)));
            block(value, indent + 2, false, &mut text);
        }
        self.after_line(place, text);
        Some(())
    }

    fn replace(&mut self, path: &str, new: Json<'_>) -> Option<()> {
        let place = self.document.locate_exact(path)?;
        // An empty value has no text of its own: the position is the one of its key.
        if self.rest(place.end).starts_with(':') && !self.document.is_json() {
            self.edits.push(Edit { start: place.end + 1, end: place.end + 1, text: format!(" {}", flow(new, false)) });
            return Some(());
        }
        let is_block_list = new.kind() == Kind::List && self.starts_with(place, '-') && !elements(new).is_empty();
        let text = if is_block_list {
            let mut text = String::new();
            block(new, self.indent(place)?, false, &mut text);
            text
        } else {
            flow(new, self.document.is_json())
        };
        self.edits.push(Edit { start: place.start, end: place.end, text });
        Some(())
    }

    /// Adds entries to a flow list or map, before the closing bracket.
    fn add_to_flow(&mut self, place: Location, close: char, texts: Vec<String>) -> Option<()> {
        let inside = self.document.source().text().get(place.start + 1..place.end)?.strip_suffix(close)?;
        let is_empty = inside.trim().is_empty();
        let end = place.start + 1 + inside.trim_end().len();
        // If each entry has a line of its own, as in indented JSON, so do the new ones.
        let first = inside.split_once('\n').filter(|(line, _)| line.trim().is_empty()).map(|(_, rest)| rest);
        let separator = match first {
            Some(rest) if !is_empty => {
                let indent = rest.len() - rest.trim_start_matches(' ').len();
                format!(",\n{}", " ".repeat(indent))
            }
            _ => ", ".to_owned(),
        };
        let has_comma = inside.trim_end().ends_with(',');
        let mut text = String::new();
        for (index, entry) in texts.iter().enumerate() {
            if index > 0 || !is_empty {
                text.push_str(if index == 0 && has_comma { " " } else { &separator });
            }
            text.push_str(entry);
        }
        let start = if is_empty { place.start + 1 } else { end };
        self.edits.push(Edit { start, end: start, text });
        Some(())
    }

    /// Adds lines after the last line of a value in block style.
    fn after_line(&mut self, place: Location, text: String) {
        let rest = self.rest(place.end);
        let line = rest.split('\n').next().unwrap_or_default();
        let end = place.end + line.trim_end_matches('\r').len();
        let text = if line.ends_with('\r') { text.replace('\n', "\r\n") } else { text };
        self.edits.push(Edit { start: end, end, text });
    }

    /// The indentation of a value in block style. None if there is other text than blanks and dashes before the value.
    fn indent(&self, place: Location) -> Option<usize> {
        let before = self.document.source().line(place.line)?;
        let before: String = before.chars().take(place.column.saturating_sub(1)).collect();
        before.chars().all(|character| character == ' ' || character == '-').then(|| before.chars().count())
    }

    fn rest(&self, offset: usize) -> &str {
        self.document.source().text().get(offset..).unwrap_or_default()
    }

    fn starts_with(&self, place: Location, character: char) -> bool {
        self.rest(place.start).starts_with(character)
    }
}

fn join(path: &str, key: &str) -> String {
    if key.contains(['.', '[', ']', '/']) || key.is_empty() {
        format!("{path}[{key}]")
    } else if path.is_empty() {
        key.to_owned()
    } else {
        format!("{path}.{key}")
    }
}

/// The text from `start` to `end`, with the edits in that range applied.
pub fn apply(text: &str, start: usize, end: usize, edits: &[Edit]) -> String {
    // The sort is stable, so edits at the same offset stay in order.
    let mut edits: Vec<&Edit> = edits.iter().collect();
    edits.sort_by_key(|edit| (edit.start, edit.end));
    let mut out = String::new();
    let mut at = start;
    for edit in edits {
        out.push_str(text.get(at..edit.start).unwrap_or_default());
        out.push_str(&edit.text);
        at = edit.end.max(at);
    }
    out.push_str(text.get(at..end).unwrap_or_default());
    out
}
