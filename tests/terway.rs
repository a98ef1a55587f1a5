//! No fight with Terway's webhook: what it makes of a pod that the mutating policy let through passes the validating
//! policy, which changes nothing in it.
//!
//! `terway` below is Terway's pod webhook as far as it concerns selected pods: it runs after Kubewarden's, since mutating
//! webhooks run in the order of their names.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test may fail loudly"
)]

use podnetworking_policy::decide_payload;
use podnetworking_policy::facts::inline::NoHost;
use podnetworking_policy::mutations::MUTATIONS;
use serde_json::{Value, json};

const ZONES: [&str; 2] = ["cn-beijing-a", "cn-beijing-b"];
const REQUIRED: &str = "/spec/affinity/nodeAffinity/requiredDuringSchedulingIgnoredDuringExecution/nodeSelectorTerms";

fn podnetworking(fixed: bool) -> Value {
    json!({
        "apiVersion": "network.alibabacloud.com/v1beta1",
        "kind": "PodNetworking",
        "metadata": {"name": "example"},
        "spec": {
            "allocationType": {"type": if fixed { "Fixed" } else { "Elastic" }},
            "selector": {"podSelector": {"matchLabels": {"app": "web"}}},
            "securityGroupIDs": ["sg-1"],
            "vSwitchOptions": ["vsw-1", "vsw-2"],
        },
        "status": {"status": "Ready", "vSwitches": [
            {"id": "vsw-1", "zone": ZONES[0]}, {"id": "vsw-2", "zone": ZONES[1]},
        ]},
    })
}

/// A decision on the creation of a pod, by the mutating or the validating policy.
fn decide(pod: &Value, fixed: bool, mutating: bool) -> Value {
    let mutations: Value = MUTATIONS.iter().map(|one| (one.id.to_owned(), Value::Bool(mutating))).collect();
    let payload = json!({
        "settings": {"platform": "ack", "mutations": mutations},
        "request": {
            "uid": "u",
            "kind": {"group": "", "version": "v1", "kind": "Pod"},
            "operation": "CREATE",
            "namespace": "default",
            "object": pod,
        },
        "context": {"podNetworkings": [podnetworking(fixed)], "namespaces": [{"metadata": {"name": "default"}}]},
    });
    serde_json::from_str(&decide_payload(payload.to_string().as_bytes(), |_| NoHost).to_json()).expect("JSON")
}

fn pod(spec: Value) -> Value {
    let mut pod = json!({
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "web-0", "namespace": "default", "labels": {"app": "web"}},
        "spec": {"containers": [{"name": "web", "image": "nginx"}]},
    });
    if let Value::Object(fields) = spec {
        pod["spec"].as_object_mut().unwrap().extend(fields);
    }
    pod
}

fn required(terms: Value) -> Value {
    json!({"affinity": {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": terms}}}})
}

/// What Terway's webhook makes of a pod that its PodNetworking selects.
fn terway(mut pod: Value, previous_zone: Option<&str>) -> Value {
    let networks = json!({"podNetworks": [{
        "interface": "eth0",
        "vSwitchOptions": ["vsw-1", "vsw-2"],
        "securityGroupIDs": ["sg-1"],
        "eniOptions": {},
        "vSwitchSelectOptions": {},
        "resourceGroupID": "",
        "allocationType": {"type": "Elastic"},
    }]});
    let annotations = &mut pod["metadata"]["annotations"];
    annotations["k8s.aliyun.com/pod-networking"] = "example".into();
    annotations["k8s.aliyun.com/pod-networks"] = networks.to_string().into();
    annotations["k8s.aliyun.com/pod-eni"] = "true".into();
    pod["spec"]["containers"][0]["resources"] =
        json!({"limits": {"aliyun/member-eni": "1"}, "requests": {"aliyun/member-eni": "1"}});
    let is_of_daemon_set = pod["metadata"]["ownerReferences"][0]["kind"] == "DaemonSet";
    if !is_of_daemon_set {
        if pod.pointer(REQUIRED).and_then(Value::as_array).is_none_or(Vec::is_empty) {
            pod["spec"]["affinity"]["nodeAffinity"]["requiredDuringSchedulingIgnoredDuringExecution"] =
                json!({"nodeSelectorTerms": [{}]});
        }
        let previous = previous_zone.map(|zone| vec![zone]);
        for term in pod.pointer_mut(REQUIRED).unwrap().as_array_mut().unwrap() {
            for zones in previous.iter().chain([&ZONES.to_vec()]) {
                let requirement = json!({"key": "topology.kubernetes.io/zone", "operator": "In", "values": zones});
                let expressions = &mut term["matchExpressions"];
                if expressions.is_null() {
                    *expressions = json!([]);
                }
                expressions.as_array_mut().unwrap().push(requirement);
            }
        }
    }
    pod
}

/// A pod that the mutating policy lets through, after both webhooks.
fn through_both(sent: &Value, fixed: bool, previous_zone: Option<&str>) -> Value {
    let mutated = decide(sent, fixed, true);
    assert_eq!(mutated["decision"], "allow", "{mutated}");
    let object = if mutated["mutatedObject"].is_null() { sent.clone() } else { mutated["mutatedObject"].clone() };
    terway(object, previous_zone)
}

fn pods() -> Vec<Value> {
    let ssd = json!({"matchExpressions": [{"key": "disk", "operator": "In", "values": ["ssd"]}]});
    let zone = |zone: &str| json!({"matchExpressions": [{"key": "topology.kubernetes.io/zone", "operator": "In", "values": [zone]}]});
    let mut of_daemon_set = pod(Value::Null);
    of_daemon_set["metadata"]["ownerReferences"] =
        json!([{"apiVersion": "apps/v1", "kind": "DaemonSet", "name": "web", "uid": "u"}]);
    let mut annotated = pod(Value::Null);
    annotated["metadata"]["annotations"] = json!({"k8s.aliyun.com/pod-networking": "example"});
    vec![
        pod(Value::Null),
        pod(json!({"nodeSelector": {"topology.kubernetes.io/zone": "cn-beijing-a"}})),
        pod(json!({"affinity": {"podAntiAffinity": {}}})),
        pod(required(json!([ssd]))),
        pod(required(json!([ssd, zone("cn-beijing-a")]))),
        // The empty term matches nothing before Terway fills it; the other one carries the pod.
        pod(required(json!([{}, zone("cn-beijing-b")]))),
        pod(required(json!([{"matchExpressions": []}, ssd]))),
        pod(required(json!([{"matchFields": [{"key": "metadata.name", "operator": "In", "values": ["node-1"]}]}]))),
        of_daemon_set,
        annotated,
    ]
}

#[test]
fn what_terway_makes_of_a_mutated_pod_passes_the_validating_policy() {
    for sent in pods() {
        for fixed in [false, true] {
            let is_of_daemon_set = sent["metadata"]["ownerReferences"].is_array();
            if fixed && is_of_daemon_set {
                continue;
            }
            let stored = through_both(&sent, fixed, None);
            let decision = decide(&stored, fixed, false);
            assert_eq!(decision["decision"], "allow", "{stored}\n{decision}");
            assert_eq!(decision["findings"], json!([]), "{stored}");
            assert_eq!(decision["selected"], "example", "{stored}");
            assert!(decision["mutatedObject"].is_null(), "{stored}");
        }
    }
}

#[test]
fn what_terway_makes_of_a_pod_that_was_not_mutated_passes_too() {
    for sent in pods() {
        let stored = terway(sent, None);
        let decision = decide(&stored, false, false);
        assert_eq!(decision["decision"], "allow", "{stored}\n{decision}");
        assert_eq!(decision["findings"], json!([]), "{stored}");
    }
}

#[test]
fn the_mutating_policy_has_nothing_to_add_to_what_terway_made() {
    for sent in pods() {
        let stored = through_both(&sent, false, None);
        let decision = decide(&stored, false, true);
        assert!(decision["mutatedObject"].is_null(), "{stored}\n{decision}");
    }
}

#[test]
fn the_zone_that_terway_keeps_for_a_fixed_address_passes_while_it_has_a_vswitch() {
    let stored = through_both(&pod(Value::Null), true, Some("cn-beijing-b"));
    assert_eq!(decide(&stored, true, false)["decision"], "allow");
    let stored = through_both(&pod(Value::Null), true, Some("cn-beijing-k"));
    let decision = decide(&stored, true, false);
    assert_eq!(decision["findings"][0]["rule"], "zone-conflict", "it would stay Pending: {decision}");
}

#[test]
fn an_audit_of_a_pod_that_terway_wrote_finds_nothing() {
    // What is stored has its node, too.
    let mut stored = through_both(&pod(Value::Null), false, None);
    stored["spec"]["nodeName"] = "node-1".into();
    stored["status"] = json!({"phase": "Running"});
    let decision = decide(&stored, false, false);
    assert_eq!(decision["findings"], json!([]), "{decision}");
}
