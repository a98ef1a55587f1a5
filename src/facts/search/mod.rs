//! Finds the few stored objects that can matter to a decision, without reading the others.
//!
//! One law holds for all of it: what a search leaves out cannot change the decision. A decision with every search widened
//! to [`query::Search::All`] is the same decision, and a test compares the two (`tests/exhaustive.rs`).

pub mod everywhere;
pub mod index;
#[cfg(feature = "live")]
pub mod live;
pub mod namespaces;
pub mod pairs;
pub mod prefilter;
pub mod query;
pub mod selector_set;
pub mod well_formed;
