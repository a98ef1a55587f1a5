//! The trait that a host implements to provide facts, and the error if it cannot.

use std::borrow::Cow;
use std::fmt;

use crate::facts::search::index::View;

/// Why the host could not provide a fact, in its own words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unavailable(pub String);

impl fmt::Display for Unavailable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The cluster as a host sees it. Every fact is JSON text, as Kubernetes' API answers. A decision asks for a fact only if
/// it depends on it, and at most once.
pub trait Cluster {
    /// All PodNetworkings: an array, or a `List` or `PodNetworkingList`.
    ///
    /// # Errors
    /// [`Unavailable`], where the host cannot provide it.
    fn pod_networkings(&self) -> Result<Cow<'_, str>, Unavailable>;

    /// One namespace, or `None` if the host's manifests do not have it.
    ///
    /// # Errors
    /// [`Unavailable`], where the host cannot provide it.
    fn namespace(&self, name: &str) -> Result<Option<Cow<'_, str>>, Unavailable>;

    /// All namespaces: an array, or a `List` or `NamespaceList`.
    ///
    /// # Errors
    /// [`Unavailable`], where the host cannot provide it.
    fn namespaces(&self) -> Result<Cow<'_, str>, Unavailable>;

    /// An index of the same PodNetworkings, for hosts that make many decisions.
    fn index(&self) -> Option<View<'_>> {
        None
    }

    /// Whether the PodNetworkings come from a running cluster, whose controllers write their status, rather than from
    /// manifests that were never applied.
    fn is_live(&self) -> bool {
        true
    }
}

/// A resource that a decision reads, with the permission that a host needs for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resource {
    /// All PodNetworkings.
    PodNetworkings,
    /// One namespace.
    Namespace,
    /// All namespaces.
    Namespaces,
}

impl Resource {
    /// What is read, for messages.
    #[must_use]
    pub fn noun(self) -> &'static str {
        match self {
            Self::PodNetworkings => "the PodNetworkings",
            Self::Namespace => "the namespace",
            Self::Namespaces => "the namespaces",
        }
    }

    /// The permission, for messages.
    #[must_use]
    pub fn permission(self) -> &'static str {
        match self {
            Self::PodNetworkings => {
                "the permissions `get`, `list` and `watch` on `podnetworkings.network.alibabacloud.com`"
            }
            Self::Namespace => "the permission `get` on `namespaces`",
            Self::Namespaces => "the permissions `get`, `list` and `watch` on `namespaces`",
        }
    }
}

/// A fact that a rule needs and the host could not provide.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MissingFact {
    /// What should have been read.
    pub resource: Resource,
    /// Its name, where it is one object.
    pub name: String,
    /// Why the host could not read it.
    pub reason: String,
}
