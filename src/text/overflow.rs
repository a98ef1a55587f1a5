//! If there are very many findings, the first are listed and the others counted, so that no object can fill the memory.

use std::hash::{DefaultHasher, Hash, Hasher};

use crate::text::problem::Problem;
use crate::text::quote::quote;

/// How many findings of a rule, and how many faults of an object, are listed. The others are counted in one more.
pub const MAX_LISTED: usize = 1000;

/// A hash of what makes a finding of a rule the same as another: its value and the names of the related objects.
/// Findings that are only counted are compared by it.
#[must_use]
pub fn identity_hash<'r>(value: &str, related: impl IntoIterator<Item = &'r str>) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    for name in related {
        name.hash(&mut hasher);
    }
    hasher.finish()
}

/// Summarizes `count` findings that are not listed, the first of them at `path`.
#[must_use]
pub fn overflow(count: usize, path: String) -> Problem {
    let (noun, first) = if count == 1 { ("finding", "") } else { ("findings", "the first ") };
    Problem {
        message: format!("{count} more {noun} of this rule, {first}at {}", quote(&path)),
        help: format!("fix the {noun} in the same way"),
        value: String::new(),
        path,
    }
}
