//! The annotation that silences a rule for one object: `podnetworking-policy/ignore.<rule-id>: <reason>`.

use podnetworking_policy::json::fault::Faults;
use podnetworking_policy::json::path::Path;
use podnetworking_policy::json::value::Json;

use crate::catalogue;
use crate::locate;
use crate::note::Note;
use crate::object::Object;

/// The prefix of the key.
const PREFIX: &str = "podnetworking-policy/ignore.";
const ANNOTATIONS: &str = "metadata.annotations";

/// The rules that the annotations of an object silence.
#[derive(Debug, Default)]
pub struct Silence {
    rules: Vec<String>,
    /// Annotations that have no effect, and why.
    pub notes: Vec<Note>,
}

impl Silence {
    /// Reads the annotations of an object.
    pub fn of(object: &Object) -> Self {
        let mut silence = Self::default();
        // Most objects have no such annotation, and a search of the text is faster than parsing.
        if !object.document.json().contains(PREFIX) {
            return silence;
        }
        let annotations =
            object.json().member("metadata").and_then(|json| json.member("annotations")).and_then(Json::present);
        let members = annotations.map(|json| json.members(&Path::Root, &mut Faults::default())).unwrap_or_default();
        for (key, value) in members {
            let Some(rule) = key.strip_prefix(PREFIX) else { continue };
            let message = if catalogue::find(rule).is_none() {
                format!("`{key}` has no effect: there is no rule `{rule}`")
            } else if value.as_str().is_none_or(|reason| reason.trim().is_empty()) {
                format!("`{key}` has no effect: give the reason as its value")
            } else {
                silence.rules.push(rule.to_owned());
                continue;
            };
            let position = locate::field(&object.document, "", &format!("{ANNOTATIONS}[{key}]"));
            silence.notes.push(Note { position, message });
        }
        silence
    }

    /// Whether findings of this rule are silenced.
    pub fn covers(&self, rule: &str) -> bool {
        self.rules.iter().any(|silenced| silenced == rule)
    }
}
