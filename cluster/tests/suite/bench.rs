//! Where scenarios run: a control plane with a host of the policy in front of it, and what every scenario needs.

use std::future::Future;
use std::pin::Pin;
use std::sync::OnceLock;

use anyhow::{Context as _, Result, ensure};
use libtest_mimic::{Failed, Trial};
use podnetworking_cluster::api::{Api, Patch, path_of};
use podnetworking_cluster::configurations::BEFORE;
use podnetworking_cluster::control_plane::{ControlPlane, Options};
use podnetworking_cluster::kubectl::{Output, kubectl};
use podnetworking_cluster::kubelet::Kubelet;
use podnetworking_cluster::nodes::{self, ZONES};
use podnetworking_cluster::platform::{self, PODNETWORKINGS};
use podnetworking_cluster::programs::Programs;
use podnetworking_cluster::server::{Host, Plan, Server};
use podnetworking_cluster::wait::{seconds, until};
use serde_json::{Value, json};
use tokio::runtime::Runtime;
use tokio::sync::Mutex;

/// What a scenario returns while it runs.
pub type Running<'w> = Pin<Box<dyn Future<Output = Result<()>> + 'w>>;

/// One line of the suite.
#[derive(Clone, Copy)]
pub struct Scenario {
    /// The module and the function.
    pub name: &'static str,
    /// Where it runs.
    pub on: On,
}

/// Where a scenario runs.
#[derive(Clone, Copy)]
pub enum On {
    /// On the control plane that scenarios share.
    Shared(for<'w> fn(&'w mut World) -> Running<'w>),
    /// On a control plane of its own: it has broad selectors, restarts something, or has other webhook configurations.
    Alone(fn(Host) -> Running<'static>),
    /// On a control plane of its own, once: no host of the policy takes part.
    Once(fn() -> Running<'static>),
}

/// What was measured.
pub static NOTES: std::sync::Mutex<Vec<String>> = std::sync::Mutex::new(Vec::new());

static PROGRAMS: OnceLock<Programs> = OnceLock::new();
static RUNTIME: OnceLock<Runtime> = OnceLock::new();
static SHARED: Mutex<Option<World>> = Mutex::const_new(None);

/// A control plane with a host of the policy in front of it.
pub struct World {
    /// The host.
    pub server: Server,
    /// As the administrator.
    pub api: Api,
    /// As the user who made what was there before the policy.
    pub before: Api,
    _kubelet: Kubelet,
    /// The control plane. It ends after the host.
    pub plane: ControlPlane,
}

/// Keeps what the scenarios need.
pub fn prepare(programs: Programs) {
    PROGRAMS.set(programs).expect("once");
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    RUNTIME.set(runtime.expect("a runtime")).expect("once");
}

/// The programs of the control plane.
pub fn programs() -> &'static Programs {
    PROGRAMS.get().expect("prepared")
}

fn runtime() -> &'static Runtime {
    RUNTIME.get().expect("prepared")
}

/// Ends the control plane that scenarios share.
pub fn end() {
    runtime().block_on(async { SHARED.lock().await.take() });
}

/// The trial of a scenario on a host.
pub fn trial(host: Host, scenario: &Scenario) -> Trial {
    let scenario = *scenario;
    let name = match scenario.on {
        On::Once(_) => scenario.name.to_owned(),
        _ => format!("{} {}", host.name(), scenario.name),
    };
    Trial::test(name, move || {
        let result = runtime().block_on(run(host, scenario));
        result.map_err(|error| Failed::from(format!("{error:#}")))
    })
}

async fn run(host: Host, scenario: Scenario) -> Result<()> {
    let on_shared = match scenario.on {
        On::Alone(run) => return run(host).await,
        On::Once(run) => return run().await,
        On::Shared(run) => run,
    };
    let mut shared = SHARED.lock().await;
    if shared.as_ref().is_none_or(|world| world.server.host != host) {
        *shared = None;
        *shared = Some(
            World::start(host, Plan { settings: json!({"platform": "ack-serverless"}), ..Plan::default() }).await?,
        );
    }
    let world = shared.as_mut().context("a control plane")?;
    let result = on_shared(world).await;
    let result = result.and_then(|()| world.server.process.check());
    world.clean().await.context("cleaning up")?;
    result.map_err(|error| {
        let log = world.server.process.log();
        let lines: Vec<&str> = log.lines().collect();
        let last = lines[lines.len().saturating_sub(6)..].join("\n");
        error.context(format!("the last lines of {}:\n{last}\n", world.server.host.name()))
    })
}

/// A control plane with the platform's CRDs, and nodes in three zones.
pub async fn control_plane(options: &Options) -> Result<ControlPlane> {
    let plane = ControlPlane::start(programs(), options).await?;
    platform::install(&plane.admin).await?;
    if options.with_controllers {
        for zone in ZONES {
            nodes::add(&plane.admin, zone, 2).await?;
        }
    }
    Ok(plane)
}

impl World {
    /// Starts a control plane and a host.
    pub async fn start(host: Host, plan: Plan) -> Result<Self> {
        Self::start_with(host, plan, &Options { with_controllers: true, flags: Vec::new() }).await
    }

    /// The same, with other options of the control plane.
    pub async fn start_with(host: Host, plan: Plan, options: &Options) -> Result<Self> {
        let plane = control_plane(options).await?;
        let server = Server::start(&plane, host, host.name(), plan).await?;
        server.install(&plane).await?;
        let api = plane.admin.clone();
        let before = api.impersonate(BEFORE);
        Ok(Self { server, before, _kubelet: Kubelet::start(&api), api, plane })
    }

    /// Takes away what a scenario made: PodNetworkings at once, namespaces in the background.
    async fn clean(&self) -> Result<()> {
        for one in self.api.list(PODNETWORKINGS, "").await? {
            if one["metadata"]["finalizers"].is_array() {
                self.before.patch(&path_of(&one), Patch::Merge, "", &json!({"metadata": {"finalizers": null}})).await?;
            }
            self.before.delete(&path_of(&one)).await?;
        }
        for namespace in self.api.list("/api/v1/namespaces", "suite=scenario").await? {
            self.before.delete(&path_of(&namespace)).await?;
        }
        Ok(())
    }

    /// Creates a namespace for a scenario, and waits until pods can be created there.
    pub async fn namespace(&self, name: &str, labels: Value) -> Result<()> {
        let mut namespace =
            json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "labels": labels}});
        namespace["metadata"]["labels"]["suite"] = json!("scenario");
        self.api.create(&namespace).await?.accepted()?;
        self.until_usable(name).await
    }

    /// Waits until pods can be created in a namespace: its service account is there.
    pub async fn until_usable(&self, namespace: &str) -> Result<()> {
        let path = format!("/api/v1/namespaces/{namespace}/serviceaccounts/default");
        until("the service account", seconds(20), || async { self.api.get(&path).await.map(|_| ()) }).await
    }

    /// Waits until the host knows that a PodNetworking selects such pods: it annotates one in a dry run. `None`: that nothing
    /// selects them.
    pub async fn until_selected(&self, namespace: &str, labels: &Value, by: Option<&str>) -> Result<()> {
        let pod = pod(namespace, "suite-probe", labels);
        until("the host to know what is stored", seconds(10), || async {
            let seen = self.api.dry_run(&pod).await?.accepted()?;
            let annotation = seen["metadata"]["annotations"][POD_NETWORKING].as_str().map(str::to_owned);
            ensure!(annotation.as_deref() == by, "`{POD_NETWORKING}` is {annotation:?}");
            Ok(())
        })
        .await
    }

    /// Waits until as many pods with these labels are bound as there should be, and returns them.
    pub async fn until_bound(&self, namespace: &str, labels: &str, count: usize) -> Result<Vec<Value>> {
        let path = format!("/api/v1/namespaces/{namespace}/pods");
        until(&format!("{count} bound pods"), seconds(30), || async {
            let pods = self.api.list(&path, labels).await?;
            let is_bound =
                |pod: &&Value| pod["spec"]["nodeName"].is_string() && pod["metadata"]["deletionTimestamp"].is_null();
            let bound: Vec<Value> = pods.iter().filter(is_bound).cloned().collect();
            ensure!(bound.len() == count, "{} of {} are bound", bound.len(), pods.len());
            Ok(bound)
        })
        .await
    }

    /// The zone of the node that a pod was bound to.
    pub async fn zone(&self, pod: &Value) -> Result<String> {
        let node = pod["spec"]["nodeName"].as_str().context("a node")?;
        let node = self.api.get(&format!("/api/v1/nodes/{node}")).await?;
        Ok(node["metadata"]["labels"][nodes::ZONE].as_str().context("a zone")?.to_owned())
    }

    /// Runs kubectl.
    pub async fn kubectl(&self, arguments: &[&str]) -> Result<Output> {
        kubectl(&self.plane, arguments, None).await
    }

    /// Runs kubectl with an object on its standard input.
    pub async fn kubectl_with(&self, arguments: &[&str], input: &Value) -> Result<Output> {
        kubectl(&self.plane, arguments, Some(input)).await
    }
}

/// The annotation with the PodNetworking of a pod.
pub const POD_NETWORKING: &str = "k8s.aliyun.com/pod-networking";

/// The annotation that a pod has an interface of its own.
pub const POD_ENI: &str = "k8s.aliyun.com/pod-eni";

/// A pod.
pub fn pod(namespace: &str, name: &str, labels: &Value) -> Value {
    json!({
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name, "namespace": namespace, "labels": labels},
        "spec": {"containers": [{"name": "c", "image": "nginx"}]},
    })
}

/// A Deployment whose pods have these labels.
pub fn deployment(namespace: &str, name: &str, replicas: usize, labels: &Value) -> Value {
    json!({
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": name, "namespace": namespace},
        "spec": {
            "replicas": replicas,
            "selector": {"matchLabels": labels},
            "template": {"metadata": {"labels": labels}, "spec": {"containers": [{"name": "c", "image": "nginx"}]}},
        },
    })
}

/// The zones that a pod's first required term asks for.
pub fn required_zones(pod: &Value) -> Vec<String> {
    let terms =
        &pod["spec"]["affinity"]["nodeAffinity"]["requiredDuringSchedulingIgnoredDuringExecution"]["nodeSelectorTerms"];
    let expressions = terms[0]["matchExpressions"].as_array().cloned().unwrap_or_default();
    let of_zone = expressions.iter().filter(|one| one["key"] == nodes::ZONE);
    of_zone
        .flat_map(|one| one["values"].as_array().cloned().unwrap_or_default())
        .filter_map(|one| Some(one.as_str()?.to_owned()))
        .collect()
}

/// Fails unless a text contains all of these.
pub fn ensure_contains(text: &str, parts: &[&str]) -> Result<()> {
    for part in parts {
        ensure!(text.contains(part), "`{part}` is not in: {text}");
    }
    Ok(())
}

/// Lets the API server ask another server of the same host, and waits until it does: the first one ends.
pub async fn replace_configurations(world: &World, server: &Server) -> Result<()> {
    for one in server.configurations(&world.plane)? {
        world.api.apply(&one).await?.accepted()?;
    }
    // The API server reads its configurations by a watch.
    tokio::time::sleep(std::time::Duration::from_millis(1500)).await;
    Ok(())
}
