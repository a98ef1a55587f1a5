//! Labels and label selectors, written a second time, so that what is built on it does not trust the code that it checks.

use std::collections::BTreeMap;

use serde_json::Value;

/// The label with the zone of a node.
pub const ZONE: &str = "topology.kubernetes.io/zone";
/// Where the required node affinity of a pod is.
pub const REQUIRED: &str = "/spec/affinity/nodeAffinity/requiredDuringSchedulingIgnoredDuringExecution";
/// Where its terms are.
pub const TERMS: &str = "/spec/affinity/nodeAffinity/requiredDuringSchedulingIgnoredDuringExecution/nodeSelectorTerms";

/// Labels of an object.
pub type Labels = BTreeMap<String, String>;

/// The labels of an object, as far as they are texts.
#[must_use]
pub fn labels_of(object: &Value) -> Labels {
    texts(&object["metadata"]["labels"])
}

/// The members of an object that are texts.
#[must_use]
pub fn texts(object: &Value) -> Labels {
    let pairs = object.as_object().into_iter().flatten();
    pairs.filter_map(|(key, value)| Some((key.clone(), value.as_str()?.to_owned()))).collect()
}

/// The items of a list; none where it is none.
#[must_use]
pub fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

/// The values of a requirement.
#[must_use]
pub fn values(requirement: &Value) -> Vec<&str> {
    list(&requirement["values"]).iter().filter_map(Value::as_str).collect()
}

/// Whether a label selector matches.
///
/// # Errors
/// Why Kubernetes does not build it.
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
