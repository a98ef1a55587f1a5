//! What is known of the cluster at one moment. A clone costs nothing and never changes, so a decision reads one.

use std::sync::{Arc, OnceLock};

use podnetworking_policy::facts::search::live::LiveIndex;

use crate::facts::namespaces::{Namespaces, join};

/// The two resources that are watched.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Resource {
    /// PodNetworkings, whole.
    PodNetworkings,
    /// Namespaces, of which only the metadata is watched.
    Namespaces,
}

impl Resource {
    /// Both.
    pub const ALL: [Self; 2] = [Self::PodNetworkings, Self::Namespaces];

    /// The plural, as in a URL.
    #[must_use]
    pub fn plural(self) -> &'static str {
        match self {
            Self::PodNetworkings => "podnetworkings",
            Self::Namespaces => "namespaces",
        }
    }

    /// The plural with its group, as in messages about permissions.
    #[must_use]
    pub fn full_name(self) -> &'static str {
        match self {
            Self::PodNetworkings => "podnetworkings.network.alibabacloud.com",
            Self::Namespaces => "namespaces",
        }
    }
}

/// The facts at one moment.
#[derive(Clone, Debug, Default)]
pub struct Snapshot {
    /// The PodNetworkings; nothing before the first list.
    podnetworkings: Option<PodNetworkings>,
    /// The namespaces; nothing before the first list.
    namespaces: Option<Namespaces>,
}

/// PodNetworkings, and all of them as a list.
#[derive(Clone, Debug, Default)]
struct PodNetworkings {
    index: LiveIndex,
    list: Arc<OnceLock<String>>,
}

impl Snapshot {
    /// The PodNetworkings, if the first list was read.
    #[must_use]
    pub fn podnetworkings(&self) -> Option<&LiveIndex> {
        self.podnetworkings.as_ref().map(|known| &known.index)
    }

    /// The namespaces, if the first list was read.
    #[must_use]
    pub fn namespaces(&self) -> Option<&Namespaces> {
        self.namespaces.as_ref()
    }

    /// All PodNetworkings as a JSON list, made when it is first asked for.
    #[must_use]
    pub fn podnetworking_list(&self) -> Option<&str> {
        let known = self.podnetworkings.as_ref()?;
        Some(known.list.get_or_init(|| join(known.index.iter().map(|(_, text)| text))))
    }

    /// Whether the first list of the resource was read.
    #[must_use]
    pub fn has(&self, resource: Resource) -> bool {
        match resource {
            Resource::PodNetworkings => self.podnetworkings.is_some(),
            Resource::Namespaces => self.namespaces.is_some(),
        }
    }

    /// How many objects of the resource there are.
    #[must_use]
    pub fn count(&self, resource: Resource) -> usize {
        match resource {
            Resource::PodNetworkings => self.podnetworkings().map_or(0, LiveIndex::len),
            Resource::Namespaces => self.namespaces().map_or(0, Namespaces::len),
        }
    }

    /// Replaces all PodNetworkings.
    pub fn set_podnetworkings(&mut self, index: LiveIndex) {
        self.podnetworkings = Some(PodNetworkings { index, list: Arc::default() });
    }

    /// Replaces all namespaces.
    pub fn set_namespaces(&mut self, namespaces: Namespaces) {
        self.namespaces = Some(namespaces);
    }

    /// Changes the PodNetworkings.
    pub fn change_podnetworkings<T>(&mut self, change: impl FnOnce(&mut LiveIndex) -> T) -> T {
        let known = self.podnetworkings.get_or_insert_default();
        known.list = Arc::default();
        change(&mut known.index)
    }

    /// Changes the namespaces.
    pub fn change_namespaces<T>(&mut self, change: impl FnOnce(&mut Namespaces) -> T) -> T {
        change(self.namespaces.get_or_insert_default())
    }
}
