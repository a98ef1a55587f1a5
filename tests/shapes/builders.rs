//! What payloads are made of.

use std::fmt::Write;

/// `n` times what `item` writes, with commas between.
pub(super) fn many(n: usize, item: impl Fn(usize) -> String) -> String {
    let mut text = String::new();
    for index in 0..n {
        if index > 0 {
            text.push(',');
        }
        text.push_str(&item(index));
    }
    text
}

/// A stored PodNetworking with this `selector`, ready, with one vSwitch in zone `h`.
pub fn stored(name: &str, selector: &str) -> String {
    format!(
        r#"{{"apiVersion":"network.alibabacloud.com/v1beta1","kind":"PodNetworking","metadata":{{"name":"{name}"}},"spec":{{"allocationType":{{"type":"Elastic"}},"selector":{selector},"securityGroupIDs":["sg-1"],"vSwitchOptions":["vsw-1"]}},"status":{{"status":"Ready","vSwitches":[{{"id":"vsw-1","zone":"h"}}]}}}}"#
    )
}

/// `n` PodNetworkings that each select another `app`.
pub(super) fn apart(n: usize) -> String {
    many(n, |i| stored(&format!("pn-{i}"), &format!(r#"{{"podSelector":{{"matchLabels":{{"app":"app-{i}"}}}}}}"#)))
}

/// A payload for an object of a kind, as CREATE or with an old object as UPDATE.
pub fn payload(
    kind: &str,
    namespace: &str,
    object: &str,
    old: Option<&str>,
    settings: &str,
    podnetworkings: &str,
    namespaces: &str,
) -> String {
    let (group, version) = match kind {
        "PodNetworking" => ("network.alibabacloud.com", "v1beta1"),
        "Deployment" => ("apps", "v1"),
        "CronJob" => ("batch", "v1"),
        _ => ("", "v1"),
    };
    let mut text = format!(
        r#"{{"settings":{settings},"request":{{"uid":"u","kind":{{"group":"{group}","version":"{version}","kind":"{kind}"}},"operation":"{}""#,
        if old.is_some() { "UPDATE" } else { "CREATE" }
    );
    if !namespace.is_empty() {
        let _ = write!(text, r#","namespace":"{namespace}""#);
    }
    let _ = write!(text, r#","object":{object}"#);
    if let Some(old) = old {
        let _ = write!(text, r#","oldObject":{old}"#);
    }
    let _ = write!(text, r#"}},"context":{{"podNetworkings":[{podnetworkings}],"namespaces":[{namespaces}]}}}}"#);
    text
}

pub(super) const DEFAULT_NAMESPACE: &str = r#"{"metadata":{"name":"default"}}"#;

pub(super) fn pod_payload(object: &str, settings: &str, podnetworkings: &str) -> String {
    payload("Pod", "default", object, None, settings, podnetworkings, DEFAULT_NAMESPACE)
}

/// A pod on ack that requests networks by its annotation, and PodNetworkings.
pub(super) fn requesting_payload(elements: &str, podnetworkings: &str) -> String {
    let pod = format!(
        r#"{{"metadata":{{"name":"p","annotations":{{"k8s.aliyun.com/pod-networks-request":"[{elements}]"}}}},"spec":{{"containers":[]}}}}"#
    );
    pod_payload(&pod, r#"{"platform":"ack"}"#, podnetworkings)
}

/// A pod that `pn-0` of the cluster selects.
pub(super) fn pod(metadata: &str, spec: &str) -> String {
    pod_payload(
        &format!(
            r#"{{"metadata":{{"name":"p","labels":{{"app":"app-0"}}{metadata}}},"spec":{{"containers":[]{spec}}}}}"#
        ),
        "{}",
        &apart(1000),
    )
}

/// The field of a pod's `spec` that requires one of these terms.
pub(super) fn required(terms: &str) -> String {
    format!(
        r#","affinity":{{"nodeAffinity":{{"requiredDuringSchedulingIgnoredDuringExecution":{{"nodeSelectorTerms":[{terms}]}}}}}}"#
    )
}

pub(super) fn pod_with_terms(terms: &str) -> String {
    pod("", &required(terms))
}

/// A pod with these labels, and more in its `spec`.
pub(super) fn labelled_pod(labels: &str, spec: &str) -> String {
    format!(r#"{{"metadata":{{"name":"p","labels":{{{labels}}}}},"spec":{{"containers":[]{spec}}}}}"#)
}

/// Settings whose inventory knows the zones of `n` vSwitches, each another one, and the ids of these.
pub(super) fn zones(n: usize) -> (String, String) {
    let inventory = many(n, |i| format!(r#""vsw-{i}":{{"zone":"z{i}"}}"#));
    (format!(r#"{{"inventory":{{"vSwitches":{{{inventory}}}}}}}"#), many(n, |i| format!(r#""vsw-{i}""#)))
}

pub(super) fn podnetworking(spec: &str) -> String {
    format!(
        r#"{{"apiVersion":"network.alibabacloud.com/v1beta1","kind":"PodNetworking","metadata":{{"name":"new"}},"spec":{{{spec}}}}}"#
    )
}

pub(super) fn podnetworking_payload(spec: &str, podnetworkings: &str) -> String {
    payload("PodNetworking", "", &podnetworking(spec), None, "{}", podnetworkings, DEFAULT_NAMESPACE)
}

/// A PodNetworking with this `selector`, one security group and one vSwitch.
pub(super) fn selecting(selector: &str) -> String {
    podnetworking(&format!(r#""selector":{selector},"securityGroupIDs":["sg-1"],"vSwitchOptions":["vsw-1"]"#))
}

pub(super) fn with_selector(selector: &str, podnetworkings: &str) -> String {
    payload("PodNetworking", "", &selecting(selector), None, "{}", podnetworkings, DEFAULT_NAMESPACE)
}

pub(super) fn namespaces(n: usize) -> String {
    many(n, |i| format!(r#"{{"metadata":{{"name":"ns-{i}","labels":{{"team":"t-{i}","all":"y"}}}}}}"#))
}

pub(super) const ZONE: &str = "topology.kubernetes.io/zone";

/// A pod with an annotation whose value is JSON, written without its escapes.
pub(super) fn pod_with_request(json: &str) -> String {
    pod_payload(
        &format!(
            r#"{{"metadata":{{"name":"p","annotations":{{"k8s.aliyun.com/pod-networks-request":"{}"}}}},"spec":{{"containers":[]}}}}"#,
            json.replace('\\', r"\\").replace('"', r#"\""#)
        ),
        r#"{"platform":"ack"}"#,
        &many(1000, |i| stored(&format!("net-{i}"), "null")),
    )
}

/// `n` labels, each with a key of its own behind this prefix.
pub(super) fn labels(prefix: &str, n: usize) -> String {
    many(n, |i| format!(r#""{prefix}{i}":"v""#))
}

/// A PodNetworking with these ids, beside others.
pub(super) fn with_ids(groups: &str, vswitches: &str, settings: &str) -> String {
    let object = podnetworking(&format!(
        r#""selector":{{"podSelector":{{"matchLabels":{{"a":"b"}}}}}},"securityGroupIDs":[{groups}],"vSwitchOptions":[{vswitches}]"#
    ));
    payload("PodNetworking", "", &object, None, settings, &apart(1000), DEFAULT_NAMESPACE)
}
