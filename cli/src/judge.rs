//! Judges the checked objects one after another: by the core here, by the module in `run`.

use podnetworking_policy::{Settings, decide};

use crate::answer::Answer;
use crate::facts::World;
use crate::object::Object;
use crate::progress::Progress;

/// Who decides.
pub trait Decider {
    /// Decides about one of the checked objects.
    ///
    /// # Errors
    /// Where there is no decision.
    fn decide(&self, world: &World, index: usize, object: &Object) -> anyhow::Result<Answer>;
}

/// The core.
#[derive(Debug)]
pub struct Core<'s> {
    /// The settings.
    pub settings: &'s Settings,
}

impl Decider for Core<'_> {
    fn decide(&self, world: &World, index: usize, object: &Object) -> anyhow::Result<Answer> {
        let request = object.request(world.old(index));
        Ok(decide(&request, self.settings, &world.facts(index)).into())
    }
}

/// Judges all of them, in their order.
///
/// # Errors
/// Where there is no decision about one.
pub fn all(world: &World, decider: &dyn Decider) -> anyhow::Result<Vec<Answer>> {
    let progress = Progress::new(world.checked.len());
    let mut answers = Vec::with_capacity(world.checked.len());
    for (index, object) in world.checked.iter().enumerate() {
        answers.push(decider.decide(world, index, object)?);
        progress.step();
    }
    Ok(answers)
}
