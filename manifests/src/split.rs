//! A stream cut into its documents, so that a broken one does not take the others with it.

use std::ops::Range;

/// The spans of the documents of a text that hold more than comments.
///
/// A document begins at a line `---` (or with the directives before it) and ends before the next one, or with a
/// line `...`. YAML allows neither line inside a scalar, and kubectl cuts there too.
pub(crate) fn documents(text: &str) -> Vec<Range<usize>> {
    let mut documents = Vec::new();
    let mut document = Open::default();
    let mut offset = 0;
    for line in text.split_inclusive('\n') {
        let end = offset + line.len();
        if let Some(rest) = after_marker(line, "---") {
            if document.content || document.marker {
                document.close(offset, &mut documents);
            }
            document.marker = true;
            document.content = has_content(rest);
        } else if after_marker(line, "...").is_some() {
            document.close(end, &mut documents);
        } else if !document.content {
            document.content = has_content(line) && !line.starts_with('%');
        }
        offset = end;
    }
    document.close(offset, &mut documents);
    documents
}

#[derive(Default)]
struct Open {
    start: usize,
    /// A line `---` was seen.
    marker: bool,
    /// Something was seen that is neither comment nor directive.
    content: bool,
}

impl Open {
    fn close(&mut self, end: usize, documents: &mut Vec<Range<usize>>) {
        if self.content {
            documents.push(self.start..end);
        }
        *self = Self { start: end, marker: false, content: false };
    }
}

fn after_marker<'a>(line: &'a str, marker: &str) -> Option<&'a str> {
    line.strip_prefix(marker).filter(|rest| rest.is_empty() || rest.starts_with([' ', '\t', '\r', '\n']))
}

fn has_content(line: &str) -> bool {
    let line = line.trim_start();
    !line.is_empty() && !line.starts_with('#')
}

#[cfg(test)]
mod tests {
    #![allow(clippy::string_slice)]
    use super::*;

    #[test]
    fn cuts_at_markers() {
        let cases: &[(&str, &[&str])] = &[
            ("", &[]),
            ("# only\n\n", &[]),
            ("a: 1", &["a: 1"]),
            ("a: 1\n---\nb: 2\n", &["a: 1\n", "---\nb: 2\n"]),
            ("---\n---\n# c\n---\na: 1\n---\n", &["---\na: 1\n"]),
            ("a: 1\r\n---\r\nb: 2\r\n", &["a: 1\r\n", "---\r\nb: 2\r\n"]),
            (
                "%YAML 1.1\n# c\n---\na: 1\n...\n%YAML 1.1\n---\nb: 2",
                &["%YAML 1.1\n# c\n---\na: 1\n...\n", "%YAML 1.1\n---\nb: 2"],
            ),
            ("--- {a: 1}\n--- # c\nb: 2\n", &["--- {a: 1}\n", "--- # c\nb: 2\n"]),
            ("a: |\n  ---\n ---\n----\n---x\n", &["a: |\n  ---\n ---\n----\n---x\n"]),
        ];
        for (text, expected) in cases {
            let found: Vec<&str> = documents(text).into_iter().map(|range| &text[range]).collect();
            assert_eq!(&found, expected, "{text:?}");
        }
    }
}
