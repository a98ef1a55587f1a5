//! What is wrong with a value, and what to do about it: the words of a finding, a fault and a settings error.

use std::fmt;

/// One thing that is wrong.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Problem {
    /// The field at fault, as Kubernetes writes paths; empty for the whole object.
    pub path: String,
    /// The offending value. No answer shows it: it decides whether an old object had the same problem.
    pub value: String,
    /// What is wrong, in one line.
    pub message: String,
    /// What to do, concretely.
    pub help: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}; {}", self.message, self.help)
    }
}
