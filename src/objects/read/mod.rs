//! Reading the algebra of selectors from JSON, and what is wrong with it.

pub mod labels;
pub mod node_affinity;
pub mod requirement;
pub mod selector;
