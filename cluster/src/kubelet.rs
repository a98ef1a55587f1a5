//! What kubelets do, as far as the control plane waits for it: pods that were bound run, pods of Jobs succeed, and pods that
//! are being deleted go.

use anyhow::Result;
use serde_json::{Value, json};
use tokio::task::JoinHandle;

use crate::api::{Api, Patch};

/// The kubelets of all nodes. They end when this is dropped.
pub struct Kubelet(JoinHandle<()>);

impl Kubelet {
    /// Starts to play the kubelet of every node.
    #[must_use]
    pub fn start(api: &Api) -> Self {
        let api = api.impersonate("system:node:suite");
        Self(tokio::spawn(async move {
            loop {
                // The API server may be away for a while.
                let _ = pods(&api).await;
                tokio::time::sleep(std::time::Duration::from_millis(100)).await;
            }
        }))
    }
}

impl Drop for Kubelet {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Looks at all pods. A list every tenth of a second is enough for a suite, and cannot miss an event.
async fn pods(api: &Api) -> Result<()> {
    for pod in api.list("/api/v1/pods", "").await? {
        act(api, &pod).await?;
    }
    Ok(())
}

async fn act(api: &Api, pod: &Value) -> Result<()> {
    let metadata = &pod["metadata"];
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let path = format!("/api/v1/namespaces/{}/pods/{}", text(&metadata["namespace"]), text(&metadata["name"]));
    if metadata["deletionTimestamp"].is_string() {
        return api.delete(&path).await;
    }
    if !pod["spec"]["nodeName"].is_string() || pod["status"]["phase"] != "Pending" {
        return Ok(());
    }
    let owners = metadata["ownerReferences"].as_array();
    let ends = owners.is_some_and(|owners| owners.iter().any(|owner| owner["kind"] == "Job"));
    let status = json!({"status": status(pod, ends)});
    // The pod may be gone by now.
    let _ = api.patch(&format!("{path}/status"), Patch::StrategicMerge, "", &status).await?;
    Ok(())
}

/// The status of a pod whose containers run, or have ended.
fn status(pod: &Value, ends: bool) -> Value {
    let now = "2026-01-01T00:00:00Z";
    let ready = if ends { "False" } else { "True" };
    let conditions = ["Initialized", "Ready", "ContainersReady", "PodScheduled"].map(|kind| {
        let status = if kind.contains("eady") { ready } else { "True" };
        json!({"type": kind, "status": status, "lastTransitionTime": now})
    });
    let containers = pod["spec"]["containers"].as_array().cloned().unwrap_or_default();
    let state = if ends {
        json!({"terminated": {"exitCode": 0, "reason": "Completed", "startedAt": now, "finishedAt": now}})
    } else {
        json!({"running": {"startedAt": now}})
    };
    let containers: Vec<Value> = containers
        .iter()
        .map(|container| {
            json!({
                "name": container["name"], "image": container["image"], "imageID": "", "restartCount": 0,
                // Without them a resize is refused.
                "resources": container["resources"].as_object().cloned().unwrap_or_default(),
                "ready": !ends, "started": !ends, "state": state,
            })
        })
        .collect();
    json!({
        "phase": if ends { "Succeeded" } else { "Running" },
        "startTime": now,
        "podIP": "10.1.0.1",
        "podIPs": [{"ip": "10.1.0.1"}],
        "conditions": conditions,
        "containerStatuses": containers,
    })
}
