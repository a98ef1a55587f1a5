//! Judges the checked objects, and tells how far it has come.

use podnetworking_check::judge;
pub use podnetworking_check::judge::Core;
#[cfg(feature = "run")]
pub use podnetworking_check::judge::Decider;

use crate::answer::Answer;
use crate::facts::World;
use crate::progress::Progress;

/// Judges all of them, in their order.
///
/// # Errors
/// Where there is no decision about one.
pub fn all(world: &World, decider: &dyn judge::Decider) -> anyhow::Result<Vec<Answer>> {
    let progress = Progress::new(world.checked.len());
    judge::all(world, decider, || progress.step())
}
