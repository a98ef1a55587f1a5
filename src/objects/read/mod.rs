//! Reads labels, selectors and node affinity from JSON, and reports what is wrong with them.
//!
//! Each function takes the path of the value, for the faults. If it finds a fault, it returns no selector and no affinity.

pub mod labels;
pub mod node_affinity;
pub mod requirement;
pub mod selector;
