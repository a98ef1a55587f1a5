//! A request becomes an answer: by the core that is compiled in, or by the module.

pub mod decider;
#[cfg(feature = "policy")]
pub mod module;
pub mod patch;
pub mod response;
pub mod verdict;
