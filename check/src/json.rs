//! Findings as JSON: the shape of `decide`, with file, line and column.

use podnetworking_policy::answer::finding::page;
use serde::Serialize;

use crate::answer::{Severity, Witness};
use crate::edit::Fix;
use crate::locate::Position;
use crate::object_ref::ObjectRef;
use crate::report::Located;

/// A finding as it is serialized.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Shown<'a> {
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
    #[serde(skip_serializing_if = "Option::is_none")]
    fix: Option<&'a Fix>,
    url: String,
    #[serde(flatten)]
    position: Option<ShownPosition<'a>>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct ShownRelated<'a> {
    api_version: &'a str,
    kind: &'a str,
    name: &'a str,
    path: &'a str,
    #[serde(flatten)]
    position: Option<ShownPosition<'a>>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct ShownPosition<'a> {
    file: &'a str,
    line: usize,
    column: usize,
    end_line: usize,
    end_column: usize,
}

/// The serializable form of a finding.
#[must_use]
pub fn shown(located: &Located) -> Shown<'_> {
    let finding = &located.finding;
    let related = finding.related.iter().zip(&located.related).map(|(related, position)| ShownRelated {
        api_version: &related.api_version,
        kind: &related.kind,
        name: &related.name,
        path: &related.path,
        position: position.as_ref().map(shown_position),
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
        fix: finding.fix.as_deref(),
        url: page(&finding.rule),
        position: located.position.as_ref().map(shown_position),
    }
}

fn shown_position(position: &Position) -> ShownPosition<'_> {
    let location = position.location;
    ShownPosition {
        file: position.file(),
        line: location.line,
        column: location.column,
        end_line: location.end_line,
        end_column: location.end_column,
    }
}
