//! Who decides.

use std::sync::Arc;

use podnetworking_policy::decide_request;
use podnetworking_policy::json::value::Json;

use crate::decide::verdict::{Decided, Failed, Verdict};
use crate::facts::cluster::{SnapshotCluster, Unusable};
use crate::facts::snapshot::Snapshot;
use crate::settings::One;

/// Who decides.
#[derive(Clone, Debug)]
pub enum Decider {
    /// The core that is compiled in.
    Core,
    /// The module.
    #[cfg(feature = "policy")]
    Module(crate::decide::module::Module),
}

impl Decider {
    /// What it is called in metrics.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Core => "core",
            #[cfg(feature = "policy")]
            Self::Module(_) => "module",
        }
    }

    /// Whether a small request is decided in less time than a thread is found for it.
    #[must_use]
    pub fn is_quick(&self) -> bool {
        matches!(self, Self::Core)
    }

    /// Decides an `AdmissionRequest` with the facts of a snapshot.
    ///
    /// # Errors
    /// [`Failed`], where there is no decision.
    pub fn decide(
        &self,
        request: Json<'_>,
        settings: &One,
        snapshot: &Arc<Snapshot>,
        unusable: &Arc<Unusable>,
    ) -> Result<Decided, Failed> {
        match self {
            Self::Core => {
                let cluster = SnapshotCluster::new(snapshot, unusable);
                let verdict = Verdict::from(decide_request(request, &settings.settings, &cluster));
                Ok(Decided { verdict, unknown_namespace: cluster.unknown_namespace() })
            }
            #[cfg(feature = "policy")]
            Self::Module(module) => module.decide(request, settings, snapshot, unusable),
        }
    }
}
