//! The laws, each over generated inputs, with the least input that breaks it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    reason = "a test may fail loudly"
)]

mod decisions;
#[path = "../support/exhaustive.rs"]
mod exhaustive;
mod generate;
mod selectors;
#[path = "../support/mod.rs"]
mod support;
mod zones;
