//! `check`: the core judges manifests.

use crate::answer::Answer;
use crate::args::{CheckArgs, ReportArgs};
use crate::format;
use crate::input::Input;
use crate::judge::{self, Core};
use crate::output::{self, Exit};
use crate::report::Report;
use crate::settings;

/// Checks, shows what was found, and tells how to exit.
///
/// # Errors
/// Where nothing can be checked.
pub fn run(args: &CheckArgs) -> anyhow::Result<Exit> {
    let loaded = settings::load(&args.input.settings)?;
    let input = Input::read(&args.input)?;
    let answers = judge::all(&input.world, &Core::new(&loaded.settings, &input.world))?;
    finish(input, answers, &args.report)
}

/// Shows what was decided, whoever did.
///
/// # Errors
/// Where it cannot be written.
pub fn finish(input: Input, answers: Vec<Answer>, args: &ReportArgs) -> anyhow::Result<Exit> {
    let report = Report::new(input, answers, args)?;
    if let Some(path) = &args.write_baseline {
        format::say_unread(&report.errors, &report.skipped);
        let findings = output::count(report.findings.len(), "finding");
        output::print(&format!("wrote {findings} to {}\n", path.display()))?;
        return Ok(if report.errors.is_empty() { Exit::Clean } else { Exit::NotChecked });
    }
    format::show(&report, args)?;
    Ok(report.exit())
}
