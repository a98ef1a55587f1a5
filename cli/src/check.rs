//! `check`: the core decides manifests.

use podnetworking_check::judge::{Core, Decider};

use crate::args::{CheckArgs, ReportArgs};
use crate::fix;
use crate::format::{print, stream};
use crate::input::Input;
use crate::output::{self, Exit};
use crate::report::Report;
use crate::settings::{self, Assumed};

/// Checks the manifests, prints the findings and returns the exit status.
///
/// # Errors
/// If nothing can be checked.
pub fn run(args: &CheckArgs) -> anyhow::Result<Exit> {
    let loaded = settings::load(&args.input.settings)?;
    if let Some(level) = args.fix {
        fix::run(args, level, &loaded)?;
    }
    let input = Input::read(&args.input)?;
    let core = Core::new(&loaded.settings, &input.world);
    finish(&input, &core, &args.report, loaded.platform)
}

/// Prints the findings, whether the core or the module decides.
///
/// # Errors
/// If the output cannot be written.
pub fn finish(input: &Input, decider: &dyn Decider, args: &ReportArgs, platform: Assumed) -> anyhow::Result<Exit> {
    let mut streams = stream::streams(args)?;
    let report = Report::new(input, decider, args, platform, &mut streams)?;
    if let Some(path) = &args.write_baseline {
        print::unread(&report.errors, &report.notices, args.all);
        let findings = output::count(report.denied + report.warned, "finding");
        output::print(&format!("wrote {findings} to {}\n", path.display()))?;
        return Ok(if report.errors.is_empty() { Exit::Clean } else { Exit::NotChecked });
    }
    print::report(&report, args, streams)?;
    Ok(report.exit())
}
