//! Objects of the API as the texts that are kept of them.

use kube::api::{DynamicObject, ObjectMeta};
use serde_json::{Map, Value, json};

/// A PodNetworking as JSON, without what nothing reads: `managedFields` and annotations.
///
/// # Errors
/// If it has no name, or cannot be written as JSON.
pub fn podnetworking(object: DynamicObject) -> Result<(String, String), String> {
    let DynamicObject { types, mut metadata, data } = object;
    metadata.managed_fields = None;
    metadata.annotations = None;
    let name = metadata.name.clone().ok_or("an object in the answer of the API server has no `metadata.name`")?;
    let mut members = match data {
        Value::Object(members) => members,
        _ => Map::new(),
    };
    if let Some(types) = types {
        members.insert("apiVersion".to_owned(), Value::String(types.api_version));
        members.insert("kind".to_owned(), Value::String(types.kind));
    }
    let metadata = serde_json::to_value(metadata).map_err(|error| format!("PodNetworking `{name}`: {error}"))?;
    members.insert("metadata".to_owned(), metadata);
    Ok((name, Value::Object(members).to_string()))
}

/// A namespace as JSON with its name and labels, which are all that is read of it.
///
/// # Errors
/// If it has no name.
pub fn namespace(metadata: ObjectMeta) -> Result<(String, String), String> {
    let name = metadata.name.ok_or("an object in the answer of the API server has no `metadata.name`")?;
    let mut kept = Map::new();
    kept.insert("name".to_owned(), Value::String(name.clone()));
    if let Some(version) = metadata.resource_version {
        kept.insert("resourceVersion".to_owned(), Value::String(version));
    }
    kept.insert("labels".to_owned(), json!(metadata.labels.unwrap_or_default()));
    Ok((name, json!({"apiVersion": "v1", "kind": "Namespace", "metadata": kept}).to_string()))
}
