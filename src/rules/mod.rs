//! The catalogue of rules: one line here and one file each, named by the id.

use crate::judgement::judge::Judge;
use crate::judgement::subject::pod::PodSubject;
use crate::judgement::subject::podnetworking::PodNetworkingSubject;
use crate::selection::in_namespace::NamespaceSubject;
use crate::settings::values::{Platform, Severity};

/// Declares the modules of the rules and the catalogue, in the order in which findings are reported.
macro_rules! catalogue {
    ($($module:ident),* $(,)?) => {
        $(pub mod $module;)*
        /// All rules, in the order of their findings.
        pub static RULES: &[&Rule] = &[$(&$module::RULE),*];
    };
}

catalogue! {
    malformed_object,
    unknown_field,
    facts_unavailable,
    selector_invalid,
    selector_missing,
    selector_matches_all,
    selector_unsatisfiable,
    overlap,
    latent_overlap,
    allocation_type,
    fixed_unsupported,
    release_settings,
    security_groups,
    security_group_ignored,
    vswitches,
    vpc_mismatch,
    security_group_types,
    vswitch_zone,
    vswitch_capacity,
    eni_options,
    ambiguous_pod,
    zone_conflict,
    podnetworking_not_ready,
    annotation_mismatch,
    selection_override,
    network_request,
    host_network,
    fixed_name,
    pinned_annotation,
    template_labels,
    namespace_unknown,
    ambiguous_namespace,
    namespace_override,
}

pub mod support;

pub use malformed_object::RULE as MALFORMED_OBJECT;
pub use selector_invalid::RULE as SELECTOR_INVALID;

/// What a rule is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum About {
    /// Every kind.
    All,
    /// PodNetworkings.
    PodNetworking,
    /// Pods and everything that carries a pod template.
    PodLike,
    /// Pods alone.
    Pod,
    /// What carries a pod template, Pods left out.
    Workload,
    /// Namespaces.
    Namespace,
}

impl About {
    /// As the catalogue says it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::PodNetworking => "PodNetworking",
            Self::PodLike => "pod-like",
            Self::Pod => "Pod",
            Self::Workload => "workload",
            Self::Namespace => "Namespace",
        }
    }
}

/// How a rule finds.
#[derive(Clone, Copy)]
pub enum Check {
    /// On a PodNetworking.
    PodNetworking(fn(&PodNetworkingSubject<'_>, &mut Judge<'_>)),
    /// On a Pod or a pod template.
    Pod(fn(&PodSubject<'_>, &mut Judge<'_>)),
    /// On a Namespace.
    Namespace(fn(&NamespaceSubject<'_>, &mut Judge<'_>)),
    /// Where fields and facts are read: there is nothing to check afterwards.
    WhereRead,
}

impl std::fmt::Debug for Check {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::PodNetworking(_) => "PodNetworking",
            Self::Pod(_) => "Pod",
            Self::Namespace(_) => "Namespace",
            Self::WhereRead => "WhereRead",
        })
    }
}

/// The default severities on ack-serverless, ack and acs.
#[derive(Clone, Copy, Debug)]
pub struct Severities(pub Severity, pub Severity, pub Severity);

/// Deny on every platform.
pub const DENY: Severities = Severities(Severity::Deny, Severity::Deny, Severity::Deny);
/// Warn on every platform.
pub const WARN: Severities = Severities(Severity::Warn, Severity::Warn, Severity::Warn);

/// What the documentation says of a rule. The guest leaves it out.
#[cfg(feature = "catalogue")]
#[derive(Clone, Copy, Debug)]
pub struct Docs {
    /// What the rule is, in a few words.
    pub title: &'static str,
    /// Why there is the rule: one line.
    pub reason: &'static str,
    /// What to do about a finding: one line.
    pub remedy: &'static str,
    /// When it fires.
    pub fires: &'static str,
    /// Manifests, judged one after another as they are created, on which it does not fire.
    pub good: &'static str,
    /// Manifests on which it fires.
    pub bad: &'static str,
    /// The settings under which they are judged, as YAML.
    pub settings: &'static str,
}

/// One rule.
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    /// Its public id.
    pub id: &'static str,
    /// What it is about.
    pub about: About,
    /// Its severities where the settings do not say another.
    pub severities: Severities,
    /// How it finds.
    pub check: Check,
    /// What the documentation says of it.
    #[cfg(feature = "catalogue")]
    pub docs: Docs,
}

impl Rule {
    /// The default severity on a platform.
    #[must_use]
    pub fn severity(&self, platform: Platform) -> Severity {
        match platform {
            Platform::AckServerless => self.severities.0,
            Platform::Ack => self.severities.1,
            Platform::Acs => self.severities.2,
        }
    }
}

/// The rule with this id.
#[must_use]
pub fn find(id: &str) -> Option<&'static Rule> {
    RULES.iter().find(|rule| rule.id == id).copied()
}

/// The place of a rule in the catalogue; what is no rule comes first.
#[must_use]
pub fn order(id: &str) -> Option<usize> {
    RULES.iter().position(|rule| rule.id == id)
}
