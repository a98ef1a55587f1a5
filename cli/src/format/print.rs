//! Prints a report in the chosen format, and on stderr what is not a finding.

use podnetworking_manifests::{ReadError, Skipped};

use super::{github, human, json, junit, sarif};
use crate::args::{Format, ReportArgs};
use crate::output;
use crate::report::Report;

/// Prints the report on stdout, and errors and notices on stderr.
///
/// # Errors
/// If stdout cannot be written.
pub fn report(report: &Report, args: &ReportArgs) -> anyhow::Result<()> {
    notices(report, args.quiet);
    let text = match args.format {
        Format::Human => return output::print(&human::report(report, args.quiet)),
        Format::Json => json::report(report, args.quiet)?,
        Format::Sarif => sarif::report(report, args.quiet)?,
        Format::Github => github::report(report, args.quiet),
        Format::Junit => junit::report(report, args.quiet)?,
    };
    output::print_raw(text.as_bytes())
}

/// Prints on stderr which files cannot be read, and which are templates.
pub fn unread(errors: &[ReadError], skipped: &[Skipped]) {
    for error in errors {
        human::read_error(error);
    }
    for skipped in skipped.iter().filter(|skipped| skipped.template) {
        output::warning(&skipped.to_string());
    }
}

/// Prints on stderr what is not a finding.
fn notices(report: &Report, quiet: bool) {
    unread(&report.errors, &report.skipped);
    for note in &report.notes {
        let (file, location) = (note.position.file(), note.position.location);
        output::warning(&format!("{file}:{}:{}: {}", location.line, location.column, note.message));
    }
    if quiet {
        return;
    }
    if report.objects.is_empty() && report.errors.is_empty() {
        output::warning("no Kubernetes objects found in the given paths; nothing was checked");
    }
    if report.fixed > 0 {
        let entries = match report.fixed {
            1 => "1 baseline entry no longer occurs".to_owned(),
            fixed => format!("{fixed} baseline entries no longer occur"),
        };
        output::warning(&format!("{entries}; update the file with --write-baseline"));
    }
}
