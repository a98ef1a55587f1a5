//! The findings of a check, filtered as the arguments ask.

use podnetworking_check::answer::{Answer, Severity};
use podnetworking_check::report::Found;
use podnetworking_check::report::Located;
use podnetworking_manifests::ReadError;

use crate::args::{FailOn, ReportArgs};
use crate::baseline::{self, Baseline};
use crate::input::Input;
use crate::notice::Notice;
use crate::output::Exit;

/// Everything that is shown of a check.
#[derive(Debug)]
pub struct Report {
    /// The findings, in the order in which they are shown.
    pub findings: Vec<Located>,
    /// Files and documents that cannot be read.
    pub errors: Vec<ReadError>,
    /// What is not checked as it will be applied, and annotations without effect.
    pub notices: Vec<Notice>,
    /// The objects that were checked.
    pub objects: Vec<CheckedObject>,
    /// How many objects are in the context.
    pub context: usize,
    /// How many findings are silenced by an annotation.
    pub silenced: usize,
    /// How many findings are hidden by the baseline.
    pub in_baseline: usize,
    /// How many entries of the baseline no longer occur.
    pub fixed: usize,
    /// The lowest severity that makes the check fail.
    pub fail_on: Severity,
}

/// An object that was checked.
#[derive(Clone, Debug)]
pub struct CheckedObject {
    /// Kind, namespace and name, for example `Deployment shop/web`.
    pub title: String,
    /// The name of its file.
    pub file: String,
}

impl Report {
    /// The report of a check; `answers` has one answer for each checked object.
    ///
    /// # Errors
    /// If the baseline cannot be read or written.
    pub fn new(input: Input, answers: Vec<Answer>, args: &ReportArgs) -> anyhow::Result<Self> {
        let Input { world, errors, mut notices } = input;
        let Found { mut findings, notes, silenced } = Found::new(&world, answers);
        notices.extend(notes.into_iter().map(Notice::from));
        let mut report = Self {
            findings: Vec::new(),
            errors,
            notices,
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
            .map(|object| CheckedObject { title: object.title(), file: object.document.file().to_owned() })
            .collect();
        // The process ends soon, and freeing thousands of objects would take a noticeable time.
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
