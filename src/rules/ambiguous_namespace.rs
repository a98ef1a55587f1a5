//! `ambiguous-namespace`: the namespace makes an overlap real.

#[cfg(feature = "catalogue")]
use crate::judgement::rule::Docs;
use crate::judgement::check::Check;
use crate::judgement::rule::{About, Rule, Severities};
use crate::rules::support::overlap_message;
use crate::answer::finding::{Finding, Related};
use crate::judgement::judge::Judge;
use crate::rules::support::missing;
use crate::judgement::subject::namespace::NamespaceSubject;
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
        title: "the namespace makes an overlap real",
        fires: "it satisfies both namespaceSelectors of two PodNetworkings that overlap, at least one of which is set; other namespaces are not asked",
        reason: "A pod in the namespace could be selected by both, and would be given to an arbitrary one.",
        remedy: "Change the label of the namespace that the help names, or the selectors.",
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

/// What it looks at.
pub const CHECK: Check = Check::Namespace(check);

fn check(subject: &NamespaceSubject<'_>, judge: &mut Judge<'_>) {
    let meetings = match subject.meetings() {
        Ok(meetings) => meetings,
        Err(missing) => return missing::report(&missing, Severity::Deny, judge),
    };
    for meeting in &meetings.listed {
        let related = vec![
            Related::podnetworking(&meeting.first, "spec.selector"),
            Related::podnetworking(&meeting.second, "spec.selector"),
        ];
        let path = match &meeting.label {
            Some(key) => format!("metadata.labels[{key}]"),
            None => "metadata.labels".to_owned(),
        };
        let help = match &meeting.label {
            Some(_) => format!("change {}, or the selectors of one of them", quote(&path)),
            None => "change the selectors of one of them".to_owned(),
        };
        judge.report(
            &RULE,
            Finding::from(Problem {
path,
message: format!(
                    "{} and {} can both select pods in it, one {} say",
                    quote(&meeting.first),
                    quote(&meeting.second),
                    overlap_message::describe_labels(&meeting.witness.pod_labels)
                ),
help,
..Problem::default()
})
            .with_related(related)
            .with_witness(meeting.witness.clone()),
        );
    }
    if !meetings.unlisted.is_empty() {
        let problem = Problem {
path: "metadata.labels".to_owned(),
..Problem::default()
};
        judge.report(&RULE, Finding { unlisted: meetings.unlisted.clone(), ..problem.into() });
    }
}
