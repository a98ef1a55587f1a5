//! Decides the checked objects one after another. The core decides here; in `podnetworking run` the module does.

use podnetworking_policy::{Settings, decide};

use crate::answer::Answer;
use crate::facts::{Asked, Indexes, World};
use crate::object::Object;

/// Makes decisions: the core, or the module.
pub trait Decider {
    /// Decides the checked object at a position.
    ///
    /// # Errors
    /// If there is no decision, for example because the module stopped.
    fn decide(&self, world: &World, position: usize, object: &Object) -> anyhow::Result<Answer>;

    /// The settings, and the indexes of the PodNetworkings.
    fn core(&self) -> (&Settings, &Indexes<'_>);
}

/// The core as a decider.
#[derive(Debug)]
pub struct Core<'w> {
    settings: &'w Settings,
    indexes: Indexes<'w>,
}

impl<'w> Core<'w> {
    /// Decides the objects of this world with these settings.
    pub fn new(settings: &'w Settings, world: &'w World) -> Self {
        Self { settings, indexes: world.indexes() }
    }
}

impl Decider for Core<'_> {
    fn decide(&self, world: &World, position: usize, object: &Object) -> anyhow::Result<Answer> {
        let request = object.request(world.old(position));
        Ok(decide(&request, self.settings, &world.facts(Some(&self.indexes), position)).into())
    }

    fn core(&self) -> (&Settings, &Indexes<'_>) {
        (self.settings, &self.indexes)
    }
}

/// Decides the checked object at a position. Where it depends on an object of which two definitions are equally near,
/// there is no decision but the reason.
///
/// # Errors
/// If it has no decision.
pub fn one(world: &World, decider: &dyn Decider, position: usize) -> anyhow::Result<Answer> {
    let Some(object) = world.checked.get(position) else { anyhow::bail!("there is no object {position}") };
    let (settings, indexes) = decider.core();
    if let Some(reason) = tie(world, settings, indexes, position, object) {
        return Ok(Answer { findings: Vec::new(), mutated_object: None, undecided: Some(reason) });
    }
    decider.decide(world, position, object)
}

/// Decides all checked objects in order, and calls `step` after each one.
///
/// # Errors
/// If one of them has no decision.
pub fn all(world: &World, decider: &dyn Decider, mut step: impl FnMut()) -> anyhow::Result<Vec<Answer>> {
    let mut answers = Vec::with_capacity(world.checked.len());
    for position in 0..world.checked.len() {
        answers.push(one(world, decider, position)?);
        step();
    }
    Ok(answers)
}

/// Which object is defined twice and equally near, if the decision on the checked object at a position looks at it.
#[must_use]
pub fn tie(
    world: &World,
    settings: &Settings,
    indexes: &Indexes<'_>,
    position: usize,
    object: &Object,
) -> Option<String> {
    let ties = world.ties(indexes, position)?;
    let request = object.request(world.old(position));
    for facts in &ties.facts {
        let asked = Asked::default();
        let _ = decide(&request, settings, &facts.recording(&asked));
        for seen in facts.looked_at(&asked).into_iter().filter(|seen| seen.identity != object.identity) {
            let Some(definitions) = ties.tied.get(&seen.identity) else { continue };
            let places: Vec<String> = definitions
                .iter()
                .filter_map(|definition| world.checked.get(*definition))
                .map(|object| format!("{}:{}", object.document.file(), object.document.line()))
                .collect();
            return Some(format!(
                "{} was not checked: {} is defined in {}, and these are equally near; check the folders one after another",
                object.title(),
                seen.title(),
                places.join(" and in "),
            ));
        }
    }
    None
}
