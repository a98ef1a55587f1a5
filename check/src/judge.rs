//! Decides the checked objects one after another. The core decides here; in `podnetworking run` the module does.

use podnetworking_policy::facts::search::index::Index;
use podnetworking_policy::{Settings, decide};

use crate::answer::Answer;
use crate::facts::World;
use crate::object::Object;

/// Makes decisions: the core, or the module.
pub trait Decider {
    /// Decides the checked object at a position.
    ///
    /// # Errors
    /// If there is no decision, for example because the module stopped.
    fn decide(&self, world: &World, position: usize, object: &Object) -> anyhow::Result<Answer>;
}

/// The core as a decider.
#[derive(Debug)]
pub struct Core<'w> {
    settings: &'w Settings,
    index: Option<Index<'w>>,
}

impl<'w> Core<'w> {
    /// Decides the objects of this world with these settings.
    pub fn new(settings: &'w Settings, world: &'w World) -> Self {
        Self { settings, index: world.index() }
    }
}

impl Decider for Core<'_> {
    fn decide(&self, world: &World, position: usize, object: &Object) -> anyhow::Result<Answer> {
        let request = object.request(world.old(position));
        Ok(decide(&request, self.settings, &world.facts(self.index.as_ref(), position)).into())
    }
}

/// Decides all checked objects in order, and calls `step` after each one.
///
/// # Errors
/// If one of them has no decision.
pub fn all(world: &World, decider: &dyn Decider, mut step: impl FnMut()) -> anyhow::Result<Vec<Answer>> {
    let mut answers = Vec::with_capacity(world.checked.len());
    for (position, object) in world.checked.iter().enumerate() {
        answers.push(decider.decide(world, position, object)?);
        step();
    }
    Ok(answers)
}
