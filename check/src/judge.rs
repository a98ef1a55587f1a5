//! Judges the checked objects one after another: by the core here, by the module in `run`.

use podnetworking_policy::facts::search::index::Index;
use podnetworking_policy::{Settings, decide};

use crate::answer::Answer;
use crate::facts::World;
use crate::object::Object;

/// Who decides.
pub trait Decider {
    /// Decides about the checked object at a position.
    ///
    /// # Errors
    /// Where there is no decision.
    fn decide(&self, world: &World, position: usize, object: &Object) -> anyhow::Result<Answer>;
}

/// The core.
#[derive(Debug)]
pub struct Core<'w> {
    settings: &'w Settings,
    index: Option<Index<'w>>,
}

impl<'w> Core<'w> {
    /// It judges the objects of this world.
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

/// Judges all of them, in their order, and tells after each.
///
/// # Errors
/// Where there is no decision about one.
pub fn all(world: &World, decider: &dyn Decider, mut step: impl FnMut()) -> anyhow::Result<Vec<Answer>> {
    let mut answers = Vec::with_capacity(world.checked.len());
    for (position, object) in world.checked.iter().enumerate() {
        answers.push(decider.decide(world, position, object)?);
        step();
    }
    Ok(answers)
}
