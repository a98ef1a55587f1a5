//! What a rule is: an id, severities and documentation. What it checks is in the catalogue, beside it.

use crate::settings::platform::Platform;
use crate::settings::severity::Severity;
use crate::well_known::KIND;

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
    /// What carries a pod template, except Pods.
    Workload,
    /// Namespaces.
    Namespace,
}

impl About {
    /// The word for it in the catalogue.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::PodNetworking => KIND,
            Self::PodLike => "pod-like",
            Self::Pod => "Pod",
            Self::Workload => "workload",
            Self::Namespace => "Namespace",
        }
    }
}

/// The default severity on each platform.
#[derive(Clone, Copy, Debug)]
pub struct Severities {
    /// On ACK Serverless.
    pub ack_serverless: Severity,
    /// On ACK with Terway.
    pub ack: Severity,
    /// On ACS.
    pub acs: Severity,
}

impl Severities {
    /// Deny on every platform.
    pub const DENY: Self = Self::all(Severity::Deny);
    /// Warn on every platform.
    pub const WARN: Self = Self::all(Severity::Warn);

    /// Off on every platform, unless the settings switch the rule on.
    pub const OFF: Self = Self::all(Severity::Off);

    const fn all(severity: Severity) -> Self {
        Self { ack_serverless: severity, ack: severity, acs: severity }
    }

    /// The severity on a platform.
    #[must_use]
    pub fn on(self, platform: Platform) -> Severity {
        platform.choose(self.ack_serverless, self.ack, self.acs)
    }
}

/// The documentation of a rule. The policy module leaves it out.
#[cfg(feature = "catalogue")]
#[derive(Clone, Copy, Debug)]
pub struct Docs {
    /// What the rule is, in a few words.
    pub title: &'static str,
    /// Why the rule exists: one line.
    pub reason: &'static str,
    /// What to do about a finding: one line.
    pub remedy: &'static str,
    /// When the rule fires: sentences, and a Markdown list if there are several conditions.
    pub fires: &'static str,
    /// Manifests, created one after another, on which the rule does not fire.
    pub good: &'static str,
    /// Manifests on which the rule fires.
    pub bad: &'static str,
    /// The settings for these manifests, as YAML.
    pub settings: &'static str,
}

/// One rule.
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    /// Its public id.
    pub id: &'static str,
    /// What it is about.
    pub about: About,
    /// Its severities, unless the settings override them.
    pub severities: Severities,
    /// Its documentation.
    #[cfg(feature = "catalogue")]
    pub docs: Docs,
}
