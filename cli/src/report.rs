//! What was found, where it stands, and what of it is shown.

use podnetworking_check::report::Found;
pub use podnetworking_check::report::{Located, Note};
use podnetworking_manifests::{ReadError, Skipped};

use crate::answer::{Answer, Severity};
use crate::args::{FailOn, ReportArgs};
use crate::baseline::{self, Baseline};
use crate::input::Input;
use crate::output::Exit;

/// All that is shown.
#[derive(Debug)]
pub struct Report {
    /// The findings, in order.
    pub findings: Vec<Located>,
    /// What could not be read.
    pub errors: Vec<ReadError>,
    /// What was passed over.
    pub skipped: Vec<Skipped>,
    /// What else to say.
    pub notes: Vec<Note>,
    /// Each object that was judged, with its file and line.
    pub objects: Vec<Judged>,
    /// How many objects are in the context.
    pub context: usize,
    /// Findings that an annotation silences.
    pub silenced: usize,
    /// Findings that the baseline has.
    pub in_baseline: usize,
    /// Entries of the baseline that no finding needs any more.
    pub fixed: usize,
    /// The least severity that makes the check fail.
    pub fail_on: Severity,
}

/// An object that was judged.
#[derive(Clone, Debug)]
pub struct Judged {
    /// "Deployment shop/web".
    pub title: String,
    /// Its file.
    pub file: String,
}

impl Report {
    /// The report of the answers about the checked objects.
    ///
    /// # Errors
    /// Where the baseline cannot be read or written.
    pub fn new(input: Input, answers: Vec<Answer>, args: &ReportArgs) -> anyhow::Result<Self> {
        let Input { world, errors, skipped } = input;
        let Found { mut findings, notes, silenced } = Found::new(&world, answers);
        let mut report = Self {
            findings: Vec::new(),
            errors,
            skipped,
            notes,
            objects: Vec::new(),
            context: world.context.len(),
            silenced,
            in_baseline: 0,
            fixed: 0,
            fail_on: match args.fail_on {
                FailOn::Deny => Severity::Deny,
                FailOn::Warn => Severity::Warn,
            },
        };
        report.objects = world
            .checked
            .iter()
            .map(|object| Judged { title: object.title(), file: object.document.file().to_owned() })
            .collect();
        // The process ends soon; to give back the memory of thousands of objects before takes as long as judging some.
        std::mem::forget(world);
        findings.retain(|located| is_chosen(&located.finding.rule, args));
        if let Some(path) = &args.write_baseline {
            baseline::write(path, &findings)?;
        }
        if let Some(path) = &args.baseline {
            let mut known = Baseline::read(path)?;
            let before = findings.len();
            findings.retain(|finding| !known.takes(finding));
            report.in_baseline = before - findings.len();
            report.fixed = known.left();
        }
        report.findings = findings;
        Ok(report)
    }

    /// How many findings have this severity.
    pub fn count(&self, severity: Severity) -> usize {
        self.findings.iter().filter(|located| located.finding.severity == severity).count()
    }

    /// The exit status.
    pub fn exit(&self) -> Exit {
        if !self.errors.is_empty() {
            Exit::NotChecked
        } else if self.findings.iter().any(|located| located.finding.severity >= self.fail_on) {
            Exit::Found
        } else {
            Exit::Clean
        }
    }
}

fn is_chosen(rule: &str, args: &ReportArgs) -> bool {
    let names = |rules: &[String]| rules.iter().any(|name| name == rule);
    (args.select.is_empty() || names(&args.select)) && !names(&args.ignore)
}
