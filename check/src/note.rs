//! A message about a manifest that is not a finding of a rule.

use crate::locate::Position;

/// A message about a manifest that is not a finding of a rule, for example about an annotation without effect.
#[derive(Clone, Debug)]
pub struct Note {
    /// The part of the manifest that it is about.
    pub position: Position,
    /// The message, one line.
    pub message: String,
}
