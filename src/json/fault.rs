//! What is wrong with a field that was read: it has the wrong type, is set twice, or is not a valid selector.
//!
//! The object can be the one of the request or a stored one, so a fault is not yet a finding.

use crate::json::path::Path;
use crate::json::value::{Json, Kind};
use crate::text::overflow::{MAX_LISTED, identity_hash, overflow};
use crate::text::problem::Problem;
use crate::text::quote::quote;

/// The kinds of faults, which different rules report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FaultKind {
    /// A field has the wrong type, is missing, or is set twice.
    Malformed,
    /// Kubernetes would not build the selector.
    InvalidSelector,
}

/// One thing wrong with one field.
#[derive(Clone, Debug)]
pub struct Fault {
    /// What kind of fault it is.
    pub kind: FaultKind,
    /// What is wrong, and where.
    pub problem: Problem,
    /// If this fault summarizes others that are not listed: the identity hash of each.
    pub unlisted: Vec<u64>,
}

/// Faults in the order in which they were found. If there are very many, the first are listed and the others counted.
#[derive(Debug, Default)]
pub struct Faults {
    listed: Vec<(FaultKind, Problem)>,
    /// By kind: the path of the first fault that is only counted, and the identity hash of each.
    unlisted: Vec<(FaultKind, String, Vec<u64>)>,
}

impl Faults {
    fn push(&mut self, kind: FaultKind, problem: Problem) {
        if self.listed.len() < MAX_LISTED {
            self.listed.push((kind, problem));
        } else {
            self.count(kind, &problem);
        }
    }

    fn count(&mut self, kind: FaultKind, problem: &Problem) {
        let hash = identity_hash(&problem.value, []);
        match self.unlisted.iter_mut().find(|(counted, ..)| *counted == kind) {
            Some((_, _, hashes)) => hashes.push(hash),
            None => self.unlisted.push((kind, problem.path.clone(), vec![hash])),
        }
    }

    /// Whether all faults are only counted.
    pub(crate) fn is_unlisted(&self) -> bool {
        self.listed.is_empty() && !self.unlisted.is_empty()
    }

    /// Counts all faults instead of listing them.
    pub(crate) fn unlist(&mut self) {
        for (kind, problem) in std::mem::take(&mut self.listed) {
            self.count(kind, &problem);
        }
    }

    /// The field at `path` is not what it must be.
    pub fn malformed(&mut self, path: &Path<'_>, expected: &str, found: Json<'_>) {
        let place = path.without_indices();
        let path = path.to_string();
        let noun = found.kind().noun();
        let found_text = match found.kind() {
            Kind::Object | Kind::List | Kind::Null => noun.to_owned(),
            _ => format!("{noun} ({})", quote_json(found)),
        };
        let subject = if path.is_empty() { "the document".to_owned() } else { quote(&path).to_string() };
        self.push(
            FaultKind::Malformed,
            Problem {
                value: format!("{place}={}", found.text()),
                message: match found.kind() {
                    // The kind is right, but the string cannot be decoded.
                    Kind::String if expected == "a string" => {
                        format!("{subject} has an invalid escape sequence ({})", quote_json(found))
                    }
                    _ => format!("{subject} must be {expected}, but is {found_text}"),
                },
                help: change_to(expected),
                path,
            },
        );
    }

    /// Like [`Faults::malformed`], for a value of which only the kind is known.
    pub fn malformed_kind(&mut self, path: &Path<'_>, expected: &str, noun: &str) {
        let path = path.to_string();
        self.push(
            FaultKind::Malformed,
            Problem {
                value: format!("{path}={noun}"),
                message: format!("{} must be {expected}, but is {noun}", quote(&path)),
                help: change_to(expected),
                path,
            },
        );
    }

    /// The field at `path` is required and missing.
    pub fn missing(&mut self, path: &Path<'_>, expected: &str) {
        let place = path.without_indices();
        let path = path.to_string();
        self.push(
            FaultKind::Malformed,
            Problem {
                value: place,
                message: format!("{} is missing", quote(&path)),
                help: format!("set this field to {expected}"),
                path,
            },
        );
    }

    /// The field at `path` is set twice. Readers differ in which one they take.
    pub fn duplicate(&mut self, path: &Path<'_>) {
        let place = path.without_indices();
        let path = path.to_string();
        self.push(
            FaultKind::Malformed,
            Problem {
                value: place,
                message: format!("{} is set twice", quote(&path)),
                help: "remove one of the two".to_owned(),
                path,
            },
        );
    }

    /// Kubernetes would not build the selector, because of the `value` at `path`.
    pub fn invalid_selector(&mut self, path: &Path<'_>, value: &str, message: String, help: String) {
        self.push(
            FaultKind::InvalidSelector,
            Problem { path: path.to_string(), value: value.to_owned(), message, help },
        );
    }

    /// Whether nothing was wrong.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.listed.is_empty() && self.unlisted.is_empty()
    }

    /// How many faults there are, listed or counted.
    #[must_use]
    pub fn len(&self) -> usize {
        self.listed.len() + self.unlisted.iter().map(|(.., hashes)| hashes.len()).sum::<usize>()
    }

    /// The first fault that is listed.
    #[must_use]
    pub fn first(&self) -> Option<&Problem> {
        self.listed.first().map(|(_, problem)| problem)
    }

    /// The faults of one kind.
    #[must_use]
    pub(crate) fn of_kind(mut self, kind: FaultKind) -> Self {
        self.listed.retain(|(listed, _)| *listed == kind);
        self.unlisted.retain(|(counted, ..)| *counted == kind);
        self
    }

    /// The faults in the order in which they were found, then a summary for each kind that has unlisted faults.
    #[must_use]
    pub fn into_vec(self) -> Vec<Fault> {
        let listed = self.listed.into_iter().map(|(kind, problem)| Fault { kind, problem, unlisted: Vec::new() });
        let counted = self.unlisted.into_iter().map(|(kind, path, unlisted)| Fault {
            kind,
            problem: overflow(unlisted.len(), path),
            unlisted,
        });
        listed.chain(counted).collect()
    }
}

/// The help about a field of the wrong type.
fn change_to(expected: &str) -> String {
    format!("change this field to {expected}")
}

/// A JSON value for a message: a string without its quotation marks, anything else as it is written.
fn quote_json(value: Json<'_>) -> String {
    match value.as_str() {
        Some(text) => quote(&text).to_string(),
        None => quote(value.text()).to_string(),
    }
}
