//! The findings of a check, filtered as the arguments ask.

use podnetworking_check::answer::Severity;
use podnetworking_check::judge::Decider;
use podnetworking_check::report::Located;
use podnetworking_check::stream;
use podnetworking_manifests::ReadError;

use crate::args::{FailOn, ReportArgs};
use crate::baseline::{self, Baseline};
use crate::collect::{Collected, Collector};
use crate::format::json::Stream;
use crate::input::Input;
use crate::notice::Notice;
use crate::output::Exit;
use crate::progress::Progress;
use crate::settings::Assumed;

/// Everything that is shown of a check.
#[derive(Debug)]
pub struct Report {
    /// The findings that are shown.
    pub collected: Collected,
    /// Files and documents that cannot be read, and objects that cannot be decided.
    pub errors: Vec<ReadError>,
    /// What is not checked as it will be applied, and annotations without effect.
    pub notices: Vec<Notice>,
    /// The objects that were checked.
    pub objects: Vec<CheckedObject>,
    /// How many objects are in the context.
    pub context: usize,
    /// How many findings the policy denies.
    pub denied: usize,
    /// How many findings it warns about.
    pub warned: usize,
    /// How many findings are silenced by an annotation.
    pub silenced: usize,
    /// How many findings are hidden by the baseline.
    pub in_baseline: usize,
    /// How many entries of the baseline no longer occur.
    pub fixed: usize,
    /// The lowest severity that makes the check fail.
    pub fail_on: Severity,
    /// The platform, and whether it was assumed.
    pub platform: Assumed,
}

/// An object that was checked.
#[derive(Clone, Debug)]
pub struct CheckedObject {
    /// Kind, namespace and name, for example `Deployment shop/web`.
    pub title: String,
    /// The name of its file.
    pub file: String,
}

/// Which findings count.
struct Filter<'a> {
    args: &'a ReportArgs,
    known: Option<Baseline>,
    written: Option<baseline::File>,
    in_baseline: usize,
}

impl Filter<'_> {
    fn takes(&mut self, located: &Located) -> bool {
        if !is_chosen(&located.finding.rule, self.args) {
            return false;
        }
        if let Some(written) = &mut self.written {
            written.add(located);
        }
        let is_known = self.known.as_mut().is_some_and(|known| known.takes(located));
        self.in_baseline += usize::from(is_known);
        !is_known
    }
}

impl Report {
    /// Checks the objects, and writes every finding to the streams.
    ///
    /// # Errors
    /// If an object has no decision, or the baseline or a stream cannot be read or written.
    pub fn new(
        input: &Input,
        decider: &dyn Decider,
        args: &ReportArgs,
        platform: Assumed,
        streams: &mut [Stream],
    ) -> anyhow::Result<Self> {
        let Input { world, errors, notices } = input;
        let (mut errors, mut notices) = (errors.clone(), notices.clone());
        let fail_on = match args.fail_on {
            FailOn::Deny => Severity::Deny,
            FailOn::Warn => Severity::Warn,
        };
        let known = args.baseline.as_deref().map(Baseline::read).transpose()?;
        let written = args.write_baseline.is_some().then(baseline::File::default);
        let mut filter = Filter { args, known, written, in_baseline: 0 };
        let mut collector = Collector::new(args.all);
        let (mut denied, mut warned) = (0, 0);
        let progress = Progress::new(world.checked.len());
        let mut batch = |found: Vec<Located>| -> anyhow::Result<()> {
            collector.next_batch();
            for located in found {
                if !filter.takes(&located) {
                    continue;
                }
                match located.finding.severity {
                    Severity::Deny => denied += 1,
                    Severity::Warn => warned += 1,
                }
                if !args.quiet || located.finding.severity >= fail_on {
                    for stream in &mut *streams {
                        stream.finding(&located)?;
                    }
                    collector.add(located);
                }
            }
            Ok(())
        };
        let rest = stream::findings(world, decider, || progress.step(), &mut batch)?;
        drop(progress);
        errors.extend(rest.errors);
        notices.extend(rest.notes.into_iter().map(Notice::from));
        let Filter { known, written, in_baseline, .. } = filter;
        if let (Some(written), Some(path)) = (&written, &args.write_baseline) {
            written.write(path)?;
        }
        let objects = world
            .checked
            .iter()
            .map(|object| CheckedObject { title: object.title(), file: object.document.file().to_owned() })
            .collect();
        Ok(Self {
            collected: collector.finish(),
            errors,
            notices,
            objects,
            context: world.context.len(),
            denied,
            warned,
            silenced: rest.silenced,
            in_baseline,
            fixed: known.map_or(0, |known| known.left()),
            fail_on,
            platform,
        })
    }

    /// The exit status.
    pub fn exit(&self) -> Exit {
        if !self.errors.is_empty() {
            Exit::NotChecked
        } else if self.denied > 0 || self.fail_on == Severity::Warn && self.warned > 0 {
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
