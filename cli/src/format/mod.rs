//! How findings are shown.

mod github;
mod human;
mod json;
mod junit;
mod sarif;

use std::path::Path;

use podnetworking_manifests::{ReadError, Skipped};

use crate::args::{Format, ReportArgs};
use crate::output;
use crate::report::Report;

/// Shows the report on stdout, and on stderr what could not be read and what else is to say.
///
/// # Errors
/// Where it cannot be written.
pub fn show(report: &Report, args: &ReportArgs) -> anyhow::Result<()> {
    say_rest(report, args.quiet);
    let text = match args.format {
        Format::Human => return output::print(&human::report(report, args.quiet)),
        Format::Json => json::report(report, args.quiet)?,
        Format::Sarif => sarif::report(report, args.quiet)?,
        Format::Github => github::report(report, args.quiet),
        Format::Junit => junit::report(report, args.quiet)?,
    };
    output::print_raw(text.as_bytes())
}

/// Says on stderr what could not be read, and which files are templates.
pub fn say_unread(errors: &[ReadError], skipped: &[Skipped]) {
    for error in errors {
        human::say_error(error);
    }
    for skipped in skipped.iter().filter(|skipped| skipped.template) {
        output::warning(&skipped.to_string());
    }
}

/// Says what is no finding.
fn say_rest(report: &Report, quiet: bool) {
    say_unread(&report.errors, &report.skipped);
    for note in &report.notes {
        let (file, location) = (note.place.file(), note.place.location);
        output::warning(&format!("{file}:{}:{}: {}", location.line, location.column, note.message));
    }
    if quiet {
        return;
    }
    if report.objects.is_empty() && report.errors.is_empty() {
        output::warning("nothing was checked: there is no Kubernetes object in what was named");
    }
    if report.fixed > 0 {
        let entries = if report.fixed == 1 { "1 entry" } else { &format!("{} entries", report.fixed) };
        output::warning(&format!("{entries} of the baseline no longer needed; write it again with --write-baseline"));
    }
}

/// A file as CI knows it: relative to the folder in which the check runs, where it lies in that.
fn relative(file: &str) -> String {
    let here = std::env::current_dir().ok();
    let inside = here.and_then(|here| Some(Path::new(file).strip_prefix(here).ok()?.display().to_string()));
    inside.unwrap_or_else(|| file.to_owned())
}
