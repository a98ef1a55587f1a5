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

/// Where annotations of pods are in workloads.
const TEMPLATES: [&str; 2] =
    ["spec.template.metadata.annotations", "spec.jobTemplate.spec.template.metadata.annotations"];

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
        for path in TEMPLATES {
            let steps = path.split('.');
            let annotations = steps.into_iter().try_fold(object.json(), Json::member).and_then(Json::present);
            let members = annotations.map(|json| json.members(&Path::Root, &mut Faults::default())).unwrap_or_default();
            for (key, _) in members.into_iter().filter(|(key, _)| key.starts_with(PREFIX)) {
                let position = locate::field(&object.document, "", &format!("{path}[{key}]"));
                let kind = &object.identity.kind;
                let message =
                    format!("`{key}` has no effect in a pod template; put it into `{ANNOTATIONS}` of the {kind}");
                silence.notes.push(Note { position, message });
            }
        }
        silence
    }

    /// The note about an annotation on the earlier of two objects that are reported at the later one.
    pub fn misplaced(object: &Object, rule: &str, later: &str) -> Note {
        let key = format!("{PREFIX}{rule}");
        let position = locate::field(&object.document, "", &format!("{ANNOTATIONS}[{key}]"));
        let message = format!("`{key}` has no effect on a pair that is reported at `{later}`; put it on `{later}`");
        Note { position, message }
    }

    /// Whether findings of this rule are silenced.
    pub fn covers(&self, rule: &str) -> bool {
        self.rules.iter().any(|silenced| silenced == rule)
    }
}
