//! `latent-overlap`: an overlap that a future namespace would make real.

use crate::judgement::check::Check;
use crate::judgement::judge::Judge;
#[cfg(feature = "catalogue")]
use crate::judgement::rule::Docs;
use crate::judgement::rule::{About, Rule, Severities};
use crate::judgement::subject::podnetworking::PodNetworkingSubject;
use crate::rules::support::overlap_message;

/// The rule.
pub static RULE: Rule = Rule {
    id: "latent-overlap",
    about: About::PodNetworking,
    severities: Severities::WARN,
    #[cfg(feature = "catalogue")]
    docs: Docs {
        title: "two PodNetworkings would overlap in a future namespace",
        fires: "Two PodNetworkings can select the same pod, at least one of them has a `namespaceSelector`, and no existing namespace matches both. A future namespace could match both. The message shows the labels of such a namespace.",
        reason: "A new namespace with these labels makes the overlap real: the platform picks one of the two PodNetworkings, and which one is not defined.",
        remedy: "Add the requirement that the message names, so that no namespace can match both selectors.",
        good: "
apiVersion: network.alibabacloud.com/v1beta1
kind: PodNetworking
metadata: {name: first}
spec:
  selector: {namespaceSelector: {matchLabels: {team: a}}}
  securityGroupIDs: [sg-bp1]
  vSwitchOptions: [vsw-bp1]
---
apiVersion: network.alibabacloud.com/v1beta1
kind: PodNetworking
metadata: {name: second}
spec:
  selector: {namespaceSelector: {matchLabels: {team: b}}}
  securityGroupIDs: [sg-bp1]
  vSwitchOptions: [vsw-bp1]
",
        bad: "
apiVersion: network.alibabacloud.com/v1beta1
kind: PodNetworking
metadata: {name: first}
spec:
  selector: {namespaceSelector: {matchLabels: {team: a}}}
  securityGroupIDs: [sg-bp1]
  vSwitchOptions: [vsw-bp1]
---
apiVersion: network.alibabacloud.com/v1beta1
kind: PodNetworking
metadata: {name: second}
spec:
  selector: {namespaceSelector: {matchLabels: {stage: prod}}}
  securityGroupIDs: [sg-bp1]
  vSwitchOptions: [vsw-bp1]
",
        settings: "",
    },
};

/// What the rule checks.
pub const CHECK: Check = Check::PodNetworking(check);

fn check(subject: &PodNetworkingSubject<'_, '_>, judge: &mut Judge<'_>) {
    overlap_message::report(&RULE, subject, judge, false);
}
