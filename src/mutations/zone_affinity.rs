//! `zone-affinity`: a pod is kept to the zones of its PodNetworking.

use super::Mutation;
use crate::json::Json;
use crate::node_affinity::ZONE;
use crate::patch::{Patch, string};
use crate::pod::REQUIRED;
use crate::pod_subject::PodSubject;

/// The mutation.
pub static MUTATION: Mutation = Mutation {
    id: "zone-affinity",
    #[cfg(feature = "catalogue")]
    does: "Pod CREATE, where exactly one PodNetworking selects the pod and all its zones are known: appends one requirement `topology.kubernetes.io/zone In [zones]` to each required node affinity term that does not imply it yet.",
};

/// Adds the requirement to each term that does not imply it yet; makes a term only where there is no required
/// affinity. An empty list or term matches nothing, and filling it would widen it, so it stays.
pub fn apply(subject: &PodSubject<'_>, patch: &mut Patch<'_>) {
    let Some(zones) = subject.binding_zones() else {
        return;
    };
    let values: Vec<String> = zones.known.iter().map(|zone| string(zone)).collect();
    let requirement = format!("{{\"key\":\"{ZONE}\",\"operator\":\"In\",\"values\":[{}]}}", values.join(","));
    let pod = &subject.pod;
    if pod.terms.is_some() && pod.affinity.terms().is_none() {
        // It is there, but cannot be read: what was written stays.
        return;
    }
    let (Some(terms), Some(parsed)) = (&pod.terms, pod.affinity.terms()) else {
        let [affinity, node_affinity, required] = REQUIRED;
        let text = format!("{{\"nodeSelectorTerms\":[{{\"matchExpressions\":[{requirement}]}}]}}");
        patch.set_nested(pod.object, &["spec", affinity, node_affinity, required], text);
        return;
    };
    let known: Vec<&str> = zones.known.iter().map(String::as_str).collect();
    for (term, parsed) in terms.iter().zip(parsed) {
        if parsed.is_empty() || parsed.implies_zone_in(&known) {
            continue;
        }
        match term.member("matchExpressions").and_then(Json::present) {
            Some(expressions) => patch.append(expressions, &requirement),
            None => patch.set_nested(*term, &["matchExpressions"], format!("[{requirement}]")),
        }
    }
}
