//! A place in the text, and what is there.

use crate::event::SyntaxError;

/// A place: its byte of the text, its line, and its column, which counts characters from 0.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Mark {
    pub offset: usize,
    pub line: usize,
    pub column: usize,
}

/// Moves through the text. The byte after the end is 0, which the text does not hold.
pub(crate) struct Cursor<'a> {
    pub text: &'a str,
    pub mark: Mark,
}

impl<'a> Cursor<'a> {
    pub fn new(text: &'a str, start: usize) -> Self {
        Self { text, mark: Mark { offset: start, ..Mark::default() } }
    }

    /// The byte that is so many bytes ahead.
    pub fn byte(&self, ahead: usize) -> u8 {
        self.text.as_bytes().get(self.mark.offset + ahead).copied().unwrap_or(0)
    }

    pub fn is_end(&self) -> bool {
        self.mark.offset >= self.text.len()
    }

    pub fn is_blank(&self) -> bool {
        matches!(self.byte(0), b' ' | b'\t')
    }

    /// How many bytes the line break has that is so many bytes ahead; 0 where there is none.
    pub fn line_break(&self, ahead: usize) -> usize {
        match self.byte(ahead) {
            b'\n' => 1,
            b'\r' => match (self.byte(ahead + 1), self.byte(ahead + 2)) {
                (b'\n', _) => 2,
                // kubectl takes `\r\n` for `\n` before it reads YAML.
                (b'\r', b'\n') => 3,
                _ => 1,
            },
            0xC2 if self.byte(ahead + 1) == 0x85 => 2,
            0xE2 if self.byte(ahead + 1) == 0x80 && matches!(self.byte(ahead + 2), 0xA8 | 0xA9) => 3,
            _ => 0,
        }
    }

    pub fn is_break(&self) -> bool {
        self.line_break(0) > 0
    }

    /// Whether a line ends so many bytes ahead.
    pub fn ends_line(&self, ahead: usize) -> bool {
        self.byte(ahead) == 0 || self.line_break(ahead) > 0
    }

    /// Whether a word ends so many bytes ahead.
    pub fn ends_word(&self, ahead: usize) -> bool {
        matches!(self.byte(ahead), b' ' | b'\t') || self.ends_line(ahead)
    }

    /// Whether a line begins here that ends the document: `---` or `...`.
    pub fn is_document_marker(&self) -> bool {
        self.mark.column == 0
            && self.text.get(self.mark.offset..).is_some_and(|rest| rest.starts_with("---") || rest.starts_with("..."))
            && self.ends_word(3)
    }

    /// Passes over one character, which is not a line break.
    pub fn skip(&mut self) {
        self.mark.offset += match self.byte(0) {
            0 if self.is_end() => 0,
            0..0x80 => 1,
            0x80..0xE0 => 2,
            0xE0..0xF0 => 3,
            0xF0.. => 4,
        };
        self.mark.column += 1;
    }

    /// Passes over some ASCII characters, which are not line breaks.
    pub fn skip_bytes(&mut self, count: usize) {
        self.mark.offset += count;
        self.mark.column += count;
    }

    pub fn skip_blanks(&mut self) {
        while self.is_blank() {
            self.skip_bytes(1);
        }
    }

    /// Passes over a comment, if there is one.
    pub fn skip_comment(&mut self) {
        if self.byte(0) == b'#' {
            self.skip_line();
        }
    }

    /// Passes over the rest of the line.
    pub fn skip_line(&mut self) {
        while !self.ends_line(0) {
            self.skip();
            // The usual characters at once.
            let rest = self.text.as_bytes().get(self.mark.offset..).unwrap_or_default();
            self.skip_bytes(rest.iter().take_while(|byte| matches!(byte, b' '..=b'~')).count());
        }
    }

    /// Passes over the line break, if there is one, and gives what it means.
    pub fn take_break(&mut self) -> &'a str {
        let length = self.line_break(0);
        if length == 0 {
            return "";
        }
        let is_wide = self.byte(0) == 0xE2;
        let start = self.mark.offset;
        self.mark.offset += length;
        self.mark.line += 1;
        self.mark.column = 0;
        if is_wide { self.since(start) } else { "\n" }
    }

    /// The text from an offset to here.
    pub fn since(&self, start: usize) -> &'a str {
        self.text.get(start..self.mark.offset).unwrap_or_default()
    }

    /// The character that is so many bytes ahead, to be shown.
    pub fn shown(&self, ahead: usize) -> String {
        let rest = self.text.get(self.mark.offset + ahead..).unwrap_or_default();
        rest.chars()
            .next()
            .map_or_else(|| "the end of the text".to_owned(), |found| format!("`{}`", found.escape_debug()))
    }

    pub fn fail<T>(&self, message: impl Into<String>) -> Result<T, SyntaxError> {
        Err(SyntaxError::new(self.mark.offset, message))
    }
}
