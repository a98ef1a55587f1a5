//! GitHub Actions: workflow commands, which annotate the lines of a pull request.

use podnetworking_check::answer::Severity;
use podnetworking_manifests::ReadError;

use super::path::relative;
use crate::collect::{self, Entry};
use crate::notice::Notice;
use crate::report::Report;

/// So many commands of each kind are written. GitHub shows fewer.
const MOST: usize = 60;

/// One workflow command for each entry, each notification, and each file that cannot be read.
pub fn report(report: &Report, all: bool) -> String {
    let most = if all { usize::MAX } else { MOST };
    let mut text: String = report.errors.iter().take(most).map(broken).collect();
    text.extend(report.notices.iter().take(most).map(notice));
    let cut = [(report.errors.len(), "errors"), (report.notices.len(), "notifications")];
    for (count, what) in cut.into_iter().filter(|(count, _)| *count > most) {
        text.push_str(&said(&format!("{} more {what} are not shown; `--all` shows everything", count - most)));
    }
    let mut count = 0;
    let (shown, left_out) = report.collected.shown(|entry| {
        count += 1;
        (count <= most).then(|| command(entry))
    });
    text.extend(shown);
    text.extend(collect::left_out(&left_out).map(|sentence| said(&sentence)));
    text
}

fn said(text: &str) -> String {
    format!("::notice title=podnetworking::{}\n", data(text))
}

fn broken(error: &ReadError) -> String {
    let mut properties = format!("file={}", property(&relative(&error.file)));
    if let Some(location) = error.location {
        properties.push_str(&format!(",line={},col={}", location.line, location.column));
    }
    format!("::error {properties},title=podnetworking::{}\n", data(&error.message))
}

fn notice(notice: &Notice) -> String {
    let mut properties = String::new();
    if let Some(file) = &notice.file {
        properties = format!("file={},", property(&relative(file)));
        if let Some(line) = notice.line {
            properties.push_str(&format!("line={line},"));
        }
    }
    format!("::notice {properties}title=podnetworking::{}\n", data(&notice.message))
}

fn command(entry: &Entry) -> String {
    let located = &entry.located;
    let finding = &located.finding;
    let word = match finding.severity {
        Severity::Deny => "error",
        Severity::Warn => "warning",
    };
    let mut properties = String::new();
    if let Some(place) = &located.position {
        let location = place.location;
        properties = format!(
            "file={},line={},endLine={},col={},endColumn={},",
            property(&relative(place.file())),
            location.line,
            location.end_line,
            location.column,
            location.end_column,
        );
    }
    let title = property(&format!("podnetworking {}", finding.rule));
    let note = entry.note().map(|note| format!("\nnote: {note}")).unwrap_or_default();
    let text = format!("{}: {}{note}\nhelp: {}", finding.object.title(), finding.message, finding.help);
    let text = data(&text);
    format!("::{word} {properties}title={title}::{text}\n")
}

/// Escapes a message, as the runner unescapes it.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// Escapes a property, as the runner unescapes it.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_that_end_a_property_or_a_line_are_escaped() {
        assert_eq!(property("a:b,c%d\n"), "a%3Ab%2Cc%25d%0A");
        assert_eq!(data("a:b,c%d\r\n"), "a:b,c%25d%0D%0A");
    }
}
