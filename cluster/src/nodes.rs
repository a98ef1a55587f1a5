//! Nodes that are objects only.

use anyhow::{Context as _, Result};
use serde_json::json;

use crate::api::{Api, Patch};

/// The zones of the nodes.
pub const ZONES: [&str; 3] = ["cn-hangzhou-h", "cn-hangzhou-i", "cn-hangzhou-k"];

/// The label with the zone of a node.
pub const ZONE: &str = "topology.kubernetes.io/zone";

/// The name of a node of a zone, counted from one.
#[must_use]
pub fn name(zone: &str, number: usize) -> String {
    format!("node-{}-{number}", zone.rsplit('-').next().unwrap_or(zone))
}

/// Adds nodes of a zone: Ready, with room for thousands of pods.
///
/// # Errors
/// If the API server refuses one.
pub async fn add(api: &Api, zone: &str, count: usize) -> Result<()> {
    for number in 1..=count {
        let name = name(zone, number);
        let room = json!({"cpu": "1000", "memory": "1Ti", "pods": "10000", "aliyun/member-eni": "10000"});
        let node = json!({
            "apiVersion": "v1",
            "kind": "Node",
            "metadata": {"name": name, "labels": {
                "kubernetes.io/hostname": name,
                ZONE: zone,
                "topology.kubernetes.io/region": "cn-hangzhou",
                "node.kubernetes.io/instance-type": "ecs.g7.large",
            }},
            "status": {
                "capacity": room,
                "allocatable": room,
                "conditions": [{"type": "Ready", "status": "True", "reason": "Suite", "message": "an object only"}],
            },
        });
        api.create(&node).await?.accepted().with_context(|| name.clone())?;
        // Every new node gets this taint, and nobody here takes it away.
        api.patch(&format!("/api/v1/nodes/{name}"), Patch::Merge, "", &json!({"spec": {"taints": null}}))
            .await?
            .accepted()?;
    }
    Ok(())
}
