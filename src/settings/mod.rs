//! The settings of the policy.

pub mod inventory;
pub mod platform;
pub mod read;
pub mod severity;
pub mod values;
