//! Decides the checked objects, with a progress bar.

use podnetworking_check::answer::Answer;
use podnetworking_check::facts::World;
use podnetworking_check::judge::{self, Decider};

use crate::progress::Progress;

/// Decides all checked objects, in order.
///
/// # Errors
/// If one of them has no decision.
pub fn all(world: &World, decider: &dyn Decider) -> anyhow::Result<Vec<Answer>> {
    let progress = Progress::new(world.checked.len());
    judge::all(world, decider, || progress.step())
}
