//! `zone-conflict`: the pod allows no zone of its PodNetworking.

use crate::answer::finding::Finding;
use crate::judgement::check::Check;
use crate::judgement::judge::Judge;
#[cfg(feature = "catalogue")]
use crate::judgement::rule::Docs;
use crate::judgement::rule::{About, Rule, Severities};
use crate::judgement::subject::pod::PodSubject;
use crate::mutations::zone_affinity;
use crate::objects::pod::REQUIRED;
use crate::rules::support::wording;
use crate::selection::zones::Zones;
use crate::selectors::node_affinity::NodeAffinity;
use crate::text::problem::Problem;
use crate::text::quote::{join, join_first, list, quote};

/// The rule.
pub static RULE: Rule = Rule {
    id: "zone-conflict",
    about: About::PodLike,
    severities: Severities::DENY,
    #[cfg(feature = "catalogue")]
    docs: Docs {
        title: "the pod cannot run in a zone of its PodNetworking",
        fires: "The node requirements of the pod (`nodeSelector` and required node affinity) exclude all zones in which its PodNetworking has vSwitches. The message names the zones, and the field that excludes them.

- If the pod requests several PodNetworkings, their common zones count.
- The rule fires only if the zone of each vSwitch is known.
- The rule also fires if the zone constraint would need more than 1.5 MB.
- Pods with `spec.nodeName` are not checked.
- An update of a Pod is checked if it changes `nodeSelector` or required node affinity. Then the PodNetworking that was recorded on the pod counts.",
        reason: "Such a pod stays `Pending`: no node in a zone of its vSwitches matches.",
        remedy: "Change the field that the message names, so that the pod can run in one of the zones of the PodNetworking.",
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

/// What the rule checks.
pub const CHECK: Check = Check::PodZones(check);

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

/// Reports a zone constraint that is too large for an object. Without it, the pod could run in other zones.
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
            path,
            value: "size".to_owned(),
            message: format!(
                "the zone constraint would need {size} bytes ({} zones in up to {terms} node selector terms), more \
                 than etcd stores for one object",
                zones.known.len()
            ),
            help: "use fewer node selector terms".to_owned(),
        },
    );
}

fn check(subject: &PodSubject<'_>, judge: &mut Judge<'_>) {
    let Some(zones) = subject.binding_zones() else { return };
    let affinity = &subject.pod.affinity;
    if !affinity.allowed_zones(&zones.known).is_empty() {
        if subject.pod.takes_zone_constraint() {
            check_size(subject, zones, judge);
        }
        return;
    }
    let zones = zones.known.as_slice();
    let together = affinity.without_node_selector().excluding_together(zones);
    if !together.is_empty() {
        return report_together(subject, zones, &together, judge);
    }
    let fields = fields(affinity, zones);
    let of = |affinity: &NodeAffinity<'_>| -> Vec<&str> { affinity.allowed_zones(zones) };
    // If one field alone is to blame, the pod could run in a zone without it. Otherwise several fields exclude all zones.
    let blamed = fields.iter().find(|field| !of(&field.rest).is_empty());
    let excluding: Vec<&Field<'_>> = fields.iter().filter(|field| of(&field.alone).is_empty()).collect();
    let Some(field) = blamed.or_else(|| excluding.first().copied()).or_else(|| fields.first()) else { return };
    let path = subject.pod.spec_path(&field.path);
    let help = match blamed {
        Some(field) => format!("allow {} in this field", one_of(&of(&field.rest))),
        None => {
            // A change of one field is not enough: the help names at least two.
            let all_fields: Vec<&Field<'_>> = fields.iter().collect();
            let changed = if excluding.len() > 1 { &excluding } else { &all_fields };
            let paths = changed.iter().map(|field| subject.pod.spec_path(&field.path));
            let others: Vec<String> =
                paths.filter(|other| *other != path).map(|other| quote(&other).to_string()).collect();
            let all: Vec<&str> = zones.iter().map(String::as_str).collect();
            format!("allow {} in this field and also in {}", one_of(&all), join(&others, 0))
        }
    };
    let what = format!("{} {}", quote(&path), allowed(affinity, field, zones));
    report(subject, zones, path, &what, help, judge);
}

fn report(subject: &PodSubject<'_>, zones: &[String], path: String, what: &str, help: String, judge: &mut Judge<'_>) {
    let (owner, related) = wording::zones(subject, zones);
    judge.report_at_most(
        &RULE,
        subject.most(),
        Finding::from(Problem {
            path,
            value: format!("{} | {}", zones.join(","), subject.pod.affinity.named_zones().join(",")),
            message: format!("{owner}, but {what}"),
            help,
        })
        .with_related(related),
    );
}

/// Reports expressions of the one term that exclude the zones only together, each with what it allows.
fn report_together(subject: &PodSubject<'_>, zones: &[String], together: &[usize], judge: &mut Judge<'_>) {
    let affinity = &subject.pod.affinity;
    let term = subject.pod.spec_path(&format!("{}.nodeSelectorTerms[0]", REQUIRED.join(".")));
    let mut each = together.iter().map(|index| {
        let (allows, allows_others) = affinity.zones_of_expression(*index);
        let what = if allows_others {
            let excludes: Vec<&str> =
                affinity.named_zones().iter().copied().filter(|zone| !allows.contains(zone)).collect();
            ["excludes ", &list(&excludes)].concat()
        } else if allows.is_empty() {
            "allows no zone".to_owned()
        } else {
            ["allows only ", &list(&allows)].concat()
        };
        format!("`matchExpressions[{index}]` {what}")
    });
    let what = format!("requirements of {} together exclude them: {}", quote(&term), join_first(&mut each));
    let all: Vec<&str> = zones.iter().map(String::as_str).collect();
    let mut help = format!("let all of these requirements allow {}", one_of(&all));
    if let Some(hint) = kept_address(subject, zones, together, judge) {
        help.push_str(&hint);
    }
    report(subject, zones, term, &what, help, judge);
}

/// Where one of the requirements may come from that no manifest shows: Terway keeps a pod whose address is kept in the zone
/// of that address (`PodENI`, `spec.zone`). The policy does not read PodENIs.
fn kept_address(subject: &PodSubject<'_>, zones: &[String], together: &[usize], judge: &Judge<'_>) -> Option<String> {
    let pod = &subject.pod;
    let owner = subject.owner().ok().flatten()?;
    let is_terways = judge.settings.platform.records_pod_networks() && !pod.is_template();
    let one_zone = |index: &usize| match pod.affinity.zones_of_expression(*index).0.as_slice() {
        [zone] => (!zones.iter().any(|known| known == zone)).then(|| quote(zone).to_string()),
        _ => None,
    };
    let is_kept = is_terways && pod.has_fixed_name && owner.is_fixed();
    let zone = together.iter().find_map(one_zone).filter(|_| is_kept)?;
    Some(format!(
        ". Terway may have added {zone} for an address that is kept: see PodENI {}. If so, give {} a vSwitch in {zone}, or \
         let the address go",
        quote(&judge.object.title()),
        quote(owner.name())
    ))
}

/// What the field allows, in words.
fn allowed(affinity: &NodeAffinity<'_>, field: &Field<'_>, zones: &[String]) -> String {
    let theirs = field.alone.allowed_zones(zones);
    let rest = "the other node requirements of the pod";
    let these = if zones.len() == 1 { "this zone" } else { "these zones" };
    if field.alone.allows_any_other_zone() {
        return if theirs.is_empty() {
            format!("excludes {these}")
        } else {
            format!("and {rest} together exclude {these}")
        };
    }
    let named = affinity.named_zones();
    let alone = field.alone.allowed_zones(&named);
    if alone.is_empty() {
        return "allows no zone".to_owned();
    }
    let mut text = format!("allows only {}", list(&alone));
    if theirs == alone {
        text.push_str(&format!(", which {rest} exclude"));
    } else if !theirs.is_empty() {
        text.push_str(&format!(", and {rest} exclude {}", list(&theirs)));
    }
    text
}

fn one_of(zones: &[&str]) -> String {
    if zones.len() == 1 { format!("zone {}", list(zones)) } else { format!("one of the zones {}", list(zones)) }
}
