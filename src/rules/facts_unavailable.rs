//! `facts-unavailable`: reported where facts are asked for, see [`crate::facts::cluster`].

#[cfg(feature = "catalogue")]
use crate::judgement::rule::Docs;
use crate::judgement::check::Check;
use crate::judgement::rule::{About, Rule, Severities};

/// The rule.
pub static RULE: Rule = Rule {
    id: "facts-unavailable",
    about: About::All,
    severities: Severities::DENY,
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

/// What it looks at.
pub const CHECK: Check = Check::WhileReading;
