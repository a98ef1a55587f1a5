//! `ambiguous-pod`: more than one PodNetworking selects the pod.

#[cfg(feature = "catalogue")]
use super::Docs;
use super::{About, Check, DENY, Rule};
use crate::finding::{Finding, Related};
use crate::judge::Judge;
use crate::pod_subject::PodSubject;
use crate::selection::Selected;
use crate::text::{join, quote};

/// The rule.
pub static RULE: Rule = Rule {
    id: "ambiguous-pod",
    about: About::PodLike,
    severities: DENY,
    check: Check::Pod(check),
    #[cfg(feature = "catalogue")]
    docs: Docs {
        title: "more than one PodNetworking selects the pod",
        fires: "more than one PodNetworking selects it; names them and the requirement by which each matched",
        reason: "The platform gives such a pod to an arbitrary one of them.",
        remedy: "Change the label that the help names, so that one PodNetworking selects the pod.",
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
  selector: {podSelector: {matchLabels: {app: web}}}
  securityGroupIDs: [sg-bp1]
  vSwitchOptions: [vsw-bp1]
---
apiVersion: v1
kind: Pod
metadata: {name: pod, namespace: default, labels: {foo: bar}}
spec: {containers: [{name: c, image: nginx}]}
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
---
apiVersion: v1
kind: Pod
metadata: {name: pod, namespace: default, labels: {foo: bar, app: web}}
spec: {containers: [{name: c, image: nginx}]}
",
        settings: "",
    },
};

/// How many PodNetworkings the message names.
const NAMED: usize = 5;

fn check(subject: &PodSubject<'_>, judge: &mut Judge<'_>) {
    let Some(selection) = &subject.selection else { return };
    let selected = &selection.selected;
    if selected.len() < 2 {
        return;
    }
    let named: Vec<String> = selected.iter().take(NAMED).map(by).collect();
    let all = join(&named, selected.len().saturating_sub(named.len()));
    let related =
        selected.iter().map(|one| Related::podnetworking(one.podnetworking.name(), one.path.clone())).collect();
    let path = format!("{}.labels", subject.pod.place.metadata());
    judge.report(
        &RULE,
        Finding::new(
            &RULE,
            path,
            "",
            format!("{} PodNetworkings select it: {all}", selected.len()),
            help(subject, selected),
        )
        .with_related(related),
    );
}

/// "`name` by `foo In [bar]`".
fn by(selected: &Selected<'_>) -> String {
    let name = quote(selected.podnetworking.name());
    match &selected.requirement {
        Some(requirement) => format!("{name} by {}", quote(requirement)),
        None => format!("{name} by its empty selector"),
    }
}

/// Names the label of the pod to change: one that the requirement of all but one of them depends on, or else the
/// PodNetworkings themselves.
fn help(subject: &PodSubject<'_>, selected: &[Selected<'_>]) -> String {
    let mut faults = crate::fault::Faults::default();
    for one in selected {
        let Some(selectors) = one.podnetworking.selectors(&mut faults) else { continue };
        for requirement in selectors.pod.iter().flat_map(|selector| selector.requirements()) {
            let Some(value) = subject.pod.labels.get(&requirement.key) else { continue };
            if requirement.matches(None) {
                continue;
            }
            return format!(
                "change or remove {}, now {}, so that {} no longer selects it",
                quote(&subject.pod.label_path(&requirement.key)),
                quote(value),
                quote(one.podnetworking.name()),
            );
        }
    }
    format!(
        "it has no label to change: add a requirement to `spec.selector` of one of {}",
        crate::text::list(&selected.iter().map(|one| one.podnetworking.name()).collect::<Vec<_>>())
    )
}
