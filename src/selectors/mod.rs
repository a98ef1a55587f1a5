//! The algebra of labels and selectors.

pub mod constraint;
pub mod known_labels;
pub mod labels;
pub mod least_value;
pub mod meeting;
pub mod node_affinity;
pub mod node_requirement;
pub mod node_term;
pub mod node_values;
pub mod overlap_matrix;
pub mod remedy;
pub mod requirement;
pub mod selector;
pub mod selector_pair;
pub mod syntax;
pub mod witness;
pub mod written_requirement;
