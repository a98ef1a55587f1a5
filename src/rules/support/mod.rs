//! What several rules share.

pub mod resource_ids;
