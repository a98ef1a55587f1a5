//! A stand-in for Terway's webhook on a cluster: the model that agrees with Terway's own answers, served over HTTPS. It reads
//! the cluster for each request, as Terway does.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::fs::File;
use std::io::BufReader;
use std::sync::Arc;

use anyhow::{Context as _, Result};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto::Builder;
use podnetworking_testing::terway;
use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;

use crate::api::Api;
use crate::configurations::{Role, Style, configuration};
use crate::control_plane::ControlPlane;
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
        let chain: Result<Vec<_>, _> =
            CertificateDer::pem_reader_iter(BufReader::new(File::open(&files.certificate)?)).collect();
        let key = PrivateKeyDer::from_pem_file(&files.key)?;
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions()?;
        let mut config = config.with_no_client_auth().with_single_cert(chain?, key)?;
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let port = listener.local_addr()?.port();
        let api = plane.admin.clone();
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (acceptor, api) = (acceptor.clone(), api.clone());
                tokio::spawn(async move {
                    let Ok(stream) = acceptor.accept(stream).await else { return };
                    let service = service_fn(move |request| answer(api.clone(), request));
                    // The API server closes connections as it likes.
                    let _ = Builder::new(TokioExecutor::new()).serve_connection(TokioIo::new(stream), service).await;
                });
            }
        });
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

async fn answer(api: Api, request: Request<Incoming>) -> Result<Response<Full<Bytes>>, Infallible> {
    let is_mutate = request.uri().path() == "/mutate";
    let text = match review(&api, request, is_mutate).await {
        Ok(answer) => answer.to_string(),
        Err(error) => {
            let mut response = Response::new(Full::new(Bytes::from(format!("{error:#}"))));
            *response.status_mut() = hyper::StatusCode::INTERNAL_SERVER_ERROR;
            return Ok(response);
        }
    };
    let mut response = Response::new(Full::new(Bytes::from(text)));
    response.headers_mut().insert("content-type", hyper::header::HeaderValue::from_static("application/json"));
    Ok(response)
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
