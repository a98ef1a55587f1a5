//! Terway: its webhook for pods and PodNetworkings, and what its controllers read and write. It is right when it agrees
//! with every row of `terway.jsonl.gz`, which holds 3,000 answers of Terway's own code.

use podnetworking_policy::decide_payload;
use podnetworking_policy::facts::inline::NoHost;
pub use podnetworking_testing::terway::*;
use serde_json::{Value, json};

/// The answers of Terway's own code: `{"namespace", "pod", "podNetworkings", "terway"}`.
fn answers() -> Vec<Value> {
    use std::io::Read as _;

    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/world/terway.jsonl.gz");
    let mut text = String::new();
    flate2::read::GzDecoder::new(std::fs::File::open(path).unwrap()).read_to_string(&mut text).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn the_webhook_agrees_with_every_answer_of_terways_own_code() {
    let record = |annotations: &Value| {
        let mut annotations = annotations.clone();
        if let Some(text) = annotations[POD_NETWORKS].as_str()
            && let Ok(json) = serde_json::from_str::<Value>(text)
        {
            annotations[POD_NETWORKS] = json;
        }
        annotations
    };
    let (mut rows, mut wrong) = (0, Vec::new());
    for row in answers() {
        rows += 1;
        let list = row["podNetworkings"].as_array().unwrap();
        let list = list.iter().map(|one| (one["metadata"]["name"].as_str().unwrap().to_owned(), one.clone())).collect();
        let answer = admit(&row["pod"], &row["namespace"], &list, None);
        let theirs = &row["terway"];
        let is_same = theirs["allowed"] == answer.allowed
            && theirs["message"].as_str().unwrap().starts_with(&answer.message)
            && record(&theirs["annotations"]) == record(&answer.pod["metadata"]["annotations"])
            && theirs["affinity"] == answer.pod["spec"]["affinity"];
        if !is_same {
            wrong.push(format!("{row}\nours: {} {} {}", answer.allowed, answer.message, answer.pod));
        }
    }
    assert_eq!(rows, 3000);
    assert!(wrong.is_empty(), "{} rows differ, the first:\n{}", wrong.len(), wrong[..wrong.len().min(3)].join("\n"));
}

/// What Terway recorded for the PodNetworking that selects the pod is no override. It recorded none where that one is not
/// ready, so that the pod gets the network of Terway's own configuration, or where the pod has a request: if one selects the
/// pod, the author or Terway has overridden that.
#[test]
fn every_record_that_terways_own_code_wrote_is_let_through() {
    let (mut of_selected, mut of_requests) = (0, 0);
    for row in answers() {
        let written = &row["terway"]["annotations"];
        let has_own = !row["pod"]["metadata"]["annotations"][POD_NETWORKS].is_null();
        if row["terway"]["allowed"] != true || written[POD_NETWORKS].is_null() || has_own {
            continue;
        }
        let mut pod = row["pod"].clone();
        pod["metadata"]["annotations"] = written.clone();
        pod["spec"]["affinity"] = row["terway"]["affinity"].clone();
        let payload = json!({
            "settings": {"platform": "ack", "rules": {"zone-unconstrained": "deny"}},
            "request": {
                "uid": "u", "kind": {"group": "", "version": "v1", "kind": "Pod"}, "operation": "CREATE",
                "namespace": "team", "userInfo": {"username": "alice"}, "object": pod,
            },
            "context": {"podNetworkings": row["podNetworkings"], "namespaces": [row["namespace"]]},
        });
        let decision = decide_payload(payload.to_string().as_bytes(), |_| NoHost).to_json();
        let decision: Value = serde_json::from_str(&decision).unwrap();
        let findings = decision["findings"].as_array().unwrap();
        let overrides = |finding: &&Value| {
            finding["rule"] == "selection-override" && finding["path"].as_str().unwrap().ends_with("/pod-networks]")
        };
        let overriding = findings.iter().find(overrides);
        // Terway took its default for a pod that a PodNetworking selects: this the rule is right to name.
        let is_default = written[POD_NETWORKING].is_null()
            && overriding.is_some_and(|finding| finding["related"].as_array().is_some_and(|of| !of.is_empty()));
        assert!(is_default || overriding.is_none(), "{row}");
        if !written[POD_NETWORKING].is_null() {
            of_selected += 1;
        } else if !written[POD_NETWORKS_REQUEST].is_null() {
            of_requests += 1;
        }
    }
    assert!(of_selected > 600 && of_requests > 3, "{of_selected} {of_requests}");
}
