//! What happened, and how often.

use std::collections::BTreeMap;

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Of {
    /// An action was tried.
    Action,
    /// An action changed the store.
    Done,
    /// A rule denied a request.
    Denial,
    /// What an invariant is about was there.
    Premise,
    /// An invariant was broken, for a reason of the list.
    Exception,
}

#[derive(Clone, Debug, Default)]
pub struct Counts(pub BTreeMap<(Of, &'static str), u64>);

impl Counts {
    pub fn add(&mut self, of: Of, what: &'static str) {
        *self.0.entry((of, what)).or_default() += 1;
    }

    pub fn get(&self, of: Of, what: &'static str) -> u64 {
        self.0.get(&(of, what)).copied().unwrap_or_default()
    }

    pub fn merge(&mut self, other: &Self) {
        for (key, count) in &other.0 {
            *self.0.entry(*key).or_default() += count;
        }
    }

    pub fn print(&self) {
        for ((of, what), count) in &self.0 {
            println!("{:<10} {what:<32} {count:>9}", format!("{of:?}").to_lowercase());
        }
    }
}
