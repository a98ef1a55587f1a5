//! `ambiguous-pod`: more than one PodNetworking selects the pod.

use crate::answer::finding::{Finding, Related};
use crate::collections::text_map::{TextMap, TextSet};
use crate::json::fault::Faults;
use crate::judgement::check::Check;
use crate::judgement::judge::Judge;
#[cfg(feature = "catalogue")]
use crate::judgement::rule::Docs;
use crate::judgement::rule::{About, Rule, Severities};
use crate::judgement::subject::pod::PodSubject;
use crate::objects::podnetworking::selector_path;
use crate::rules::support::wording;
use crate::selection::selects::Selected;
use crate::selectors::constraint::Constraints;
use crate::selectors::selector_pair::Side;
use crate::settings::severity::Severity;
use crate::text::problem::Problem;
use crate::text::quote::{join_first, list, quote};

/// The rule.
pub static RULE: Rule = Rule {
    id: "ambiguous-pod",
    about: About::PodLike,
    severities: Severities::DENY,
    #[cfg(feature = "catalogue")]
    docs: Docs {
        title: "more than one PodNetworking selects the pod",
        fires: "More than one PodNetworking selects the pod. The message names them, with the requirement by which each one matches.",
        reason: "If two PodNetworkings select a pod, the platform picks one of them. Which one is not defined, so the pod can start in the wrong network.",
        remedy: "Change the label that the message names, so that only one PodNetworking selects the pod.",
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

/// What the rule checks.
pub const CHECK: Check = Check::Pod(check);

fn check(subject: &PodSubject<'_>, judge: &mut Judge<'_>) {
    let Ok(selection) = subject.selection() else { return };
    let certain: Vec<&Selected<'_>> = selection.selected.iter().filter(|one| one.is_certain).collect();
    let (selected, most) = match certain.len() {
        0 | 1 => (that_can_meet(&selection.selected), Severity::Warn),
        _ => (certain, Severity::Deny),
    };
    if selected.len() < 2 {
        return;
    }
    let all = join_first(&mut selected.iter().map(|one| describe_match(one)));
    let related =
        selected.iter().map(|one| Related::podnetworking(one.podnetworking.name(), one.path.clone())).collect();
    let path = format!("{}.labels", subject.pod.place.metadata());
    let verb = if most == Severity::Deny { "select" } else { "can select" };
    judge.report_at_most(
        &RULE,
        most,
        Finding::from(Problem {
            path,
            message: format!("{} PodNetworkings {verb} {}: {all}", selected.len(), wording::pod(subject)),
            help: help(subject, &selected),
            ..Problem::default()
        })
        .with_related(related),
    );
}

/// Those that can select the pod beside another one, by some values of the labels that are not known. On the known labels
/// all of them match.
fn that_can_meet<'s, 'a>(selected: &'s [Selected<'a>]) -> Vec<&'s Selected<'a>> {
    if selected.len() < 2 {
        return Vec::new();
    }
    let selectors: Vec<_> = selected
        .iter()
        .map(|one| one.podnetworking.selectors(&mut Faults::default()).unwrap_or_default().pod)
        .collect();
    let constraints: Vec<_> = selectors.iter().map(|pod| Constraints::of_pods(pod.as_ref())).collect();
    let meets = |place: usize, own: &Constraints<'_>| {
        constraints.iter().enumerate().any(|(other, constraints)| other != place && own.intersects(constraints))
    };
    let those = selected.iter().zip(&constraints).enumerate().filter(|(place, (_, own))| meets(*place, own));
    those.map(|(_, (one, _))| one).collect()
}

/// "`name` (pod label `foo In [bar]`)".
fn describe_match(selected: &Selected<'_>) -> String {
    let name = quote(selected.podnetworking.name());
    match &selected.requirement {
        Some(requirement) => {
            let noun = if selected.path.starts_with(selector_path(Side::Pod)) { "pod" } else { "namespace" };
            format!("{name} ({noun} label {})", quote(requirement))
        }
        None => format!("{name} (empty selector)"),
    }
}

/// Names the label of the pod to change: if possible one without which exactly one PodNetworking selects the pod,
/// otherwise one without which fewer do. If there is no such label, the PodNetworkings have to be changed.
fn help(subject: &PodSubject<'_>, selected: &[&Selected<'_>]) -> String {
    let labels = &subject.pod.labels;
    let selectors: Vec<_> =
        selected.iter().filter_map(|one| one.podnetworking.selectors(&mut Faults::default())?.pod).collect();
    // The labels that selectors require, and how many selectors require each.
    let mut keys: Vec<&str> = Vec::new();
    let mut leaving: TextMap<'_, usize> = TextMap::default();
    for selector in &selectors {
        let mut own = TextSet::default();
        for requirement in selector.requirements() {
            let key = requirement.key().as_ref();
            // The selector matches the pod, so the pod has every label that the selector requires.
            if !requirement.matches(None) && own.insert(key) {
                if leaving.get(key).is_none() {
                    keys.push(key);
                }
                leaving.change(key, |count| *count += 1);
            }
        }
    }
    let leaves_one = |key: &str| leaving.get(key).is_some_and(|count| count + 1 == selected.len());
    let best = keys.iter().find(|key| leaves_one(key)).or_else(|| keys.first());
    let Some((key, value)) = best.and_then(|key| Some((*key, labels.get(key)?))) else {
        return format!(
            "add a requirement to the selector of one of {}",
            list(&selected.iter().map(|one| one.podnetworking.name()).collect::<Vec<_>>())
        );
    };
    let label = format!("{key}={value}");
    let (label, pod) = (quote(&label), wording::pod(subject));
    let labels = labels.without(key);
    let keeps = |one: &&&Selected<'_>| {
        let selectors = one.podnetworking.selectors(&mut Faults::default());
        selectors.and_then(|selectors| selectors.pod).is_none_or(|selector| selector.matches(&labels))
    };
    let kept: Vec<&str> = selected.iter().filter(keeps).map(|one| one.podnetworking.name()).collect();
    match kept.as_slice() {
        [] => format!("change the label {label} so that only one PodNetworking selects {pod}"),
        [one] => format!("remove or change the label {label}: without this label only {} selects {pod}", quote(one)),
        kept => format!("remove or change the label {label}: without this label only {} select {pod}", list(kept)),
    }
}
