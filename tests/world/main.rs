//! A model of the world around the policy: an API server, Terway, the platform, administrators and attackers. Between each
//! request and the store is the real core. README.md explains it.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::string_slice,
    clippy::unwrap_used,
    reason = "a test may fail loudly"
)]

mod action_bytes;
mod actions;
mod actors;
mod administrators;
mod counts;
mod edits;
mod exceptions;
mod invariants;
mod platform;
mod platform_writes;
mod pod_authors;
mod policy;
mod run;
mod selectors;
mod stories;
mod terway;
mod universe;
mod workload_authors;
mod world;
