//! What could not be read, and what was passed over.

use std::fmt;
use std::sync::Arc;

use crate::location::{Location, Source};

/// Something is broken. The other documents of the file, and the other files, are still read.
#[derive(Clone, Debug)]
pub struct ReadError {
    /// The file, as it was given.
    pub file: String,
    /// Where in the file; absent where the file could not be opened.
    pub location: Option<Location>,
    /// What is wrong, and what to do.
    pub message: String,
    /// The text of the file, to show the line at fault.
    pub source: Option<Arc<Source>>,
}

impl ReadError {
    pub(crate) fn file(file: impl Into<String>, message: impl Into<String>) -> Self {
        Self { file: file.into(), location: None, message: message.into(), source: None }
    }

    pub(crate) fn at(source: &Arc<Source>, start: usize, end: usize, message: impl Into<String>) -> Self {
        Self {
            file: source.name().to_owned(),
            location: Some(source.location(start, end)),
            message: message.into(),
            source: Some(Arc::clone(source)),
        }
    }

    /// The line, which begins at 1.
    pub fn line(&self) -> Option<usize> {
        self.location.map(|location| location.line)
    }

    /// The column in characters, which begins at 1.
    pub fn column(&self) -> Option<usize> {
        self.location.map(|location| location.column)
    }
}

impl fmt::Display for ReadError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.location {
            Some(location) => write!(out, "{}:{}:{}: {}", self.file, location.line, location.column, self.message),
            None => write!(out, "{}: {}", self.file, self.message),
        }
    }
}

impl std::error::Error for ReadError {}

/// A file, or one document of it, that holds no Kubernetes object and was passed over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Skipped {
    /// The file, as it was given.
    pub file: String,
    /// The line of the document; absent where the whole file was passed over.
    pub line: Option<usize>,
    /// Whether it is a Helm template that is not rendered, of which a user should hear.
    pub template: bool,
    /// Why it was passed over.
    pub reason: String,
}

impl fmt::Display for Skipped {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(out, "{}:{line}: {}", self.file, self.reason),
            None => write!(out, "{}: {}", self.file, self.reason),
        }
    }
}
