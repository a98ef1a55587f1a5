//! What can go wrong with a module and with a call.

use std::{error, fmt, path::PathBuf, time::Duration};

/// A module could not be loaded.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum LoadError {
    /// The file could not be read.
    Read {
        /// The file.
        path: PathBuf,
        /// What the system said.
        cause: String,
    },
    /// The bytes are no WebAssembly that this host can compile.
    Compile(String),
    /// The module lacks an export without which nothing can be called.
    NotWapc {
        /// The export.
        missing: &'static str,
    },
    /// The module imports something that a waPC host does not have.
    Link(String),
}

impl fmt::Display for LoadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Read { path, cause } => write!(f, "cannot read `{}`: {cause}", path.display()),
            Self::Compile(cause) => write!(f, "cannot compile the module: {cause}"),
            Self::NotWapc { missing } => write!(f, "the module is no waPC guest: it does not export `{missing}`"),
            Self::Link(cause) => write!(f, "the module imports what a waPC host does not have: {cause}"),
        }
    }
}

impl error::Error for LoadError {}

/// A call did not come back with an answer.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum CallError {
    /// The guest said so itself, by `__guest_error`.
    Guest(String),
    /// The guest stopped in the middle: a panic, an access out of bounds, an exhausted stack or memory.
    Trap(String),
    /// The guest was stopped because it took longer than this.
    TimeLimit(Duration),
    /// The guest answered, but not with what the operation answers with.
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
            Self::Guest(message) => write!(f, "the guest answered with an error: {message}"),
            Self::Trap(cause) => write!(f, "the guest trapped: {cause}"),
            Self::TimeLimit(limit) => write!(f, "the guest was stopped after its time limit of `{limit:?}`"),
            Self::Answer { operation, cause } => write!(f, "the guest's answer to `{operation}` is not valid: {cause}"),
        }
    }
}

impl error::Error for CallError {}
