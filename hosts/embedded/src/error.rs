//! Errors of modules and calls.

use std::{error, fmt, path::PathBuf, time::Duration};

/// A module cannot be loaded.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum LoadError {
    /// The file cannot be read.
    Read {
        /// The file.
        path: PathBuf,
        /// The error of the operating system.
        cause: String,
    },
    /// The bytes are not WebAssembly that this host can compile.
    Compile(String),
    /// The module lacks an export that every call needs.
    NotWapc {
        /// The name of the export.
        missing: &'static str,
    },
    /// The module imports a function that a waPC host does not have.
    Link(String),
}

impl fmt::Display for LoadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Read { path, cause } => write!(f, "cannot read `{}`: {cause}", path.display()),
            Self::Compile(cause) => write!(f, "cannot compile the module: {cause}"),
            Self::NotWapc { missing } => write!(f, "not a waPC module: it does not export `{missing}`"),
            Self::Link(cause) => write!(f, "the module imports a function that a waPC host does not have: {cause}"),
        }
    }
}

impl error::Error for LoadError {}

/// A call has no valid answer.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum CallError {
    /// The module reported an error by `__guest_error`.
    Guest(String),
    /// The module trapped: a panic, an access out of bounds, an exhausted stack or memory.
    Trap(String),
    /// The module was stopped after this time limit.
    TimeLimit(Duration),
    /// The answer does not have the type that the operation returns.
    Answer {
        /// The operation that was called.
        operation: &'static str,
        /// What is wrong with the answer.
        cause: String,
    },
}

impl fmt::Display for CallError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Guest(message) => write!(f, "the module reported an error: {message}"),
            Self::Trap(cause) => write!(f, "the module trapped: {cause}"),
            Self::TimeLimit(limit) => write!(f, "the module was stopped after the time limit of {limit:?}"),
            Self::Answer { operation, cause } => {
                write!(f, "the answer of the module to `{operation}` is not valid: {cause}")
            }
        }
    }
}

impl error::Error for CallError {}
