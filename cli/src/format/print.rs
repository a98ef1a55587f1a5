//! Prints a report in the chosen format, and on stderr what is not a finding.

use std::collections::BTreeMap;
use std::io::Write;

use anstream::adapter::strip_str;
use anyhow::Context;
use podnetworking_manifests::ReadError;

use super::stream::{Stream, create};
use super::{github, human, json, junit, sarif};
use crate::args::{Format, ReportArgs};
use crate::notice::Notice;
use crate::output;
use crate::report::Report;

/// So many errors are shown.
const ERRORS: usize = 8;
/// So many notes of each kind are shown.
const NOTICES: usize = 3;

/// So many lines are printed without `--all`.
const LINES: usize = 200;
/// So many lines an error has at most, with the line of its file and the summary.
const LINES_OF_ERROR: usize = 7;

/// Prints the report on stdout, and errors and notices on stderr. Writes the other formats to their files.
///
/// # Errors
/// If something cannot be written.
pub fn report(report: &Report, args: &ReportArgs, streams: Vec<Stream>) -> anyhow::Result<()> {
    let used = notices(report, args);
    for stream in streams {
        json::finish(stream, report)?;
    }
    for (format, path) in &args.output {
        if let Some(text) = text(report, args, *format, LINES)? {
            // A file has no colours.
            let text = strip_str(&text).to_string();
            create(path)?.write_all(text.as_bytes()).with_context(|| format!("cannot write {}", path.display()))?;
        }
    }
    match text(report, args, args.format, LINES.saturating_sub(used))? {
        Some(text) if args.format == Format::Human => output::print(&text),
        Some(text) => output::print_raw(text.as_bytes()),
        None => Ok(()),
    }
}

/// The report in a format; none in JSON, which is written already.
fn text(report: &Report, args: &ReportArgs, format: Format, lines: usize) -> anyhow::Result<Option<String>> {
    Ok(Some(match format {
        Format::Json => return Ok(None),
        Format::Human => human::report(report, args.quiet, args.all, lines),
        Format::Sarif => sarif::report(report, args.all)?,
        Format::Github => github::report(report, args.all),
        Format::Junit => junit::report(report, args.all)?,
    }))
}

/// Prints on stderr what cannot be read, and what is not checked as it will be applied. Returns for how many lines
/// there was room.
pub fn unread(errors: &[ReadError], notices: &[Notice], all: bool) -> usize {
    let (most_errors, most_notices) = if all { (usize::MAX, usize::MAX) } else { (ERRORS, NOTICES) };
    for error in errors.iter().take(most_errors) {
        human::read_error(error);
    }
    if errors.len() > most_errors {
        output::error(&format!("{} more cannot be read; `--all` shows everything", errors.len() - most_errors));
    }
    let mut lines = errors.len().min(most_errors) * LINES_OF_ERROR;
    let mut kinds: BTreeMap<&str, usize> = BTreeMap::new();
    for notice in notices {
        let seen = kinds.entry(notice.kind).or_default();
        *seen += 1;
        if *seen <= most_notices {
            output::note(&notice.to_string());
            lines += 1;
        }
    }
    for (kind, seen) in kinds.into_iter().filter(|(_, seen)| *seen > most_notices) {
        output::note(&format!("{} more of this kind: {kind}; `--all` shows everything", seen - most_notices));
        lines += 1;
    }
    lines + 1
}

/// Prints on stderr what is not a finding.
fn notices(report: &Report, args: &ReportArgs) -> usize {
    let lines = unread(&report.errors, &report.notices, args.all);
    if args.quiet {
        return lines;
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
    // Those, and the last lines of the report.
    lines + 5
}
