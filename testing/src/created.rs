//! Manifests that are created one after another, as payloads.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::yaml::{documents, to_json};

/// The payload of each of the manifests, which are created one after another: each PodNetworking and Namespace is cluster
/// data for the next, and a second one of the same kind and name is an update of the first. `name` is the rule that the
/// manifests are about.
#[must_use]
pub fn created(name: &str, manifests: &str, settings: &str) -> Vec<String> {
    let mut objects: BTreeMap<(String, String), Value> = BTreeMap::new();
    let mut payloads = Vec::new();
    for document in documents(name, manifests) {
        let object: Value = serde_json::from_str(&document).expect("JSON");
        let text = |pointer: &str| object.pointer(pointer).and_then(Value::as_str).unwrap_or_default().to_owned();
        let (kind, own, version) = (text("/kind"), text("/metadata/name"), text("/apiVersion"));
        let (group, version) = version.split_once('/').unwrap_or(("", &version));
        let key = (kind.clone(), own.clone());
        let old = objects.get(&key).cloned();
        let request = json!({
            "kind": {"group": group, "version": version, "kind": kind},
            "operation": if old.is_some() { "UPDATE" } else { "CREATE" },
            "name": own, "namespace": text("/metadata/namespace"), "object": object, "oldObject": old,
        });
        let stored = |kind: &str| -> Vec<&Value> {
            objects.iter().filter(|((stored, _), _)| stored == kind).map(|(_, object)| object).collect()
        };
        let settings: Value = serde_json::from_str(&to_json(name, settings)).expect("JSON");
        let mut payload = json!({"settings": settings, "request": request});
        // The answer of a host without cluster data is this rule's own example.
        if name != "facts-unavailable" {
            payload["context"] = json!({
                "podNetworkings": stored("PodNetworking"), "namespaces": stored("Namespace"), "live": false,
            });
        }
        payloads.push(payload.to_string());
        objects.insert(key, object);
    }
    payloads
}
