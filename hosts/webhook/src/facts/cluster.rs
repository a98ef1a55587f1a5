//! A snapshot as the cluster of one decision.

use std::borrow::Cow;
use std::cell::RefCell;

use podnetworking_policy::facts::cluster::{Cluster, Unavailable};
use podnetworking_policy::facts::search::index::View;

use crate::facts::snapshot::{Resource, Snapshot};

/// Why facts must not be used, by resource; nothing where they may.
#[derive(Clone, Debug, Default)]
pub struct Unusable {
    /// Of the PodNetworkings.
    pub podnetworkings: Option<String>,
    /// Of the namespaces.
    pub namespaces: Option<String>,
}

impl Unusable {
    /// Why the facts of a resource must not be used.
    #[must_use]
    pub fn of(&self, resource: Resource) -> Option<&str> {
        match resource {
            Resource::PodNetworkings => self.podnetworkings.as_deref(),
            Resource::Namespaces => self.namespaces.as_deref(),
        }
    }
}

/// The facts of one decision.
#[derive(Debug)]
pub struct SnapshotCluster<'s> {
    snapshot: &'s Snapshot,
    unusable: &'s Unusable,
    /// The namespace that was asked for and is not there.
    unknown: RefCell<Option<String>>,
}

impl<'s> SnapshotCluster<'s> {
    /// The facts of a snapshot.
    #[must_use]
    pub fn new(snapshot: &'s Snapshot, unusable: &'s Unusable) -> Self {
        Self { snapshot, unusable, unknown: RefCell::default() }
    }

    /// The namespace that the decision asked for and that the watch has not shown.
    #[must_use]
    pub fn unknown_namespace(self) -> Option<String> {
        self.unknown.into_inner()
    }

    fn usable(&self, resource: Resource) -> Result<(), Unavailable> {
        match self.unusable.of(resource) {
            Some(reason) => Err(Unavailable(reason.to_owned())),
            None if self.snapshot.has(resource) => Ok(()),
            None => Err(Unavailable(format!("the first list of `{}` was not read yet", resource.full_name()))),
        }
    }
}

impl Cluster for SnapshotCluster<'_> {
    fn pod_networkings(&self) -> Result<Cow<'_, str>, Unavailable> {
        self.usable(Resource::PodNetworkings)?;
        Ok(Cow::Borrowed(self.snapshot.podnetworking_list().unwrap_or("[]")))
    }

    fn namespace(&self, name: &str) -> Result<Option<Cow<'_, str>>, Unavailable> {
        self.usable(Resource::Namespaces)?;
        match self.snapshot.namespaces().and_then(|known| known.get(name)) {
            Some(text) => Ok(Some(Cow::Borrowed(text))),
            None => {
                *self.unknown.borrow_mut() = Some(name.to_owned());
                Err(Unavailable(format!("the API server has shown no namespace `{name}`")))
            }
        }
    }

    fn namespaces(&self) -> Result<Cow<'_, str>, Unavailable> {
        self.usable(Resource::Namespaces)?;
        Ok(Cow::Borrowed(self.snapshot.namespaces().map_or("[]", |known| known.list())))
    }

    fn index(&self) -> Option<View<'_>> {
        self.usable(Resource::PodNetworkings).ok()?;
        Some(self.snapshot.podnetworkings()?.view())
    }
}
