//! What a host provides, asked for once.

pub mod cache;
pub mod cluster;
pub mod inline;
pub mod search;
