//! What a host provides: the trait that it implements, and what is missing where it cannot.

use std::borrow::Cow;
use std::fmt;

use crate::facts::search::index::View;

/// Why a fact could not be lent, in the words of the host: "because ...".
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unavailable(pub String);

impl fmt::Display for Unavailable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What a host lends. Every fact is JSON text, as Kubernetes' API answers it; it is asked for only when the decision
/// depends on it, and at most once in a decision.
pub trait Cluster {
    /// All PodNetworkings: an array, or a `List` or `PodNetworkingList`.
    ///
    /// # Errors
    /// [`Unavailable`], where the host cannot tell.
    fn pod_networkings(&self) -> Result<Cow<'_, str>, Unavailable>;

    /// One namespace; `None` where it is known not to be among the host's manifests.
    ///
    /// # Errors
    /// [`Unavailable`], where the host cannot tell.
    fn namespace(&self, name: &str) -> Result<Option<Cow<'_, str>>, Unavailable>;

    /// All namespaces: an array, or a `List` or `NamespaceList`.
    ///
    /// # Errors
    /// [`Unavailable`], where the host cannot tell.
    fn namespaces(&self) -> Result<Cow<'_, str>, Unavailable>;

    /// The same PodNetworkings prepared for many decisions, where the host has them so.
    fn index(&self) -> Option<View<'_>> {
        None
    }

    /// Whether the PodNetworkings come from a running cluster, whose controllers write their status, rather than from
    /// manifests that were never applied.
    fn is_live(&self) -> bool {
        true
    }
}

/// A resource that a decision reads, with the grant that a host needs for it.
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

    /// The grant, for messages.
    #[must_use]
    pub fn grant(self) -> &'static str {
        match self {
            Self::PodNetworkings => "`get`, `list` and `watch` on `podnetworkings.network.alibabacloud.com`",
            Self::Namespace => "`get` on `namespaces`",
            Self::Namespaces => "`get`, `list` and `watch` on `namespaces`",
        }
    }
}

/// A fact that a rule needs and the host could not lend.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MissingFact {
    /// What was to be read.
    pub resource: Resource,
    /// Why it could not be.
    pub reason: String,
}
