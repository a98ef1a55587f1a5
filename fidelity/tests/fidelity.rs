//! For each field of each kind with pods in k8s-openapi: an object with the field is decided, and the mutations change only
//! the fields that the documentation lists.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may fail loudly"
)]

use k8s_openapi::api::apps::v1::{DaemonSet, Deployment, ReplicaSet, StatefulSet};
use k8s_openapi::api::batch::v1::{CronJob, Job};
use k8s_openapi::api::core::v1::{Pod, ReplicationController};
use podnetworking_policy::facts::inline::NoHost;
use podnetworking_policy::{Decision, decide_payload};
use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};

#[path = "../../tests/support/mod.rs"]
mod support;

/// The schema of a kind, with its references.
struct Schema(Value);

impl Schema {
    fn of<T: JsonSchema>() -> Self {
        let schema = SchemaSettings::draft2020_12().into_generator().into_root_schema_for::<T>();
        Self(serde_json::to_value(schema).unwrap())
    }

    fn resolve<'s>(&'s self, schema: &'s Value) -> &'s Value {
        match schema["$ref"].as_str() {
            Some(reference) => self.resolve(self.0.pointer(reference.trim_start_matches('#')).expect("the reference")),
            None => schema,
        }
    }

    /// The properties of an object; empty for anything else.
    fn properties(&self, schema: &Value) -> Map<String, Value> {
        self.resolve(schema)["properties"].as_object().cloned().unwrap_or_default()
    }

    /// A value with all its fields.
    fn full(&self, schema: &Value, path: &str) -> Value {
        self.value(schema, path, &|_, _| true)
    }

    /// A value with only the required fields.
    fn least(&self, schema: &Value, path: &str) -> Value {
        let requirement = |name: &str, object: &Value| {
            let required = object["required"].as_array().into_iter().flatten().any(|required| required == name);
            // A requirement of a selector is only valid with key, operator and values.
            required
                || (name == "values" && object["properties"]["operator"].is_object())
                // An empty term of node affinity matches nothing.
                || (name == "matchExpressions" && object["properties"]["matchFields"].is_object())
        };
        self.value(schema, path, &requirement)
    }

    fn value(&self, schema: &Value, path: &str, wanted: &dyn Fn(&str, &Value) -> bool) -> Value {
        let resolved = self.resolve(schema);
        if let Some(properties) = resolved["properties"].as_object() {
            let members = properties
                .iter()
                .filter(|(name, _)| wanted(name, resolved))
                .map(|(name, schema)| (name.clone(), self.value(schema, &format!("{path}.{name}"), wanted)));
            return Value::Object(members.collect());
        }
        match resolved["type"].as_str() {
            Some("object") => match resolved.get("additionalProperties") {
                Some(values) => json!({"key": self.value(values, &format!("{path}.key"), wanted)}),
                None => json!({}),
            },
            Some("array") => json!([self.value(&resolved["items"], &format!("{path}[0]"), wanted)]),
            Some("integer") => json!(1),
            Some("number") => json!(1.5),
            Some("boolean") => json!(true),
            _ if path.ends_with(".operator") => json!("In"),
            _ if path.contains(".matchFields") && path.ends_with(".key") => json!("metadata.name"),
            _ => json!("text"),
        }
    }

    /// Visits each property path with a value that has the property and the required ones.
    fn each(&self, schema: &Value, path: &str, wrap: &dyn Fn(Value) -> Value, visit: &mut dyn FnMut(&str, Value)) {
        let resolved = self.resolve(schema);
        let properties = self.properties(resolved);
        if !properties.is_empty() {
            let least = self.least(resolved, path);
            for (name, schema) in &properties {
                let with = |value: Value| {
                    let mut object = least.clone();
                    object[name] = value;
                    wrap(object)
                };
                let path = format!("{path}.{name}");
                visit(&path, with(self.least(schema, &path)));
                self.each(schema, &path, &with, visit);
            }
        } else if resolved["type"] == "array" {
            self.each(&resolved["items"], &format!("{path}[0]"), &|value| wrap(json!([value])), visit);
        } else if let Some(values) = resolved.get("additionalProperties") {
            self.each(values, &format!("{path}.key"), &|value| wrap(json!({"key": value})), visit);
        }
    }
}

/// The object with labels and containers, so that one PodNetworking selects its pod.
fn selected(mut object: Value, pod: &str) -> Value {
    let place = |object: &mut Value, path: &str, value: Value| {
        let mut at = object;
        for field in path.split('/') {
            at = &mut at[field];
        }
        *at = value;
    };
    let at = |field: &str| if pod.is_empty() { field.to_owned() } else { format!("{pod}/{field}") };
    place(&mut object, &at("metadata/labels/app"), json!("a"));
    if object.pointer(&format!("/{}", at("spec/containers"))).is_none() {
        place(&mut object, &at("spec/containers"), json!([{"name": "c"}]));
    }
    object
}

fn decide(group: &str, kind: &str, object: &Value) -> (String, Decision) {
    let text = object.to_string();
    let request = json!({
        "kind": {"group": group, "version": "v1", "kind": kind}, "operation": "CREATE", "namespace": "default", "object": object,
    });
    let payload = json!({
        "request": request,
        "context": {
            "podNetworkings": [{
                "metadata": {"name": "one"},
                "spec": {"selector": {"podSelector": {"matchLabels": {"app": "a"}}}, "vSwitchOptions": ["vsw-1"]},
                "status": {"status": "Ready", "vSwitches": [{"id": "vsw-1", "zone": "h"}]},
            }],
            "namespaces": [],
        },
    });
    (text, decide_payload(payload.to_string().as_bytes(), |_| NoHost))
}

const REQUIRED: &str = ".spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution";

/// Whether the documentation lists this field as changed by mutations.
fn is_documented(path: &str) -> bool {
    path == ".metadata.annotations"
        || path == ".metadata.annotations.k8s.aliyun.com/pod-eni"
        || path == ".metadata.annotations.k8s.aliyun.com/pod-networking"
        // The field is added, or a requirement is appended to the expressions of a term.
        || path == ".spec.affinity"
        || path == ".spec.affinity.nodeAffinity"
        || path == REQUIRED
        || path == format!("{REQUIRED}.nodeSelectorTerms[0].matchExpressions")
        || path == format!("{REQUIRED}.nodeSelectorTerms[0].matchExpressions[1]")
}

#[test]
fn of_a_pod_nothing_but_the_documented_fields_changes() {
    let schema = Schema::of::<Pod>();
    let mut count = 0;
    let mut check = |path: &str, object: Value| {
        count += 1;
        let object = selected(object, "");
        let (text, decision) = decide("", "Pod", &object);
        assert!(decision.is_allowed(), "{path}: {}", decision.to_json());
        // The policy ignores a pod that is deleted or uses the host network.
        let is_left = object["spec"]["hostNetwork"] == true || object["metadata"].get("deletionTimestamp").is_some();
        let Some(mutated) = decision.mutated_object else {
            assert!(is_left, "{path} is not mutated: {text}");
            return;
        };
        assert!(!is_left, "{path}");
        let changes = support::changes(&text, &mutated);
        assert!(changes.iter().all(|change| is_documented(change)), "{path}: {changes:?}");
        assert!(changes.iter().any(|change| change.starts_with(".metadata.annotations")), "{path}: {changes:?}");
        let is_bound = object["spec"].get("nodeName").is_some();
        assert_eq!(changes.iter().any(|change| change.starts_with(".spec")), !is_bound, "{path}: {changes:?}");
    };
    schema.each(&schema.0, "", &|value| value, &mut check);
    let mut full = schema.full(&schema.0, "");
    full["spec"]["hostNetwork"] = json!(false);
    for (part, field) in [("spec", "nodeName"), ("metadata", "deletionTimestamp")] {
        full[part].as_object_mut().unwrap().remove(field);
    }
    check("all fields", full);
    assert!(count > 1000, "{count} fields");
}

fn untouched<T: JsonSchema>(group: &str, kind: &str, pod: &str) {
    let schema = Schema::of::<T>();
    let mut count = 0;
    let mut check = |path: &str, object: Value| {
        count += 1;
        let (_, decision) = decide(group, kind, &selected(object, pod));
        assert!(decision.is_allowed(), "{kind}{path}: {}", decision.to_json());
        assert_eq!(decision.mutated_object, None, "{kind}{path}");
    };
    schema.each(&schema.0, "", &|value| value, &mut check);
    check("all fields", schema.full(&schema.0, ""));
    assert!(count > 1000, "{count} fields of {kind}");
}

#[test]
fn workloads_are_read_and_left_as_they_are() {
    untouched::<Deployment>("apps", "Deployment", "spec/template");
    untouched::<ReplicaSet>("apps", "ReplicaSet", "spec/template");
    untouched::<StatefulSet>("apps", "StatefulSet", "spec/template");
    untouched::<DaemonSet>("apps", "DaemonSet", "spec/template");
    untouched::<ReplicationController>("", "ReplicationController", "spec/template");
    untouched::<Job>("batch", "Job", "spec/template");
    untouched::<CronJob>("batch", "CronJob", "spec/jobTemplate/spec/template");
}
