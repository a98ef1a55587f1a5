//! The findings of a check in order, without keeping all of them.

use std::collections::{HashMap, HashSet};

use podnetworking_manifests::ReadError;

use crate::answer::Answer;
use crate::facts::World;
use crate::judge::{self, Decider};
use crate::note::Note;
use crate::object::Identity;
use crate::report::{Located, Reporter, by_place, pair_in_namespace};
use crate::silence::Silence;

/// So many findings are kept to be sorted. Beyond it they are in the order of the objects.
const BATCH: usize = 4_000;

/// What a check found besides findings.
#[derive(Debug, Default)]
pub struct Rest {
    /// Messages that are not findings.
    pub notes: Vec<Note>,
    /// Objects that could not be decided.
    pub errors: Vec<ReadError>,
    /// How many findings are silenced by an annotation.
    pub silenced: usize,
}

/// Decides all checked objects in the order of their files and lines, and hands out their findings, batch by batch.
/// `step` is called after each object.
///
/// # Errors
/// If an object has no decision, or `batch` fails.
pub fn findings(
    world: &World,
    decider: &dyn Decider,
    mut step: impl FnMut(),
    batch: &mut dyn FnMut(Vec<Located>) -> anyhow::Result<()>,
) -> anyhow::Result<Rest> {
    let mut reporter = Reporter::new(world, decider.core().0);
    let mut pairs = Pairs { world, decider, of: HashMap::new() };
    let mut kept: Vec<Located> = Vec::new();
    for position in in_order(world) {
        let answer = judge::one(world, decider, position)?;
        for located in reporter.object(position, answer) {
            if let Some((one, other)) = pair_in_namespace(&located)
                && pairs.overlap(one, other, position)?
            {
                continue;
            }
            kept.push(located);
        }
        if kept.len() > BATCH {
            kept.sort_by(by_place);
            batch(std::mem::take(&mut kept))?;
        }
        step();
    }
    kept.sort_by(by_place);
    batch(kept)?;
    let Reporter { notes, errors, silenced, .. } = reporter;
    Ok(Rest { notes, errors, silenced })
}

/// The positions of the checked objects, by file and line.
fn in_order(world: &World) -> Vec<usize> {
    let mut order: Vec<usize> = (0..world.checked.len()).collect();
    // Objects of one file follow each other already.
    order.sort_by_key(|position| world.checked.get(*position).map(|object| object.document.file()));
    order
}

/// Which PodNetworkings overlap, found out where a namespace asks.
struct Pairs<'w> {
    world: &'w World,
    decider: &'w dyn Decider,
    /// For a position: the names of those with which that PodNetworking has an `overlap`.
    of: HashMap<usize, HashSet<String>>,
}

impl Pairs<'_> {
    /// Whether a pair is reported by the later one of the two, as the object at `position` sees them.
    fn overlap(&mut self, one: &str, other: &str, position: usize) -> anyhow::Result<bool> {
        for (own, other) in [(one, other), (other, one)] {
            let Some(at) = self.world.position(&Identity::of_podnetworking(own), position) else { continue };
            if !self.of.contains_key(&at) {
                let names = self.names(at)?;
                self.of.insert(at, names);
            }
            if self.of.get(&at).is_some_and(|names| names.contains(other)) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn names(&self, at: usize) -> anyhow::Result<HashSet<String>> {
        let is_silenced = self.world.checked.get(at).is_some_and(|object| Silence::of(object).covers("overlap"));
        if is_silenced {
            return Ok(HashSet::new());
        }
        let Answer { findings, .. } = judge::one(self.world, self.decider, at)?;
        let overlaps = findings.into_iter().filter(|finding| finding.rule == "overlap");
        Ok(overlaps.flat_map(|finding| finding.related).map(|related| related.name).collect())
    }
}
