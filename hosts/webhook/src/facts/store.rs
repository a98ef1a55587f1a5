//! Where the facts are: decisions take the newest snapshot, and watches replace it. Nobody who reads waits.

use std::sync::{Arc, Mutex, PoisonError};

use arc_swap::ArcSwap;
use tokio::sync::watch;

use crate::facts::heard::AllHeard;
use crate::facts::snapshot::{Resource, Snapshot};

/// The facts, with what the watches have said.
#[derive(Debug)]
pub struct Store {
    snapshot: ArcSwap<Snapshot>,
    writer: Mutex<()>,
    changes: watch::Sender<u64>,
    /// When the API server last sent something.
    pub heard: AllHeard,
}

impl Default for Store {
    fn default() -> Self {
        Self {
            snapshot: ArcSwap::default(),
            writer: Mutex::new(()),
            changes: watch::Sender::new(0),
            heard: AllHeard::default(),
        }
    }
}

impl Store {
    /// The newest facts.
    #[must_use]
    pub fn snapshot(&self) -> Arc<Snapshot> {
        self.snapshot.load_full()
    }

    /// Changes the facts in one step.
    pub fn update<T>(&self, change: impl FnOnce(&mut Snapshot) -> T) -> T {
        let _writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        let mut snapshot = Snapshot::clone(&self.snapshot.load());
        let result = change(&mut snapshot);
        self.snapshot.store(Arc::new(snapshot));
        self.changes.send_modify(|count| *count = count.wrapping_add(1));
        result
    }

    /// Is told of each change from now on.
    #[must_use]
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.changes.subscribe()
    }

    /// Whether the first lists of both resources were read.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        let snapshot = self.snapshot.load();
        Resource::ALL.into_iter().all(|resource| snapshot.has(resource))
    }
}
