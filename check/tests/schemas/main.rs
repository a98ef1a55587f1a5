//! The JSON Schemas of PodNetworking in `schemas/` are as generated (`UPDATE_DOCS=1` writes them: `make docs`), and agree
//! with the platform's CRD, with `unknown-field`, and with what the policy answers.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may fail loudly"
)]

mod generate;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use jsonschema::Validator;
use podnetworking_policy::decide_payload;
use podnetworking_policy::facts::inline::NoHost;
use podnetworking_policy::judgement::rule::About;
use podnetworking_policy::objects::crd::FIELDS;
use podnetworking_policy::rules;
use podnetworking_policy::settings::platform::Platform;
use podnetworking_testing::{cases, documents};
use serde_json::{Value, json};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn validator(schema: &Value) -> Validator {
    jsonschema::draft7::new(schema).expect("a schema")
}

#[test]
fn the_schemas_are_as_generated() {
    for (name, schema) in
        [("podnetworking_v1beta1.json", generate::plain()), ("podnetworking_v1beta1.strict.json", generate::strict())]
    {
        let path = root().join("schemas").join(name);
        let generated = format!("{}\n", serde_json::to_string_pretty(&schema).unwrap());
        if std::env::var_os("UPDATE_DOCS").is_some() {
            std::fs::write(&path, &generated).unwrap();
        }
        assert!(
            std::fs::read_to_string(&path).unwrap_or_default() == generated,
            "schemas/{name} is stale: run `make docs`"
        );
    }
}

/// The schema in the platform's CRD.
fn crd() -> Value {
    let path = root().join("cluster/crds/podnetworkings.crd.yaml");
    let text = std::fs::read_to_string(&path).unwrap();
    // The file begins with the end of an empty document.
    let crd = documents("the CRD", &text).pop().expect("the CRD");
    let crd: Value = serde_json::from_str(&crd).unwrap();
    let version = &crd["spec"]["versions"][0];
    assert_eq!(version["name"], "v1beta1");
    version["schema"]["openAPIV3Schema"].clone()
}

/// What must be the same in both at one place: the type, the words, the format.
fn facts(schema: &Value) -> Value {
    let of = |value: &Value| match value {
        Value::Array(all) => all.iter().filter(|one| !one.is_null() && **one != "null").cloned().collect::<Vec<_>>(),
        Value::Null => Vec::new(),
        one => vec![one.clone()],
    };
    json!({"type": of(&schema["type"]), "enum": of(&schema["enum"]), "format": schema["format"]})
}

fn keys(schema: &Value) -> BTreeSet<&str> {
    schema["properties"].as_object().into_iter().flat_map(|fields| fields.keys().map(String::as_str)).collect()
}

fn compare(path: &str, crd: &Value, ours: &Value) {
    if !path.is_empty() && !["apiVersion", "kind"].contains(&path) {
        assert_eq!(facts(ours), facts(crd), "`{path}`");
    }
    assert_eq!(keys(ours), keys(crd), "the fields of `{path}`");
    for key in keys(crd) {
        compare(format!("{path}.{key}").trim_start_matches('.'), &crd["properties"][key], &ours["properties"][key]);
    }
    // The API server drops what is not there, unless the object has no fields of its own.
    assert_eq!(ours["additionalProperties"] == false, crd["properties"].is_object(), "`{path}`");
    for below in ["items", "additionalProperties"] {
        assert_eq!(ours[below].is_object(), crd[below].is_object(), "`{path}`");
        if crd[below].is_object() {
            compare(&format!("{path}[]"), &crd[below], &ours[below]);
        }
    }
    // What the CRD asks for and fills in itself need not be written.
    let has_default = |key: &Value| crd["properties"][key.as_str().unwrap()].get("default").is_some();
    let asked: Vec<Value> = crd["required"].as_array().into_iter().flatten().cloned().collect();
    let asked: Vec<Value> = asked.into_iter().filter(|key| !has_default(key)).collect();
    let ours = ours["required"].as_array().cloned().unwrap_or_default();
    assert!(path.is_empty() || asked == ours, "`{path}` requires {asked:?} in the CRD, and {ours:?} here");
}

#[test]
fn the_schema_is_the_one_of_the_crd() {
    compare("", &crd(), &generate::plain());
}

#[test]
fn the_fields_are_those_that_unknown_field_knows() {
    fn paths(path: &str, schema: &Value, found: &mut BTreeSet<String>) {
        for key in keys(schema) {
            let path = format!("{path}.{key}");
            // A selector is Kubernetes' own.
            if !path.ends_with("Selector") {
                paths(&path, &schema["properties"][key], found);
            }
            found.insert(path);
        }
    }
    let mut found = BTreeSet::new();
    paths("spec", &generate::plain()["properties"]["spec"], &mut found);
    assert_eq!(found, FIELDS.iter().map(|field| (*field).to_owned()).collect());
}

#[test]
fn the_good_manifests_of_the_rules_are_valid() {
    let strict = validator(&generate::strict());
    let mut valid = 0;
    for rule in rules::all() {
        for document in documents(rule.id, rule.docs.good) {
            let object: Value = serde_json::from_str(&document).unwrap();
            if object["kind"] == "PodNetworking" {
                let errors: Vec<_> = strict.iter_errors(&object).map(|error| error.to_string()).collect();
                assert!(errors.is_empty(), "{}: {errors:?}", rule.id);
                valid += 1;
            }
        }
    }
    assert!(valid > 20, "{valid}");
}

#[test]
fn the_bad_manifests_of_these_rules_are_not_valid() {
    let invalid = |schema: &Value| -> BTreeSet<&str> {
        let schema = validator(schema);
        let of_rule = |id: &str, bad: &str| {
            documents(id, bad).iter().any(|text| {
                let object: Value = serde_json::from_str(text).unwrap();
                object["kind"] == "PodNetworking" && !schema.is_valid(&object)
            })
        };
        rules::all().filter(|rule| of_rule(rule.id, rule.docs.bad)).map(|rule| rule.id).collect()
    };
    let plain = BTreeSet::from(["allocation-type", "malformed-object", "unknown-field"]);
    assert_eq!(invalid(&generate::plain()), plain);
    let beyond = BTreeSet::from(["security-groups", "selector-invalid", "vswitches"]);
    assert_eq!(&invalid(&generate::strict()) - &plain, beyond);
}

/// The rules that find something in the object, on one platform.
fn found(object: &Value, platform: &str) -> BTreeSet<String> {
    let payload = json!({
        "settings": {"platform": platform},
        "context": {"podNetworkings": [], "namespaces": []},
        "request": {
            "uid": "1", "operation": "CREATE", "name": "example", "userInfo": {"username": "a"}, "object": object,
            "kind": {"group": "network.alibabacloud.com", "version": "v1beta1", "kind": "PodNetworking"},
        },
    });
    let decision = decide_payload(payload.to_string().as_bytes(), |_| NoHost);
    decision.findings.iter().map(|finding| finding.rule.to_owned()).collect()
}

/// The fields with a list of words.
const WORDS: [&str; 4] = [
    "/spec/allocationType/type",
    "/spec/allocationType/releaseStrategy",
    "/spec/eniOptions/eniType",
    "/spec/vSwitchSelectOptions/vSwitchSelectionPolicy",
];

#[test]
fn what_a_schema_refuses_the_policy_reports() {
    let (plain, strict) = (validator(&generate::plain()), validator(&generate::strict()));
    let (mut refused, mut only_strict) = (0, 0);
    for case in cases() {
        let payload: Value = serde_json::from_str(&case.payload()).unwrap_or_default();
        let stored = payload["context"]["podNetworkings"].as_array().cloned().unwrap_or_default();
        for mut object in stored.into_iter().chain(["object", "oldObject"].map(|key| payload["request"][key].clone())) {
            let is_ours =
                object["apiVersion"] == "network.alibabacloud.com/v1beta1" && object["kind"] == "PodNetworking";
            // The API server has taken care of metadata and of the status, which no request for the spec changes.
            if !is_ours || object["metadata"]["name"].as_str().is_none() {
                continue;
            }
            object["metadata"] = json!({"name": object["metadata"]["name"]});
            object.as_object_mut().unwrap().remove("status");
            for (platform, _) in Platform::ALL {
                let rules = found(&object, platform);
                // Of an empty text where the CRD has a list of words, the API server reports the error.
                let is_empty = |pointer: &str| object.pointer(pointer).is_some_and(|value| value == "");
                let left_to_the_server = WORDS.iter().any(|pointer| is_empty(pointer));
                if !strict.is_valid(&object) && !left_to_the_server {
                    refused += 1;
                    only_strict += usize::from(plain.is_valid(&object));
                    assert!(!rules.is_empty(), "{}: {object} is refused by the schema alone", case.name);
                }
            }
        }
    }
    assert!(refused > 50 && only_strict > 20, "{refused}, {only_strict} of them by the strict schema alone");
}

#[test]
fn the_rules_that_a_schema_can_say_are_about_podnetworkings() {
    for id in ["security-groups", "selector-invalid", "vswitches", "allocation-type", "unknown-field"] {
        assert_eq!(rules::find(id).unwrap().about, About::PodNetworking);
    }
}
