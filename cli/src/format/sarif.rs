//! SARIF 2.1.0 for code scanning, as GitHub accepts it.

use std::collections::BTreeMap;

use podnetworking_check::answer::Severity;
use podnetworking_check::catalogue;
use podnetworking_check::locate::Position;
use podnetworking_policy::answer::finding::page;
use podnetworking_policy::judgement::rule::Rule;
use podnetworking_policy::settings::platform::Platform;
use podnetworking_policy::settings::severity::Severity as DefaultSeverity;
use serde_json::{Value, json};

use super::path::relative;
use crate::collect::{self, Entry};
use crate::fingerprint;
use crate::notice::Notice;
use crate::report::Report;

/// So many results are written: GitHub takes no more of a run.
const MOST: usize = 5_000;
/// So many related places a result has.
const PLACES: usize = 100;

/// The SARIF log.
///
/// # Errors
/// Only if memory runs out.
pub fn report(report: &Report, all: bool) -> anyhow::Result<String> {
    let most = if all { usize::MAX } else { MOST };
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let mut shown = 0;
    let (entries, left_out) = report.collected.shown(|entry| {
        shown += 1;
        (shown <= most).then(|| entry.clone())
    });
    let results: Vec<Value> = entries
        .iter()
        .map(|entry| {
            // Findings with the same fingerprint are numbered, as in GitHub's own fingerprints.
            let print = fingerprint::of(&entry.located.finding);
            let count = seen.entry(print.clone()).or_default();
            *count += 1;
            result(entry, &format!("{print}:{count}"))
        })
        .collect();
    let errors = report.errors.iter().map(|error| {
        let mut location = json!({"artifactLocation": {"uri": uri(&relative(&error.file))}});
        if let (Some(at), Some(location)) = (error.location, location.as_object_mut()) {
            location.insert("region".to_owned(), json!({"startLine": at.line, "startColumn": at.column}));
        }
        json!({
            "level": "error",
            "message": {"text": error.message},
            "locations": [{"physicalLocation": location}],
        })
    });
    let cut = collect::left_out(&left_out);
    let cut = cut.map(|text| json!({"level": "note", "message": {"text": text}, "descriptor": {"id": "left-out"}}));
    let notices = report.notices.iter().map(notification);
    let mut notifications: Vec<Value> = errors.chain(notices).take(most).collect();
    let more = report.errors.len() + report.notices.len() - notifications.len();
    if more > 0 {
        let text = format!("{more} more notifications are not shown; `--all` shows everything");
        notifications.push(json!({"level": "note", "message": {"text": text}, "descriptor": {"id": "left-out"}}));
    }
    notifications.extend(cut);
    let log = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {
                "name": "podnetworking",
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "informationUri": "https://github.com/podnetworking-policy/podnetworking-policy",
                "rules": catalogue::all().map(descriptor).collect::<Vec<_>>(),
            }},
            "columnKind": "unicodeCodePoints",
            "invocations": [{
                "executionSuccessful": report.errors.is_empty(),
                "toolExecutionNotifications": notifications,
            }],
            "results": results,
        }],
    });
    Ok(serde_json::to_string_pretty(&log)? + "\n")
}

fn notification(notice: &Notice) -> Value {
    let mut notification = json!({
        "level": "note",
        "message": {"text": notice.message},
        "descriptor": {"id": notice.kind},
    });
    if let (Some(file), Some(members)) = (&notice.file, notification.as_object_mut()) {
        let mut physical = json!({"artifactLocation": {"uri": uri(&relative(file))}});
        if let (Some(line), Some(physical)) = (notice.line, physical.as_object_mut()) {
            physical.insert("region".to_owned(), json!({"startLine": line, "startColumn": notice.column.unwrap_or(1)}));
        }
        members.insert("locations".to_owned(), json!([{"physicalLocation": physical}]));
    }
    notification
}

fn descriptor(rule: &Rule) -> Value {
    let docs = &rule.docs;
    let level = match rule.severities.on(Platform::default()) {
        DefaultSeverity::Deny => "error",
        DefaultSeverity::Warn => "warning",
        DefaultSeverity::Off => "none",
    };
    json!({
        "id": rule.id,
        "name": rule.id,
        "shortDescription": {"text": docs.title},
        "fullDescription": {"text": docs.reason},
        "help": {"text": docs.remedy, "markdown": format!("{}\n\n{}", docs.reason, docs.remedy)},
        "helpUri": page(rule.id),
        "defaultConfiguration": {"level": level},
        "properties": {"tags": ["kubernetes", rule.about.name()]},
    })
}

fn result(entry: &Entry, fingerprint: &str) -> Value {
    let located = &entry.located;
    let finding = &located.finding;
    let level = match finding.severity {
        Severity::Deny => "error",
        Severity::Warn => "warning",
    };
    let object = finding.object.title();
    let note = entry.note().map(|note| format!(" ({note})")).unwrap_or_default();
    let mut result = json!({
        "ruleId": finding.rule,
        "level": level,
        "message": {"text": format!("{object}: {}{note}; {}", finding.message, finding.help)},
        "partialFingerprints": {"podnetworking/v1": fingerprint},
    });
    let Some(members) = result.as_object_mut() else { return result };
    if let Some(index) = catalogue::all().position(|rule| rule.id == finding.rule) {
        members.insert("ruleIndex".to_owned(), json!(index));
    }
    let physical = located.position.as_ref().map(physical);
    members.insert(
        "locations".to_owned(),
        json!([{
            "physicalLocation": physical,
            "logicalLocations": [{"fullyQualifiedName": format!("{object} {}", finding.path), "kind": "member"}],
        }]),
    );
    if !entry.replacements.is_empty() {
        members.insert(
            "fixes".to_owned(),
            json!([{"description": {"text": finding.help}, "artifactChanges": changes(entry)}]),
        );
    }
    let related: Vec<Value> = finding
        .related
        .iter()
        .zip(&located.related)
        .take(PLACES)
        .filter_map(|(related, place)| Some((related, place.as_ref()?)))
        .enumerate()
        .map(|(index, (related, place))| {
            let text = format!("{} {}", related.kind, related.name);
            json!({"id": index + 1, "physicalLocation": self::physical(place), "message": {"text": text}})
        })
        .collect();
    if !related.is_empty() {
        members.insert("relatedLocations".to_owned(), json!(related));
    }
    result
}

/// The changes of a fix, file by file.
fn changes(entry: &Entry) -> Vec<Value> {
    let mut files: BTreeMap<&str, Vec<Value>> = BTreeMap::new();
    for replacement in &entry.replacements {
        let edit = &replacement.edit;
        let place = replacement.source.location(edit.start, edit.end);
        files.entry(replacement.source.name()).or_default().push(json!({
            "deletedRegion": {
                "startLine": place.line,
                "startColumn": place.column,
                "endLine": place.end_line,
                "endColumn": place.end_column,
            },
            "insertedContent": {"text": edit.text},
        }));
    }
    let change =
        |(file, replacements)| json!({"artifactLocation": {"uri": uri(&relative(file))}, "replacements": replacements});
    files.into_iter().map(change).collect()
}

fn physical(place: &Position) -> Value {
    let location = place.location;
    json!({
        "artifactLocation": {"uri": uri(&relative(place.file()))},
        "region": {
            "startLine": location.line,
            "startColumn": location.column,
            "endLine": location.end_line,
            "endColumn": location.end_column,
        },
    })
}

/// A path as a URI reference; a relative path stays relative.
fn uri(path: &str) -> String {
    let mut uri = String::new();
    if path.starts_with('/') {
        uri.push_str("file://");
    }
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => uri.push(char::from(byte)),
            b'\\' if cfg!(windows) => uri.push('/'),
            _ => uri.push_str(&format!("%{byte:02X}")),
        }
    }
    uri
}

#[cfg(test)]
mod tests {
    use super::uri;

    #[test]
    fn paths_become_uri_references() {
        assert_eq!(uri("a b/ü.yaml"), "a%20b/%C3%BC.yaml");
        assert_eq!(uri("/a"), "file:///a");
        assert_eq!(uri("<stdin>"), "%3Cstdin%3E");
    }
}
