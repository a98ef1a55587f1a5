//! `zone-conflict`: the pod allows no zone of its PodNetworking.

#[cfg(feature = "catalogue")]
use super::Docs;
use super::{About, Check, DENY, Rule};
use crate::finding::{Finding, Related};
use crate::judge::Judge;
use crate::node_affinity::NodeAffinity;
use crate::pod::REQUIRED;
use crate::pod_subject::PodSubject;
use crate::text::{list, quote};

/// The rule.
pub static RULE: Rule = Rule {
    id: "zone-conflict",
    about: About::PodLike,
    severities: DENY,
    check: Check::Pod(check),
    #[cfg(feature = "catalogue")]
    docs: Docs {
        title: "no zone is left for the pod",
        fires: "it allows no zone of its PodNetworking; names both zone sets and the field that excludes. Not for DaemonSets' pods, nor with `spec.nodeName`",
        reason: "Such a pod would stay Pending for ever: no node in a zone of its vSwitches can match.",
        remedy: "Let the field that the message names allow one of the zones of the PodNetworking.",
        good: "
apiVersion: network.alibabacloud.com/v1beta1
kind: PodNetworking
metadata: {name: example}
spec:
  selector: {podSelector: {matchLabels: {foo: bar}}}
  securityGroupIDs: [sg-bp1]
  vSwitchOptions: [vsw-bp1]
---
apiVersion: v1
kind: Pod
metadata: {name: pod, namespace: default, labels: {foo: bar}}
spec:
  nodeSelector: {topology.kubernetes.io/zone: cn-hangzhou-h}
  containers: [{name: c, image: nginx}]
",
        bad: "
apiVersion: network.alibabacloud.com/v1beta1
kind: PodNetworking
metadata: {name: example}
spec:
  selector: {podSelector: {matchLabels: {foo: bar}}}
  securityGroupIDs: [sg-bp1]
  vSwitchOptions: [vsw-bp1]
---
apiVersion: v1
kind: Pod
metadata: {name: pod, namespace: default, labels: {foo: bar}}
spec:
  nodeSelector: {topology.kubernetes.io/zone: cn-hangzhou-k}
  containers: [{name: c, image: nginx}]
",
        settings: "inventory: {vSwitches: {vsw-bp1: {zone: cn-hangzhou-h}}}",
    },
};

/// A zone that no pod names: whether it is allowed tells whether the pod allows zones that it does not name.
const UNNAMED: &str = "\u{0}";

fn check(subject: &PodSubject<'_>, judge: &mut Judge<'_>) {
    let Some(zones) = subject.binding_zones() else { return };
    let affinity = &subject.pod.affinity;
    if zones.known.iter().any(|zone| affinity.allows(zone)) {
        return;
    }
    let path = subject.pod.spec_path(&excluding_field(affinity, &zones.known));
    let owner = match subject.selected() {
        Some(name) => format!("the vSwitches of {}", quote(name)),
        None => "the requested PodNetworkings".to_owned(),
    };
    let named = affinity.named_zones();
    let allowed: Vec<&str> = named.iter().copied().filter(|zone| affinity.allows(zone)).collect();
    let allows = if affinity.allows(UNNAMED) {
        "only zones other than these".to_owned()
    } else if allowed.is_empty() {
        "no zone at all".to_owned()
    } else {
        list(&allowed)
    };
    let has = list(&zones.known);
    let related = subject.selected().map(|name| Related::podnetworking(name, "spec.vSwitchOptions"));
    judge.report(
        &RULE,
        Finding::new(
            &RULE,
            path.clone(),
            format!("{} | {}", zones.known.join(","), named.join(",")),
            format!("{owner} are in {has}, but {} allows {allows}", quote(&path)),
            format!("let {} allow {}", quote(&path), one_of(&zones.known, &has)),
        )
        .with_related(related.into_iter().collect()),
    );
}

fn one_of(zones: &[String], list: &str) -> String {
    if zones.len() == 1 { list.to_owned() } else { format!("one of {list}") }
}

/// The field below `spec` that excludes all zones, or, where only both together do, the affinity.
fn excluding_field(affinity: &NodeAffinity<'_>, zones: &[String]) -> String {
    let terms = format!("{}.nodeSelectorTerms", REQUIRED.join("."));
    if zones.iter().all(|zone| !affinity.node_selector_allows(zone)) {
        let key = zones.first().and_then(|zone| affinity.excluding_node_selector_key(zone)).unwrap_or_default();
        return format!("nodeSelector[{key}]");
    }
    match affinity.terms() {
        Some([_]) => format!("{terms}[0]"),
        _ => terms,
    }
}
