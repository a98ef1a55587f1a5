//! The settings of the policy.

pub mod values;
