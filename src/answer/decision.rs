//! A decision, and the answers that hosts give from it.

use crate::answer::finding::Finding;
use crate::json::writer::Writer;
use crate::settings::severity::Severity;
use crate::text::problem::Problem;
use crate::text::quote::MAX_NAMES;

/// The id of the rule about fields that have the wrong type. A denial by it has an HTTP status of its own.
pub const MALFORMED_OBJECT: &str = "malformed-object";
/// The id under which errors of the settings are reported. It is not a rule: it cannot be switched off.
pub const SETTINGS_INVALID: &str = "settings-invalid";

/// The most bytes of a warning; longer ones are cut.
const WARNING_MAX: usize = 256;
/// The HTTP status of a denial.
const FORBIDDEN: &str = "403";
/// The HTTP status of a denial because of a malformed object.
const UNPROCESSABLE: &str = "422";

/// The decision on one request.
#[derive(Clone, Debug, Default)]
pub struct Decision {
    /// The findings, in order.
    pub findings: Vec<Finding>,
    /// The object as it is to be stored, if a mutation changed it; never in a denial.
    pub mutated_object: Option<String>,
    /// The PodNetworking that selects the pods, if exactly one does.
    pub selected: Option<String>,
    /// A zone of the selected PodNetworking is unknown, so pods are not restricted to its zones.
    pub zones_unknown: bool,
}

impl Decision {
    /// Whether the request is allowed.
    #[must_use]
    pub fn is_allowed(&self) -> bool {
        self.findings.iter().all(|finding| finding.severity != Severity::Deny)
    }

    /// The whole decision as JSON: `{"decision", "findings", "mutatedObject", "selected"}`. Nothing is cut.
    #[must_use]
    pub fn to_json(&self) -> String {
        let mut writer = Writer::default();
        writer.object(|writer| {
            writer.member("decision", if self.is_allowed() { "allow" } else { "deny" });
            writer.key("findings").open_list();
            for finding in &self.findings {
                finding.write(writer);
            }
            writer.close_list();
            writer.key("mutatedObject").raw(self.mutated_object.as_deref().unwrap_or("null"));
            match &self.selected {
                Some(selected) => writer.member("selected", selected),
                None => writer.key("selected").raw("null"),
            }
        });
        writer.finish()
    }

    /// Kubewarden's `ValidationResponse` as JSON.
    #[must_use]
    pub fn to_validation_response(&self) -> String {
        let (denying, warning): (Vec<_>, Vec<_>) =
            self.findings.iter().partition(|finding| finding.severity == Severity::Deny);
        let denied = !denying.is_empty();
        let malformed = denying.iter().any(|finding| finding.rule == MALFORMED_OBJECT);
        let mut writer = Writer::default();
        writer.object(|writer| {
            writer.key("accepted").raw(if denied { "false" } else { "true" });
            if denied {
                let lines: Vec<_> = denying.iter().map(|finding| finding.line()).collect();
                writer.member("message", &lines.join("\n"));
                writer.key("code").raw(if malformed { UNPROCESSABLE } else { FORBIDDEN });
            }
            if let Some(mutated) = &self.mutated_object {
                writer.key("mutated_object").raw(mutated);
            }
            let annotations = self.audit_annotations();
            if !annotations.is_empty() {
                writer.key("audit_annotations").object(|writer| {
                    for (key, value) in &annotations {
                        writer.member(key, value);
                    }
                });
            }
            if !warning.is_empty() {
                let lines: Vec<_> = warning.iter().map(|finding| cut(&finding.line(), WARNING_MAX)).collect();
                writer.key("warnings").strings(&lines);
            }
        });
        writer.finish()
    }

    /// The audit annotations. A key without a value is left out.
    fn audit_annotations(&self) -> Vec<(&'static str, String)> {
        let mut annotations = Vec::new();
        if let Some(selected) = &self.selected {
            annotations.push(("podnetworking", selected.clone()));
        }
        let mut rules: Vec<&str> = self.findings.iter().map(|finding| finding.rule).collect();
        crate::collections::sort::texts(&mut rules);
        rules.dedup();
        if !rules.is_empty() {
            let more = rules.len().saturating_sub(MAX_NAMES);
            rules.truncate(MAX_NAMES);
            let mut text = rules.join(",");
            if more > 0 {
                text.push_str(&format!(" and {more} more"));
            }
            annotations.push(("rules", text));
        }
        if self.zones_unknown {
            annotations.push(("zones", "unknown".to_owned()));
        }
        annotations
    }
}

/// Kubewarden's `SettingsValidationResponse` as JSON: valid, or all problems, one a line.
#[must_use]
pub fn settings_response(problems: &[Problem]) -> String {
    let lines: Vec<String> = problems.iter().map(ToString::to_string).collect();
    let mut writer = Writer::default();
    writer.object(|writer| {
        writer.key("valid").raw(if problems.is_empty() { "true" } else { "false" });
        if !problems.is_empty() {
            writer.member("message", &lines.join("\n"));
        }
    });
    writer.finish()
}

/// The text within `most` bytes, cut between characters and marked with `...`.
fn cut(text: &str, most: usize) -> String {
    if text.len() <= most {
        return text.to_owned();
    }
    let end = (0..=most.saturating_sub(3)).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0);
    format!("{}...", text.get(..end).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_warning_is_cut_within_its_bytes_and_between_characters() {
        assert_eq!(cut("abc", 3), "abc");
        assert_eq!(cut("abcdef", 5), "ab...");
        assert_eq!(cut("ééé", 5), "é...");
    }

    #[test]
    fn invalid_settings_have_a_line_for_each_fault() {
        let problem = |path: &str| Problem {
            path: path.to_owned(),
            message: format!("`{path}` is empty"),
            help: "set it".to_owned(),
            ..Problem::default()
        };
        assert_eq!(settings_response(&[]), r#"{"valid":true}"#);
        assert_eq!(
            settings_response(&[problem("a"), problem("b")]),
            r#"{"valid":false,"message":"`a` is empty; set it\n`b` is empty; set it"}"#
        );
    }
}
