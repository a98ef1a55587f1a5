//! Hostile payloads by shape: each grows in one direction, to see that time and memory grow no faster than it does.
//!
//! Shared by `tests/hostile.rs`, which sees that they are answered, and by the example `growth` of the embedded host,
//! which measures them for docs/hardening.md.

pub mod builders;
mod contexts;
mod parts;
mod products;

/// A payload that grows with `n`.
pub struct Shape {
    /// Its name in the table.
    pub name: &'static str,
    /// What there are `n` of.
    pub what: &'static str,
    /// The greatest `n`: there the request has about 3 MB, or the cluster 1,000 PodNetworkings.
    pub most: usize,
    /// The payload.
    pub make: fn(usize) -> String,
}

/// All shapes.
pub fn shapes() -> Vec<Shape> {
    let mut all = parts::shapes();
    all.extend(products::shapes());
    all.extend(contexts::shapes());
    all
}
