//! What Kubernetes matches: labels, and nodes by their zone. It is written here a second time, so that the model does
//! not trust the code that it checks.

use std::collections::BTreeMap;

use serde_json::Value;

pub const ZONE: &str = "topology.kubernetes.io/zone";
pub const REQUIRED: &str = "/spec/affinity/nodeAffinity/requiredDuringSchedulingIgnoredDuringExecution";
pub const TERMS: &str = "/spec/affinity/nodeAffinity/requiredDuringSchedulingIgnoredDuringExecution/nodeSelectorTerms";

pub type Labels = BTreeMap<String, String>;

pub fn labels_of(object: &Value) -> Labels {
    texts(&object["metadata"]["labels"])
}

pub fn texts(object: &Value) -> Labels {
    let pairs = object.as_object().into_iter().flatten();
    pairs.filter_map(|(key, value)| Some((key.clone(), value.as_str()?.to_owned()))).collect()
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn values(requirement: &Value) -> Vec<&str> {
    list(&requirement["values"]).iter().filter_map(Value::as_str).collect()
}

/// Whether a label selector matches, or why Kubernetes does not build it.
pub fn matches(selector: &Value, labels: &Labels) -> Result<bool, String> {
    let mut all = true;
    for (key, value) in texts(&selector["matchLabels"]) {
        all &= labels.get(&key) == Some(&value);
    }
    for requirement in list(&selector["matchExpressions"]) {
        let label = requirement["key"].as_str().and_then(|key| labels.get(key));
        let values = values(requirement);
        let operator = requirement["operator"].as_str().unwrap_or_default();
        let is_in = label.is_some_and(|label| values.contains(&label.as_str()));
        match (operator, values.is_empty()) {
            ("In" | "NotIn", true) => {
                return Err(
                    "values: Invalid value: null: for 'in', 'notin' operators, values set can't be empty".into()
                );
            }
            ("Exists" | "DoesNotExist", false) => return Err("values: Invalid value".into()),
            ("In", _) => all &= is_in,
            ("NotIn", _) => all &= !is_in,
            ("Exists", _) => all &= label.is_some(),
            ("DoesNotExist", _) => all &= label.is_none(),
            _ => return Err(format!("\"{operator}\" is not a valid label selector operator")),
        }
    }
    Ok(all)
}

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
