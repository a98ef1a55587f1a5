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

/// What was passed over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum What {
    /// A document without `apiVersion` and `kind`.
    NoObject,
    /// A file that holds nothing.
    Empty,
    /// What follows the end of a document.
    Rest,
    /// A template that is not rendered.
    Template,
    /// What `kustomize build` reads.
    Kustomization,
    /// A part of an object, which changes another one.
    Patch,
    /// An object with `${VAR}` in it. It is read all the same.
    Variable,
    /// A symbolic link that is not followed.
    Link,
    /// Files and folders whose names begin with a dot.
    Hidden,
    /// What an ignore file hides.
    Ignored,
    /// What the user asked to leave out.
    Excluded,
}

impl What {
    /// Its public name.
    pub fn id(self) -> &'static str {
        match self {
            Self::NoObject => "no-object",
            Self::Empty => "empty",
            Self::Rest => "rest",
            Self::Template => "template",
            Self::Kustomization => "kustomization",
            Self::Patch => "patch",
            Self::Variable => "variable",
            Self::Link => "symbolic-link",
            Self::Hidden => "hidden",
            Self::Ignored => "ignored",
            Self::Excluded => "excluded",
        }
    }
}

/// A file, or one document of it, that was passed over or is not read as it will be applied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Skipped {
    /// The file, as it was given; empty where it is about several.
    pub file: String,
    /// The line of the document; absent where the whole file was passed over.
    pub line: Option<usize>,
    /// What it is.
    pub what: What,
    /// Whether a user expects it: a file of a folder without any object, for example.
    pub expected: bool,
    /// Why it was passed over.
    pub reason: String,
}

impl Skipped {
    pub(crate) fn file(file: impl Into<String>, what: What, reason: impl Into<String>) -> Self {
        Self { file: file.into(), line: None, what, expected: false, reason: reason.into() }
    }
}

impl fmt::Display for Skipped {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(out, "{}:{line}: {}", self.file, self.reason),
            None if self.file.is_empty() => out.write_str(&self.reason),
            None => write!(out, "{}: {}", self.file, self.reason),
        }
    }
}
