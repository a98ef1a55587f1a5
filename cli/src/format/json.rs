//! For programs: the shape of the module's `decide`, with file, line and column.

use serde::Serialize;
use serde_json::{Value, json};

use crate::answer::{ObjectRef, Severity, Witness};
use crate::locate::Place;
use crate::report::{Located, Report};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Whole<'a> {
    decision: &'static str,
    findings: Vec<Shown<'a>>,
    /// Of one request only; here for the shape.
    mutated_object: Option<()>,
    /// Of one request only; here for the shape.
    selected: Option<()>,
    errors: Vec<Value>,
    summary: Value,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Shown<'a> {
    rule: &'a str,
    severity: Severity,
    object: &'a ObjectRef,
    path: &'a str,
    message: &'a str,
    help: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    witness: Option<&'a Witness>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related: Vec<ShownRelated<'a>>,
    #[serde(flatten)]
    position: Option<Position<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ShownRelated<'a> {
    api_version: &'a str,
    kind: &'a str,
    name: &'a str,
    path: &'a str,
    #[serde(flatten)]
    position: Option<Position<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Position<'a> {
    file: &'a str,
    line: usize,
    column: usize,
    end_line: usize,
    end_column: usize,
}

/// One object, with a line break at its end.
///
/// # Errors
/// None but out of memory.
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

fn shown(located: &Located) -> Shown<'_> {
    let finding = &located.finding;
    let related = finding.related.iter().zip(&located.related).map(|(related, place)| ShownRelated {
        api_version: &related.api_version,
        kind: &related.kind,
        name: &related.name,
        path: &related.path,
        position: place.as_ref().map(position),
    });
    Shown {
        rule: &finding.rule,
        severity: finding.severity,
        object: &finding.object,
        path: &finding.path,
        message: &finding.message,
        help: &finding.help,
        witness: finding.witness.as_ref(),
        related: related.collect(),
        position: located.place.as_ref().map(position),
    }
}

fn position(place: &Place) -> Position<'_> {
    let location = place.location;
    Position {
        file: place.file(),
        line: location.line,
        column: location.column,
        end_line: location.end_line,
        end_column: location.end_column,
    }
}
