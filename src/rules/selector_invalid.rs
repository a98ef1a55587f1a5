//! `selector-invalid`: reported where selectors are read, see [`crate::selectors::selector`].

use crate::judgement::check::Check;
#[cfg(feature = "catalogue")]
use crate::judgement::rule::Docs;
use crate::judgement::rule::{About, Rule, Severities};

/// The rule.
pub static RULE: Rule = Rule {
    id: "selector-invalid",
    about: About::PodNetworking,
    severities: Severities::DENY,
    #[cfg(feature = "catalogue")]
    docs: Docs {
        title: "a selector that Kubernetes does not accept",
        fires: "`spec.selector` contains an invalid label key, label value or operator, or an operator with the wrong number of values.",
        reason: "The CRD accepts such a selector, but Kubernetes cannot evaluate it. With Terway, one such PodNetworking blocks the creation of all pods in the cluster.",
        remedy: "Use valid label keys, label values and operators, as the message describes.",
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

/// What the rule checks.
pub const CHECK: Check = Check::WhileReading;
