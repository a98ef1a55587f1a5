//! `zone-affinity`: restricts a pod to the zones of its PodNetworking.

use crate::json::patch::Patch;
use crate::json::value::Json;
use crate::json::writer::string;
use crate::mutations::mutation::Mutation;
use crate::objects::pod::{Pod, REQUIRED};
use crate::selection::zones::Zones;
use crate::selectors::known_labels::ZONE;
use crate::selectors::node_term::NodeTerm;

/// The mutation.
pub static MUTATION: Mutation = Mutation {
    id: "zone-affinity",
    #[cfg(feature = "catalogue")]
    does: "On CREATE of a Pod that exactly one PodNetworking selects, or that has a valid `pod-networks-request`: adds the requirement `topology.kubernetes.io/zone In [zones]` to each required node affinity term that does not imply it yet. Only if the zones of all vSwitches are known. Not for pods that their DaemonSet has bound to a node (`matchFields`), nor for pods with `spec.nodeName`.",
};

/// Adds the requirement to each term that does not imply it yet. If there is no required affinity, adds one term. An
/// empty list or term stays as it is: it matches nothing, and with the requirement it would match more.
pub fn apply(pod: &Pod<'_>, zones: &Zones, patch: &mut Patch<'_>) {
    let requirement = requirement(zones);
    if pod.terms.is_some() && pod.affinity.terms().is_none() {
        // The affinity is malformed, so it stays as it is.
        return;
    }
    let (Some(terms), Some(parsed)) = (&pod.terms, pod.affinity.terms()) else {
        let [affinity, node_affinity, required] = REQUIRED;
        let text = format!("{{\"nodeSelectorTerms\":[{{\"matchExpressions\":[{requirement}]}}]}}");
        patch.set_nested(pod.object, &["spec", affinity, node_affinity, required], text);
        return;
    };
    if size(pod, zones) > MAX_CONSTRAINT_BYTES {
        return;
    }
    let known = known(zones);
    for (term, parsed) in terms.iter().zip(parsed) {
        if !is_constrained(parsed, &known) {
            continue;
        }
        match term.member("matchExpressions").and_then(Json::present) {
            Some(expressions) => patch.append(expressions, &requirement),
            None => patch.set_nested(*term, &["matchExpressions"], format!("[{requirement}]")),
        }
    }
}

/// The maximal size of a constraint in bytes: etcd stores no object of more than 1.5 MB.
pub const MAX_CONSTRAINT_BYTES: usize = 1_500_000;

/// How many bytes the constraint adds to the terms of the pod. Each term gets a copy.
#[must_use]
pub fn size(pod: &Pod<'_>, zones: &Zones) -> usize {
    let known = known(zones);
    let terms = pod.affinity.terms().unwrap_or_default();
    match terms.iter().filter(|term| is_constrained(term, &known)).count() {
        0 => 0,
        copies => copies * requirement(zones).len(),
    }
}

fn requirement(zones: &Zones) -> String {
    let values: Vec<String> = zones.known.iter().map(|zone| string(zone)).collect();
    format!("{{\"key\":\"{ZONE}\",\"operator\":\"In\",\"values\":[{}]}}", values.join(","))
}

fn known(zones: &Zones) -> Vec<&str> {
    zones.known.iter().map(String::as_str).collect()
}

/// Whether the term gets the constraint.
fn is_constrained(term: &NodeTerm<'_>, known: &[&str]) -> bool {
    !term.is_empty() && !term.implies_zone_in(known)
}
