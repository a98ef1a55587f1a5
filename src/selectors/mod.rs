//! The algebra of labels and selectors.

pub mod constraint;
pub mod labels;
pub mod node_affinity;
pub mod overlap_matrix;
pub mod read;
pub mod selector;
pub mod witness;
