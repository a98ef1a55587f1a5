//! Where something stands in a file.

use std::sync::OnceLock;

/// Between two known counts of characters, so that a column in a file of one long line is found quickly.
const CHECKPOINT: usize = 4096;

/// A span of a file. Lines and columns begin at 1, columns count characters, the end is exclusive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Location {
    /// The line of the first character.
    pub line: usize,
    /// The column of the first character.
    pub column: usize,
    /// The line of the end.
    pub end_line: usize,
    /// The column after the last character.
    pub end_column: usize,
    /// The offset of the first byte in [`Source::text`].
    pub start: usize,
    /// The offset after the last byte in [`Source::text`].
    pub end: usize,
}

/// The text of a file, decoded to UTF-8 and without a byte order mark.
#[derive(Debug)]
pub struct Source {
    name: String,
    text: String,
    table: OnceLock<Table>,
}

#[derive(Debug)]
struct Table {
    /// The offset at which each line begins.
    lines: Vec<usize>,
    /// The characters before each multiple of `CHECKPOINT`.
    characters: Vec<usize>,
}

impl Source {
    pub(crate) fn new(name: String, text: String) -> Self {
        Self { name, text, table: OnceLock::new() }
    }

    /// The name of the file, as it was given.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The whole text. The byte offsets of a [`Location`] are offsets into it.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// A line by its number, which begins at 1, without its line break.
    pub fn line(&self, line: usize) -> Option<&str> {
        let lines = &self.table().lines;
        let start = *lines.get(line.checked_sub(1)?)?;
        let end = lines.get(line).copied().unwrap_or(self.text.len());
        Some(self.text.get(start..end)?.trim_end_matches(['\r', '\n']))
    }

    /// The offset at which a line begins.
    pub(crate) fn start_of(&self, line: usize) -> usize {
        line.checked_sub(1).and_then(|line| self.table().lines.get(line)).copied().unwrap_or(0)
    }

    /// The location of a span of bytes.
    pub fn location(&self, start: usize, end: usize) -> Location {
        let start = start.min(self.text.len());
        let end = end.clamp(start, self.text.len());
        let (line, column) = self.position(start);
        let (end_line, end_column) = self.position(end);
        Location { line, column, end_line, end_column, start, end }
    }

    fn position(&self, offset: usize) -> (usize, usize) {
        let lines = &self.table().lines;
        let line = lines.partition_point(|&start| start <= offset);
        let line_start = line.checked_sub(1).and_then(|line| lines.get(line)).copied().unwrap_or(0);
        let within = self.text.as_bytes().get(line_start..offset).unwrap_or_default();
        // The start of a line of usual length is nearer than the checkpoint.
        let characters = if within.len() <= CHECKPOINT {
            count_characters(within)
        } else {
            self.characters_before(offset) - self.characters_before(line_start)
        };
        (line, characters + 1)
    }

    fn characters_before(&self, offset: usize) -> usize {
        let checkpoint = offset / CHECKPOINT;
        let known = self.table().characters.get(checkpoint).copied().unwrap_or(0);
        known + count_characters(self.text.as_bytes().get(checkpoint * CHECKPOINT..offset).unwrap_or_default())
    }

    fn table(&self) -> &Table {
        self.table.get_or_init(|| {
            let bytes = self.text.as_bytes();
            let breaks = bytes.iter().enumerate().filter(|&(_, &byte)| byte == b'\n').map(|(offset, _)| offset + 1);
            let characters = bytes.chunks(CHECKPOINT).scan(0, |before, chunk| {
                let here = *before;
                *before += count_characters(chunk);
                Some(here)
            });
            let mut characters: Vec<usize> = characters.collect();
            if bytes.len().is_multiple_of(CHECKPOINT) {
                characters.push(count_characters(bytes));
            }
            Table { lines: std::iter::once(0).chain(breaks).collect(), characters }
        })
    }
}

fn count_characters(bytes: &[u8]) -> usize {
    bytes.iter().filter(|&&byte| byte & 0xC0 != 0x80).count()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn counts_lines_and_characters() {
        let source = Source::new("a".into(), "é: ü\r\nb: c".into());
        let location = source.location(source.text().find('ü').unwrap(), source.text().len());
        assert_eq!((location.line, location.column, location.end_line, location.end_column), (1, 4, 2, 5));
        assert_eq!(source.line(1), Some("é: ü"));
        assert_eq!(source.line(2), Some("b: c"));
        assert_eq!(source.line(0), None);
        assert_eq!(source.line(3), None);
        assert_eq!(source.location(99, 98).end_column, 5);
    }

    #[test]
    fn finds_columns_beyond_a_checkpoint() {
        for length in [CHECKPOINT - 1, CHECKPOINT, CHECKPOINT + 1, 3 * CHECKPOINT] {
            let source = Source::new("a".into(), "é".repeat(length));
            let location = source.location(0, 2 * length);
            assert_eq!(location.end_column, length + 1);
        }
    }
}
