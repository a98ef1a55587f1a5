//! A decision, and the answers that hosts give from it.

use crate::answer::finding::{Finding, SETTINGS_INVALID, page};
use crate::json::writer::Writer;
use crate::settings::severity::Severity;
use crate::text::problem::Problem;
use crate::text::quote::MAX_NAMES;

/// The id of the rule about fields that have the wrong type. A denial by it has an HTTP status of its own.
pub const MALFORMED_OBJECT: &str = "malformed-object";

/// The most bytes of a warning; longer ones are cut.
const WARNING_MAX: usize = 1024;
/// The most bytes of all warnings; the others are counted.
const WARNINGS_MAX: usize = 4096;
/// How many findings of a rule an answer lists; the others are counted.
const LINES_OF_A_RULE: usize = 10;
/// The HTTP status of a denial.
const FORBIDDEN: u16 = 403;
/// The HTTP status of a denial because of a malformed object.
const UNPROCESSABLE: u16 = 422;

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

/// What an admission webhook answers: the decision in few enough bytes for an API server.
#[derive(Clone, Debug, Default)]
pub struct AdmissionAnswer {
    /// Why the request is denied, one finding a line, and the HTTP status; nothing if it is allowed.
    pub denial: Option<(String, u16)>,
    /// The warnings, one a line.
    pub warnings: Vec<String>,
    /// What the audit log gets; a key without a value is left out.
    pub audit_annotations: Vec<(&'static str, String)>,
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

    /// The answer of an admission webhook, without the object.
    #[must_use]
    pub fn to_admission_answer(&self) -> AdmissionAnswer {
        let (denying, warning): (Vec<_>, Vec<_>) =
            self.findings.iter().partition(|finding| finding.severity == Severity::Deny);
        let denial = denying.first().map(|first| {
            let mut lines = lines(&denying, Finding::line);
            lines.push(["docs: ", &page(first.rule)].concat());
            let malformed = denying.iter().any(|finding| finding.rule == MALFORMED_OBJECT);
            (lines.join("\n"), if malformed { UNPROCESSABLE } else { FORBIDDEN })
        });
        let warnings = within_all(lines(&warning, |finding| finding.line_within(WARNING_MAX)));
        AdmissionAnswer { denial, warnings, audit_annotations: self.audit_annotations() }
    }

    /// Kubewarden's `ValidationResponse` as JSON.
    #[must_use]
    pub fn to_validation_response(&self) -> String {
        let answer = self.to_admission_answer();
        let mut writer = Writer::default();
        writer.object(|writer| {
            writer.key("accepted").raw(if answer.denial.is_none() { "true" } else { "false" });
            if let Some((message, code)) = &answer.denial {
                writer.member("message", message);
                writer.key("code").raw(if *code == UNPROCESSABLE { "422" } else { "403" });
            }
            if let Some(mutated) = &self.mutated_object {
                writer.key("mutated_object").raw(mutated);
            }
            if !answer.audit_annotations.is_empty() {
                writer.key("audit_annotations").object(|writer| {
                    for (key, value) in &answer.audit_annotations {
                        writer.member(key, value);
                    }
                });
            }
            if !answer.warnings.is_empty() {
                writer.key("warnings").strings(&answer.warnings);
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

/// The lines of findings, which are in the order of their rules: the first ones of each, and how many others it has.
fn lines(findings: &[&Finding], line: fn(&Finding) -> String) -> Vec<String> {
    let mut lines = Vec::new();
    for of_rule in findings.chunk_by(|a, b| a.rule == b.rule) {
        let (mut shown, mut more) = (0, 0);
        for finding in of_rule {
            // Of the settings, all problems are reported at once. A summary is a line only where no other is.
            let is_listed = shown < LINES_OF_A_RULE || finding.rule == SETTINGS_INVALID;
            if is_listed && (shown == 0 || finding.unlisted.is_empty()) {
                shown += 1;
                lines.push(line(finding));
            } else {
                more += finding.unlisted.len().max(1);
            }
        }
        if let Some(finding) = of_rule.first().filter(|_| more > 0) {
            lines.push(format!("[{}] {}", finding.rule, more_of(more, "finding")));
        }
    }
    lines
}

/// How many others there are, and where.
fn more_of(count: usize, noun: &str) -> String {
    format!("{count} more {noun}{}: `podnetworking check` lists all", if count == 1 { "" } else { "s" })
}

/// The lines that fit into [`WARNINGS_MAX`] bytes; the last one counts the others.
fn within_all(mut lines: Vec<String>) -> Vec<String> {
    if lines.iter().map(String::len).sum::<usize>() <= WARNINGS_MAX {
        return lines;
    }
    let room = WARNINGS_MAX - more_of(lines.len(), "warning").len();
    let mut used = 0;
    let kept = lines.iter().take_while(|line| {
        used += line.len();
        used <= room
    });
    let kept = kept.count();
    let more = lines.len() - kept;
    lines.truncate(kept);
    lines.push(more_of(more, "warning"));
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decision(severity: Severity, count: usize, message: &str) -> Decision {
        let finding = |index: usize| {
            let problem =
                Problem { message: format!("{message}{index}"), help: "fix it".to_owned(), ..Problem::default() };
            Finding { rule: "vswitches", severity, ..problem.into() }
        };
        Decision { findings: (0..count).map(finding).collect(), ..Decision::default() }
    }

    #[test]
    fn an_answer_lists_ten_findings_of_a_rule() {
        let answer = decision(Severity::Deny, 12, "wrong ").to_validation_response();
        assert!(answer.contains("wrong 9; fix it") && !answer.contains("wrong 10"), "{answer}");
        assert!(answer.contains("[vswitches] 2 more findings: `podnetworking check` lists all"), "{answer}");
        assert!(!decision(Severity::Deny, 10, "wrong ").to_validation_response().contains(" more "));
        let mut counted = decision(Severity::Warn, 11, "wrong ");
        counted.findings[10].unlisted = vec![1, 2, 3];
        let answer = counted.to_validation_response();
        assert!(answer.contains("[vswitches] 3 more findings"), "{answer}");
    }

    #[test]
    fn warnings_are_within_their_bytes_and_the_others_are_counted() {
        let mut many = decision(Severity::Warn, 9, &"long ".repeat(300));
        for (finding, rule) in many.findings.iter_mut().zip(["a", "b", "c", "d", "e", "f", "g", "h", "i"]) {
            finding.rule = rule;
        }
        let answer = many.to_validation_response();
        let warnings = answer.split("\"warnings\":").nth(1).unwrap();
        assert_eq!(warnings.matches("; fix it").count(), 3, "{warnings}");
        assert!(warnings.contains("6 more warnings: `podnetworking check` lists all"), "{warnings}");
        assert!(warnings.len() <= WARNINGS_MAX + 20);
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
