//! The end of the program: nobody who still sends reviews here may see a failed call.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;

use crate::serve::limits::Budget;
use crate::webhook::{Stage, Webhook};

/// How long reviews are still accepted: until every API server knows that this pod is gone.
pub const LEAVING: Duration = Duration::from_secs(10);
/// How long connections may stay idle after that.
pub const CLOSING: Duration = Duration::from_secs(5);
/// How long calls may take after that.
const LAST_CALLS: Duration = Duration::from_secs(10);

/// How far the end is, for those who wait for it.
#[derive(Clone, Debug)]
pub struct Ending(watch::Receiver<Stage>);

/// Says how far the end is.
#[derive(Debug)]
pub struct End(watch::Sender<Stage>);

/// An end that is not reached.
#[must_use]
pub fn new() -> (End, Ending) {
    let (sender, receiver) = watch::channel(Stage::Serving);
    (End(sender), Ending(receiver))
}

impl Ending {
    /// How far it is.
    #[must_use]
    pub fn stage(&self) -> Stage {
        *self.0.borrow()
    }

    /// Waits until a stage is reached.
    pub async fn reaches(&self, stage: Stage) {
        let mut receiver = self.0.clone();
        if receiver.wait_for(|now| *now == stage).await.is_err() {
            // Nobody can end it any more.
            std::future::pending::<()>().await;
        }
    }
}

impl End {
    /// Ends: unready at once, then no new connections, then the last calls.
    pub async fn begin(&self, webhook: &Arc<Webhook>, connections: &Arc<Budget>, leaving: Duration) {
        self.set(webhook, Stage::Leaving);
        tokio::time::sleep(leaving).await;
        self.set(webhook, Stage::Closing);
        let last = tokio::time::Instant::now() + CLOSING + LAST_CALLS;
        while connections.used() > 0 && tokio::time::Instant::now() < last {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    fn set(&self, webhook: &Webhook, stage: Stage) {
        webhook.phase.set(stage);
        let _ = self.0.send(stage);
    }
}
