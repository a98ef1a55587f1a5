//! The chart, as far as that is possible without a kubelet: its objects are those of `charts/rendered`, and `serve` runs with its
//! arguments, Secret, settings and service account. A Service leads to loopback instead of to pods.

use anyhow::{Context as _, Result, ensure};
use podnetworking_cluster::api::{Patch, path_of};
use podnetworking_cluster::control_plane::{Options, free_port};
use podnetworking_cluster::kubelet::Kubelet;
use podnetworking_cluster::plain_http;
use podnetworking_cluster::platform::{self, podnetworking, read_objects};
use podnetworking_cluster::process::Process;
use podnetworking_cluster::programs::repository;
use podnetworking_cluster::proxy::Proxy;
use podnetworking_cluster::server::{Host, podnetworking as program};
use podnetworking_cluster::wait::{seconds, until};
use serde_json::{Value, json};

use crate::bench::{POD_NETWORKING, control_plane, ensure_contains, pod};

const NAMESPACE: &str = "podnetworking-policy";

/// Two replicas that start with an empty Secret agree on one CA, write it into both configurations, and protect. Removing the
/// configurations ends it.
pub async fn installed_and_removed(host: Host) -> Result<()> {
    let rendered = repository().join("charts/rendered/protect.yaml");
    if host != Host::Serve {
        return Ok(());
    }
    let plane = control_plane(&Options { with_controllers: true, flags: Vec::new() }).await?;
    let api = &plane.admin;
    let _kubelet = Kubelet::start(api);
    api.create(&json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {
        "name": NAMESPACE, "labels": {"pod-security.kubernetes.io/enforce": "restricted"},
    }}))
    .await?
    .accepted()?;
    let objects = read_objects(&rendered)?;
    let of_kind = |kind: &str| objects.iter().filter(|one| one["kind"] == kind).cloned().collect::<Vec<Value>>();
    let mut ports = Vec::new();
    for _ in 0..2 {
        ports.push((free_port()?, free_port()?));
    }
    let proxy = Proxy::start(ports.iter().map(|(port, _)| *port).collect()).await?;
    for object in &objects {
        let mut object = object.clone();
        if object["kind"] == "Service" {
            object["spec"] = json!({"type": "ExternalName", "externalName": "localhost"});
        }
        if let Some(webhooks) = object.get_mut("webhooks").and_then(Value::as_array_mut) {
            webhooks[0]["clientConfig"]["service"]["port"] = json!(proxy.port);
        }
        api.apply(&object).await?.accepted().with_context(|| object["kind"].to_string())?;
    }
    let deployment = of_kind("Deployment").first().cloned().context("a Deployment")?;
    let template = &deployment["spec"]["template"];
    // The pods of the Deployment are admitted where pod security is restricted.
    let labels = "app.kubernetes.io/name=podnetworking-policy";
    until("the pods of the Deployment", seconds(20), || async {
        let pods = api.list(&format!("/api/v1/namespaces/{NAMESPACE}/pods"), labels).await?;
        ensure!(pods.len() == 2, "{} pods", pods.len());
        Ok(())
    })
    .await?;

    // What the kubelet would run.
    let settings = of_kind("ConfigMap").first().context("a ConfigMap")?["data"]["settings.json"]
        .as_str()
        .context("settings")?
        .to_owned();
    let file = plane.folder().join("settings.json");
    std::fs::write(&file, settings)?;
    let kubeconfig = plane.service_account_kubeconfig(NAMESPACE, "podnetworking-policy").await?;
    let given = template["spec"]["containers"][0]["args"].as_array().cloned().context("arguments")?;
    let mut replicas = Vec::new();
    for (number, (port, metrics)) in ports.iter().enumerate() {
        let mut arguments: Vec<String> = given.iter().filter_map(|one| one.as_str().map(str::to_owned)).collect();
        for argument in &mut arguments {
            for (flag, value) in [
                ("--settings=", file.display().to_string()),
                ("--listen=", format!("127.0.0.1:{port}")),
                ("--metrics-listen=", format!("127.0.0.1:{metrics}")),
            ] {
                if argument.starts_with(flag) {
                    *argument = format!("{flag}{value}");
                }
            }
        }
        arguments.push(format!("--kubeconfig={}", kubeconfig.display()));
        replicas.push(Process::start(&format!("replica-{number}"), &program()?, arguments, plane.folder())?);
    }
    for (replica, (_, metrics)) in replicas.iter_mut().zip(&ports) {
        let ready = until("a replica to be ready", seconds(30), || async {
            let (code, body) = plain_http::get(*metrics, "readyz").await?;
            ensure!(code == 200, "{code} {body}");
            Ok(())
        })
        .await;
        replica.check()?;
        ready.with_context(|| replica.log())?;
    }
    let configurations: Vec<Value> = objects.iter().filter(|one| one["webhooks"].is_array()).cloned().collect();
    ensure!(configurations.len() == 2, "{} configurations", configurations.len());
    until("the CA in both configurations", seconds(20), || async {
        for one in &configurations {
            let stored = api.get(&path_of(one)).await?;
            ensure!(stored["webhooks"][0]["clientConfig"]["caBundle"].is_string(), "{}", one["kind"]);
        }
        Ok(())
    })
    .await?;
    // An upgrade renders the configurations again, without a caBundle: it stays.
    for one in &configurations {
        let mut again = one.clone();
        again["webhooks"][0]["clientConfig"]["service"]["port"] = json!(proxy.port);
        api.apply(&again).await?.accepted()?;
        let stored = api.get(&path_of(one)).await?;
        ensure!(
            stored["webhooks"][0]["clientConfig"]["caBundle"].is_string(),
            "an upgrade has emptied the caBundle of {}",
            one["kind"]
        );
    }

    // It protects the namespaces that the values select, by both replicas.
    for (name, labels) in [("shop", json!({"team": "shop"})), ("other", json!({}))] {
        api.create(&json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "labels": labels}}))
            .await?
            .accepted()?;
        until("the service account", seconds(20), || async {
            api.get(&format!("/api/v1/namespaces/{name}/serviceaccounts/default")).await
        })
        .await?;
    }
    let web = json!({"app": "web"});
    until("the first PodNetworking", seconds(20), || async {
        platform::add(api, &podnetworking("web", web.clone(), &["vsw-h"])).await
    })
    .await?;
    let of = |created: &Value| created["metadata"]["annotations"][POD_NETWORKING].as_str().map(str::to_owned);
    until("an annotated pod", seconds(20), || async {
        let created = api.dry_run(&pod("shop", "p", &web)).await?.accepted()?;
        ensure!(of(&created).as_deref() == Some("web"), "{created}");
        Ok(())
    })
    .await?;
    for number in 0..20 {
        let created = api.create(&pod("shop", &format!("p-{number}"), &web)).await?.accepted()?;
        ensure!(of(&created).as_deref() == Some("web"), "{created}");
    }
    let created = api.create(&pod("other", "p", &web)).await?.accepted()?;
    ensure!(of(&created).is_none(), "{created}");
    ensure_contains(api.create(&podnetworking("web-b", web.clone(), &["vsw-h"])).await?.denied()?, &["[overlap]"])?;
    for (replica, (_, metrics)) in replicas.iter_mut().zip(&ports) {
        replica.check()?;
        let (_, text) = plain_http::get(*metrics, "metrics").await?;
        ensure!(
            text.lines().any(|line| line.starts_with("podnetworking_decisions_total{")),
            "a replica has decided nothing"
        );
    }

    // A replica is told to end while requests come in: none fails. The proxy keeps its connections, as a Service does until
    // the endpoints change.
    replicas[0].terminate()?;
    for number in 0..100 {
        let created = api.create_with(&pod("shop", &format!("q-{number}"), &web), "?dryRun=All").await?.accepted()?;
        ensure!(of(&created).as_deref() == Some("web"), "{created}");
    }

    // Back out: the configurations go first, and pods are created as before.
    for one in &configurations {
        api.delete(&path_of(one)).await?;
    }
    until("the end of it", seconds(10), || async {
        let created = api.dry_run(&pod("shop", "p", &web)).await?.accepted()?;
        ensure!(of(&created).is_none(), "{created}");
        Ok(())
    })
    .await?;
    let label = json!({"metadata": {"labels": {"after": "1"}}});
    api.patch("/api/v1/namespaces/shop/pods/p-0", Patch::Merge, "", &label).await?.accepted()?;
    Ok(())
}
