//! `selector-invalid`: reported where selectors are read, see [`crate::selectors::selector`].

#[cfg(feature = "catalogue")]
use crate::judgement::rule::Docs;
use crate::judgement::check::Check;
use crate::judgement::rule::{About, Rule, Severities};

/// The rule.
pub static RULE: Rule = Rule {
    id: "selector-invalid",
    about: About::PodNetworking,
    severities: Severities::DENY,
    #[cfg(feature = "catalogue")]
    docs: Docs {
        title: "a selector that Kubernetes refuses",
        fires: "Kubernetes would refuse to build the selector (on Terway one such object stops every pod in the cluster)",
        reason: "The CRD accepts it, but nothing can match by it, and one such object stops every pod on Terway.",
        remedy: "Use a label key, a label value, or an operator with values as Kubernetes defines them.",
        good: "
apiVersion: network.alibabacloud.com/v1beta1
kind: PodNetworking
metadata: {name: example}
spec:
  selector: {podSelector: {matchExpressions: [{key: tier, operator: In, values: [web]}]}}
  securityGroupIDs: [sg-bp1]
  vSwitchOptions: [vsw-bp1]
",
        bad: "
apiVersion: network.alibabacloud.com/v1beta1
kind: PodNetworking
metadata: {name: example}
spec:
  selector: {podSelector: {matchExpressions: [{key: tier, operator: in, values: [web]}]}}
  securityGroupIDs: [sg-bp1]
  vSwitchOptions: [vsw-bp1]
",
        settings: "",
    },
};

/// What it looks at.
pub const CHECK: Check = Check::WhileReading;
