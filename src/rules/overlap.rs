//! `overlap`: a real overlap with another PodNetworking.

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
        title: "two PodNetworkings can select one pod",
        fires: "a real overlap with another PodNetworking; witness; `help` proposes the requirement that makes them disjoint",
        reason: "The platform gives a pod that two PodNetworkings select to an arbitrary one of them.",
        remedy: "Add the requirement that the help names, or change a label.",
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

/// What it looks at.
pub const CHECK: Check = Check::PodNetworking(check);

fn check(subject: &PodNetworkingSubject<'_, '_>, judge: &mut Judge<'_>) {
    overlap_message::report(&RULE, subject, judge, |overlap| overlap.is_real);
}
