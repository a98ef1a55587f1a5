//! What is worked on at once is bounded: requests, and the bytes of their bodies.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// The most bytes of one body: object, old object and their `managedFields` can be larger than the 3 MiB of a write.
pub const BODY_MAX: usize = 7 << 20;
/// The most bytes of all bodies that are worked on at once.
pub const BYTES_MAX: usize = 64 << 20;
/// The most requests that are worked on at once.
pub const REQUESTS_MAX: usize = 1024;
/// The most connections at once.
pub const CONNECTIONS_MAX: usize = 2048;

/// How much of something is in use.
#[derive(Debug)]
pub struct Budget {
    most: usize,
    used: AtomicUsize,
}

impl Budget {
    /// A budget of `most`.
    #[must_use]
    pub fn new(most: usize) -> Arc<Self> {
        Arc::new(Self { most, used: AtomicUsize::new(0) })
    }

    /// How much is in use.
    #[must_use]
    pub fn used(&self) -> usize {
        self.used.load(Ordering::Relaxed)
    }

    /// Takes some of it; nothing if there is not enough left.
    #[must_use]
    pub fn take(self: &Arc<Self>, amount: usize) -> Option<Held> {
        let mut held = Held { budget: Arc::clone(self), amount: 0 };
        held.more(amount).then_some(held)
    }
}

/// A part of a budget, given back when it is dropped.
#[derive(Debug)]
pub struct Held {
    budget: Arc<Budget>,
    amount: usize,
}

impl Held {
    /// Takes more of it. Returns whether there was enough left.
    pub fn more(&mut self, amount: usize) -> bool {
        let add = |used: usize| used.checked_add(amount).filter(|used| *used <= self.budget.most);
        let is_taken = self.budget.used.fetch_update(Ordering::Relaxed, Ordering::Relaxed, add).is_ok();
        if is_taken {
            self.amount += amount;
        }
        is_taken
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.budget.used.fetch_sub(self.amount, Ordering::Relaxed);
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may fail loudly")]
mod tests {
    use super::*;

    #[test]
    fn what_is_dropped_is_given_back() {
        let budget = Budget::new(10);
        let mut held = budget.take(6).unwrap();
        assert!(budget.take(5).is_none());
        assert!(held.more(4));
        assert!(!held.more(1));
        assert_eq!(budget.used(), 10);
        drop(held);
        assert_eq!(budget.used(), 0);
        assert!(budget.take(usize::MAX).is_none());
    }
}
