//! JUnit XML for CI servers: a test suite for each file, and a test case for each object.

use std::collections::BTreeMap;

use podnetworking_check::answer::Severity;
use podnetworking_check::report::Located;
use quick_junit::{NonSuccessKind, Report as Junit, TestCase, TestCaseStatus, TestSuite};

use crate::report::Report;

/// The XML.
///
/// # Errors
/// Only if memory runs out.
pub fn report(report: &Report, quiet: bool) -> anyhow::Result<String> {
    let mut of_object: BTreeMap<usize, Vec<&Located>> = BTreeMap::new();
    for located in &report.findings {
        of_object.entry(located.object).or_default().push(located);
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
        case(&object.file, test_case(report, &object.title, &object.file, findings, quiet));
    }
    for error in &report.errors {
        let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
        status.set_message(error.message.as_str()).set_type("read-error").set_description(error.to_string());
        let mut broken = TestCase::new("can be read", status);
        broken.set_classname(error.file.as_str());
        case(&error.file, broken);
    }
    for notice in &report.notices {
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

fn test_case(report: &Report, title: &str, file: &str, findings: &[&Located], quiet: bool) -> TestCase {
    let (failing, rest): (Vec<&Located>, Vec<&Located>) =
        findings.iter().copied().partition(|located| located.finding.severity >= report.fail_on);
    let mut case = match failing.first() {
        None => TestCase::new(title, TestCaseStatus::success()),
        Some(first) => {
            let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
            let lines: Vec<String> = failing.iter().map(|located| line(located)).collect();
            status.set_type(first.finding.rule.as_str()).set_message(text(first)).set_description(lines.join("\n"));
            TestCase::new(title, status)
        }
    };
    case.set_classname(file);
    if !rest.is_empty() && !quiet {
        let lines: Vec<String> = rest.iter().map(|located| line(located)).collect();
        case.set_system_out(lines.join("\n"));
    }
    case
}

/// Message and help in one line.
fn text(located: &Located) -> String {
    format!("{}; {}", located.finding.message, located.finding.help)
}

/// One finding in one line: `file:1:2: warning[rule]: message; help`.
fn line(located: &Located) -> String {
    let finding = &located.finding;
    let position = located.position.as_ref().map(|position| {
        let location = position.location;
        format!("{}:{}:{}: ", position.file(), location.line, location.column)
    });
    let word = match finding.severity {
        Severity::Deny => "error",
        Severity::Warn => "warning",
    };
    format!("{}{word}[{}]: {}", position.unwrap_or_default(), finding.rule, text(located))
}
