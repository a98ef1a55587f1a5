use std::fmt;

/// Why a text is not JSON, with the line and column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    what: &'static str,
    line: usize,
    column: usize,
    is_eof: bool,
}

impl Error {
    /// Whether the text ends too early: with more text it could be JSON.
    #[must_use]
    pub fn is_eof(&self) -> bool {
        self.is_eof
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = if self.is_eof { "the text ends too early" } else { self.what };
        write!(f, "{what} at line {} column {}", self.line, self.column)
    }
}

impl std::error::Error for Error {}

/// What is wrong at an offset of the text. Line and column are counted only when the caller gets the [`Error`].
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fault {
    pub(crate) at: usize,
    pub(crate) what: &'static str,
}

impl Fault {
    #[cold]
    pub(crate) fn new(at: usize, what: &'static str) -> Self {
        Self { at, what }
    }

    /// The error of a fault in this text.
    #[cold]
    #[inline(never)]
    pub(crate) fn within(self, text: &str) -> Error {
        let at = self.at.min(text.len());
        let before = text.as_bytes().get(..at).unwrap_or_default();
        let start = before.iter().rposition(|byte| *byte == b'\n').map_or(0, |index| index + 1);
        Error {
            what: self.what,
            line: 1 + before.iter().filter(|byte| **byte == b'\n').count(),
            column: 1 + at - start,
            is_eof: at == text.len(),
        }
    }
}
