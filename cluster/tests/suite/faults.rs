//! The webhook is down, slow, restarted; its certificate is rotated, its grants are taken away; the API server is restarted, the
//! watch is cut or half open. Nothing is lost, and under Fail nothing is let in.

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use podnetworking_cluster::api::{Answer, Patch, path_of};
use podnetworking_cluster::platform::{self, podnetworking};
use podnetworking_cluster::proxy::Proxy;
use podnetworking_cluster::server::{Host, Plan, Server, service_account};
use podnetworking_cluster::wait::{seconds, until};
use serde_json::{Value, json};

use crate::bench::{POD_NETWORKING, World, ensure_contains, pod};

fn plan() -> Plan {
    let mut plan = Plan { settings: json!({"platform": "ack-serverless"}), ..Plan::default() };
    plan.style.timeout_seconds = 2;
    plan
}

/// Sets the failurePolicy of both webhooks, and waits until the API server follows it: the webhook must be down.
async fn set_failure_policy(world: &World, policy: &str, probe: &Value) -> Result<()> {
    for one in world.server.configurations(&world.plane)? {
        let patch = json!([{"op": "replace", "path": "/webhooks/0/failurePolicy", "value": policy}]);
        world.api.patch(&path_of(&one), Patch::Json, "", &patch).await?.accepted()?;
    }
    until("the failurePolicy", seconds(15), || async {
        let is_accepted = world.api.dry_run(probe).await?.is_accepted();
        ensure!(is_accepted == (policy == "Ignore"), "accepted: {is_accepted}");
        Ok(())
    })
    .await
}

/// Under Fail the API server refuses what it cannot ask about, in its own words.
fn refused_by_fail(answer: &Answer) -> Result<()> {
    ensure_contains(answer.refused()?, &["failed calling webhook"])
}

/// Down and slow: Fail refuses, Ignore lets in unchanged. Restarted: the answers are those of before.
pub async fn down_slow_restarted(host: Host) -> Result<()> {
    let mut world = World::start(host, plan()).await?;
    world.namespace("faults", json!({})).await?;
    let labels = json!({"app": "faults"});
    platform::add(&world.api, &podnetworking("faults", labels.clone(), &["vsw-h"])).await?;
    world.until_selected("faults", &labels, Some("faults")).await?;
    let pod = pod("faults", "p", &labels);
    let other = podnetworking("faults-b", labels.clone(), &["vsw-h"]);

    world.server.process.kill();
    refused_by_fail(&world.api.create(&pod).await?)?;
    refused_by_fail(&world.api.create(&other).await?)?;
    set_failure_policy(&world, "Ignore", &pod).await?;
    let let_in = world.api.dry_run(&pod).await?.accepted()?;
    ensure!(let_in["metadata"]["annotations"].is_null(), "{let_in}");
    set_failure_policy(&world, "Fail", &pod).await?;

    world.server.restart().await?;
    world.until_selected("faults", &labels, Some("faults")).await?;
    ensure_contains(world.api.create(&other).await?.denied()?, &["[overlap]"])?;

    world.server.process.pause()?;
    let start = Instant::now();
    let slow = world.api.create(&pod).await;
    world.server.process.go_on()?;
    refused_by_fail(&slow?)?;
    ensure!(start.elapsed() < Duration::from_secs(20), "the API server waited {:?}", start.elapsed());
    world.until_selected("faults", &labels, Some("faults")).await?;
    world.api.create(&pod).await?.accepted()?;
    world.server.process.check()
}

/// The certificate is rotated while requests come in: none fails. One that does not belong to its key leaves the old pair.
pub async fn certificate_rotated(host: Host) -> Result<()> {
    if host == Host::PolicyServer {
        return Ok(());
    }
    let mut world = World::start(host, plan()).await?;
    world.namespace("rotation", json!({})).await?;
    let labels = json!({"app": "rotation"});
    platform::add(&world.api, &podnetworking("rotation", labels.clone(), &["vsw-h"])).await?;
    world.until_selected("rotation", &labels, Some("rotation")).await?;
    let pod = pod("rotation", "p", &labels);
    let folder = world.server.folder().to_owned();
    let (certificate, key) = world.plane.authority.sign("webhook", None, &[])?;
    // A key alone: the pair does not belong together.
    std::fs::write(folder.join("webhook.key"), &key)?;
    until("the pair to be refused", seconds(10), || async {
        ensure!(
            world.server.metric("podnetworking_certificate_rejected", &[]).await? == Some(1.0),
            "it is not refused"
        );
        Ok(())
    })
    .await?;
    world.api.dry_run(&pod).await?.accepted()?;
    let mut count = 0;
    let requests = async {
        let start = Instant::now();
        while start.elapsed() < Duration::from_secs(4) {
            world.api.dry_run(&pod).await?.accepted()?;
            count += 1;
        }
        Ok::<(), anyhow::Error>(())
    };
    let rotation = async {
        tokio::time::sleep(Duration::from_millis(500)).await;
        std::fs::write(folder.join("webhook.crt"), &certificate)?;
        until("the new pair", seconds(10), || async {
            ensure!(
                world.server.metric("podnetworking_certificate_rejected", &[]).await? == Some(0.0),
                "it is refused"
            );
            Ok(())
        })
        .await
    };
    let (requests, rotation) = tokio::join!(requests, rotation);
    requests?;
    rotation?;
    ensure!(count > 20, "only {count} requests");
    world.server.process.check()
}

/// Without a grant the webhook is not ready, names the grant at once, and denies what needs facts; what needs none it decides. With the grant it
/// becomes ready by itself.
pub async fn grants_taken_away(host: Host) -> Result<()> {
    if host == Host::PolicyServer {
        return Ok(());
    }
    let world = World::start(host, plan()).await?;
    world.namespace("grants", json!({})).await?;
    let binding = json!({"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRoleBinding", "metadata": {"name": "podnetworking-policy"}});
    let stored = world.api.get(&path_of(&binding)).await?;
    // One that starts without the grant.
    let account = json!({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "nobody", "namespace": "podnetworking-policy"}});
    world.api.create(&account).await?.accepted()?;
    let kubeconfig = world.plane.service_account_kubeconfig("podnetworking-policy", "nobody").await?;
    let mut without =
        Server::spawn(&world.plane, host, "without", Plan { kubeconfig: Some(kubeconfig), ..plan() }).await?;
    until("the grant to be named", seconds(10), || async {
        let (code, body) = without.probe("readyz").await?;
        ensure!(code == 503, "{code} {body}");
        ensure_contains(&body, &["podnetworkings.network.alibabacloud.com", "list", "watch"])
    })
    .await?;
    ensure_contains(&without.process.log(), &["podnetworkings.network.alibabacloud.com"])?;
    crate::bench::replace_configurations(&world, &without).await?;
    let labels = json!({"app": "grants"});
    let answer = until("the denial", seconds(10), || async {
        let answer = world.api.dry_run(&pod("grants", "p", &labels)).await?;
        answer.denied().map(str::to_owned)
    })
    .await?;
    ensure_contains(&answer, &["[facts-unavailable]", "podnetworkings"])?;
    let mut on_the_host = pod("grants", "p", &labels);
    on_the_host["spec"]["hostNetwork"] = json!(true);
    world.api.dry_run(&on_the_host).await?.accepted()?;
    // The grant comes: it becomes ready without a restart.
    let subject = json!([{"op": "add", "path": "/subjects/-", "value": {"kind": "ServiceAccount", "name": "nobody", "namespace": "podnetworking-policy"}}]);
    world.api.patch(&path_of(&binding), Patch::Json, "", &subject).await?.accepted()?;
    without.wait_until_ready().await?;
    world.api.dry_run(&pod("grants", "p", &labels)).await?.accepted()?;
    // It is taken away from one that has facts: they stay in use, and the grant is named once the watch is refused.
    world.api.delete(&path_of(&binding)).await?;
    until("the lost grant to be named", seconds(60), || async {
        let (code, body) = without.probe("readyz").await?;
        ensure!(code == 200, "{code} {body}");
        ensure_contains(&body, &["podnetworkings.network.alibabacloud.com"])
    })
    .await?;
    world.api.dry_run(&pod("grants", "p", &labels)).await?.accepted()?;
    let mut again = stored;
    again["metadata"] = json!({"name": "podnetworking-policy"});
    again["subjects"] = json!([{"kind": "ServiceAccount", "name": "nobody", "namespace": "podnetworking-policy"}]);
    world.api.create(&again).await?.accepted()?;
    until("the watch to work again", seconds(30), || async {
        let (_, body) = without.probe("readyz").await?;
        ensure!(!body.contains("fails"), "{body}");
        Ok(())
    })
    .await?;
    without.process.check()
}

/// The API server is restarted: the webhook watches again, and no change is lost.
pub async fn api_server_restarted(host: Host) -> Result<()> {
    let mut world = World::start(host, plan()).await?;
    world.namespace("restart", json!({})).await?;
    let labels = json!({"app": "restart"});
    platform::add(&world.api, &podnetworking("restart", labels.clone(), &["vsw-h"])).await?;
    world.until_selected("restart", &labels, Some("restart")).await?;
    world.plane.stop_api_server();
    tokio::time::sleep(Duration::from_secs(1)).await;
    world.plane.start_api_server().await?;
    // What was known is known.
    let seen = until("the API server to ask", seconds(20), || async {
        world.api.dry_run(&pod("restart", "p", &labels)).await?.accepted()
    })
    .await?;
    ensure!(seen["metadata"]["annotations"][POD_NETWORKING] == "restart", "{seen}");
    // What is new will be, within the time that a watch takes to begin again.
    let new = json!({"app": "restart-b"});
    platform::add(&world.api, &podnetworking("restart-b", new.clone(), &["vsw-i"])).await?;
    world.until_selected("restart", &new, Some("restart-b")).await?;
    world.server.process.check()
}

/// The watch is cut, and then half open: the webhook notices, lists again, and misses nothing.
pub async fn watch_cut_and_half_open(host: Host) -> Result<()> {
    if host == Host::PolicyServer {
        return Ok(());
    }
    let mut world = World::start(host, plan()).await?;
    world.namespace("watch", json!({})).await?;
    let port: u16 = world.plane.server().rsplit(':').next().and_then(|port| port.parse().ok()).context("a port")?;
    let proxy = Proxy::start(vec![port]).await?;
    let file = service_account(&world.plane).await?;
    let text =
        std::fs::read_to_string(&file)?.replace(world.plane.server(), &format!("https://127.0.0.1:{}", proxy.port));
    let kubeconfig = world.plane.folder().join("through-a-proxy.kubeconfig");
    std::fs::write(&kubeconfig, text)?;
    let mut server =
        Server::start(&world.plane, host, "proxied", Plan { kubeconfig: Some(kubeconfig), ..plan() }).await?;
    crate::bench::replace_configurations(&world, &server).await?;
    ensure!(proxy.connections() > 0, "it watches without the proxy");

    for (name, limit) in [("cut", 20), ("half-open", 90)] {
        if name == "cut" {
            proxy.cut();
        } else {
            proxy.freeze();
        }
        let labels = json!({"app": name});
        platform::add(&world.before, &podnetworking(name, labels.clone(), &["vsw-h"])).await?;
        let start = Instant::now();
        let probe = pod("watch", "p", &labels);
        until(&format!("the change after the watch was {name}"), seconds(limit), || async {
            let seen = world.api.dry_run(&probe).await?.accepted()?;
            ensure!(seen["metadata"]["annotations"][POD_NETWORKING] == name, "not seen yet");
            Ok(())
        })
        .await?;
        note!(
            "{}: after the watch was {name}, a change was seen in {:.1} s",
            host.name(),
            start.elapsed().as_secs_f64()
        );
    }
    server.process.check()?;
    world.server.process.check()
}
