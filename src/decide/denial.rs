//! Denials that no rule makes, and the order of findings.

use crate::answer::decision::{Decision, MALFORMED_OBJECT};
use crate::answer::finding::{Finding, SETTINGS_INVALID};
use crate::collections::sort;
use crate::rules;
use crate::settings::severity::Severity;
use crate::text::problem::Problem;

/// A denial because the payload or the request is malformed, so that nothing can be decided.
#[must_use]
pub fn undecidable(path: &str, message: &str, help: &str) -> Decision {
    denial(
        MALFORMED_OBJECT,
        [Problem {
            path: path.to_owned(),
            value: message.to_owned(),
            message: message.to_owned(),
            help: help.to_owned(),
        }],
    )
}

/// A denial because of invalid settings, with all of their problems.
#[must_use]
pub fn invalid_settings(problems: Vec<Problem>) -> Decision {
    let below_settings = |problem: Problem| {
        let path = match problem.path.as_str() {
            "" => "settings".to_owned(),
            path => format!("settings.{path}"),
        };
        Problem { path, ..problem }
    };
    denial(SETTINGS_INVALID, problems.into_iter().map(below_settings))
}

/// A denial with one finding for each problem.
pub(crate) fn denial(rule: &'static str, problems: impl IntoIterator<Item = Problem>) -> Decision {
    let finding = |problem| Finding { rule, severity: Severity::Deny, ..Finding::from(problem) };
    Decision { findings: problems.into_iter().map(finding).collect(), ..Decision::default() }
}

/// Sorts findings by the place of their rule in the catalogue, then by path and related object.
pub(crate) fn sort(findings: &mut [Finding]) {
    sort::by(findings, |a, b| {
        let place = |finding: &Finding| rules::place(finding.rule);
        (place(a), &a.problem.path, &a.related, &a.problem.message).cmp(&(
            place(b),
            &b.problem.path,
            &b.related,
            &b.problem.message,
        ))
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_denial_has_a_line_for_each_denying_finding() {
        let mut decision = undecidable("request", "no request", "send one");
        decision.findings.extend(invalid_settings(vec![Problem::default()]).findings);
        let answer = decision.to_validation_response();
        assert!(
            answer.contains(r#""message":"[malformed-object] no request; send one\n[settings-invalid] ; \ndocs: "#),
            "{answer}"
        );
        assert!(answer.contains(r#""code":422"#));
    }
}
