//! `zone-conflict`: the pod allows no zone of its PodNetworking.

#[cfg(feature = "catalogue")]
use crate::judgement::rule::Docs;
use crate::judgement::check::Check;
use crate::judgement::rule::{About, Rule, Severities};
use crate::answer::finding::{Finding, Related};
use crate::judgement::judge::Judge;
use crate::mutations::zone_affinity;
use crate::selectors::node_affinity::NodeAffinity;
use crate::objects::pod::REQUIRED;
use crate::judgement::subject::pod::PodSubject;
use crate::text::problem::Problem;
use crate::text::quote::{join, list, quote};
use crate::selection::zones::Zones;

/// The rule.
pub static RULE: Rule = Rule {
    id: "zone-conflict",
    about: About::PodLike,
    severities: Severities::DENY,
    #[cfg(feature = "catalogue")]
    docs: Docs {
        title: "no zone is left for the pod",
        fires: "it allows no zone of its PodNetworking; names both zone sets and the field that excludes. Also where the constraint, which stands in each of its terms, would have more than 1.5 MB. Not for DaemonSets' pods, nor with `spec.nodeName`",
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

/// What it looks at.
pub const CHECK: Check = Check::Pod(check);

/// A zone that no pod names: whether it is allowed tells whether the pod allows zones that it does not name.
const UNNAMED: &str = "\u{0}";

/// A field of the pod that restricts its zones.
struct Field<'p> {
    /// Its path below `spec`.
    path: String,
    /// What it allows by itself.
    alone: NodeAffinity<'p>,
    /// What the pod allows without it.
    rest: NodeAffinity<'p>,
}

fn fields<'p>(affinity: &NodeAffinity<'p>, zones: &[String]) -> Vec<Field<'p>> {
    let keys: Vec<&str> = affinity.node_selector_zones().map(|(key, _)| key).collect();
    let mut fields: Vec<Field<'p>> = keys
        .iter()
        .map(|key| Field {
            path: format!("nodeSelector[{key}]"),
            alone: keys
                .iter()
                .filter(|other| *other != key)
                .fold(affinity.without_terms(), |rest, other| rest.without_node_selector_key(other)),
            rest: affinity.without_node_selector_key(key),
        })
        .collect();
    if let Some(terms) = affinity.terms() {
        let mut path = format!("{}.nodeSelectorTerms", REQUIRED.join("."));
        if terms.len() == 1 {
            path.push_str("[0]");
        }
        if let Some(index) = affinity.excluding_expression(zones) {
            path.push_str(&format!(".matchExpressions[{index}]"));
        }
        fields.push(Field { path, alone: affinity.without_node_selector(), rest: affinity.without_terms() });
    }
    fields
}

/// Without the constraint the pod could be scheduled to other zones, and with it no object could hold it.
fn check_size(subject: &PodSubject<'_>, zones: &Zones, judge: &mut Judge<'_>) {
    let size = zone_affinity::size(&subject.pod, zones);
    if size <= zone_affinity::MAX_CONSTRAINT_BYTES || !judge.settings.mutates(zone_affinity::MUTATION.id) {
        return;
    }
    let path = subject.pod.spec_path(&format!("{}.nodeSelectorTerms", REQUIRED.join(".")));
    let terms = subject.pod.affinity.terms().map_or(0, <[_]>::len);
    judge.report(
        &RULE,
        Problem {
path: path.clone(),
value: "size".to_owned(),
message: format!(
                "the constraint to {} zones in each of its {terms} terms has {size} bytes, more than an object may have",
                zones.known.len()
            ),
help: format!("name fewer terms in {}", quote(&path)),
},
    );
}

fn check(subject: &PodSubject<'_>, judge: &mut Judge<'_>) {
    let Some(zones) = subject.binding_zones() else { return };
    let affinity = &subject.pod.affinity;
    if !affinity.allowed(&zones.known).is_empty() {
        check_size(subject, zones, judge);
        return;
    }
    let zones = zones.known.as_slice();
    let fields = fields(affinity, zones);
    let of = |affinity: &NodeAffinity<'_>| -> Vec<&str> { affinity.allowed(zones) };
    // The field without which a zone would be left; where there is none, several exclude all zones.
    let enough = fields.iter().find(|field| !of(&field.rest).is_empty());
    let excluding: Vec<&Field<'_>> = fields.iter().filter(|field| of(&field.alone).is_empty()).collect();
    let Some(field) = enough.or_else(|| excluding.first().copied()).or_else(|| fields.first()) else { return };
    let path_of = |field: &Field<'_>| subject.pod.spec_path(&field.path);
    let path = path_of(field);
    let help = match enough {
        Some(field) => format!("let {} allow {}", quote(&path), one_of(&of(&field.rest))),
        None => {
            let paths: Vec<String> = excluding.iter().map(|field| quote(&path_of(field)).to_string()).collect();
            format!("let {} all allow {}", join(&paths, 0), one_of(&zones.iter().map(String::as_str).collect::<Vec<_>>()))
        }
    };
    let owner = match subject.selected() {
        Some(one) => format!("the vSwitches of {}", quote(one.name())),
        None => "the requested PodNetworkings".to_owned(),
    };
    let related = subject.selected().map(|one| Related::podnetworking(one.name(), "spec.vSwitchOptions"));
    judge.report(
        &RULE,
        Finding::from(Problem {
path: path.clone(),
value: format!("{} | {}", zones.join(","), affinity.named_zones().join(",")),
message: format!("{owner} are in {}, but {} allows {}", list(zones), quote(&path), allowed(affinity, field, zones)),
help,
})
        .with_related(related.into_iter().collect()),
    );
}

/// The zones that the field allows, in words.
fn allowed(affinity: &NodeAffinity<'_>, field: &Field<'_>, zones: &[String]) -> String {
    let named = affinity.named_zones();
    if field.alone.allows(UNNAMED) {
        let text = match !field.alone.allowed(zones).is_empty() {
            true => "none of them together with the rest of its spec",
            false => "only zones other than these",
        };
        return text.to_owned();
    }
    let alone = field.alone.allowed(&named);
    if alone.is_empty() {
        return "no zone at all".to_owned();
    }
    let is_excluded_elsewhere = alone.iter().any(|zone| zones.binary_search_by(|known| known.as_str().cmp(zone)).is_ok());
    format!("{}{}", list(&alone), if is_excluded_elsewhere { ", which the rest of its spec excludes" } else { "" })
}

fn one_of(zones: &[&str]) -> String {
    if zones.len() == 1 { list(zones) } else { format!("one of {}", list(zones)) }
}
