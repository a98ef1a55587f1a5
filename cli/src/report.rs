//! The findings of a check, filtered as the arguments ask.

use std::sync::Arc;

use podnetworking_check::answer::Severity;
use podnetworking_check::facts::World;
use podnetworking_check::judge::Decider;
use podnetworking_check::locate;
use podnetworking_check::report::Located;
use podnetworking_check::stream;
use podnetworking_manifests::ReadError;

use crate::args::{FailOn, Format, ReportArgs};
use crate::baseline::{self, Baseline};
use crate::collect::{Collected, Collector, Replacement};
use crate::format::stream::Stream;
use crate::input::Input;
use crate::notice::Notice;
use crate::output::Exit;
use crate::progress::Progress;
use crate::rewrite;
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
pub struct Filter<'a> {
    args: &'a ReportArgs,
    known: Option<Baseline>,
    written: Option<baseline::File>,
    in_baseline: usize,
}

impl std::fmt::Debug for Filter<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Filter").finish_non_exhaustive()
    }
}

impl<'a> Filter<'a> {
    /// The filter that the arguments ask for.
    ///
    /// # Errors
    /// If the baseline cannot be read.
    pub fn new(args: &'a ReportArgs) -> anyhow::Result<Self> {
        let known = args.baseline.as_deref().map(Baseline::read).transpose()?;
        let written = args.write_baseline.is_some().then(baseline::File::default);
        Ok(Self { args, known, written, in_baseline: 0 })
    }

    /// Whether a finding counts.
    pub fn takes(&mut self, located: &Located) -> bool {
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
        let mut filter = Filter::new(args)?;
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
        let mut collected = collector.finish();
        let is_sarif = |format: &Format| *format == Format::Sarif;
        if is_sarif(&args.format) || args.output.iter().any(|(format, _)| is_sarif(format)) {
            for entry in &mut collected.entries {
                entry.replacements = replacements(world, &entry.located);
            }
        }
        let objects = world
            .checked
            .iter()
            .map(|object| CheckedObject { title: object.title(), file: object.document.file().to_owned() })
            .collect();
        Ok(Self {
            collected,
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

/// What the fix of a finding changes in the files. Empty if one of its edits cannot be made.
fn replacements(world: &World, located: &Located) -> Vec<Replacement> {
    let edits = located.finding.fix.iter().flat_map(|fix| &fix.edits);
    let all: Option<Vec<Vec<Replacement>>> = edits
        .map(|edit| {
            let other = edit.object.as_ref().map(|object| world.position(&locate::identity(object), located.object));
            let document = &world.checked.get(other.unwrap_or(Some(located.object))?)?.document;
            let source = document.source();
            let edits = rewrite::edits(document, edit)?.into_iter();
            Some(edits.map(|edit| Replacement { source: Arc::clone(source), edit }).collect())
        })
        .collect();
    all.unwrap_or_default().concat()
}

fn is_chosen(rule: &str, args: &ReportArgs) -> bool {
    let names = |rules: &[String]| rules.iter().any(|name| name == rule);
    (args.select.is_empty() || names(&args.select)) && !names(&args.ignore)
}
