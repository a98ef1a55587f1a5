//! `overlap`: two PodNetworkings can select the same pod.

use crate::judgement::check::Check;
use crate::judgement::judge::Judge;
#[cfg(feature = "catalogue")]
use crate::judgement::rule::Docs;
use crate::judgement::rule::{About, Rule, Severities};
use crate::judgement::subject::podnetworking::PodNetworkingSubject;
use crate::rules::support::overlap_message;

/// The rule.
pub static RULE: Rule = Rule {
    id: "overlap",
    about: About::PodNetworking,
    severities: Severities::DENY,
    #[cfg(feature = "catalogue")]
    docs: Docs {
        title: "two PodNetworkings can select the same pod",
        fires: "Two PodNetworkings can select the same pod, and neither has a `namespaceSelector`, or an existing namespace matches both. The message shows an example pod, and a requirement that removes the overlap.",
        reason: "If two PodNetworkings select a pod, the platform picks one of them. Which one is not defined, so the pod can start in the wrong network.",
        remedy: "Add the requirement that the message names, or change the selector of one of the two PodNetworkings.",
        good: "
apiVersion: network.alibabacloud.com/v1beta1
kind: PodNetworking
metadata: {name: first}
spec:
  selector: {podSelector: {matchLabels: {foo: bar}}}
  securityGroupIDs: [sg-bp1]
  vSwitchOptions: [vsw-bp1]
---
apiVersion: network.alibabacloud.com/v1beta1
kind: PodNetworking
metadata: {name: second}
spec:
  selector: {podSelector: {matchLabels: {foo: baz}}}
  securityGroupIDs: [sg-bp1]
  vSwitchOptions: [vsw-bp1]
",
        bad: "
apiVersion: network.alibabacloud.com/v1beta1
kind: PodNetworking
metadata: {name: first}
spec:
  selector: {podSelector: {matchLabels: {foo: bar}}}
  securityGroupIDs: [sg-bp1]
  vSwitchOptions: [vsw-bp1]
---
apiVersion: network.alibabacloud.com/v1beta1
kind: PodNetworking
metadata: {name: second}
spec:
  selector: {podSelector: {matchLabels: {app: web}}}
  securityGroupIDs: [sg-bp1]
  vSwitchOptions: [vsw-bp1]
",
        settings: "",
    },
};

/// What the rule checks.
pub const CHECK: Check = Check::PodNetworking(check);

fn check(subject: &PodNetworkingSubject<'_, '_>, judge: &mut Judge<'_>) {
    overlap_message::report(&RULE, subject, judge, true);
}
