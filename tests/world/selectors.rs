//! What Kubernetes matches: labels, and nodes by their zone. It is written a second time, so that the model does not trust
//! the code that it checks.

pub use podnetworking_testing::label_selectors::{Labels, REQUIRED, TERMS, ZONE, labels_of, texts};
use podnetworking_testing::label_selectors::{list, values};
use serde_json::Value;

/// Whether the scheduler may bind the pod to the node of this zone. A node has its zone and its name, nothing else.
pub fn allows_node(pod: &Value, zone: &str) -> bool {
    allows(pod, zone, Some(&node_of(zone)))
}

/// Whether some node of the zone could take the pod, whatever its name is.
pub fn allows_zone(pod: &Value, zone: &str) -> bool {
    allows(pod, zone, None)
}

fn allows(pod: &Value, zone: &str, node: Option<&str>) -> bool {
    let label = |key: &str| (key == ZONE).then_some(zone);
    let is_chosen = texts(&pod["spec"]["nodeSelector"]).iter().all(|(key, value)| label(key) == Some(value));
    let allows = |requirement: &Value, has: Option<&str>| {
        let is_in = has.is_some_and(|has| values(requirement).contains(&has));
        match requirement["operator"].as_str() {
            Some("In") => is_in,
            Some("NotIn") => !is_in,
            Some("Exists") => has.is_some(),
            Some("DoesNotExist") => has.is_none(),
            _ => false,
        }
    };
    let term_allows = |term: &Value| {
        let (expressions, fields) = (list(&term["matchExpressions"]), list(&term["matchFields"]));
        !(expressions.is_empty() && fields.is_empty())
            && expressions.iter().all(|one| allows(one, one["key"].as_str().and_then(label)))
            && (node.is_none() || fields.iter().all(|one| allows(one, node)))
    };
    let affinity = match pod.pointer(REQUIRED) {
        None | Some(Value::Null) => true,
        Some(required) => list(&required["nodeSelectorTerms"]).iter().any(term_allows),
    };
    is_chosen && affinity
}

/// The one node of a zone.
pub fn node_of(zone: &str) -> String {
    format!("node-{zone}")
}
