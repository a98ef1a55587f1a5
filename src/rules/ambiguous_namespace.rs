//! `ambiguous-namespace`: the namespace makes an overlap real.

#[cfg(feature = "catalogue")]
use super::Docs;
use super::{About, Check, DENY, Rule, overlap};
use crate::answer::finding::{Finding, Related, digest};
use crate::judgement::judge::Judge;
use crate::selection::in_namespace::NamespaceSubject;
use crate::settings::values::Severity;
use crate::text::quote::quote;

/// The rule.
pub static RULE: Rule = Rule {
    id: "ambiguous-namespace",
    about: About::Namespace,
    severities: DENY,
    check: Check::Namespace(check),
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

fn check(subject: &NamespaceSubject<'_>, judge: &mut Judge<'_>) {
    let meetings = match subject.meetings(judge.settings, judge.facts) {
        Ok(meetings) => meetings,
        Err(missing) => return judge.missing(&missing, Severity::Deny),
    };
    for meeting in meetings.told {
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
            Finding::new(
                &RULE,
                path,
                "",
                format!(
                    "{} and {} can both select pods in it, one {} say",
                    quote(&meeting.first),
                    quote(&meeting.second),
                    overlap::with(&meeting.witness.pod_labels)
                ),
                help,
            )
            .with_related(related)
            .with_witness(meeting.witness),
        );
    }
    if !meetings.counted.is_empty() {
        let names = |pair: &(String, String)| digest(RULE.id, "", [pair.0.as_str(), pair.1.as_str()]);
        let folded = meetings.counted.iter().map(names).collect();
        judge.report(&RULE, Finding { folded, ..Finding::new(&RULE, "metadata.labels", "", "", "") });
    }
}
