//! The settings, once they are read.

use std::borrow::Cow;

use crate::collections::text_map::{TextMap, TextSet};
use crate::settings::inventory::Inventory;
use crate::settings::platform::Platform;
use crate::settings::severity::Severity;

/// The ids that fill empty lists of a PodNetworking.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Defaults {
    /// For `spec.securityGroupIDs`.
    pub security_groups: Vec<String>,
    /// For `spec.vSwitchOptions`.
    pub vswitches: Vec<String>,
}

/// The settings, all of them optional.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// The platform that runs the pods.
    pub platform: Platform,
    /// Overridden severities, by rule id.
    pub rules: TextMap<'static, Severity>,
    /// Mutations switched on or off, by mutation id; on where absent.
    pub mutations: TextMap<'static, bool>,
    /// Namespaces whose pod-like objects are allowed untouched.
    pub exempt_namespaces: Vec<String>,
    /// Kinds of owners, besides `StatefulSet`, whose pods have fixed names.
    pub fixed_name_kinds: Vec<String>,
    /// What fills empty lists.
    pub defaults: Defaults,
    /// The user whose permissions the policy checks before it lists.
    pub preflight_user: Option<String>,
    /// What the cluster does not know.
    pub inventory: Inventory,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            platform: Platform::default(),
            rules: TextMap::default(),
            mutations: TextMap::default(),
            exempt_namespaces: vec!["kube-system".to_owned()],
            fixed_name_kinds: Vec::new(),
            defaults: Defaults::default(),
            preflight_user: None,
            inventory: Inventory::default(),
        }
    }
}

impl Settings {
    /// Whether a mutation is on.
    #[must_use]
    pub fn mutates(&self, id: &str) -> bool {
        self.mutations.get(id).copied().unwrap_or(true)
    }

    /// Whether pod-like objects of the namespace are allowed untouched.
    #[must_use]
    pub fn exempts(&self, namespace: &str) -> bool {
        self.exempt_namespaces.iter().any(|exempt| exempt == namespace)
    }

    /// Whether pods with an owner of one of these kinds have fixed names.
    #[must_use]
    pub fn keeps_names_of(&self, owner_kinds: &[Cow<'_, str>]) -> bool {
        let kinds: TextSet<'_> = owner_kinds.iter().map(AsRef::<str>::as_ref).collect();
        kinds.contains("StatefulSet") || self.fixed_name_kinds.iter().any(|kind| kinds.contains(kind))
    }
}
