//! What is denied, and the message that a person sees.

use anyhow::{Result, ensure};
use podnetworking_cluster::api::Patch;
use podnetworking_cluster::nodes::ZONE;
use podnetworking_cluster::platform::{self, podnetworking, podnetworking_with};
use podnetworking_cluster::wait::{seconds, until};
use serde_json::{Value, json};

use crate::bench::{World, deployment, ensure_contains, pod};

/// Two PodNetworkings that overlap: kubectl shows the pod that both would select.
pub async fn overlap(world: &mut World) -> Result<()> {
    world.namespace("overlap", json!({})).await?;
    platform::add(&world.api, &podnetworking("overlap-a", json!({"app": "overlap"}), &["vsw-h"])).await?;
    world.until_selected("overlap", &json!({"app": "overlap"}), Some("overlap-a")).await?;
    let second = podnetworking("overlap-b", json!({"tier": "front"}), &["vsw-i"]);
    let shown = world.kubectl_with(&["create", "-f", "-"], &second).await?;
    ensure!(shown.code == 1, "{shown:?}");
    ensure_contains(
        &shown.stderr,
        &[
            "Error from server",
            "admission webhook",
            "denied the request: [overlap]",
            "`overlap-a`",
            "`app=overlap` and `tier=front`",
            "docs: ",
        ],
    )?;
    // Disjoint, as the help proposes.
    let disjoint = json!({"podSelector": {"matchLabels": {"tier": "front"}, "matchExpressions": [{"key": "app", "operator": "NotIn", "values": ["overlap"]}]}});
    platform::add(&world.api, &podnetworking_with("overlap-b", disjoint, &["vsw-i"])).await?;
    Ok(())
}

/// A pod that two stored PodNetworkings select.
pub async fn ambiguity(world: &mut World) -> Result<()> {
    world.namespace("ambiguity", json!({})).await?;
    for name in ["ambiguity-a", "ambiguity-b"] {
        platform::add(&world.before, &podnetworking(name, json!({"app": "ambiguity"}), &["vsw-h"])).await?;
    }
    let pod = pod("ambiguity", "p", &json!({"app": "ambiguity"}));
    until("both to be known", seconds(10), || async {
        let answer = world.api.dry_run(&pod).await?;
        ensure_contains(answer.denied()?, &["[ambiguous-pod]"])
    })
    .await?;
    let shown = world.kubectl_with(&["create", "-f", "-"], &pod).await?;
    ensure_contains(&shown.stderr, &["[ambiguous-pod]", "`ambiguity-a`", "`ambiguity-b`"])
}

/// A pod that excludes every zone of its PodNetworking: both sets are named, and the field that excludes.
pub async fn zone_conflict(world: &mut World) -> Result<()> {
    world.namespace("conflict", json!({})).await?;
    let labels = json!({"app": "conflict"});
    platform::add(&world.api, &podnetworking("conflict", labels.clone(), &["vsw-h", "vsw-i"])).await?;
    world.until_selected("conflict", &labels, Some("conflict")).await?;
    let mut elsewhere = pod("conflict", "p", &labels);
    elsewhere["spec"]["nodeSelector"] = json!({ZONE: "cn-hangzhou-k"});
    let shown = world.kubectl_with(&["create", "-f", "-"], &elsewhere).await?;
    ensure_contains(
        &shown.stderr,
        &["[zone-conflict]", "cn-hangzhou-h", "cn-hangzhou-i", "cn-hangzhou-k", "nodeSelector"],
    )?;
    elsewhere["spec"]["nodeSelector"] = json!({ZONE: "cn-hangzhou-i"});
    world.api.create(&elsewhere).await?.accepted()?;
    Ok(())
}

/// Selectors that Kubernetes would refuse to build: on Terway one such object stops every pod.
pub async fn bad_selector(world: &mut World) -> Result<()> {
    let expressions = [
        json!({"key": "app", "operator": "In", "values": []}),
        json!({"key": "app", "operator": "Exists", "values": ["x"]}),
        json!({"key": "app", "operator": "Is", "values": ["x"]}),
        json!({"key": "not a key", "operator": "Exists"}),
    ];
    for expression in expressions {
        let selector = json!({"podSelector": {"matchExpressions": [expression]}});
        let answer = world.api.create(&podnetworking_with("bad-selector", selector, &["vsw-h"])).await?;
        ensure_contains(answer.denied()?, &["[selector-invalid]"])?;
    }
    Ok(())
}

/// A Deployment whose pods would be denied is denied itself.
pub async fn a_workload_whose_pods_would_be_denied(world: &mut World) -> Result<()> {
    world.namespace("workload", json!({})).await?;
    let labels = json!({"app": "workload"});
    platform::add(&world.api, &podnetworking("workload", labels.clone(), &["vsw-h"])).await?;
    world.until_selected("workload", &labels, Some("workload")).await?;
    let mut workload = deployment("workload", "w", 1, &labels);
    workload["spec"]["template"]["spec"]["nodeSelector"] = json!({ZONE: "cn-hangzhou-k"});
    let shown = world.kubectl_with(&["apply", "-f", "-"], &workload).await?;
    ensure_contains(&shown.stderr, &["[zone-conflict]", "spec.template.spec.nodeSelector"])?;
    for kind in ["StatefulSet", "DaemonSet"] {
        let mut other = workload.clone();
        other["kind"] = json!(kind);
        if kind == "DaemonSet" {
            other["spec"]["replicas"] = Value::Null;
        }
        ensure_contains(world.api.create(&other).await?.denied()?, &["[zone-conflict]"])?;
    }
    let job = json!({
        "apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "w", "namespace": "workload"},
        "spec": {"template": {"metadata": {"labels": labels}, "spec": {
            "restartPolicy": "Never", "nodeSelector": {ZONE: "cn-hangzhou-k"}, "containers": [{"name": "c", "image": "x"}],
        }}},
    });
    ensure_contains(world.api.create(&job).await?.denied()?, &["[zone-conflict]"])
}

/// The event that a controller gets: the pods of a ReplicaSet that was there before are denied with the message.
pub async fn the_event_of_a_controller(world: &mut World) -> Result<()> {
    world.namespace("event", json!({})).await?;
    let labels = json!({"app": "event"});
    world.api.create(&deployment("event", "e", 1, &labels)).await?.accepted()?;
    world.until_bound("event", "app=event", 1).await?;
    for name in ["event-a", "event-b"] {
        platform::add(&world.before, &podnetworking(name, labels.clone(), &["vsw-h"])).await?;
    }
    until("both to be known", seconds(10), || async {
        world.api.dry_run(&pod("event", "p", &labels)).await?.denied().map(|_| ())
    })
    .await?;
    let path = "/apis/apps/v1/namespaces/event/deployments/e";
    // The workload had this problem before: an update is a warning, and its new pods are denied.
    let scaled = world.api.patch(path, Patch::Merge, "", &json!({"spec": {"replicas": 2}})).await?;
    ensure!(scaled.warnings.iter().any(|warning| warning.contains("[ambiguous-pod]")), "{:?}", scaled.warnings);
    scaled.accepted()?;
    until("an event", seconds(20), || async {
        let events = world.api.list("/api/v1/namespaces/event/events", "").await?;
        let failed = events.iter().find(|event| event["reason"] == "FailedCreate");
        let message = failed.map(|event| event["message"].to_string()).unwrap_or_default();
        ensure_contains(&message, &["denied the request", "[ambiguous-pod]", "event-a", "event-b"])
    })
    .await
}
