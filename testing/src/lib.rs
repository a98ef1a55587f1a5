//! The golden cases of `tests/cases`: every host runs all of them and must give the same decision.
//!
//! [`cases`] reads them; [`Case::payload`] is what a host gets, [`Case::check`] compares its decision. The format is
//! described in tests/cases/README.md.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    clippy::unwrap_used,
    reason = "a test may fail loudly"
)]

mod case;
mod changes;
mod compare;
mod exact;
mod render;
mod yaml;

pub use case::{Case, cases};
pub use exact::Exact;
pub use yaml::{documents, to_json};
