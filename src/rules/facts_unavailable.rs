//! `facts-unavailable`: reported where facts are asked for, see [`crate::facts::cluster`].

#[cfg(feature = "catalogue")]
use super::Docs;
use super::{About, Check, DENY, Rule};
use crate::facts::cluster::{Missing, Resource};
use crate::answer::finding::Finding;

/// The rule.
pub static RULE: Rule = Rule {
    id: "facts-unavailable",
    about: About::All,
    severities: DENY,
    check: Check::WhereRead,
    #[cfg(feature = "catalogue")]
    docs: Docs {
        title: "the host could not lend a fact",
        fires: "the host could not lend what a rule needs (no RBAC, no CRD, API down); says which resource and which grant",
        reason: "Without the facts nobody knows what selects the pod, so letting it in would be a guess.",
        remedy: "Install the CRD, and grant the host's service account what the message names.",
        // Its manifests are judged by a host that lends nothing; the good one needs nothing.
        good: "
apiVersion: v1
kind: Pod
metadata: {name: exempt, namespace: kube-system, labels: {foo: bar}}
spec: {containers: [{name: c, image: nginx}]}
",
        bad: "
apiVersion: v1
kind: Pod
metadata: {name: example, namespace: default, labels: {foo: bar}}
spec: {containers: [{name: c, image: nginx}]}
",
        settings: "",
    },
};

/// The finding about a missing fact.
#[must_use]
pub fn finding(missing: &Missing) -> Finding {
    let resource = missing.resource;
    // The reason is the host's own words: one line, and not endless.
    let reason = crate::text::quote::plain(&missing.reason);
    Finding::new(
        &RULE,
        "",
        resource.noun(),
        format!("{} could not be read: {reason}", resource.noun()),
        match resource {
            Resource::PodNetworkings => {
                format!("check that the PodNetworking CRD is installed and that the host may {}", resource.grant())
            }
            Resource::Namespace | Resource::Namespaces => format!("check that the host may {}", resource.grant()),
        },
    )
}
