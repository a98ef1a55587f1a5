//! Beside Terway's webhook, in both orders: what each of the two writes is let through by the other.

use anyhow::{Result, ensure};
use podnetworking_cluster::api::{Patch, path_of};
use podnetworking_cluster::platform::{self, PODNETWORKINGS, podnetworking, podnetworking_with};
use podnetworking_cluster::server::{Host, Plan};
use podnetworking_cluster::terway_server::TerwayServer;
use podnetworking_cluster::wait::{seconds, until};
use podnetworking_testing::terway::{POD_NETWORKS, POD_NETWORKS_REQUEST};
use serde_json::{Value, json};

use crate::bench::{POD_ENI, POD_NETWORKING, World, deployment, ensure_contains, pod};

/// All of it, with Terway's webhook after the policy's and then before it: mutating webhooks run in the order of names.
pub async fn beside_terways_webhook(host: Host) -> Result<()> {
    let mut world = World::start(host, Plan { settings: json!({"platform": "ack"}), ..Plan::default() }).await?;
    let terway = TerwayServer::start(&world.plane).await?;
    for (order, name) in ["terway-controlplane", "a-terway-controlplane"].into_iter().enumerate() {
        let configurations = terway.configurations(&world.plane, name, "Fail");
        for one in &configurations {
            world.api.apply(one).await?.accepted()?;
        }
        let names = [format!("terway-{order}-a"), format!("terway-{order}-b")];
        let result = async {
            selected(&world, &names[0]).await?;
            requested(&world, &names[1], order).await?;
            two_that_select(&world, order).await?;
            a_fixed_address_in_another_zone(&world, order).await
        };
        result.await.map_err(|error| error.context(format!("Terway's configuration is `{name}`")))?;
        for one in &configurations {
            world.api.delete(&path_of(one)).await?;
        }
        for one in world.api.list(PODNETWORKINGS, "").await? {
            world.before.delete(&path_of(&one)).await?;
        }
    }
    world.server.process.check()
}

/// Terway's record is there, and the pods are bound in the zone of the vSwitch.
async fn selected(world: &World, name: &str) -> Result<()> {
    world.namespace(name, json!({})).await?;
    let labels = json!({"app": name});
    platform::add(&world.api, &podnetworking(name, labels.clone(), &["vsw-h"])).await?;
    world.until_selected(name, &labels, Some(name)).await?;
    // Until the API server asks Terway's webhook too.
    until("Terway's record", seconds(10), || async {
        let seen = world.api.dry_run(&pod(name, "p", &labels)).await?.accepted()?;
        ensure!(seen["metadata"]["annotations"][POD_NETWORKS].is_string(), "{seen}");
        Ok(())
    })
    .await?;
    world.api.create(&deployment(name, "d", 2, &labels)).await?.accepted()?;
    for pod in world.until_bound(name, &format!("app={name}"), 2).await? {
        let annotations = &pod["metadata"]["annotations"];
        ensure!(annotations[POD_NETWORKING] == name && annotations[POD_ENI] == "true", "{pod}");
        let record: Value = serde_json::from_str(annotations[POD_NETWORKS].as_str().unwrap_or_default())?;
        ensure!(record["podNetworks"][0]["vSwitchOptions"] == json!(["vsw-h"]), "{record}");
        ensure!(world.zone(&pod).await? == "cn-hangzhou-h", "{pod}");
    }
    Ok(())
}

/// A pod that asks for two PodNetworkings by name gets their common zone from the policy, and the record from Terway.
async fn requested(world: &World, namespace: &str, order: usize) -> Result<()> {
    world.namespace(namespace, json!({})).await?;
    let names = [format!("asked-{order}-a"), format!("asked-{order}-b")];
    for (name, vswitches) in [(&names[0], ["vsw-h", "vsw-i"]), (&names[1], ["vsw-i", "vsw-k"])] {
        platform::add(&world.api, &podnetworking_with(name, json!({}), &vswitches)).await?;
    }
    let asked = json!([{"interfaceName": "eth0", "network": names[0]}, {"interfaceName": "eth1", "network": names[1], "defaultRoute": true}]);
    let mut pod = pod(namespace, "p", &json!({"app": namespace}));
    pod["metadata"]["annotations"] = json!({POD_NETWORKS_REQUEST: asked.to_string()});
    until("the pod", seconds(10), || async { world.api.create(&pod).await?.accepted() }).await?;
    let bound = world.until_bound(namespace, &format!("app={namespace}"), 1).await?;
    ensure!(world.zone(&bound[0]).await? == "cn-hangzhou-i", "{}", bound[0]);
    Ok(())
}

/// Terway takes the first by name without a word; the policy denies the pod.
async fn two_that_select(world: &World, order: usize) -> Result<()> {
    let namespace = format!("terway-{order}-two");
    world.namespace(&namespace, json!({})).await?;
    let labels = json!({"app": namespace});
    let names = [format!("two-{order}-a"), format!("two-{order}-b")];
    for name in &names {
        platform::add(&world.before, &podnetworking(name, labels.clone(), &["vsw-h"])).await?;
    }
    until("the denial", seconds(10), || async {
        let answer = world.api.create_with(&pod(&namespace, "p", &labels), "?dryRun=All").await?;
        ensure_contains(answer.denied()?, &["[ambiguous-pod]", &names[0], &names[1]])
    })
    .await?;
    for name in &names {
        world.before.delete(&format!("{PODNETWORKINGS}/{name}")).await?;
    }
    Ok(())
}

/// A fixed address that is kept in another zone: the pod would stay Pending for ever, since its affinity cannot change. It is
/// denied, the controller tries again, and it is bound once the address is gone.
async fn a_fixed_address_in_another_zone(world: &World, order: usize) -> Result<()> {
    let namespace = format!("terway-{order}-fixed");
    world.namespace(&namespace, json!({})).await?;
    let labels = json!({"app": namespace});
    let mut fixed = podnetworking(&namespace, labels.clone(), &["vsw-h"]);
    fixed["spec"]["allocationType"] = json!({"type": "Fixed", "releaseStrategy": "TTL", "releaseAfter": "20m"});
    platform::add(&world.api, &fixed).await?;
    world.until_selected(&namespace, &labels, Some(&namespace)).await?;
    let kept = json!({
        "apiVersion": platform::API_VERSION, "kind": "PodENI", "metadata": {"name": "s-0", "namespace": namespace},
        "spec": {"zone": "cn-hangzhou-k", "allocations": [{"allocationType": {"type": "Fixed"}, "eni": {"id": "eni-1", "mac": "00:00:00:00:00:01", "zone": "cn-hangzhou-k"}}]},
    });
    world.api.create(&kept).await?.accepted()?;
    let mut set = deployment(&namespace, "s", 1, &labels);
    set["kind"] = json!("StatefulSet");
    world.api.create(&set).await?.accepted()?;
    until("the event", seconds(20), || async {
        let events = world.api.list(&format!("/api/v1/namespaces/{namespace}/events"), "").await?;
        let failed = events.iter().find(|event| event["reason"] == "FailedCreate");
        ensure_contains(
            &failed.map(|event| event["message"].to_string()).unwrap_or_default(),
            &["[zone-conflict]", "cn-hangzhou-k", "cn-hangzhou-h"],
        )
    })
    .await?;
    world.api.delete(&path_of(&kept)).await?;
    // A change wakes the controller, which waits longer after each failure.
    let wake = json!({"metadata": {"annotations": {"suite": "wake"}}});
    world.api.patch(&path_of(&set), Patch::Merge, "", &wake).await?.accepted()?;
    let bound = world.until_bound(&namespace, &format!("app={namespace}"), 1).await?;
    ensure!(world.zone(&bound[0]).await? == "cn-hangzhou-h", "{}", bound[0]);
    Ok(())
}
