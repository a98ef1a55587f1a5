//! The golden cases of `tests/cases`. Every host runs all of them and must make the same decisions.
//!
//! [`cases`] reads them. [`Case::payload`] is the payload for a host, and [`Case::check`] compares its decision. The format
//! is described in tests/cases/README.md.

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
mod check;
mod compare;
mod created;
mod exact;
mod expected_fields;
mod go_json;
pub mod label_selectors;
mod render;
pub mod terway;
mod yaml;

pub use case::{Case, cases};
pub use created::created;
pub use exact::Exact;
pub use yaml::{documents, to_json};
