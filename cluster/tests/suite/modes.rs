//! From monitor to protect and back, and from the module that was there before to today's.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context as _, Result, bail, ensure};
use podnetworking_cluster::nodes::ZONE;
use podnetworking_cluster::platform::{self, PODNETWORKINGS, podnetworking};
use podnetworking_cluster::programs::repository;
use podnetworking_cluster::proxy::Proxy;
use podnetworking_cluster::server::{Host, Plan, Server};
use podnetworking_cluster::wait::{seconds, until};
use serde_json::{Value, json};

use crate::bench::{POD_NETWORKING, World, ensure_contains, pod, replace_configurations};

/// What 0.1.0 would have been.
const BASELINE: &str = "ed6c04f";

fn plan(mode: &str) -> Plan {
    Plan { mode: mode.to_owned(), settings: json!({"platform": "ack-serverless"}), ..Plan::default() }
}

/// `monitor` denies nothing and changes nothing: it warns and counts. `protect` does both; and back.
pub async fn monitor_to_protect_and_back(host: Host) -> Result<()> {
    let mut world = World::start(host, plan("monitor")).await?;
    world.namespace("modes", json!({})).await?;
    let labels = json!({"app": "modes"});
    platform::add(&world.api, &podnetworking("modes", labels.clone(), &["vsw-h"])).await?;
    let overlapping = podnetworking("modes-b", labels.clone(), &["vsw-h"]);
    let mut conflicting = pod("modes", "c", &labels);
    conflicting["spec"]["nodeSelector"] = json!({ZONE: "cn-hangzhou-k"});

    if host != Host::PolicyServer {
        until("the warning", seconds(10), || async {
            let answer = world.api.dry_run(&overlapping).await?;
            ensure!(answer.is_accepted(), "denied: {}", answer.message());
            ensure_contains(&answer.warnings.join("\n"), &["[overlap]"])
        })
        .await?;
    }
    world.api.dry_run(&conflicting).await?.accepted()?;
    let unchanged = world.api.create(&pod("modes", "p", &labels)).await?.accepted()?;
    ensure!(unchanged["metadata"]["annotations"].is_null() && unchanged["spec"]["affinity"].is_null(), "{unchanged}");
    if host != Host::PolicyServer {
        for answer in ["would-deny", "would-change"] {
            let counted =
                world.server.metric("podnetworking_decisions_total", &[&format!("answer=\"{answer}\"")]).await?;
            ensure!(counted.unwrap_or_default() > 0.0, "no decision is counted as {answer}");
        }
    }

    let mut protecting = Server::start(&world.plane, host, "protecting", plan("protect")).await?;
    replace_configurations(&world, &protecting).await?;
    world.until_selected("modes", &labels, Some("modes")).await?;
    ensure_contains(world.api.create(&overlapping).await?.denied()?, &["[overlap]"])?;
    ensure_contains(world.api.create(&conflicting).await?.denied()?, &["[zone-conflict]"])?;
    protecting.process.check()?;

    replace_configurations(&world, &world.server).await?;
    world.api.create(&conflicting).await?.accepted()?;
    world.server.process.check()
}

/// The module of the baseline, built once from the history of the repository and kept in the cache. Nothing where the history
/// is not there.
fn baseline() -> Result<Option<PathBuf>> {
    let git = |arguments: &[&str]| -> Result<bool> {
        Ok(Command::new("git").args(arguments).current_dir(repository()).output().context("git")?.status.success())
    };
    if !git(&["cat-file", "-e", &format!("{BASELINE}^{{commit}}")])? {
        return Ok(None);
    }
    let cache = std::env::var_os("XDG_CACHE_HOME")
        .map(PathBuf::from)
        .or_else(|| std::env::home_dir().map(|home| home.join(".cache")));
    let folder = cache.context("a folder for caches")?.join("podnetworking-control-plane");
    let module = folder.join(format!("policy-{BASELINE}.wasm"));
    if module.is_file() {
        return Ok(Some(module));
    }
    std::fs::create_dir_all(&folder)?;
    let tree = tempfile::tempdir()?;
    let path = tree.path().join("baseline").display().to_string();
    if !git(&["worktree", "add", "--detach", &path, BASELINE])? {
        bail!("git worktree add {path} {BASELINE} has failed");
    }
    let built = Command::new("make")
        .args(["-C", &path, "policy.wasm"])
        .env("CARGO_TARGET_DIR", tree.path().join("target"))
        .output();
    let copied = built.map_err(anyhow::Error::from).and_then(|output| {
        ensure!(output.status.success(), "make policy.wasm at {BASELINE}: {}", String::from_utf8_lossy(&output.stderr));
        Ok(std::fs::copy(PathBuf::from(&path).join("policy.wasm"), &module)?)
    });
    git(&["worktree", "remove", "--force", &path])?;
    copied.map(|_| Some(module))
}

/// Two replicas, of which one decides by the module of the baseline and one by today's core; then today's alone. What both
/// promise holds all the time.
pub async fn upgrade_from_the_baseline(host: Host) -> Result<()> {
    if host != Host::Serve {
        return Ok(());
    }
    let Some(module) = baseline()? else {
        note!("the history of the repository is not here: the upgrade from {BASELINE} is not tried");
        return Ok(());
    };
    let mut world = World::start(host, plan("protect")).await?;
    let mut old =
        Server::start(&world.plane, Host::ServeModule, "baseline", Plan { module, ..plan("protect") }).await?;
    world.namespace("upgrade", json!({})).await?;
    let labels = json!({"app": "upgrade"});
    let proxies = [vec![old.port], vec![old.port, world.server.port], vec![world.server.port]];
    for (step, servers) in proxies.into_iter().enumerate() {
        let proxy = Proxy::start(servers).await?;
        world.server.install_by_service(&world.plane, proxy.port).await?;
        let name = format!("upgrade-{step}");
        if step == 0 {
            platform::add(&world.api, &podnetworking("upgrade", labels.clone(), &["vsw-h", "vsw-i"])).await?;
        }
        world.until_selected("upgrade", &labels, Some("upgrade")).await?;
        let pods = (0..20).map(|number| {
            let (api, pod) = (world.api.clone(), pod("upgrade", &format!("{name}-{number}"), &labels));
            async move { api.create(&pod).await?.accepted() }
        });
        let pods: Vec<Value> = futures::future::try_join_all(pods).await?;
        for pod in &pods {
            ensure!(pod["metadata"]["annotations"][POD_NETWORKING] == "upgrade", "{pod}");
            ensure!(crate::bench::required_zones(pod) == ["cn-hangzhou-h", "cn-hangzhou-i"], "{pod}");
        }
        for number in 0..10 {
            let other = podnetworking(&format!("{name}-other-{number}"), labels.clone(), &["vsw-h"]);
            ensure_contains(world.api.create(&other).await?.denied()?, &["[overlap]", "`upgrade`"])?;
            let mut conflicting = pod("upgrade", &format!("{name}-c-{number}"), &labels);
            conflicting["spec"]["nodeSelector"] = json!({ZONE: "cn-hangzhou-k"});
            ensure_contains(world.api.create(&conflicting).await?.denied()?, &["[zone-conflict]"])?;
        }
        // What the old one wrote can be changed and deleted through the new one.
        let path = format!("/api/v1/namespaces/upgrade/pods/{name}-0");
        let label = json!({"metadata": {"labels": {"more": "1"}}});
        world.api.patch(&path, podnetworking_cluster::api::Patch::Merge, "", &label).await?.accepted()?;
        world.api.delete(&path).await?;
    }
    world.api.get(&format!("{PODNETWORKINGS}/upgrade")).await?;
    old.process.check()?;
    world.server.process.check()
}
