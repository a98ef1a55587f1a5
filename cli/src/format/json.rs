//! JSON: the shape of `decide`, with file, line and column. The findings are written while the objects are checked.

use serde_json::{Value, json};

use super::stream::{BEGIN, Stream, indented};
use crate::report::Report;

/// Writes what comes after the findings.
///
/// # Errors
/// If it cannot be written.
pub fn finish(mut stream: Stream, report: &Report) -> anyhow::Result<()> {
    let errors: Vec<Value> = report
        .errors
        .iter()
        .map(|error| {
            json!({"file": error.file, "line": error.line(), "column": error.column(), "message": error.message})
        })
        .collect();
    let summary = json!({
        "objects": report.objects.len(),
        "denied": report.denied,
        "warned": report.warned,
        "silenced": report.silenced,
        "inBaseline": report.in_baseline,
        "errors": report.errors.len(),
        "notifications": report.notices.len(),
        "platform": report.platform.name,
        "platformAssumed": report.platform.is_assumed,
    });
    let findings = if stream.is_first() { format!("{BEGIN}]") } else { "\n  ]".to_owned() };
    stream.write(&findings)?;
    let decision = if report.denied > 0 { "deny" } else { "allow" };
    // Both belong to a single request.
    stream.write(&format!(",\n  \"decision\": \"{decision}\",\n  \"mutatedObject\": null,\n  \"selected\": null"))?;
    stream.write(&format!(",\n  \"errors\": {}", indented(&errors, "  ")?))?;
    stream.write(&format!(",\n  \"notifications\": {}", indented(&report.notices, "  ")?))?;
    stream.write(&format!(",\n  \"summary\": {}\n}}\n", indented(&summary, "  ")?))?;
    stream.flush()
}
