//! The JSON Schemas of PodNetworking: what the CRD accepts, and what the policy asks beyond it.

use podnetworking_policy::documentation::settings_schema;
use serde_json::{Value, json};

/// A label key, as Kubernetes validates it.
const KEY: &str = "^([a-z0-9]([a-z0-9-]*[a-z0-9])?(\\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*/)?\
                   [A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$";
/// A label value.
const VALUE: &str = "^([A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?)?$";
/// A duration of Go that is not negative.
const DURATION: &str = "^\\+?(0|([0-9]+(\\.[0-9]*)?|\\.[0-9]+)(ns|us|µs|μs|ms|s|m|h)\
                        (([0-9]+(\\.[0-9]*)?|\\.[0-9]+)(ns|us|µs|μs|ms|s|m|h))*)$";

/// An optional field: the API server takes null as absent.
fn optional(mut schema: Value) -> Value {
    let kind = schema["type"].as_str().expect("a type").to_owned();
    schema["type"] = json!([kind, "null"]);
    if let Some(words) = schema.get_mut("enum").and_then(Value::as_array_mut) {
        words.push(Value::Null);
    }
    schema
}

fn object(description: &str, properties: Value) -> Value {
    json!({"type": "object", "description": description, "properties": properties, "additionalProperties": false})
}

fn words(description: &str, words: &[&str]) -> Value {
    optional(json!({"type": "string", "description": description, "enum": words}))
}

fn text(description: &str) -> Value {
    json!({"type": "string", "description": description})
}

fn ids(description: &str) -> Value {
    optional(json!({"type": "array", "description": description, "items": {"type": "string"}}))
}

fn selector(description: &str) -> Value {
    let requirement = object(
        "A requirement. All requirements must hold.",
        json!({
            "key": text("The key of the label."),
            "operator": text("In, NotIn, Exists or DoesNotExist."),
            "values": optional(json!({
                "type": "array",
                "description": "Values, for In and NotIn. Exists and DoesNotExist have none.",
                "items": {"type": "string"},
            })),
        }),
    );
    let mut requirement = requirement;
    requirement["required"] = json!(["key", "operator"]);
    optional(object(
        description,
        json!({
            "matchLabels": optional(json!({
                "type": "object",
                "description": "Labels that must be there with these values.",
                "additionalProperties": {"type": "string"},
            })),
            "matchExpressions": optional(json!({
                "type": "array", "description": "Requirements that must hold.", "items": requirement,
            })),
        }),
    ))
}

fn spec() -> Value {
    object(
        "Which pods are meant, and the network that they get.",
        json!({
            "selector": optional(object(
                "Which pods are meant. A pod must match both selectors; one that is absent matches everything. \
                 Without both, no pod is meant.",
                json!({
                    "podSelector": selector("Selects pods by their labels, in every namespace."),
                    "namespaceSelector": selector("Selects pods by the labels of their namespace."),
                }),
            )),
            "securityGroupIDs": ids("The security groups of the pods: IDs that begin with `sg-`."),
            "vSwitchOptions": ids("The vSwitches of the pods: IDs that begin with `vsw-`."),
            "allocationType": optional(object(
                "How pods get their addresses.",
                json!({
                    "type": words("Elastic: a new address for each pod. Fixed: a pod with a fixed name keeps its address.", &["Elastic", "Fixed"]),
                    "releaseStrategy": words("With Fixed: whether an address is released after a time.", &["TTL", "Never"]),
                    "releaseAfter": optional(text("With TTL: the time after which an address is released, for example 1h30m.")),
                }),
            )),
            "eniOptions": optional(object(
                "The network interface of the pods.",
                json!({"eniType": words("How interfaces are attached.", &["Trunk", "ENI", "Default"])}),
            )),
            "vSwitchSelectOptions": optional(object(
                "How a vSwitch is chosen.",
                json!({"vSwitchSelectionPolicy": words("The order in which vSwitches are used.", &["ordered", "random", "most"])}),
            )),
        }),
    )
}

fn status() -> Value {
    let vswitch = object("A vSwitch.", json!({"id": optional(text("Its ID.")), "zone": optional(text("Its zone."))}));
    object(
        "What the platform found. It is not written by hand.",
        json!({
            "status": optional(text("Ready, or Fail.")),
            "message": optional(text("Why it is not ready.")),
            "updateAt": optional(json!({"type": "string", "format": "date-time", "description": "When this was written."})),
            "vSwitches": optional(json!({"type": "array", "description": "The zone of each vSwitch.", "items": vswitch})),
        }),
    )
}

/// What the CRD accepts and keeps: a field that it does not have is an error here, and dropped by the API server.
pub fn plain() -> Value {
    json!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "$id": id("podnetworking_v1beta1.json"),
        "title": "PodNetworking",
        "description": "A PodNetworking of Alibaba Cloud: vSwitches and security groups for the pods that it selects.",
        "type": "object",
        "properties": {
            "apiVersion": {"type": "string", "enum": ["network.alibabacloud.com/v1beta1"]},
            "kind": {"type": "string", "enum": ["PodNetworking"]},
            "metadata": {"type": "object"},
            "spec": optional(spec()),
            "status": optional(status()),
        },
        "required": ["apiVersion", "kind"],
        "additionalProperties": false,
    })
}

/// The same, with what the policy asks on every platform and a schema can say.
pub fn strict() -> Value {
    let mut schema = plain();
    schema["$id"] = id("podnetworking_v1beta1.strict.json");
    schema["title"] = json!("PodNetworking, as podnetworking-policy accepts it");
    let spec = &mut schema["properties"]["spec"]["properties"];
    let defaults = &settings_schema()["properties"]["defaults"]["properties"];
    for (list, most) in [("securityGroupIDs", Some(10)), ("vSwitchOptions", None)] {
        spec[list]["items"] = defaults[list]["items"].clone();
        if let Some(most) = most {
            spec[list]["maxItems"] = json!(most);
        }
    }
    spec["allocationType"]["allOf"] = json!([{
        "if": {
            "properties": {"type": {"const": "Fixed"}, "releaseStrategy": {"const": "TTL"}},
            "required": ["type", "releaseStrategy"],
        },
        "then": {"properties": {"releaseAfter": {"type": "string", "pattern": DURATION}}, "required": ["releaseAfter"]},
    }, {
        "if": {
            "properties": {"type": {"const": "Fixed"}, "releaseStrategy": {"const": "Never"}},
            "required": ["type", "releaseStrategy"],
        },
        "then": {"properties": {"releaseAfter": {"enum": ["", null]}}},
    }]);
    for side in ["podSelector", "namespaceSelector"] {
        let selector = &mut spec["selector"]["properties"][side]["properties"];
        selector["matchLabels"]["propertyNames"] = json!({"pattern": KEY});
        selector["matchLabels"]["additionalProperties"]["pattern"] = json!(VALUE);
        let requirement = &mut selector["matchExpressions"]["items"];
        requirement["properties"]["key"]["pattern"] = json!(KEY);
        requirement["properties"]["operator"]["enum"] = json!(["In", "NotIn", "Exists", "DoesNotExist"]);
        requirement["properties"]["values"]["items"]["pattern"] = json!(VALUE);
        requirement["allOf"] = json!([{
            "if": {"properties": {"operator": {"enum": ["In", "NotIn"]}}},
            "then": {"properties": {"values": {"type": "array", "minItems": 1}}, "required": ["values"]},
            "else": {"properties": {"values": {"maxItems": 0}}},
        }]);
    }
    schema
}

/// The address of a schema, beside that of the settings.
fn id(name: &str) -> Value {
    let settings = settings_schema();
    let settings = settings["$id"].as_str().expect("the schema of the settings has an address");
    let (folder, _) = settings.rsplit_once('/').expect("a folder");
    json!(format!("{folder}/schemas/{name}"))
}
