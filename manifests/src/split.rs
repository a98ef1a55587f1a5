//! A file cut into its documents where kubectl cuts it, so that a broken one does not take the others with it.

use std::borrow::Cow;
use std::ops::Range;

/// A document before it is read, as bytes of the text.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Chunk {
    /// All of it, with the line `---` before it.
    pub span: Range<usize>,
    /// Where kubectl begins to read it, which is behind that line as a rule.
    pub start: usize,
    /// What is behind `---` in its line although nothing may be there.
    pub misplaced: Option<Range<usize>>,
}

/// Whether kubectl takes a whole file for JSON: it looks at so many bytes.
pub(crate) fn is_json(text: &str) -> bool {
    let text = text.get(..text.floor_char_boundary(4096)).unwrap_or(text).trim_start();
    // `{{` is neither JSON nor YAML but a template.
    text.starts_with('{') && !text.starts_with("{{")
}

/// The documents of a text that hold more than comments. Each line that begins with `---` ends one, even within a
/// quoted scalar.
pub(crate) fn documents(text: &str) -> Vec<Chunk> {
    let mut chunks = Vec::new();
    let mut chunk = Chunk { span: 0..0, start: 0, misplaced: None };
    let mut has_content = false;
    let mut offset = 0;
    for line in text.split_inclusive('\n') {
        let end = offset + line.len();
        if let Some(rest) = line.strip_prefix("---") {
            let content = rest.trim_start();
            let misplaced = !content.is_empty() && !content.starts_with('#');
            let is_first = offset == chunk.start && chunk.misplaced.is_none() && !misplaced;
            let next = if is_first {
                Chunk { span: offset..offset, start: offset, misplaced: None }
            } else {
                let at = end - content.len();
                Chunk {
                    span: offset..offset,
                    start: end,
                    misplaced: misplaced.then(|| at..at + content.trim_end().len()),
                }
            };
            let done = std::mem::replace(&mut chunk, next);
            if has_content {
                chunks.push(Chunk { span: done.span.start..offset, ..done });
            }
            // Read as YAML, `---#` is text.
            has_content = misplaced || is_first && rest.starts_with('#');
        } else if !has_content {
            has_content = !is_comment(line);
        }
        offset = end;
    }
    if has_content {
        chunks.push(Chunk { span: chunk.span.start..offset, ..chunk });
    }
    chunks
}

/// Whether a line is empty or a comment, and nothing else.
fn is_comment(line: &str) -> bool {
    let line = line.trim_end_matches(['\r', '\n']).trim_start_matches(' ');
    // A line break or what YAML does not allow may be in it.
    let is_odd = |character: char| {
        character.is_control() && character != '\t' || "\u{2028}\u{2029}\u{FFFE}\u{FFFF}".contains(character)
    };
    line.is_empty() || line.starts_with('#') && !line.contains(is_odd)
}

/// The text up to the end of a document. kubectl ends its last line where the file does not.
pub(crate) fn up_to(text: &str, end: usize) -> Cow<'_, str> {
    let text = text.get(..end).unwrap_or(text);
    if text.ends_with('\n') { Cow::Borrowed(text) } else { Cow::Owned(format!("{text}\n")) }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::string_slice)]
    use super::*;

    #[test]
    fn cuts_at_markers() {
        let cases: &[(&str, &[(&str, &str)])] = &[
            ("", &[]),
            ("# only\n\n", &[]),
            ("a: 1", &[("a: 1", "a: 1")]),
            ("a: 1\n---\nb: 2\n", &[("a: 1\n", "a: 1\n"), ("---\nb: 2\n", "b: 2\n")]),
            ("---\na: 1\n", &[("---\na: 1\n", "---\na: 1\n")]),
            ("---\n---\n# c\n---\na: 1\n---\n", &[("---\na: 1\n", "a: 1\n")]),
            ("a: 1\n---\n---\nb: 1\n", &[("a: 1\n", "a: 1\n"), ("---\nb: 1\n", "---\nb: 1\n")]),
            ("a: 1\r\n---\r\nb: 2\r\n", &[("a: 1\r\n", "a: 1\r\n"), ("---\r\nb: 2\r\n", "b: 2\r\n")]),
            (
                "%YAML 1.1\n---\na: 1\n...\nb: 2",
                &[("%YAML 1.1\n", "%YAML 1.1\n"), ("---\na: 1\n...\nb: 2", "a: 1\n...\nb: 2")],
            ),
            ("--- # c\nb: 2\n---", &[("--- # c\nb: 2\n", "--- # c\nb: 2\n")]),
            ("a: |\n  ---\n ---\n", &[("a: |\n  ---\n ---\n", "a: |\n  ---\n ---\n")]),
        ];
        for (text, expected) in cases {
            let found = documents(text);
            let found: Vec<(&str, &str)> =
                found.iter().map(|chunk| (&text[chunk.span.clone()], &text[chunk.start..chunk.span.end])).collect();
            assert_eq!(&found, expected, "{text:?}");
        }
    }

    #[test]
    fn nothing_may_be_behind_a_marker() {
        let text = "a: 1\n---  {b: 1} \nc: 1\n----\n---\nd: 1\n";
        let found: Vec<_> = documents(text).into_iter().map(|chunk| chunk.misplaced.map(|span| &text[span])).collect();
        assert_eq!(found, [None, Some("{b: 1}"), Some("-"), None]);
    }

    #[test]
    fn knows_json_by_its_beginning() {
        assert!(is_json(" \n{\"a\": 1}"));
        assert!(!is_json("{{ if }}"));
        assert!(!is_json("[{}]"));
        assert!(!is_json(&format!("{}{{}}", " ".repeat(4096))));
    }
}
