//! `ambiguous-namespace`: two PodNetworkings overlap in this namespace.

use crate::answer::finding::{Finding, Related};
use crate::judgement::check::Check;
use crate::judgement::judge::Judge;
#[cfg(feature = "catalogue")]
use crate::judgement::rule::Docs;
use crate::judgement::rule::{About, Rule, Severities};
use crate::judgement::subject::namespace::NamespaceSubject;
use crate::objects::crd::SELECTOR_PATH;
use crate::rules::support::missing;
use crate::rules::support::overlap_message;
use crate::settings::severity::Severity;
use crate::text::problem::Problem;
use crate::text::quote::quote;

/// The rule.
pub static RULE: Rule = Rule {
    id: "ambiguous-namespace",
    about: About::Namespace,
    severities: Severities::DENY,
    #[cfg(feature = "catalogue")]
    docs: Docs {
        title: "two PodNetworkings overlap in this namespace",
        fires: "Two PodNetworkings can select the same pod in the namespace, and at least one of them has a `namespaceSelector` that matches the labels of the namespace. On UPDATE, only the PodNetworkings whose `namespaceSelector` depends on a changed label are compared with the others.",
        reason: "If two PodNetworkings select a pod, the platform picks one of them. Which one is not defined.",
        remedy: "Change the label of the namespace that the message names, or the selector of one of the two PodNetworkings.",
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
  selector: {namespaceSelector: {matchLabels: {stage: prod}}}
  securityGroupIDs: [sg-bp1]
  vSwitchOptions: [vsw-bp1]
---
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {team: a}}
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
---
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {team: a, stage: prod}}
",
        settings: "",
    },
};

/// What the rule checks.
pub const CHECK: Check = Check::Namespace(check);

fn check(subject: &NamespaceSubject<'_>, judge: &mut Judge<'_>) {
    let meetings = match subject.meetings() {
        Ok(meetings) => meetings,
        Err(missing) => return missing::report(&missing, Severity::Deny, judge),
    };
    for meeting in &meetings.listed {
        let related = vec![
            Related::podnetworking(&meeting.first, SELECTOR_PATH),
            Related::podnetworking(&meeting.second, SELECTOR_PATH),
        ];
        let path = match &meeting.label {
            Some(key) => format!("metadata.labels[{key}]"),
            None => "metadata.labels".to_owned(),
        };
        let help = match &meeting.label {
            Some(_) => "change this label, or the selector of one of the two PodNetworkings",
            None => "change the selector of one of the two PodNetworkings",
        };
        judge.report(
            &RULE,
            Finding::from(Problem {
                path,
                message: format!(
                    "two PodNetworkings, {} and {}, would both select pods of this namespace, for example a pod {}",
                    quote(&meeting.first),
                    quote(&meeting.second),
                    overlap_message::describe_labels(&meeting.witness.pod_labels)
                ),
                help: help.to_owned(),
                ..Problem::default()
            })
            .with_related(related)
            .with_witness(meeting.witness.clone()),
        );
    }
    if !meetings.unlisted.is_empty() {
        let problem = Problem { path: "metadata.labels".to_owned(), ..Problem::default() };
        judge.report(&RULE, Finding { unlisted: meetings.unlisted.clone(), ..problem.into() });
    }
}
