//! JUnit XML for CI servers: a test suite for each file, and a test case for each object.

use std::collections::BTreeMap;

use podnetworking_check::answer::Severity;
use quick_junit::{NonSuccessKind, Report as Junit, TestCase, TestCaseStatus, TestSuite};

use crate::collect::{self, Entry};
use crate::report::Report;

/// So many entries are written.
const MOST: usize = 5_000;

/// The XML.
///
/// # Errors
/// Only if memory runs out.
pub fn report(report: &Report, all: bool) -> anyhow::Result<String> {
    let most = if all { usize::MAX } else { MOST };
    let mut of_object: BTreeMap<usize, Vec<Entry>> = BTreeMap::new();
    let mut count = 0;
    let (entries, left_out) = report.collected.shown(|entry| {
        count += 1;
        (count <= most).then(|| entry.clone())
    });
    for entry in entries {
        of_object.entry(entry.located.object).or_default().push(entry);
    }
    let mut suites: Vec<(String, TestSuite)> = Vec::new();
    let mut case = |file: &str, case: TestCase| {
        // The objects of a file follow each other.
        match suites.last_mut() {
            Some((last, suite)) if last == file => {
                suite.add_test_case(case);
            }
            _ => {
                let mut suite = TestSuite::new(file);
                suite.add_test_case(case);
                suites.push((file.to_owned(), suite));
            }
        }
    };
    for (index, object) in report.objects.iter().enumerate() {
        let findings = of_object.get(&index).map(Vec::as_slice).unwrap_or_default();
        case(&object.file, test_case(report, &object.title, &object.file, findings));
    }
    for error in report.errors.iter().take(most) {
        let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
        status.set_message(error.message.as_str()).set_type("read-error").set_description(error.to_string());
        let mut broken = TestCase::new("can be read", status);
        broken.set_classname(error.file.as_str());
        case(&error.file, broken);
    }
    let cut = [
        (report.errors.len().saturating_sub(most), "errors"),
        (report.notices.len().saturating_sub(most), "notifications"),
    ];
    let cut = cut.into_iter().filter(|(count, _)| *count > 0);
    let cut = cut.map(|(count, what)| format!("{count} more {what} are not shown; `--all` shows everything"));
    for sentence in cut.chain(collect::left_out(&left_out)) {
        let mut status = TestCaseStatus::skipped();
        status.set_type("left-out").set_message(sentence);
        case("podnetworking", TestCase::new("everything is shown", status));
    }
    for notice in report.notices.iter().take(most) {
        let mut status = TestCaseStatus::skipped();
        status.set_type(notice.kind).set_message(notice.message.as_str());
        let mut skipped = TestCase::new("is checked as it will be applied", status);
        let file = notice.file.as_deref().unwrap_or("podnetworking");
        skipped.set_classname(file);
        case(file, skipped);
    }
    let mut junit = Junit::new("podnetworking");
    junit.add_test_suites(suites.into_iter().map(|(_, suite)| suite));
    Ok(junit.to_string()?)
}

fn test_case(report: &Report, title: &str, file: &str, findings: &[Entry]) -> TestCase {
    let (failing, rest): (Vec<&Entry>, Vec<&Entry>) =
        findings.iter().partition(|entry| entry.located.finding.severity >= report.fail_on);
    let mut case = match failing.first() {
        None => TestCase::new(title, TestCaseStatus::success()),
        Some(first) => {
            let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
            let lines: Vec<String> = failing.iter().map(|entry| line(entry)).collect();
            status
                .set_type(first.located.finding.rule.as_str())
                .set_message(text(first))
                .set_description(lines.join("\n"));
            TestCase::new(title, status)
        }
    };
    case.set_classname(file);
    if !rest.is_empty() {
        let lines: Vec<String> = rest.iter().map(|entry| line(entry)).collect();
        case.set_system_out(lines.join("\n"));
    }
    case
}

/// Message and help in one line.
fn text(entry: &Entry) -> String {
    let finding = &entry.located.finding;
    let note = entry.note().map(|note| format!(" ({note})")).unwrap_or_default();
    format!("{}{note}; {}", finding.message, finding.help)
}

/// One finding in one line: `file:1:2: warning[rule]: message; help`.
fn line(entry: &Entry) -> String {
    let located = &entry.located;
    let finding = &located.finding;
    let position = located.position.as_ref().map(|position| {
        let location = position.location;
        format!("{}:{}:{}: ", position.file(), location.line, location.column)
    });
    let word = match finding.severity {
        Severity::Deny => "error",
        Severity::Warn => "warning",
    };
    format!("{}{word}[{}]: {}", position.unwrap_or_default(), finding.rule, text(entry))
}
