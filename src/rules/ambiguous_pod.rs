//! `ambiguous-pod`: more than one PodNetworking selects the pod.

#[cfg(feature = "catalogue")]
use crate::judgement::rule::Docs;
use crate::judgement::check::Check;
use crate::judgement::rule::{About, Rule, Severities};
use crate::json::fault::Faults;
use crate::answer::finding::{Finding, Related};
use crate::judgement::judge::Judge;
use crate::judgement::subject::pod::PodSubject;
use crate::selection::selects::Selected;
use crate::collections::text_map::{TextMap, TextSet};
use crate::text::problem::Problem;
use crate::text::quote::{join, list, quote};

/// The rule.
pub static RULE: Rule = Rule {
    id: "ambiguous-pod",
    about: About::PodLike,
    severities: Severities::DENY,
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

/// What it looks at.
pub const CHECK: Check = Check::Pod(check);

/// How many PodNetworkings the message names.
const NAMED: usize = 5;

fn check(subject: &PodSubject<'_>, judge: &mut Judge<'_>) {
    let Ok(selection) = subject.selection() else { return };
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
        Finding::from(Problem {
path,
message: format!("{} PodNetworkings select it: {all}", selected.len()),
help: help(subject, selected),
..Problem::default()
})
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

/// Names the label of the pod to change: one without which exactly one of them selects it, else one without which
/// some do not. Where no label does it, the PodNetworkings have to be changed.
fn help(subject: &PodSubject<'_>, selected: &[Selected<'_>]) -> String {
    let labels = &subject.pod.labels;
    let selectors: Vec<_> =
        selected.iter().filter_map(|one| one.podnetworking.selectors(&mut Faults::default())?.pod).collect();
    // The labels of which a selector asks, and how many selectors do not match without each.
    let mut keys: Vec<&str> = Vec::new();
    let mut leaving: TextMap<'_, usize> = TextMap::default();
    for selector in &selectors {
        let mut own = TextSet::default();
        for requirement in selector.requirements() {
            let key = requirement.key.as_ref();
            // It matches the pod, so a label that it does not do without is there.
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
            "it has no label to change: add a requirement to `spec.selector` of one of {}",
            list(&selected.iter().map(|one| one.podnetworking.name()).collect::<Vec<_>>())
        );
    };
    let path = quote(&subject.pod.label_path(key)).to_string();
    let labels = labels.without(key);
    let keeps = |one: &&Selected<'_>| {
        let selectors = one.podnetworking.selectors(&mut Faults::default());
        selectors.and_then(|selectors| selectors.pod).is_none_or(|selector| selector.matches(&labels))
    };
    let kept: Vec<&str> = selected.iter().filter(keeps).map(|one| one.podnetworking.name()).collect();
    match kept.as_slice() {
        [] => format!("change {path}, now {}, so that one of them alone selects it", quote(value)),
        [one] => format!("change or remove {path}, now {}: without it only {} selects it", quote(value), quote(one)),
        kept => format!("change or remove {path}, now {}: without it {} still select it", quote(value), list(kept)),
    }
}
