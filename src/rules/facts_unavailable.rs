//! `facts-unavailable`: reported where data is read, see [`crate::facts::cluster`].

use crate::judgement::check::Check;
#[cfg(feature = "catalogue")]
use crate::judgement::rule::Docs;
use crate::judgement::rule::{About, Rule, Severities};

/// The rule.
pub static RULE: Rule = Rule {
    id: "facts-unavailable",
    about: About::All,
    severities: Severities::DENY,
    #[cfg(feature = "catalogue")]
    docs: Docs {
        title: "cluster data cannot be read",
        fires: "A rule needs data from the cluster, and the policy cannot read it. For example, an RBAC permission or the CRD is missing, or the API server is down. The message names the resource and the permission.",
        reason: "Without this data, the policy does not know which PodNetworking selects the pod.",
        remedy: "Install the CRD, and give the service account of the policy the permission that the message names.",
        // The test of these manifests has no cluster data; the good manifest needs none.
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

/// What the rule checks.
pub const CHECK: Check = Check::WhileReading;
