//! A stand-in for Terway's webhook on a cluster: the model that agrees with Terway's own answers, served over HTTPS. It reads
//! the cluster for each request, as Terway does.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper::{Request, Response};
use podnetworking_testing::terway;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::api::Api;
use crate::configurations::{Role, Style, configuration};
use crate::control_plane::ControlPlane;
use crate::https;
use crate::platform::PODNETWORKINGS;

/// The stand-in. It ends when this is dropped.
pub struct TerwayServer {
    port: u16,
    task: JoinHandle<()>,
}

impl Drop for TerwayServer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl TerwayServer {
    /// Starts it.
    ///
    /// # Errors
    /// If no certificate can be made.
    pub async fn start(plane: &ControlPlane) -> Result<Self> {
        let files = plane.server_certificate("terway", &[])?;
        let acceptor = https::acceptor(&files.certificate, &files.key)?;
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let port = listener.local_addr()?.port();
        let api = plane.admin.clone();
        let task = tokio::spawn(https::serve(listener, acceptor, move |request| answer(api.clone(), request)));
        Ok(Self { port, task })
    }

    /// The two configurations as Terway's chart writes them: CREATE alone, the mutating one with Ignore. Mutating webhooks run in the
    /// order of the names of their configurations.
    #[must_use]
    pub fn configurations(&self, plane: &ControlPlane, name: &str, failure_policy: &str) -> Vec<Value> {
        let client = |path: &str| json!({"url": format!("https://127.0.0.1:{}/{path}", self.port), "caBundle": plane.ca_bundle()});
        let podnetworkings = json!({"apiGroups": ["network.alibabacloud.com"], "apiVersions": ["v1beta1"], "resources": ["podnetworkings"], "operations": ["CREATE"]});
        let pods = json!({"apiGroups": [""], "apiVersions": ["v1"], "resources": ["pods"], "operations": ["CREATE"]});
        let style = Style {
            failure_policy: failure_policy.to_owned(),
            reinvocation_policy: "Never".to_owned(),
            timeout_seconds: 10,
            ..Style::default()
        };
        let mut mutating = configuration(
            Role::Mutating,
            name,
            "terway.mutating.k8s.io",
            &client("mutate"),
            &json!({"rules": [pods, podnetworkings]}),
            &style,
        );
        mutating["webhooks"][0]["namespaceSelector"] =
            json!({"matchExpressions": [{"key": terway::POD_ENI, "operator": "NotIn", "values": ["false"]}]});
        let mut validating = configuration(
            Role::Validating,
            name,
            "terway.validate.k8s.io",
            &client("validate"),
            &json!({"rules": [podnetworkings]}),
            &style,
        );
        validating["webhooks"][0]["failurePolicy"] = json!("Fail");
        for one in [&mut mutating, &mut validating] {
            one["webhooks"][0]["sideEffects"] = json!("None");
        }
        vec![mutating, validating]
    }
}

async fn answer(api: Api, request: Request<Incoming>) -> Response<Full<Bytes>> {
    let is_mutate = request.uri().path() == "/mutate";
    match review(&api, request, is_mutate).await {
        Ok(answer) => https::json(answer.to_string()),
        Err(error) => {
            let mut response = Response::new(Full::new(Bytes::from(format!("{error:#}"))));
            *response.status_mut() = hyper::StatusCode::INTERNAL_SERVER_ERROR;
            response
        }
    }
}

async fn review(api: &Api, request: Request<Incoming>, is_mutate: bool) -> Result<Value> {
    let body = request.into_body().collect().await?.to_bytes();
    let review: Value = serde_json::from_slice(&body)?;
    let request = &review["request"];
    let mut response = json!({"uid": request["uid"], "allowed": true});
    if is_mutate {
        let object = &request["object"];
        let changed = if request["kind"]["kind"] == "Pod" {
            let answer = admit(api, request).await?;
            response["allowed"] = json!(answer.allowed);
            response["status"] = json!({"message": answer.message});
            answer.pod
        } else {
            let mut podnetworking = object.clone();
            terway::admit_podnetworking(&mut podnetworking);
            podnetworking
        };
        let patch = patch(object, &changed);
        if response["allowed"] == true && !patch.is_empty() {
            response["patchType"] = json!("JSONPatch");
            response["patch"] = json!(STANDARD.encode(Value::Array(patch).to_string()));
        }
    }
    Ok(json!({"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "response": response}))
}

async fn admit(api: &Api, request: &Value) -> Result<terway::Answer> {
    let name = request["namespace"].as_str().context("a namespace")?;
    let namespace = api.get(&format!("/api/v1/namespaces/{name}")).await?;
    let list = api.list(PODNETWORKINGS, "").await?;
    let list: BTreeMap<String, Value> =
        list.into_iter().map(|one| (one["metadata"]["name"].as_str().unwrap_or_default().to_owned(), one)).collect();
    let mut pod = request["object"].clone();
    // The model has annotations as a member.
    if pod["metadata"]["annotations"].is_null() {
        pod["metadata"]["annotations"] = json!({});
    }
    let previous = match request["name"].as_str().filter(|_| terway::has_fixed_name(&pod)) {
        Some(pod) => previous_zone(api, name, pod).await,
        None => None,
    };
    let mut answer = terway::admit(&pod, &namespace, &list, previous.as_deref());
    if answer.pod["metadata"]["annotations"] == json!({}) {
        answer.pod = request["object"].clone();
    }
    Ok(answer)
}

/// The zone of the interface that was kept for a pod of this name.
async fn previous_zone(api: &Api, namespace: &str, name: &str) -> Option<String> {
    let path = format!("/apis/network.alibabacloud.com/v1beta1/namespaces/{namespace}/podenis/{name}");
    let kept = api.get(&path).await.ok()?;
    let is_kept =
        kept["metadata"]["deletionTimestamp"].is_null() && !kept["spec"]["allocations"].as_array()?.is_empty();
    is_kept.then(|| kept["spec"]["zone"].as_str().map(str::to_owned)).flatten()
}

/// The members that Terway changes, each as a whole.
fn patch(old: &Value, new: &Value) -> Vec<Value> {
    let paths = ["/metadata/annotations", "/spec/affinity", "/spec/vSwitchOptions", "/spec/securityGroupIDs"];
    let changed = paths.into_iter().filter(|path| old.pointer(path) != new.pointer(path));
    changed.filter_map(|path| Some(json!({"op": "add", "path": path, "value": new.pointer(path)?}))).collect()
}
