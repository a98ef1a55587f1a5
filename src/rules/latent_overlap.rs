//! `latent-overlap`: an overlap that a namespace to come would make real.

#[cfg(feature = "catalogue")]
use crate::judgement::rule::Docs;
use crate::judgement::check::Check;
use crate::judgement::rule::{About, Rule, Severities};
use crate::rules::support::overlap_message;
use crate::judgement::judge::Judge;
use crate::judgement::subject::podnetworking::PodNetworkingSubject;

/// The rule.
pub static RULE: Rule = Rule {
    id: "latent-overlap",
    about: About::PodNetworking,
    severities: Severities::WARN,
    #[cfg(feature = "catalogue")]
    docs: Docs {
        title: "a namespace to come would make an overlap real",
        fires: "a latent overlap: no existing namespace satisfies both namespace selectors, but one could",
        reason: "The next namespace with such labels makes the overlap real, and would be refused.",
        remedy: "Add the requirement that the help names, so that no namespace can satisfy both.",
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

/// What it looks at.
pub const CHECK: Check = Check::PodNetworking(check);

fn check(subject: &PodNetworkingSubject<'_, '_>, judge: &mut Judge<'_>) {
    overlap_message::report(&RULE, subject, judge, |overlap| !overlap.is_real);
}
