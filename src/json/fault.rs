//! What is wrong with a field that was read: of the wrong type, there twice, or not a selector.
//!
//! The same object can be the one that is judged or one that is stored, so a fault is not yet a finding.

use crate::answer::finding::{TOLD, counted, digest};
use crate::json::path::Path;
use crate::json::value::{Json, Kind};
use crate::rules::{MALFORMED_OBJECT, Rule, SELECTOR_INVALID};
use crate::text::quote::{quote, quote_json};

/// One thing wrong with one field.
#[derive(Clone, Debug)]
pub struct Fault {
    /// The rule that reports it.
    pub rule: &'static Rule,
    /// The field.
    pub path: String,
    /// The offending value, by which an old and a new fault are told to be the same.
    pub value: String,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: String,
    /// Where it stands for others that are not told one by one: the digest of each.
    pub folded: Vec<u64>,
}

/// Faults in the order in which they were met. Of very many the first are told one by one, and the others counted.
#[derive(Debug, Default)]
pub struct Faults {
    told: Vec<Fault>,
    /// By rule: the path of the first that is only counted, and the digest of each.
    counted: Vec<(&'static Rule, String, Vec<u64>)>,
}

impl Faults {
    fn push(&mut self, fault: Fault) {
        if self.told.len() < TOLD {
            self.told.push(fault);
        } else {
            self.count(fault.rule, &fault.path, &fault.value);
        }
    }

    fn count(&mut self, rule: &'static Rule, path: &str, value: &str) {
        let digest = digest(rule.id, value, []);
        match self.counted.iter_mut().find(|(counted, ..)| counted.id == rule.id) {
            Some((_, _, digests)) => digests.push(digest),
            None => self.counted.push((rule, path.to_owned(), vec![digest])),
        }
    }

    /// Whether some are counted and none is told.
    pub(crate) fn is_folded(&self) -> bool {
        self.told.is_empty() && !self.counted.is_empty()
    }

    /// All of them counted, none told.
    pub(crate) fn fold(&mut self) {
        for fault in std::mem::take(&mut self.told) {
            self.count(fault.rule, &fault.path, &fault.value);
        }
    }

    /// The field at `path` is not what it must be.
    pub fn malformed(&mut self, path: &Path<'_>, expected: &str, found: Json<'_>) {
        let place = path.without_indices();
        let path = path.to_string();
        let noun = match found.kind() {
            // Its kind is right, so its inside is not.
            Kind::String if expected == "a string" => "a string with a broken escape",
            kind => kind.noun(),
        };
        let found_text = match found.kind() {
            Kind::Object | Kind::List | Kind::Null => noun.to_owned(),
            _ => format!("{noun}, {}", quote_json(found)),
        };
        let subject = if path.is_empty() { "the object".to_owned() } else { quote(&path).to_string() };
        self.push(Fault {
            rule: &MALFORMED_OBJECT,
            value: format!("{place}={}", found.text()),
            message: format!("{subject} must be {expected}, found {found_text}"),
            help: format!("make {subject} {expected}"),
            folded: Vec::new(),
            path,
        });
    }

    /// The same, where only the kind of what was found is known.
    pub fn malformed_kind(&mut self, path: &Path<'_>, expected: &str, noun: &str) {
        let path = path.to_string();
        self.push(Fault {
            rule: &MALFORMED_OBJECT,
            value: format!("{path}={noun}"),
            message: format!("{} must be {expected}, found {noun}", quote(&path)),
            help: format!("make {} {expected}", quote(&path)),
            folded: Vec::new(),
            path,
        });
    }

    /// The field at `path` must be there and is not.
    pub fn missing(&mut self, path: &Path<'_>, expected: &str) {
        let place = path.without_indices();
        let path = path.to_string();
        self.push(Fault {
            rule: &MALFORMED_OBJECT,
            value: place,
            message: format!("{} must be {expected}, found nothing", quote(&path)),
            help: format!("set {}", quote(&path)),
            folded: Vec::new(),
            path,
        });
    }

    /// The field at `path` is there twice; readers differ in which one they take.
    pub fn duplicate(&mut self, path: &Path<'_>) {
        let place = path.without_indices();
        let path = path.to_string();
        self.push(Fault {
            rule: &MALFORMED_OBJECT,
            value: place,
            message: format!("{} must be there once, found it twice", quote(&path)),
            help: format!("keep one {}", quote(&path)),
            folded: Vec::new(),
            path,
        });
    }

    /// Kubernetes would refuse to build the selector, because of the `value` at `path`.
    pub fn invalid_selector(&mut self, path: &Path<'_>, value: &str, message: String, help: String) {
        self.push(Fault {
            rule: &SELECTOR_INVALID,
            path: path.to_string(),
            value: value.to_owned(),
            message,
            help,
            folded: Vec::new(),
        });
    }

    /// Whether nothing was wrong.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.told.is_empty() && self.counted.is_empty()
    }

    /// How many things were wrong.
    #[must_use]
    pub fn len(&self) -> usize {
        self.told.len() + self.counted.iter().map(|(.., digests)| digests.len()).sum::<usize>()
    }

    /// The first fault.
    #[must_use]
    pub fn first(&self) -> Option<&Fault> {
        self.told.first()
    }

    /// Those alone that the rule reports.
    #[must_use]
    pub(crate) fn of_rule(mut self, rule: &Rule) -> Self {
        self.told.retain(|fault| fault.rule.id == rule.id);
        self.counted.retain(|(counted, ..)| counted.id == rule.id);
        self
    }

    /// The faults, in the order in which they were met, and last one for each rule of which some were only counted.
    #[must_use]
    pub fn into_vec(self) -> Vec<Fault> {
        let mut faults = self.told;
        for (rule, path, folded) in self.counted {
            let (message, help) = counted(folded.len(), &path);
            faults.push(Fault { rule, value: String::new(), message, help, folded, path });
        }
        faults
    }
}
