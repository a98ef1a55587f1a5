//! Whatever stands in `pod-networks-request`: the pod is judged, and lines of the answer are lines of findings.
#![no_main]

use libfuzzer_sys::fuzz_target;
use podnetworking_policy::facts::inline::NoHost;
use podnetworking_policy::decide_payload;
use serde_json::{Value, json};

/// Of an element all else is passed over, as the policy does: half of a pair of surrogates is no text for `Value`.
#[derive(serde::Deserialize)]
struct Element {
    network: String,
}

fuzz_target!(|annotation: &str| {
    let network = |name: &str, zone: &str| {
        json!({
            "metadata": {"name": name},
            "spec": {"vSwitchOptions": [format!("vsw-{zone}")]},
            "status": {"status": "Ready", "vSwitches": [{"id": format!("vsw-{zone}"), "zone": zone}]},
        })
    };
    let payload = json!({
        "settings": {"platform": "ack"},
        "request": {
            "kind": {"group": "", "version": "v1", "kind": "Pod"}, "operation": "CREATE", "namespace": "default",
            "object": {
                "metadata": {"name": "p", "annotations": {"k8s.aliyun.com/pod-networks-request": annotation}},
                "spec": {"containers": []},
            },
        },
        "context": {
            "podNetworkings": [network("a", "h"), network("b", "h"), network("c", "k")],
            "namespaces": [{"metadata": {"name": "default"}}],
        },
    });
    let decision = decide_payload(payload.to_string().as_bytes(), |_| NoHost);
    let answer: Value = serde_json::from_str(&decision.to_validation_response()).expect("the answer is JSON");
    if let Some(message) = answer["message"].as_str() {
        assert!(message.split('\n').all(|line| line.starts_with("[network-request] ")), "{message}");
    } else if decision.mutated_object.is_some() {
        let elements: Vec<Element> = serde_json::from_str(annotation).expect("a request that is valid is a list");
        assert!(elements.iter().all(|element| matches!(element.network.as_str(), "a" | "b" | "c")));
    }
});
