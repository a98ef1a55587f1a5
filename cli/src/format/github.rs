//! GitHub Actions: workflow commands, which annotate the lines of a pull request.

use podnetworking_check::answer::Severity;
use podnetworking_check::report::Located;
use podnetworking_manifests::ReadError;

use super::path::relative;
use crate::notice::Notice;
use crate::report::Report;

/// One workflow command for each finding and for each file that cannot be read.
pub fn report(report: &Report, quiet: bool) -> String {
    let is_shown = |located: &&Located| !quiet || located.finding.severity >= report.fail_on;
    let mut text: String = report.errors.iter().map(broken).collect();
    text.extend(report.notices.iter().map(notice));
    text.extend(report.findings.iter().filter(is_shown).map(command));
    text
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

fn command(located: &Located) -> String {
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
    let text = data(&format!("{}: {}\nhelp: {}", finding.object.title(), finding.message, finding.help));
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
