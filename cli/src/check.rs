//! `check`: the core judges manifests.

use crate::args::{CheckArgs, InputArgs, ReportArgs};
use crate::format;
use crate::input::Input;
use crate::judge::{self, Core, Decider};
use crate::output::{self, Exit};
use crate::report::Report;
use crate::settings;

/// Checks, shows what was found, and tells how to exit.
///
/// # Errors
/// Where nothing can be checked.
pub fn run(args: &CheckArgs) -> anyhow::Result<Exit> {
    let loaded = settings::load(&args.input.settings)?;
    judged_by(&Core { settings: &loaded.settings }, &args.input, &args.report)
}

/// The same, whoever decides.
///
/// # Errors
/// Where nothing can be checked.
pub fn judged_by(decider: &dyn Decider, input: &InputArgs, args: &ReportArgs) -> anyhow::Result<Exit> {
    let input = Input::read(input)?;
    let answers = judge::all(&input.world, decider)?;
    let report = Report::new(input, answers, args)?;
    if let Some(path) = &args.write_baseline {
        let findings = output::count(report.findings.len(), "finding");
        output::print(&format!("wrote {findings} to {}\n", path.display()))?;
        return Ok(if report.errors.is_empty() { Exit::Clean } else { Exit::NotChecked });
    }
    format::show(&report, args)?;
    Ok(report.exit())
}
