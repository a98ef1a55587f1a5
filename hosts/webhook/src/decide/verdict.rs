//! What was decided: by the core, or by the module in Kubewarden's `ValidationResponse`.

use std::collections::BTreeMap;

use podnetworking_policy::answer::decision::Decision;
use serde::Deserialize;

/// A decision.
#[derive(Debug, Default, Deserialize)]
pub struct Verdict {
    /// Whether no rule denies.
    pub accepted: bool,
    /// The denials, one a line.
    #[serde(default)]
    pub message: Option<String>,
    /// The HTTP status of a denial.
    #[serde(default)]
    pub code: Option<u16>,
    /// The object as it is to be stored, if a mutation changed it.
    #[serde(default, deserialize_with = "text")]
    pub mutated_object: Option<String>,
    /// What the audit log gets.
    #[serde(default)]
    pub audit_annotations: BTreeMap<String, String>,
    /// The warnings, one a line.
    #[serde(default)]
    pub warnings: Vec<String>,
}

/// The text of an object, as it is.
fn text<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    let object = Option::<Box<serde_json::value::RawValue>>::deserialize(deserializer)?;
    Ok(object.map(|object| object.get().to_owned()))
}

impl From<Decision> for Verdict {
    fn from(decision: Decision) -> Self {
        let answer = decision.to_admission_answer();
        let (message, code) = answer.denial.unzip();
        let annotations = answer.audit_annotations.into_iter().map(|(key, value)| (key.to_owned(), value));
        Self {
            accepted: message.is_none(),
            message,
            code,
            mutated_object: decision.mutated_object,
            audit_annotations: annotations.collect(),
            warnings: answer.warnings,
        }
    }
}

impl Verdict {
    /// Reads a `ValidationResponse`.
    ///
    /// # Errors
    /// If it is none.
    pub fn read(text: &str) -> Result<Self, String> {
        serde_json::from_str(text).map_err(|error| format!("the decision cannot be read: {error}"))
    }

    /// The lines of a denial.
    pub fn denials(&self) -> impl Iterator<Item = &str> {
        self.message.iter().flat_map(|message| message.lines()).filter(|line| line.starts_with('['))
    }

    /// The rules with their severities, in the order of the lines, each once.
    #[must_use]
    pub fn rules(&self) -> Vec<(&str, &'static str)> {
        let denied = self.denials().map(|line| (line, "deny"));
        let warned = self.warnings.iter().map(|line| (line.as_str(), "warn"));
        let mut rules = Vec::new();
        for (line, severity) in denied.chain(warned) {
            let rule = line.strip_prefix('[').and_then(|line| line.split_once(']')).map(|(rule, _)| (rule, severity));
            rules.extend(rule.filter(|rule| !rules.contains(rule)));
        }
        rules
    }
}

/// A decision could not be made: a mistake of ours, which no rule knows about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failed {
    /// It took too long.
    Deadline,
    /// There is too much to do.
    Overloaded(String),
    /// Anything else, in one line.
    Error(String),
}

/// What was decided, and what was missing for it.
#[derive(Debug)]
pub struct Decided {
    /// The decision.
    pub verdict: Verdict,
    /// A namespace that it depends on and that the watch has not shown.
    pub unknown_namespace: Option<String>,
}
