//! The platform's document: its PodNetworking and its Deployment, bound by the real scheduler.

use std::collections::BTreeSet;

use anyhow::{Result, ensure};
use podnetworking_cluster::platform::{self, podnetworking, read_objects};
use podnetworking_cluster::programs::repository;
use podnetworking_cluster::wait::{seconds, until};
use serde_json::{Value, json};

use crate::bench::{POD_ENI, POD_NETWORKING, World, deployment, ensure_contains, pod, required_zones};

/// The first manifest: with both selectors. A pod in a namespace with the label gets the network, one elsewhere does not.
pub async fn the_first_manifest(world: &mut World) -> Result<()> {
    world.namespace("document-in", json!({"foo": "bar"})).await?;
    world.namespace("document-out", json!({})).await?;
    let selector =
        json!({"podSelector": {"matchLabels": {"foo": "bar"}}, "namespaceSelector": {"matchLabels": {"foo": "bar"}}});
    platform::add(&world.api, &platform::podnetworking_with("example", selector, &["vsw-i"])).await?;
    let labels = json!({"foo": "bar"});
    world.until_selected("document-in", &labels, Some("example")).await?;

    let inside = world.api.create(&pod("document-in", "p", &labels)).await?.accepted()?;
    ensure!(inside["metadata"]["annotations"][POD_ENI] == "true", "{inside}");
    ensure!(required_zones(&inside) == ["cn-hangzhou-i"], "{inside}");
    let outside = world.api.create(&pod("document-out", "p", &labels)).await?.accepted()?;
    ensure!(outside["metadata"]["annotations"].is_null() && outside["spec"]["affinity"].is_null(), "{outside}");
    let bound = world.until_bound("document-in", "foo=bar", 1).await?;
    ensure!(world.zone(&bound[0]).await? == "cn-hangzhou-i", "{}", bound[0]);
    Ok(())
}

/// The second manifest with its Deployment, as `examples/1-document` has them. Only the vSwitch is one of the suite's zones.
pub async fn the_second_manifest(world: &mut World) -> Result<()> {
    world.namespace("document", json!({})).await?;
    let objects = read_objects(&repository().join("examples/1-document/manifests.yaml"))?;
    let find = |kind: &str| objects.iter().find(|one| one["kind"] == kind).cloned().unwrap_or(Value::Null);
    let (mut example, mut workload) = (find("PodNetworking"), find("Deployment"));
    example["spec"]["vSwitchOptions"] = json!(["vsw-h"]);
    workload["metadata"]["namespace"] = json!("document");
    platform::add(&world.api, &example).await?;
    world.until_selected("document", &json!({"foo": "bar"}), Some("example")).await?;
    world.api.create(&workload).await?.accepted()?;
    for pod in world.until_bound("document", "app=my-app", 3).await? {
        ensure!(pod["metadata"]["annotations"][POD_NETWORKING] == "example", "{pod}");
        ensure!(pod["metadata"]["annotations"][POD_ENI] == "true", "{pod}");
        ensure!(world.zone(&pod).await? == "cn-hangzhou-h", "{pod}");
    }
    world
        .kubectl(&["rollout", "status", "deployment/elastic-podnetworking", "-n", "document", "--timeout=30s"])
        .await?
        .ok()?;
    Ok(())
}

/// Ten replicas over the two zones of two vSwitches: none in the third zone.
pub async fn ten_replicas_over_two_zones(world: &mut World) -> Result<()> {
    world.namespace("document-ten", json!({})).await?;
    let labels = json!({"app": "ten"});
    platform::add(&world.api, &podnetworking("ten", labels.clone(), &["vsw-h", "vsw-i"])).await?;
    world.until_selected("document-ten", &labels, Some("ten")).await?;
    world.api.create(&deployment("document-ten", "ten", 10, &labels)).await?.accepted()?;
    let mut zones = BTreeSet::new();
    for pod in world.until_bound("document-ten", "app=ten", 10).await? {
        zones.insert(world.zone(&pod).await?);
    }
    ensure!(zones.iter().eq(["cn-hangzhou-h", "cn-hangzhou-i"]), "bound in {zones:?}");
    Ok(())
}

/// No node in the zone: the pod stays Pending, and the scheduler gives its own reason.
pub async fn no_node_in_the_zone(world: &mut World) -> Result<()> {
    world.namespace("document-pending", json!({})).await?;
    let labels = json!({"app": "pending"});
    platform::add(&world.api, &podnetworking("pending", labels.clone(), &["vsw-z"])).await?;
    world.until_selected("document-pending", &labels, Some("pending")).await?;
    world.api.create(&pod("document-pending", "p", &labels)).await?.accepted()?;
    until("the scheduler's reason", seconds(20), || async {
        let pod = world.api.get("/api/v1/namespaces/document-pending/pods/p").await?;
        let conditions = pod["status"]["conditions"].as_array().cloned().unwrap_or_default();
        let scheduled = conditions.iter().find(|one| one["type"] == "PodScheduled").cloned().unwrap_or_default();
        ensure!(pod["status"]["phase"] == "Pending" && scheduled["reason"] == "Unschedulable", "{}", pod["status"]);
        ensure_contains(
            scheduled["message"].as_str().unwrap_or_default(),
            &["0/6 nodes are available", "node affinity"],
        )
    })
    .await
}
