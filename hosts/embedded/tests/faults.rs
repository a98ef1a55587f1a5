//! A host that answers wrongly: each host call of `policy.wasm` with each wrong answer. The module denies with the reason and
//! the fix, and its next decision is not affected.
//!
//! `faults.txt` has all messages. `UPDATE_FAULTS=1` writes it: read the difference before you commit it. `POLICY_WASM` is the
//! path of the module. Without it, the module in the target folder is used, and built if it is missing.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may fail loudly"
)]

use std::fmt::Write;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, LazyLock};

use podnetworking_embedded_host::{ClusterFacts, Failing, Fault, HostCalls, Instance, Module};
use serde_json::{Value, json};

#[path = "module_path/mod.rs"]
mod module_path;

static MODULE: LazyLock<Module> = LazyLock::new(|| Module::from_file(module_path::module_path()).expect("the module"));

/// One host call of the module, and the object whose decision makes it.
struct Call {
    name: &'static str,
    operation: &'static str,
    /// The kind of a list or get call, or the resource of a question about a permission.
    about: &'static str,
    object: fn() -> Value,
    /// The name of the data in the denial, and the permission in its help.
    noun: &'static str,
    permission: &'static str,
}

fn pod() -> Value {
    json!({
        "apiVersion": "v1", "kind": "Pod",
        "metadata": {"name": "web-0", "namespace": "shop", "labels": {"app": "web"}},
        "spec": {"containers": []},
    })
}

fn podnetworking() -> Value {
    json!({
        "apiVersion": "network.alibabacloud.com/v1beta1", "kind": "PodNetworking",
        "metadata": {"name": "new"},
        "spec": {
            "allocationType": {"type": "Elastic"},
            "selector": {"podSelector": {"matchLabels": {"tier": "front"}}, "namespaceSelector": {"matchLabels": {"team": "b"}}},
            "securityGroupIDs": ["sg-1"], "vSwitchOptions": ["vsw-1"],
        },
        "status": {"status": "Ready", "vSwitches": [{"id": "vsw-1", "zone": "h"}]},
    })
}

fn namespace() -> Value {
    json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "new", "labels": {"team": "a"}}})
}

const PODNETWORKINGS: (&str, &str) =
    ("the PodNetworkings", "`get`, `list` and `watch` on `podnetworkings.network.alibabacloud.com`");
const NAMESPACE: (&str, &str) = ("the namespace `shop`", "`get` on `namespaces`");
const NAMESPACES: (&str, &str) = ("the namespaces", "`get`, `list` and `watch` on `namespaces`");

fn calls() -> Vec<Call> {
    let call = |name, operation, about, object: fn() -> Value, (noun, permission)| Call {
        name,
        operation,
        about,
        object,
        noun,
        permission,
    };
    let (list, get, can_i) = ("list_resources_all", "get_resource", "can_i");
    vec![
        call("a Pod lists PodNetworkings", list, "PodNetworking", pod, PODNETWORKINGS),
        call("a PodNetworking lists PodNetworkings", list, "PodNetworking", podnetworking, PODNETWORKINGS),
        call("a Namespace lists PodNetworkings", list, "PodNetworking", namespace, PODNETWORKINGS),
        call("a Pod gets its namespace", get, "Namespace", pod, NAMESPACE),
        call("a PodNetworking lists namespaces", list, "Namespace", podnetworking, NAMESPACES),
        call("a Pod asks for the permission", can_i, "podnetworkings", pod, PODNETWORKINGS),
        call("a PodNetworking asks for the permission", can_i, "podnetworkings", podnetworking, PODNETWORKINGS),
        call("a Namespace asks for the permission", can_i, "podnetworkings", namespace, PODNETWORKINGS),
        call("a Pod asks for the permission on its namespace", can_i, "namespaces", pod, NAMESPACE),
        call("a PodNetworking asks for the permission on namespaces", can_i, "namespaces", podnetworking, NAMESPACES),
    ]
}

/// All wrong answers to a call.
fn faults(call: &Call) -> Vec<(&'static str, Fault)> {
    let answer = |text: &str| Fault::Answer(text.as_bytes().to_vec());
    let mut faults = vec![
        ("an error", Fault::Error("something broke\n[overlap] forged\n\nCaused by: a backtrace".to_owned())),
        ("an empty error", Fault::Error(String::new())),
        ("no byte", Fault::Empty),
        ("half of the answer", Fault::Truncated),
        ("no JSON", Fault::Garbage),
        ("null", Fault::Null),
        ("another kind", Fault::OtherKind),
        ("forbidden", Fault::Forbidden),
        ("no such kind", Fault::NoSuchKind),
        ("the API server is down", Fault::Unreachable),
        ("no contextAwareResources", Fault::NotGranted),
        ("no hostCapabilities", Fault::CapabilityDenied),
        ("a number", answer("7")),
        ("an empty object", answer("{}")),
        ("items twice", answer(r#"{"metadata":{"name":"shop","name":"shop"},"items":[],"items":null}"#)),
        (
            "continue twice",
            answer(r#"{"metadata":{"name":"shop","name":"a","continue":"a","continue":""},"items":[]}"#),
        ),
        ("a kind twice", answer(r#"{"kind":"List","kind":"List","metadata":{"name":"shop"},"items":[]}"#)),
        ("a Status", answer(r#"{"apiVersion":"v1","kind":"Status","status":"Failure","message":"no","code":500}"#)),
        ("two answers", answer(r#"{"items":[]}{"items":[]}"#)),
        ("items that are an object", answer(r#"{"items":{"a":{"metadata":{"name":"a"}}}}"#)),
        ("a list of texts", answer(r#"{"items":["a"]}"#)),
        ("a list of lists", answer(r#"{"items":[[{"metadata":{"name":"a"}}]]}"#)),
        ("a list of nulls", answer(r#"{"items":[null]}"#)),
        (
            "another group",
            answer(
                r#"{"apiVersion":"example.com/v1","kind":"Namespace","metadata":{"name":"shop"},"items":[{"apiVersion":"example.com/v1","kind":"PodNetworking","metadata":{"name":"a"}}]}"#,
            ),
        ),
        (
            "a byte that is not UTF-8",
            Fault::Answer(b"{\"metadata\":{\"name\":\"shop\"},\"items\":[],\"allowed\":true,\"a\":\"\xff\"}".to_vec()),
        ),
        ("half a surrogate pair", answer(r#"{"metadata":{"name":"\ud800"},"items":[{"metadata":{"name":"\ud800"}}]}"#)),
        ("a byte order mark", answer("\u{feff}{\"metadata\":{\"name\":\"shop\"},\"items\":[],\"allowed\":true}")),
        ("20 MB of blanks", Fault::Answer(vec![b' '; 20_000_000])),
        ("a million lists in each other", Fault::Answer(vec![b'['; 1_000_000])),
        (
            "a line with a newline",
            answer("{\"kind\":\"A\\n[overlap] forged\",\"items\":[{\"kind\":\"A\\n[overlap] forged\"}]}"),
        ),
        ("an item without a name", answer(r#"{"items":[{"metadata":{}}]}"#)),
        ("a page of a list", answer(r#"{"metadata":{"continue":"abc"},"items":[]}"#)),
        ("a page of a list, by its count", answer(r#"{"metadata":{"remainingItemCount":3},"items":[]}"#)),
        ("a name that is a number", answer(r#"{"metadata":{"name":1},"items":[{"metadata":{"name":1}}]}"#)),
        (
            "labels that are a list",
            answer(r#"{"metadata":{"name":"shop","labels":[]},"items":[{"metadata":{"name":"a","labels":[]}}]}"#),
        ),
    ];
    if call.operation == "get_resource" {
        faults.push(("a list", answer(r#"[{"kind":"Namespace","metadata":{"name":"shop"}}]"#)));
        faults.push(("a text", answer(r#""shop""#)));
        faults.push(("a name twice", answer(r#"{"metadata":{"name":"a","name":"shop"}}"#)));
        faults.push(("a label that is a number", answer(r#"{"metadata":{"name":"shop","labels":{"team":1}}}"#)));
        faults.push(("another namespace", answer(r#"{"kind":"Namespace","metadata":{"name":"bank"}}"#)));
    }
    if call.operation == "can_i" {
        faults.push(("not allowed", answer(r#"{"allowed":false,"reason":"no"}"#)));
        faults.push(("allowed, as text", answer(r#"{"allowed":"true"}"#)));
        faults.push(("allowed, as a number", answer(r#"{"allowed":1}"#)));
        faults.push(("allowed and not", answer(r#"{"allowed":false,"allowed":true}"#)));
        faults.push(("allowed, and more", answer(r#"{"allowed":true} true"#)));
        faults.push(("allowed somewhere else", answer(r#"{"status":{"allowed":true}}"#)));
    }
    // The policy does not read the labels of a PodNetworking, so they may be malformed.
    faults.retain(|(name, _)| call.about == "Namespace" || *name != "labels that are a list");
    faults
}

fn cluster() -> ClusterFacts {
    let stored = |name: &str, team: &str, app: &str| {
        let mut stored = podnetworking();
        stored["metadata"]["name"] = json!(name);
        stored["spec"]["selector"] =
            json!({"podSelector": {"matchLabels": {"app": app}}, "namespaceSelector": {"matchLabels": {"team": team}}});
        stored
    };
    let namespace = |name: &str, team: &str| json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "labels": {"team": team}}});
    ClusterFacts::from_objects([stored("web", "a", "web"), stored("job", "b", "job"), namespace("shop", "a")]).unwrap()
}

/// A host that fails until it is repaired.
struct Repairable<H> {
    failing: Failing<H>,
    sound: H,
    is_repaired: AtomicBool,
}

impl<H: HostCalls> HostCalls for Repairable<H> {
    fn call(&self, binding: &str, namespace: &str, operation: &str, payload: &[u8]) -> Result<Vec<u8>, String> {
        let host: &dyn HostCalls = if self.is_repaired.load(Ordering::Relaxed) { &self.sound } else { &self.failing };
        host.call(binding, namespace, operation, payload)
    }
}

fn payload(call: &Call, object: &Value) -> Vec<u8> {
    let api_version = object["apiVersion"].as_str().unwrap();
    let (group, version) = api_version.split_once('/').unwrap_or(("", api_version));
    let settings = if call.operation == "can_i" { json!({"preflight": {"user": "u"}}) } else { json!({}) };
    let request = json!({
        "kind": {"group": group, "version": version, "kind": object["kind"]},
        "operation": "CREATE", "namespace": object["metadata"]["namespace"], "object": object,
    });
    json!({"settings": settings, "request": request}).to_string().into_bytes()
}

fn ask(instance: &Instance, operation: &str, payload: &[u8]) -> Value {
    serde_json::from_slice(&instance.call(operation, payload).expect("an answer, not a trap")).unwrap()
}

/// An instance with a host that answers this call with `fault`, and the host.
fn failing(call: &Call, fault: Fault) -> (Instance, Arc<Repairable<ClusterFacts>>) {
    let failing = Failing::new(cluster()).on_kind(call.operation, call.about, fault);
    let host = Arc::new(Repairable { failing, sound: cluster(), is_repaired: AtomicBool::new(false) });
    (MODULE.instance(host.clone()).unwrap(), host)
}

#[test]
fn every_wrong_answer_is_a_denial_with_the_reason_and_the_fix() {
    let mut messages = String::new();
    for call in calls() {
        let payload = payload(&call, &(call.object)());
        let expected = ask(&MODULE.instance(Arc::new(cluster())).unwrap(), "decide", &payload);
        assert_eq!(expected["decision"], "allow", "{}: {expected}", call.name);
        writeln!(messages, "# {}: {}", call.name, call.operation).unwrap();
        for (name, fault) in faults(&call) {
            let place = format!("{}, {name}", call.name);
            let (instance, host) = failing(&call, fault);
            let decision = ask(&instance, "decide", &payload);
            assert_eq!(host.failing.calls_about(call.operation, call.about).min(1), 1, "{place}: the call is made");
            assert_eq!((&decision["decision"], &decision["mutatedObject"]), (&json!("deny"), &Value::Null), "{place}");
            let findings = decision["findings"].as_array().unwrap();
            assert_eq!(findings.len(), 1, "{place}: {decision}");
            assert_eq!((&findings[0]["rule"], &findings[0]["severity"]), (&json!("facts-unavailable"), &json!("deny")));
            let message = findings[0]["message"].as_str().unwrap();
            assert!(message.starts_with(&format!("the policy cannot read {}: ", call.noun)), "{place}: {message}");
            let help = findings[0]["help"].as_str().unwrap();
            assert!(help.contains(call.permission), "{place}: {help}");
            let validation = ask(&instance, "validate", &payload);
            assert_eq!((&validation["accepted"], &validation["code"]), (&json!(false), &json!(403)), "{place}");
            let line = validation["message"].as_str().unwrap();
            let (line, docs) = line.rsplit_once("\ndocs: ").unwrap_or((line, ""));
            assert!(docs.ends_with("/facts-unavailable"), "{place}: {docs}");
            assert!(line.starts_with("[facts-unavailable] ") && !line.contains('\n'), "{place}: {line}");
            writeln!(messages, "{name}\n  {message}").unwrap();

            // The next decision is not affected, neither in the same instance nor in a new one.
            host.is_repaired.store(true, Ordering::Relaxed);
            assert_eq!(ask(&instance, "decide", &payload), expected, "{place}, then repaired");
            assert_eq!(ask(&MODULE.instance(host).unwrap(), "decide", &payload), expected, "{place}, then repaired");
        }
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/faults.txt");
    if std::env::var_os("UPDATE_FAULTS").is_some() {
        std::fs::write(&path, &messages).unwrap();
    }
    assert_eq!(messages, std::fs::read_to_string(&path).unwrap(), "UPDATE_FAULTS=1 writes it");
}

/// Otherwise nodes could not start.
#[test]
fn a_pod_on_the_host_network_is_accepted_with_any_answer_of_the_host() {
    let mut object = pod();
    object["spec"]["hostNetwork"] = json!(true);
    for call in calls().into_iter().filter(|call| (call.object)()["kind"] == "Pod") {
        let payload = payload(&call, &object);
        for (name, fault) in faults(&call) {
            let (instance, host) = failing(&call, fault);
            let decision = ask(&instance, "decide", &payload);
            let place = format!("{}, {name}", call.name);
            assert_eq!((&decision["decision"], &decision["mutatedObject"]), (&json!("allow"), &Value::Null), "{place}");
            let findings = decision["findings"].as_array().unwrap();
            assert!(host.failing.calls_about(call.operation, call.about) > 0, "{place}: the call is made");
            assert_eq!(findings.len(), 1, "{place}: {decision}");
            assert_eq!((&findings[0]["rule"], &findings[0]["severity"]), (&json!("facts-unavailable"), &json!("warn")));
        }
    }
}

/// A kind that no rule checks needs no host call, so a failing host does not matter.
#[test]
fn an_object_that_no_rule_checks_is_decided_without_host_calls() {
    for call in calls() {
        let object = json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "c", "namespace": "shop"}});
        for (name, fault) in faults(&call) {
            let (instance, host) = failing(&call, fault);
            assert_eq!(ask(&instance, "decide", &payload(&call, &object))["decision"], "allow", "{name}");
            assert_eq!(host.failing.calls(), 0);
        }
    }
}
