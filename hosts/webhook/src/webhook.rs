//! All that a review needs: facts, settings, who decides, and what is counted.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::Duration;

use arc_swap::{ArcSwap, ArcSwapOption};
use kube::Client;

use crate::decide::decider::Decider;
use crate::facts::cluster::Unusable;
use crate::facts::snapshot::Resource;
use crate::facts::store::Store;
use crate::metrics::Metrics;
use crate::options::Mode;
use crate::reservations::Reservations;
use crate::serve::limits::{BYTES_MAX, Budget, REQUESTS_MAX};
use crate::settings::Both;
use crate::tls::server::Serving;

/// The webhook.
#[derive(Debug)]
pub struct Webhook {
    /// The facts.
    pub store: Arc<Store>,
    /// After this time without a word the facts are used no more.
    pub max_age: Option<Duration>,
    /// The settings.
    pub settings: ArcSwap<Both>,
    /// Why the settings file is refused, if it is.
    pub settings_rejected: ArcSwapOption<String>,
    /// What is done with a decision.
    pub mode: Mode,
    /// Who decides.
    pub decider: Decider,
    /// What was just allowed.
    pub reservations: Arc<Reservations>,
    /// The metrics.
    pub metrics: Arc<Metrics>,
    /// The certificate.
    pub serving: Arc<Serving>,
    /// Requests at once.
    pub requests: Arc<Budget>,
    /// Bytes of bodies at once.
    pub bytes: Arc<Budget>,
    /// Whether it is ending.
    pub phase: Phase,
    /// Reads namespaces that the watch has not shown yet.
    pub client: Option<RedactedClient>,
}

/// A client, which is left out where a webhook is written for debugging.
#[derive(Clone)]
pub struct RedactedClient(pub Client);

impl std::fmt::Debug for RedactedClient {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Client")
    }
}

impl Webhook {
    /// A webhook without facts and without a certificate.
    #[must_use]
    pub fn new(settings: Both, mode: Mode, decider: Decider, metrics: Arc<Metrics>) -> Self {
        Self {
            store: Arc::default(),
            max_age: None,
            settings: ArcSwap::from_pointee(settings),
            settings_rejected: ArcSwapOption::empty(),
            mode,
            decider,
            reservations: Arc::default(),
            metrics,
            serving: Arc::default(),
            requests: Budget::new(REQUESTS_MAX),
            bytes: Budget::new(BYTES_MAX),
            phase: Phase::default(),
            client: None,
        }
    }

    /// Why facts must not be used now.
    #[must_use]
    pub fn unusable(&self) -> Unusable {
        let why = |resource: Resource| {
            let heard = self.store.heard.of(resource);
            if !self.store.snapshot().has(resource) {
                return heard.failure();
            }
            let age = heard.age();
            let most = self.max_age?.as_secs_f64();
            (age > most).then(|| match heard.failure() {
                Some(failure) => format!("the facts are {age:.0} s old: {failure}"),
                None => format!("the API server has sent nothing about `{}` for {age:.0} s", resource.full_name()),
            })
        };
        Unusable { podnetworkings: why(Resource::PodNetworkings), namespaces: why(Resource::Namespaces) }
    }

    /// Whether reviews should come here.
    #[must_use]
    pub fn is_ready(&self) -> bool {
        self.phase.get() == Stage::Serving && self.store.is_complete() && self.serving.is_set()
    }

    /// Sets the gauges that are read rather than counted.
    pub fn measure(&self) {
        let snapshot = self.store.snapshot();
        for resource in Resource::ALL {
            let heard = self.store.heard.of(resource);
            let (count, is_ready) = (snapshot.count(resource), snapshot.has(resource));
            self.metrics.facts(resource, heard.age(), count, is_ready, heard.failure().is_some());
        }
        let whole = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
        self.metrics.requests_in_flight.set(whole(self.requests.used()));
        self.metrics.bytes_in_flight.set(whole(self.bytes.used()));
        self.metrics.reservations.set(whole(self.reservations.len()));
    }
}

/// How far the end of the program is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// It serves.
    Serving,
    /// It is told to end, and goes on to serve: others still send reviews here.
    Leaving,
    /// Each connection is closed after its next answer.
    Closing,
}

/// The stage, which all connections look at.
#[derive(Debug, Default)]
pub struct Phase(AtomicU8);

impl Phase {
    /// The stage.
    #[must_use]
    pub fn get(&self) -> Stage {
        match self.0.load(Ordering::Relaxed) {
            0 => Stage::Serving,
            1 => Stage::Leaving,
            _ => Stage::Closing,
        }
    }

    /// Begins a stage.
    pub fn set(&self, stage: Stage) {
        let number = match stage {
            Stage::Serving => 0,
            Stage::Leaving => 1,
            Stage::Closing => 2,
        };
        self.0.store(number, Ordering::Relaxed);
    }
}
