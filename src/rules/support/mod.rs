//! Code that several rules share.

pub mod faults;
pub mod missing;
pub mod overlap_message;
pub mod resource_ids;
pub(crate) mod wording;
