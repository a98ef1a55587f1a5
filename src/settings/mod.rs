//! The settings of the policy.

pub(crate) mod form;
pub mod inventory;
pub mod platform;
pub mod read;
pub mod severity;
pub mod values;
