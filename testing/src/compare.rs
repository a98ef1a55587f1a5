//! Compares a decision with the expected one, and describes the differences.

use std::collections::{BTreeMap, BTreeSet};

use crate::case::Case;
use crate::changes;
use crate::exact::Exact;
use crate::render;

/// The limit of a warning, in bytes.
const WARNING_MAX: usize = 1024;

/// The mutated object that the case expects.
fn mutated(case: &Case) -> Option<Exact> {
    if let Some(changed) = case.expected.get("changed") {
        return Some(changes::apply(&case.object().expect("an object that changes"), changed.members()));
    }
    case.expected.get("mutatedObject").filter(|object| **object != Exact::Null).cloned()
}

pub(crate) fn decision(case: &Case, text: &str) -> Result<(), String> {
    let found = Exact::parse(text).map_err(|error| format!("the decision is not JSON: {error}: {text}"))?;
    let expected = &case.expected;
    let mut differences = Differences::default();
    differences.compare("decision", expected.get("decision"), found.get("decision"));
    let selected = |decision: &Exact| decision.get("selected").filter(|name| **name != Exact::Null).cloned();
    differences.compare("selected", selected(expected).as_ref(), selected(&found).as_ref());
    let findings = |decision: &Exact| decision.get("findings").map(Exact::elements).unwrap_or_default().to_vec();
    let (wanted, had) = (findings(expected), findings(&found));
    if wanted.len() != had.len() {
        differences.0.push(format!("{} findings are expected, found {}", wanted.len(), had.len()));
    }
    for (index, (wanted, had)) in wanted.iter().zip(&had).enumerate() {
        differences.subset(&format!("findings[{index}]"), wanted, had);
        differences.compare(&format!("findings[{index}].fix"), wanted.get("fix"), had.get("fix"));
        let url = Exact::String(page(text_of(had, "rule")));
        differences.compare(&format!("findings[{index}].url"), Some(&url), had.get("url"));
    }
    let mutated = mutated(case);
    if mutated.as_ref() != found.get("mutatedObject").filter(|object| **object != Exact::Null) {
        differences.0.push("the mutated object is different".to_owned());
    }
    if expected.get("decision").is_none() {
        differences.0.push("the case expects no decision yet: UPDATE_CASES=1 writes the decision".to_owned());
    }
    differences.finish(|| render::expected(&found, expected.get("zones"), case.object().as_ref()))
}

pub(crate) fn validation_response(case: &Case, text: &str) -> Result<(), String> {
    let found = Exact::parse(text).map_err(|error| format!("the response is not JSON: {error}: {text}"))?;
    let expected = &case.expected;
    let mut differences = Differences::default();
    let accepted = expected.get("decision").and_then(Exact::as_str) == Some("allow");
    differences.compare("accepted", Some(&Exact::Boolean(accepted)), found.get("accepted"));
    let mutated_object = found.get("mutated_object").filter(|object| **object != Exact::Null);
    if mutated(case).as_ref() != mutated_object {
        differences.0.push("the mutated object is different".to_owned());
    }
    let findings = expected.get("findings").map(Exact::elements).unwrap_or_default();
    let malformed = findings
        .iter()
        .any(|finding| text_of(finding, "rule") == "malformed-object" && text_of(finding, "severity") == "deny");
    let code = Exact::Number(if malformed { "422" } else { "403" }.to_owned());
    let found_code = found.get("code").filter(|code| **code != Exact::Null);
    differences.compare("code", (!accepted).then_some(&code), found_code);
    let lines = |severity: &str| -> Vec<String> {
        let of_severity = findings.iter().filter(|finding| text_of(finding, "severity") == severity);
        of_severity.map(line).collect()
    };
    let message = found.get("message").and_then(Exact::as_str).unwrap_or_default();
    let warnings: Vec<&str> =
        found.get("warnings").map(Exact::elements).unwrap_or_default().iter().filter_map(Exact::as_str).collect();
    for warning in warnings.iter().filter(|warning| warning.len() > WARNING_MAX) {
        differences.0.push(format!("a warning has {} bytes: {warning}", warning.len()));
    }
    let messages: Vec<&str> = message.lines().collect();
    let mut denying = lines("deny");
    let first = findings.iter().find(|finding| text_of(finding, "severity") == "deny");
    denying.extend(first.map(|first| format!("docs: {}", page(text_of(first, "rule")))));
    for (field, wanted, had) in [("message", denying, messages), ("warnings", lines("warn"), warnings)] {
        let is_line = |(wanted, had): (&String, &&str)| {
            let (rule, what) = wanted.split_once(' ').unwrap_or((wanted.as_str(), ""));
            // Object and field are between the rule and the message. A message that was cut ends in dots, and a help after
            // a whole value.
            let begins = |cut: &str| cut.match_indices(": ").any(|(at, _)| what.starts_with(&cut[at + 2..]));
            let is_cut = had.len() > WARNING_MAX / 2
                && had.split_once("...; ").is_some_and(|(message, help)| {
                    begins(message) && (what.ends_with(help) || help.ends_with("prints it whole"))
                });
            let help_is_cut =
                had.ends_with("prints it whole") && had.rsplit_once(" and ").is_some_and(|(cut, _)| begins(cut));
            had.starts_with(rule) && (had.contains(what) || is_cut || help_is_cut)
        };
        if wanted.len() != had.len() || !wanted.iter().zip(&had).all(is_line) {
            differences.0.push(format!("{field}: expected {wanted:#?}, found {had:#?}"));
        }
    }
    let found_annotations = found.get("audit_annotations").filter(|annotations| **annotations != Exact::Null);
    differences.compare("audit_annotations", audit_annotations(expected).as_ref(), found_annotations);
    differences.finish(|| text.to_owned())
}

/// The address of the documentation of a rule.
fn page(rule: &str) -> String {
    let docs = "https://podnetworking-policy.github.io/podnetworking-policy";
    if rule == "settings-invalid" { format!("{docs}/settings") } else { format!("{docs}/rules/{rule}") }
}

/// The audit annotations of the expected decision.
fn audit_annotations(expected: &Exact) -> Option<Exact> {
    let findings = expected.get("findings").map(Exact::elements).unwrap_or_default();
    let rules: BTreeSet<&str> = findings.iter().map(|finding| text_of(finding, "rule")).collect();
    let first: Vec<&str> = rules.iter().take(5).copied().collect();
    let first = first.join(",");
    let rules = match rules.len() {
        0 => None,
        1..=5 => Some(first),
        count => Some(format!("{first} and {} more", count - 5)),
    };
    let text = |key: &str| expected.get(key).and_then(Exact::as_str).map(str::to_owned);
    let annotations = [("rules", rules), ("podnetworking", text("selected")), ("zones", text("zones"))];
    let there: BTreeMap<_, _> =
        annotations.into_iter().filter_map(|(key, value)| Some((key.to_owned(), Exact::String(value?)))).collect();
    (!there.is_empty()).then_some(Exact::Object(there))
}

fn text_of<'f>(finding: &'f Exact, key: &str) -> &'f str {
    finding.get(key).and_then(Exact::as_str).unwrap_or_default()
}

/// The line of a finding, as far as the case has its parts.
fn line(finding: &Exact) -> String {
    let rule = text_of(finding, "rule");
    match (finding.get("message"), finding.get("help")) {
        (Some(_), Some(_)) => format!("[{rule}] {}; {}", text_of(finding, "message"), text_of(finding, "help")),
        (Some(_), None) => format!("[{rule}] {}; ", text_of(finding, "message")),
        _ => format!("[{rule}] "),
    }
}

#[derive(Default)]
struct Differences(Vec<String>);

impl Differences {
    fn compare(&mut self, path: &str, expected: Option<&Exact>, found: Option<&Exact>) {
        let text = |value: Option<&Exact>| value.map_or("nothing".to_owned(), ToString::to_string);
        if expected != found {
            self.0.push(format!("{path}:\n    expected {}\n    found    {}", text(expected), text(found)));
        }
    }

    /// Compares the fields that `expected` has. A witness is compared completely.
    fn subset(&mut self, path: &str, expected: &Exact, found: &Exact) {
        for (key, expected) in expected.members() {
            let path = format!("{path}.{key}");
            let found = found.get(key);
            match (key, expected, found) {
                ("object", Exact::Object(_), Some(found)) => self.subset(&path, expected, found),
                ("related", Exact::List(wanted), Some(Exact::List(had))) if wanted.len() == had.len() => {
                    for (index, (wanted, had)) in wanted.iter().zip(had).enumerate() {
                        self.subset(&format!("{path}[{index}]"), wanted, had);
                    }
                }
                _ => self.compare(&path, Some(expected), found),
            }
        }
    }

    fn finish(self, found: impl FnOnce() -> String) -> Result<(), String> {
        if self.0.is_empty() {
            return Ok(());
        }
        Err(format!("{}\n\nfound:\n{}", self.0.join("\n"), found()))
    }
}
