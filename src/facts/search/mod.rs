//! Finds the few stored objects that can matter, without reading the others.

pub mod index;
pub mod prefilter;
pub mod selector_set;
pub mod well_formed;
