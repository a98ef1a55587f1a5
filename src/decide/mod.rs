//! A request becomes a decision.

pub mod request;
