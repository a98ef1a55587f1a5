//! Prints a report in the chosen format, and on stderr what is not a finding.

use std::collections::BTreeMap;

use podnetworking_manifests::ReadError;

use super::{github, human, json, junit, sarif};
use crate::args::{Format, ReportArgs};
use crate::notice::Notice;
use crate::output;
use crate::report::Report;

/// So many errors are shown.
const ERRORS: usize = 8;
/// So many notes of each kind are shown.
const NOTICES: usize = 3;

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

/// Prints on stderr what cannot be read, and what is not checked as it will be applied.
pub fn unread(errors: &[ReadError], notices: &[Notice]) {
    for error in errors.iter().take(ERRORS) {
        human::read_error(error);
    }
    if errors.len() > ERRORS {
        output::error(&format!("{} more cannot be read", errors.len() - ERRORS));
    }
    let mut kinds: BTreeMap<&str, usize> = BTreeMap::new();
    for notice in notices {
        let seen = kinds.entry(notice.kind).or_default();
        *seen += 1;
        if *seen <= NOTICES {
            output::note(&notice.to_string());
        }
    }
    for (kind, seen) in kinds.into_iter().filter(|(_, seen)| *seen > NOTICES) {
        output::note(&format!("{} more of this kind: {kind}; `--format json` has all", seen - NOTICES));
    }
}

/// Prints on stderr what is not a finding.
fn notices(report: &Report, quiet: bool) {
    unread(&report.errors, &report.notices);
    if quiet {
        return;
    }
    if report.objects.is_empty() && report.errors.is_empty() && report.notices.is_empty() {
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
