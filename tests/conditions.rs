//! The `matchConditions` of deploy/: they spare only calls that the policy would allow without a change and without a warning.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test may fail loudly"
)]

#[path = "support/pages.rs"]
mod support;

use cel::{Context, Program, Value as Cel};
use podnetworking_policy::decide_payload;
use podnetworking_policy::facts::inline::NoHost;
use podnetworking_policy::well_known::{IGNORE_BY_TERWAY, NETWORK_ANNOTATIONS};
use podnetworking_testing::{cases, documents};
use serde_json::{Value, json};

use support::{read, root};

/// The conditions of the validating policy. The others are called for no updates that the conditions are about.
fn conditions() -> Vec<(String, Program)> {
    let manifest = read(&root().join("deploy/policies/validating.yaml"));
    let policy: Value = serde_json::from_str(&documents("the policy", &manifest)[0]).unwrap();
    let conditions = policy["spec"]["matchConditions"].as_array().expect("conditions");
    let compile = |condition: &Value| {
        let expression = condition["expression"].as_str().unwrap();
        (condition["name"].as_str().unwrap().to_owned(), Program::compile(expression).expect("CEL"))
    };
    conditions.iter().map(compile).collect()
}

/// Whether the API server calls the policy. It rejects or ignores the request where a condition has no answer.
fn is_called(conditions: &[(String, Program)], request: &Value) -> Result<bool, String> {
    let mut context = Context::default();
    let null = Value::Null;
    let member = |key: &str| request.get(key).unwrap_or(&null).clone();
    let short = json!({"operation": request["operation"], "kind": request["kind"]});
    context.add_variable("request", short).unwrap();
    context.add_variable("object", member("object")).unwrap();
    context.add_variable("oldObject", member("oldObject")).unwrap();
    let mut called = true;
    for (name, program) in conditions {
        match program.execute(&context) {
            Ok(Cel::Bool(is_met)) => called &= is_met,
            other => return Err(format!("{name}: {other:?}")),
        }
    }
    Ok(called)
}

#[test]
fn what_is_spared_would_be_allowed_without_a_word() {
    let conditions = conditions();
    let (mut spared, mut updates) = (0, 0);
    for case in cases() {
        // A payload that is not JSON reaches no condition.
        let Some(Ok(request)) = case.request().map(serde_json::from_str::<Value>) else { continue };
        // The API server sends both objects of an update.
        if request["operation"] != "UPDATE" || !request["object"].is_object() || !request["oldObject"].is_object() {
            continue;
        }
        updates += 1;
        let decision = decide_payload(case.payload().as_bytes(), |_| NoHost).to_json();
        let decision: Value = serde_json::from_str(&decision).unwrap();
        match is_called(&conditions, &request) {
            Ok(true) => {}
            Ok(false) => {
                spared += 1;
                assert_eq!(decision["decision"], "allow", "{}", case.name);
                assert_eq!(decision["findings"], json!([]), "{}", case.name);
                assert!(decision["mutatedObject"].is_null(), "{}", case.name);
            }
            // The API server never sends such an object.
            Err(error) => {
                assert!(case.expects("malformed-object") || case.name.contains("malformed"), "{}: {error}", case.name);
            }
        }
    }
    assert!(spared > 3 && updates > 60, "{spared} of {updates}");
}

fn update(kind: &str, old: &Value, new: &Value) -> Value {
    json!({"operation": "UPDATE", "kind": {"group": "", "version": "v1", "kind": kind}, "object": new, "oldObject": old})
}

#[test]
fn a_pod_update_is_spared_unless_it_changes_what_matters() {
    let conditions = conditions();
    let bare = json!({"metadata": {"name": "pod"}, "spec": {"containers": []}});
    let full = json!({
        "metadata": {"name": "pod", "labels": {"app": "web"}, "annotations": {"owner": "a"}},
        "spec": {
            "containers": [],
            "nodeSelector": {"disk": "ssd"},
            "affinity": {"nodeAffinity": {"preferredDuringSchedulingIgnoredDuringExecution": []}},
        },
    });
    let zone = json!({"nodeSelectorTerms": [{"matchExpressions": [{"key": "zone", "operator": "Exists"}]}]});
    for base in [&bare, &full] {
        let called = |change: &dyn Fn(&mut Value)| {
            let mut changed = base.clone();
            change(&mut changed);
            let there = is_called(&conditions, &update("Pod", base, &changed)).unwrap();
            let back = is_called(&conditions, &update("Pod", &changed, base)).unwrap();
            assert_eq!(there, back, "{changed}");
            there
        };
        assert!(!called(&|_| {}));
        assert!(!called(&|pod| pod["metadata"]["labels"]["tier"] = json!("x")));
        assert!(!called(&|pod| pod["metadata"]["annotations"]["k8s.aliyun.com/pod-ips"] = json!("10.0.0.1")));
        assert!(!called(&|pod| pod["metadata"]["finalizers"] = json!(["a/b"])));
        assert!(!called(&|pod| pod["spec"]["containers"] = json!([{"name": "c", "image": "i"}])));
        for key in NETWORK_ANNOTATIONS {
            assert!(called(&|pod| pod["metadata"]["annotations"][key] = json!("x")), "{key}");
            // Empty is not absent.
            assert!(called(&|pod| pod["metadata"]["annotations"][key] = json!("")), "{key}");
        }
        assert!(called(&|pod| pod["metadata"]["labels"][IGNORE_BY_TERWAY] = json!("true")));
        assert!(called(&|pod| pod["spec"]["nodeSelector"]["zone"] = json!("h")));
        let required = "requiredDuringSchedulingIgnoredDuringExecution";
        assert!(called(&|pod| pod["spec"]["affinity"]["nodeAffinity"][required] = zone.clone()));
        let create = json!({"operation": "CREATE", "kind": {"group": "", "kind": "Pod"}, "object": base});
        assert!(is_called(&conditions, &create).unwrap());
        let workload = json!({
            "operation": "UPDATE", "kind": {"group": "apps", "kind": "Deployment"}, "object": base, "oldObject": base,
        });
        assert!(is_called(&conditions, &workload).unwrap());
    }
}

#[test]
fn a_namespace_update_is_spared_unless_it_changes_labels() {
    let conditions = conditions();
    let called = |old: Value, new: Value| {
        is_called(&conditions, &update("Namespace", &json!({"metadata": old}), &json!({"metadata": new})))
    };
    assert_eq!(called(json!({}), json!({"annotations": {"a": "b"}})), Ok(false));
    assert_eq!(called(json!({"labels": {"a": "b"}}), json!({"labels": {"a": "b"}})), Ok(false));
    assert_eq!(called(json!({}), json!({"labels": {"a": "b"}})), Ok(true));
    assert_eq!(called(json!({"labels": {"a": "b"}}), json!({})), Ok(true));
    assert_eq!(called(json!({"labels": {"a": "b"}}), json!({"labels": {"a": "c"}})), Ok(true));
    // A warning about this label comes with every update.
    let opted_out = json!({"labels": {"k8s.aliyun.com/pod-eni": "false"}});
    assert_eq!(called(opted_out.clone(), opted_out), Ok(true));
}
