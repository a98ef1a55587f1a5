//! `check`: the core decides manifests.

use podnetworking_check::answer::Answer;
use podnetworking_check::judge::Core;

use crate::args::{CheckArgs, ReportArgs};
use crate::format::print;
use crate::input::Input;
use crate::judge;
use crate::output::{self, Exit};
use crate::report::Report;
use crate::settings;

/// Checks the manifests, prints the findings and returns the exit status.
///
/// # Errors
/// If nothing can be checked.
pub fn run(args: &CheckArgs) -> anyhow::Result<Exit> {
    let loaded = settings::load(&args.input.settings)?;
    let input = Input::read(&args.input)?;
    let answers = judge::all(&input.world, &Core::new(&loaded.settings, &input.world))?;
    finish(input, answers, &args.report)
}

/// Prints the findings of the answers, whether the core or the module gave them.
///
/// # Errors
/// If the output cannot be written.
pub fn finish(input: Input, answers: Vec<Answer>, args: &ReportArgs) -> anyhow::Result<Exit> {
    let report = Report::new(input, answers, args)?;
    if let Some(path) = &args.write_baseline {
        print::unread(&report.errors, &report.notices);
        let findings = output::count(report.findings.len(), "finding");
        output::print(&format!("wrote {findings} to {}\n", path.display()))?;
        return Ok(if report.errors.is_empty() { Exit::Clean } else { Exit::NotChecked });
    }
    print::report(&report, args)?;
    Ok(report.exit())
}
