//! JSON: the shape of `decide`, with file, line and column.

use podnetworking_check::answer::Severity;
use podnetworking_check::json::{Shown, shown};
use podnetworking_check::report::Located;
use serde::Serialize;
use serde_json::{Value, json};

use crate::notice::Notice;
use crate::report::Report;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Whole<'a> {
    decision: &'static str,
    findings: Vec<Shown<'a>>,
    /// Always null: it belongs to a single request.
    mutated_object: Option<()>,
    /// Always null: it belongs to a single request.
    selected: Option<()>,
    errors: Vec<Value>,
    notifications: &'a [Notice],
    summary: Value,
}

/// One JSON object, with a line break at the end.
///
/// # Errors
/// Only if memory runs out.
pub fn report(report: &Report, quiet: bool) -> anyhow::Result<String> {
    let is_shown = |located: &&Located| !quiet || located.finding.severity >= report.fail_on;
    let whole = Whole {
        decision: if report.count(Severity::Deny) > 0 { "deny" } else { "allow" },
        findings: report.findings.iter().filter(is_shown).map(shown).collect(),
        mutated_object: None,
        selected: None,
        errors: report
            .errors
            .iter()
            .map(|error| {
                json!({"file": error.file, "line": error.line(), "column": error.column(), "message": error.message})
            })
            .collect(),
        notifications: &report.notices,
        summary: json!({
            "objects": report.objects.len(),
            "denied": report.count(Severity::Deny),
            "warned": report.count(Severity::Warn),
            "silenced": report.silenced,
            "inBaseline": report.in_baseline,
        }),
    };
    Ok(serde_json::to_string_pretty(&whole)? + "\n")
}
