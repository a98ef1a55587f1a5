//! The cluster of the benchmark: namespaces, PodNetworkings of a usual size, and the pod that is sent.

use anyhow::{Context as _, Result};
use futures::{StreamExt as _, TryStreamExt as _, stream};
use podnetworking_cluster::api::Api;
use podnetworking_cluster::control_plane::{ControlPlane, Options};
use podnetworking_cluster::platform::{self, podnetworking};
use podnetworking_cluster::programs::Programs;
use serde_json::{Value, json};

/// How many namespaces there are.
pub const NAMESPACES: usize = 4000;
/// The namespace of the pod.
pub const NAMESPACE: &str = "bench-0";
/// The label whose value selects.
const LABEL: &str = "app.kubernetes.io/name";

/// A control plane with the CRDs and all namespaces.
pub async fn start(programs: &Programs) -> Result<ControlPlane> {
    // Pods are created without their service account, which a controller would make.
    let flags = vec!["--disable-admission-plugins=ServiceAccount".to_owned()];
    let plane = ControlPlane::start(programs, &Options { with_controllers: false, flags }).await?;
    platform::install(&plane.admin).await?;
    all(0..NAMESPACES, |number| {
        let labels = json!({"team": format!("team-{}", number % 100), "env": "production"});
        let namespace = json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": format!("bench-{number}"), "labels": labels}});
        let api = plane.admin.clone();
        async move { api.create(&namespace).await?.accepted().map(|_| ()) }
    })
    .await?;
    Ok(plane)
}

/// Adds PodNetworkings until there are so many. Each selects the pods of one application.
pub async fn grow(api: &Api, from: usize, to: usize) -> Result<()> {
    all(from..to, |number| {
        let api = api.clone();
        async move { platform::add(&api, &one(number)).await.map(|_| ()) }
    })
    .await
}

fn one(number: usize) -> Value {
    let vswitches = [format!("vsw-h{number}"), format!("vsw-i{number}")];
    let vswitches: Vec<&str> = vswitches.iter().map(String::as_str).collect();
    let mut one = podnetworking(&format!("bench-{number}"), json!({LABEL: format!("app-{number}")}), &vswitches);
    one["metadata"]["labels"] = json!({"team": format!("team-{}", number % 100)});
    one["metadata"]["annotations"] = json!({"example.com/owner": format!("team-{}@example.com", number % 100)});
    one
}

/// The pod that is created: exactly one PodNetworking selects it.
pub fn pod() -> Value {
    pod_of("app-7")
}

/// A pod of an application.
pub fn pod_of(app: &str) -> Value {
    let container = json!({
        "name": "web", "image": "registry.example.com/shop/web:1.4.2",
        "resources": {"requests": {"cpu": "100m", "memory": "128Mi"}, "limits": {"memory": "256Mi"}},
        "env": (0..12).map(|number| json!({"name": format!("SETTING_{number}"), "value": format!("value of {number}")})).collect::<Vec<_>>(),
        "ports": [{"containerPort": 8080, "name": "http"}],
        "livenessProbe": {"httpGet": {"path": "/healthz", "port": "http"}},
        "readinessProbe": {"httpGet": {"path": "/readyz", "port": "http"}},
    });
    json!({
        "apiVersion": "v1", "kind": "Pod",
        "metadata": {"generateName": "web-", "namespace": NAMESPACE, "labels": {LABEL: app, "pod-template-hash": "5d8c7f9b6"}},
        "spec": {"containers": [container]},
    })
}

/// The review of creating a pod, as the API server sends it.
pub fn review(pod: &Value) -> Value {
    let kind = json!({"group": "", "version": "v1", "kind": "Pod"});
    let resource = json!({"group": "", "version": "v1", "resource": "pods"});
    json!({
        "apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview",
        "request": {
            "uid": "705ab4f5-6393-11e8-b7cc-42010a800002",
            "kind": kind, "resource": resource, "requestKind": kind, "requestResource": resource,
            "namespace": NAMESPACE, "operation": "CREATE",
            "userInfo": {
                "username": "system:serviceaccount:kube-system:replicaset-controller",
                "uid": "ab2b81f5-9d3e-4c3c-9ce5-1c6f4e2d1b3a",
                "groups": ["system:serviceaccounts", "system:serviceaccounts:kube-system", "system:authenticated"],
            },
            "object": pod, "oldObject": null, "dryRun": false,
            "options": {"apiVersion": "meta.k8s.io/v1", "kind": "CreateOptions"},
        },
    })
}

/// Does something for each number, sixteen at a time.
async fn all<F, W>(numbers: std::ops::Range<usize>, work: W) -> Result<()>
where
    W: Fn(usize) -> F,
    F: Future<Output = Result<()>>,
{
    let works = numbers.map(work);
    stream::iter(works).buffer_unordered(16).try_collect::<()>().await.context("the cluster of the benchmark")
}
