//! The ways in which a request reaches the API server: whichever it is, the policy sees it, and nothing gets stuck.

use anyhow::{Context as _, Result, ensure};
use podnetworking_cluster::api::Patch;
use podnetworking_cluster::nodes::ZONE;
use podnetworking_cluster::platform::{self, PODNETWORKINGS, podnetworking, podnetworking_with};
use podnetworking_cluster::wait::{seconds, until};
use serde_json::{Value, json};

use crate::bench::{POD_NETWORKING, World, deployment, ensure_contains, pod, required_zones};

/// Server-side apply creates and changes PodNetworkings and pods, and is denied like every other request.
pub async fn server_side_apply(world: &mut World) -> Result<()> {
    world.namespace("apply", json!({})).await?;
    let labels = json!({"app": "apply"});
    let one = podnetworking("apply", labels.clone(), &["vsw-h"]);
    world.api.apply(&one).await?.accepted()?;
    platform::reconcile(&world.api, "apply").await?;
    world.until_selected("apply", &labels, Some("apply")).await?;
    let applied = world.api.apply(&pod("apply", "p", &labels)).await?.accepted()?;
    ensure!(required_zones(&applied) == ["cn-hangzhou-h"], "{applied}");
    // A second time: nothing is changed, and the fields that the policy added stay.
    let again = world.api.apply(&pod("apply", "p", &labels)).await?.accepted()?;
    ensure!(again["spec"]["affinity"] == applied["spec"]["affinity"], "{again}");
    ensure!(again["metadata"]["annotations"] == applied["metadata"]["annotations"], "{again}");
    let overlapping = podnetworking("apply-b", labels.clone(), &["vsw-i"]);
    ensure_contains(world.api.apply(&overlapping).await?.denied()?, &["[overlap]", "`apply`"])?;
    // An apply can bring a time of deletion: that excuses nothing.
    let mut deleting = overlapping;
    deleting["metadata"]["deletionTimestamp"] = json!("2026-01-01T00:00:00Z");
    ensure_contains(world.api.apply(&deleting).await?.denied()?, &["[overlap]"])
}

/// JSON patch, merge patch, strategic merge patch and apply patch of stored objects.
pub async fn patches_of_all_four_kinds(world: &mut World) -> Result<()> {
    world.namespace("patches", json!({})).await?;
    let labels = json!({"app": "patches"});
    platform::add(&world.api, &podnetworking("patches", labels.clone(), &["vsw-h"])).await?;
    world.until_selected("patches", &labels, Some("patches")).await?;
    world.api.create(&pod("patches", "p", &labels)).await?.accepted()?;
    let path = "/api/v1/namespaces/patches/pods/p";
    let key = POD_NETWORKING.replace('/', "~1");
    let forged = json!({"metadata": {"annotations": {POD_NETWORKING: "another"}}});
    let attempts = [
        (Patch::Json, json!([{"op": "replace", "path": format!("/metadata/annotations/{key}"), "value": "another"}])),
        (Patch::Merge, forged.clone()),
        (Patch::StrategicMerge, forged.clone()),
        (
            Patch::Apply,
            json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p", "annotations": {POD_NETWORKING: "another"}}}),
        ),
    ];
    for (kind, patch) in attempts {
        let query = if kind == Patch::Apply { "?fieldManager=other&force=true" } else { "" };
        let answer = world.api.patch(path, kind, query, &patch).await?;
        ensure_contains(answer.denied().with_context(|| format!("{kind:?}"))?, &["[pinned-annotation]"])?;
    }
    // What no rule is about can be changed in all four ways.
    let harmless = [
        (Patch::Json, json!([{"op": "add", "path": "/metadata/labels/one", "value": "1"}])),
        (Patch::Merge, json!({"metadata": {"labels": {"two": "2"}}})),
        (Patch::StrategicMerge, json!({"spec": {"containers": [{"name": "c", "image": "nginx:2"}]}})),
        (Patch::Apply, json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p", "labels": {"three": "3"}}})),
    ];
    for (kind, patch) in harmless {
        let query = if kind == Patch::Apply { "?fieldManager=other" } else { "" };
        world.api.patch(path, kind, query, &patch).await?.accepted().with_context(|| format!("{kind:?}"))?;
    }
    // A patch that makes a PodNetworking overlap.
    platform::add(&world.api, &podnetworking("patches-b", json!({"app": "patches-b"}), &["vsw-i"])).await?;
    let wide = json!({"spec": {"selector": {"podSelector": {"matchLabels": {"app": "patches"}}}}});
    let answer = world.api.patch(&format!("{PODNETWORKINGS}/patches-b"), Patch::Merge, "", &wide).await?;
    ensure_contains(answer.denied()?, &["[overlap]", "`patches`"])
}

/// `--dry-run=server` gives the same answer and stores nothing; `kubectl diff` shows what the policy would add.
pub async fn dry_run_and_diff(world: &mut World) -> Result<()> {
    world.namespace("dry", json!({})).await?;
    let labels = json!({"app": "dry"});
    platform::add(&world.api, &podnetworking("dry", labels.clone(), &["vsw-h"])).await?;
    world.until_selected("dry", &labels, Some("dry")).await?;
    let shown = world
        .kubectl_with(&["create", "--dry-run=server", "-o", "json", "-f", "-"], &pod("dry", "p", &labels))
        .await?
        .ok()?;
    let seen: Value = serde_json::from_str(&shown)?;
    ensure!(required_zones(&seen) == ["cn-hangzhou-h"], "{seen}");
    ensure!(world.api.get("/api/v1/namespaces/dry/pods/p").await.is_err(), "a dry run stored a pod");
    let other = podnetworking("dry-b", labels.clone(), &["vsw-i"]);
    let shown = world.kubectl_with(&["create", "--dry-run=server", "-f", "-"], &other).await?;
    ensure_contains(&shown.stderr, &["[overlap]"])?;
    let shown = world.kubectl_with(&["diff", "-f", "-"], &pod("dry", "p", &labels)).await?;
    ensure!(shown.code == 1, "{shown:?}");
    ensure_contains(&shown.stdout, &["+    k8s.aliyun.com/pod-networking: dry", "+            - cn-hangzhou-h"])
}

/// A rollout, a scale up and a scale down of a Deployment.
pub async fn rollout_and_scale(world: &mut World) -> Result<()> {
    world.namespace("rollout", json!({})).await?;
    let labels = json!({"app": "rollout"});
    platform::add(&world.api, &podnetworking("rollout", labels.clone(), &["vsw-i"])).await?;
    world.until_selected("rollout", &labels, Some("rollout")).await?;
    world.api.create(&deployment("rollout", "d", 2, &labels)).await?.accepted()?;
    let status = ["rollout", "status", "deployment/d", "-n", "rollout", "--timeout=40s"];
    world.kubectl(&status).await?.ok()?;
    world.kubectl(&["set", "image", "deployment/d", "c=nginx:2", "-n", "rollout"]).await?.ok()?;
    world.kubectl(&status).await?.ok()?;
    world.kubectl(&["scale", "deployment/d", "--replicas=4", "-n", "rollout"]).await?.ok()?;
    let pods = world.until_bound("rollout", "app=rollout", 4).await?;
    for pod in &pods {
        ensure!(world.zone(pod).await? == "cn-hangzhou-i", "{pod}");
    }
    world.kubectl(&["rollout", "undo", "deployment/d", "-n", "rollout"]).await?.ok()?;
    world.kubectl(&status).await?.ok()?;
    world.kubectl(&["scale", "deployment/d", "--replicas=0", "-n", "rollout"]).await?.ok()?;
    world.until_bound("rollout", "app=rollout", 0).await?;
    Ok(())
}

/// `kubectl debug` adds an ephemeral container, and an in-place resize changes resources: subresources that no policy stops.
pub async fn debug_and_resize(world: &mut World) -> Result<()> {
    world.namespace("debug", json!({})).await?;
    let labels = json!({"app": "debug"});
    platform::add(&world.api, &podnetworking("debug", labels.clone(), &["vsw-h"])).await?;
    world.until_selected("debug", &labels, Some("debug")).await?;
    let mut one = pod("debug", "p", &labels);
    one["spec"]["containers"][0]["resources"] = json!({"requests": {"cpu": "100m", "memory": "64Mi"}});
    world.api.create(&one).await?.accepted()?;
    world.until_bound("debug", "app=debug", 1).await?;
    world.kubectl(&["debug", "p", "-n", "debug", "--image=busybox", "--attach=false", "--quiet"]).await?.ok()?;
    let path = "/api/v1/namespaces/debug/pods/p";
    let resources = json!({"spec": {"containers": [{"name": "c", "resources": {"requests": {"cpu": "200m"}}}]}});
    world.api.patch(&format!("{path}/resize"), Patch::StrategicMerge, "", &resources).await?.accepted()?;
    let stored = world.api.get(path).await?;
    ensure!(stored["spec"]["ephemeralContainers"].as_array().is_some_and(|all| all.len() == 1), "{stored}");
    ensure!(stored["spec"]["containers"][0]["resources"]["requests"]["cpu"] == "200m", "{stored}");
    ensure!(stored["metadata"]["annotations"][POD_NETWORKING] == "debug", "{stored}");
    Ok(())
}

/// Draining a node: the pods come back in a zone of a vSwitch.
pub async fn drain(world: &mut World) -> Result<()> {
    world.namespace("drain", json!({})).await?;
    let labels = json!({"app": "drain"});
    platform::add(&world.api, &podnetworking("drain", labels.clone(), &["vsw-k"])).await?;
    world.until_selected("drain", &labels, Some("drain")).await?;
    world.api.create(&deployment("drain", "d", 4, &labels)).await?.accepted()?;
    world.until_bound("drain", "app=drain", 4).await?;
    world
        .kubectl(&[
            "drain",
            "node-k-1",
            "--ignore-daemonsets",
            "--force",
            "--disable-eviction=false",
            "--timeout=40s",
            "--pod-selector=app=drain",
        ])
        .await?
        .ok()?;
    let pods = until("the pods on the other node", seconds(20), || async {
        let pods = world.until_bound("drain", "app=drain", 4).await?;
        ensure!(pods.iter().all(|pod| pod["spec"]["nodeName"] == "node-k-2"), "a pod is on another node");
        Ok(pods)
    })
    .await;
    world.kubectl(&["uncordon", "node-k-1"]).await?.ok()?;
    pods.map(|_| ())
}

/// `generateName`: the policy knows no name yet, and names none.
pub async fn generate_name(world: &mut World) -> Result<()> {
    world.namespace("generate", json!({})).await?;
    let labels = json!({"app": "generate"});
    let mut one = podnetworking("x", labels.clone(), &["vsw-h"]);
    one["metadata"] = json!({"generateName": "generate-"});
    let created = world.api.create(&one).await?.accepted()?;
    let name = created["metadata"]["name"].as_str().context("a name")?.to_owned();
    platform::reconcile(&world.api, &name).await?;
    world.until_selected("generate", &labels, Some(&name)).await?;
    ensure_contains(world.api.create(&one).await?.denied()?, &["[overlap]", &name])?;
    let mut pod = pod("generate", "x", &labels);
    pod["metadata"] = json!({"generateName": "p-", "namespace": "generate", "labels": labels});
    let created = world.api.create(&pod).await?.accepted()?;
    ensure!(created["metadata"]["annotations"][POD_NETWORKING] == name.as_str(), "{created}");
    Ok(())
}

/// Finalizers and deletion: what is being deleted counts until it is gone, and its finalizer can always go.
pub async fn finalizers_and_deletion(world: &mut World) -> Result<()> {
    world.namespace("finalizers", json!({})).await?;
    let labels = json!({"app": "finalizers"});
    let mut one = podnetworking("finalizers", labels.clone(), &["vsw-h"]);
    one["metadata"]["finalizers"] = json!(["suite.example.com/held"]);
    platform::add(&world.api, &one).await?;
    world.until_selected("finalizers", &labels, Some("finalizers")).await?;
    let mut held = pod("finalizers", "p", &labels);
    held["metadata"]["finalizers"] = json!(["suite.example.com/held"]);
    world.api.create(&held).await?.accepted()?;
    world.api.delete(&format!("{PODNETWORKINGS}/finalizers")).await?;
    world.api.delete("/api/v1/namespaces/finalizers/pods/p").await?;
    // It still selects, and a second one would overlap.
    let second = podnetworking("finalizers-b", labels.clone(), &["vsw-h"]);
    ensure_contains(world.api.create(&second).await?.denied()?, &["[overlap]", "`finalizers`"])?;
    let gone = json!({"metadata": {"finalizers": null}});
    world.api.patch("/api/v1/namespaces/finalizers/pods/p", Patch::Merge, "", &gone).await?.accepted()?;
    world.api.patch(&format!("{PODNETWORKINGS}/finalizers"), Patch::Merge, "", &gone).await?.accepted()?;
    until("the second one", seconds(10), || async { platform::add(&world.api, &second).await.map(|_| ()) }).await
}

/// Namespaces are created, relabelled and deleted: one that would make a latent overlap real is denied.
pub async fn namespaces(world: &mut World) -> Result<()> {
    for (name, label) in [("namespaces-a", "team"), ("namespaces-b", "stage")] {
        let selector = json!({"namespaceSelector": {"matchLabels": {label: "suite"}}});
        let created = world.api.create(&podnetworking_with(name, selector, &["vsw-h"])).await?;
        created.accepted()?;
        platform::reconcile(&world.api, name).await?;
    }
    world.namespace("namespaces", json!({"team": "suite"})).await?;
    let labels = json!({"app": "namespaces"});
    world.until_selected("namespaces", &labels, Some("namespaces-a")).await?;
    let both = json!({"metadata": {"labels": {"stage": "suite"}}});
    let path = "/api/v1/namespaces/namespaces";
    let answer = world.api.patch(path, Patch::Merge, "", &both).await?;
    ensure_contains(answer.denied()?, &["[ambiguous-namespace]", "`namespaces-a`", "`namespaces-b`"])?;
    let new = json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "namespaces-new", "labels": {"team": "suite", "stage": "suite"}}});
    ensure_contains(world.api.create(&new).await?.denied()?, &["[ambiguous-namespace]"])?;
    // From one to the other.
    let other = json!({"metadata": {"labels": {"team": null, "stage": "suite"}}});
    world.api.patch(path, Patch::Merge, "", &other).await?.accepted()?;
    world.until_selected("namespaces", &labels, Some("namespaces-b")).await?;
    world.api.create(&pod("namespaces", "p", &labels)).await?.accepted()?;
    world.api.delete(path).await?;
    until("the namespace to go", seconds(40), || async {
        ensure!(world.api.get(path).await.is_err(), "it is there");
        Ok(())
    })
    .await
}

/// What the CRD does before a policy sees the object: it fills in defaults, and drops what it does not know.
pub async fn crd_pruning_and_defaulting(world: &mut World) -> Result<()> {
    let one = json!({
        "apiVersion": platform::API_VERSION, "kind": "PodNetworking", "metadata": {"name": "pruning"},
        "spec": {
            "allocationType": {}, "securityGroupIDs": ["sg-1"], "vSwitchOptions": ["vsw-h", "vsw-h"],
            "selector": {"podSelector": {"matchLabels": {"app": "pruning"}}}, "vSwitchIDs": ["vsw-x"],
        },
    });
    // A misspelt field: strict validation refuses it, and without that it is dropped with a warning.
    let strict = world.api.create_with(&one, "?fieldValidation=Strict").await?;
    ensure_contains(strict.refused()?, &["unknown field \"spec.vSwitchIDs\""])?;
    let created = world.api.create(&one).await?;
    ensure!(created.warnings.iter().any(|warning| warning.contains("spec.vSwitchIDs")), "{:?}", created.warnings);
    let created = created.accepted()?;
    ensure!(created["spec"]["vSwitchIDs"].is_null(), "{created}");
    ensure!(created["spec"]["allocationType"]["type"] == "Elastic", "{created}");
    // The policy drops a repeated id.
    ensure!(created["spec"]["vSwitchOptions"] == json!(["vsw-h"]), "{created}");
    // A misspelt key of the selector leaves `{}`, which selects every pod: the policy warns.
    let mut every = podnetworking_with("pruning-b", json!({"podSelector": {"matchlabels": {"app": "x"}}}), &["vsw-h"]);
    every["spec"]["selector"]["namespaceSelector"] = json!({"matchLabels": {"team": "nobody-has-this"}});
    let warned = world.api.create_with(&every, "?dryRun=All").await?;
    ensure!(warned.warnings.iter().any(|warning| warning.contains("[selector-matches-all]")), "{warned:?}");
    Ok(())
}

/// An object of more than a megabyte is judged like any other.
pub async fn an_object_over_a_megabyte(world: &mut World) -> Result<()> {
    world.namespace("large", json!({})).await?;
    let labels = json!({"app": "large"});
    platform::add(&world.api, &podnetworking("large", labels.clone(), &["vsw-h"])).await?;
    world.until_selected("large", &labels, Some("large")).await?;
    let mut large = pod("large", "p", &labels);
    let environment: Vec<Value> =
        (0..1200).map(|number| json!({"name": format!("V{number}"), "value": "x".repeat(1000)})).collect();
    large["spec"]["containers"][0]["env"] = json!(environment);
    ensure!(large.to_string().len() > 1 << 20, "{}", large.to_string().len());
    let created = world.api.create(&large).await?.accepted()?;
    ensure!(created["metadata"]["annotations"][POD_NETWORKING] == "large", "not annotated");
    // The review of an update has the object twice.
    let label = json!({"metadata": {"labels": {"more": "1"}, "annotations": {"note": "y".repeat(200_000)}}});
    world.api.patch("/api/v1/namespaces/large/pods/p", Patch::Merge, "", &label).await?.accepted()?;
    large["metadata"]["name"] = json!("q");
    large["spec"]["nodeSelector"] = json!({ZONE: "cn-hangzhou-k"});
    ensure_contains(world.api.create(&large).await?.denied()?, &["[zone-conflict]"])
}

/// Updates that conflict: the loser gets 409 from the API server, whatever the policy says.
pub async fn update_conflicts(world: &mut World) -> Result<()> {
    let labels = json!({"app": "conflicts"});
    let created = platform::add(&world.api, &podnetworking("conflicts", labels, &["vsw-h"])).await?;
    let mut stale = created;
    stale["spec"]["vSwitchOptions"] = json!(["vsw-h", "vsw-i"]);
    let answer = world.api.replace(&stale, "").await?;
    ensure!(answer.code == 409, "{} {}", answer.code, answer.message());
    let path = format!("{PODNETWORKINGS}/conflicts");
    let patches = (0..20).map(|number| {
        let api = world.api.clone();
        let path = path.clone();
        async move {
            api.patch(&path, Patch::Merge, "", &json!({"metadata": {"labels": {format!("l{number}"): "x"}}})).await
        }
    });
    for answer in futures::future::join_all(patches).await {
        answer?.accepted()?;
    }
    let stored = world.api.get(&path).await?;
    ensure!(stored["metadata"]["labels"].as_object().is_some_and(|labels| labels.len() == 20), "{stored}");
    Ok(())
}

/// A gated pod: what is added to it is judged, and it is bound where its PodNetworking has a vSwitch.
pub async fn gated_pods(world: &mut World) -> Result<()> {
    world.namespace("gated", json!({})).await?;
    let labels = json!({"app": "gated"});
    platform::add(&world.api, &podnetworking("gated", labels.clone(), &["vsw-h", "vsw-i"])).await?;
    world.until_selected("gated", &labels, Some("gated")).await?;
    let mut gated = pod("gated", "p", &labels);
    gated["spec"]["schedulingGates"] = json!([{"name": "suite.example.com/gate"}]);
    world.api.create(&gated).await?.accepted()?;
    let path = "/api/v1/namespaces/gated/pods/p";
    let zone = |zone: &str| json!({"spec": {"nodeSelector": {ZONE: zone}}});
    let answer = world.api.patch(path, Patch::Merge, "", &zone("cn-hangzhou-k")).await?;
    ensure_contains(answer.denied()?, &["[zone-conflict]"])?;
    world.api.patch(path, Patch::Merge, "", &zone("cn-hangzhou-i")).await?.accepted()?;
    world.api.patch(path, Patch::Merge, "", &json!({"spec": {"schedulingGates": null}})).await?.accepted()?;
    let bound = world.until_bound("gated", "app=gated", 1).await?;
    ensure!(world.zone(&bound[0]).await? == "cn-hangzhou-i", "{}", bound[0]);
    Ok(())
}

/// Jobs, StatefulSets and DaemonSets: each pod has what its controller adds, and is bound in a zone of a vSwitch.
pub async fn workloads(world: &mut World) -> Result<()> {
    world.namespace("workloads", json!({})).await?;
    let labels = json!({"app": "workloads"});
    platform::add(&world.api, &podnetworking("workloads", labels.clone(), &["vsw-h"])).await?;
    world.until_selected("workloads", &labels, Some("workloads")).await?;
    let mut set = deployment("workloads", "s", 2, &labels);
    set["kind"] = json!("StatefulSet");
    world.api.create(&set).await?.accepted()?;
    let job = json!({
        "apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "j", "namespace": "workloads"},
        "spec": {"completions": 2, "completionMode": "Indexed", "template": {"metadata": {"labels": labels}, "spec": {
            "restartPolicy": "Never", "containers": [{"name": "c", "image": "x"}],
        }}},
    });
    world.api.create(&job).await?.accepted()?;
    world.kubectl(&["rollout", "status", "statefulset/s", "-n", "workloads", "--timeout=40s"]).await?.ok()?;
    world.kubectl(&["wait", "--for=condition=complete", "job/j", "-n", "workloads", "--timeout=40s"]).await?.ok()?;
    for pod in world.api.list("/api/v1/namespaces/workloads/pods", "app=workloads").await? {
        ensure!(world.zone(&pod).await? == "cn-hangzhou-h", "{pod}");
    }
    // The template of a DaemonSet says which nodes get a pod: with no affinity of its own it would have one in every zone,
    // so the author restricts it.
    let other = json!({"app": "everywhere"});
    let mut daemons = deployment("workloads", "d", 0, &other);
    daemons["kind"] = json!("DaemonSet");
    daemons["spec"]["replicas"] = Value::Null;
    daemons["spec"]["template"]["spec"]["nodeSelector"] = json!({ZONE: "cn-hangzhou-h"});
    platform::add(&world.api, &podnetworking("everywhere", other, &["vsw-h"])).await?;
    world.api.create(&daemons).await?.accepted()?;
    world.until_bound("workloads", "app=everywhere", 2).await?;
    Ok(())
}
