//! A client of the webhook, as an API server is one: HTTPS, over HTTP/1.1 with keep-alive or HTTP/2.

use std::net::SocketAddr;
use std::sync::Arc;

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::client::conn::{http1, http2};
use hyper::{Request, Response};
use hyper_util::rt::{TokioExecutor, TokioIo};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use serde_json::{Value, json};
use tokio_rustls::TlsConnector;

/// The name in the certificates.
pub const NAME: &str = "webhook.network.svc";

/// An open connection.
pub enum Client {
    Http1(http1::SendRequest<Full<Bytes>>),
    Http2(http2::SendRequest<Full<Bytes>>),
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub close: bool,
    pub text: String,
}

impl Answer {
    /// The response of an AdmissionReview.
    #[track_caller]
    pub fn response(&self) -> Value {
        assert_eq!(self.status, 200, "{}", self.text);
        serde_json::from_str::<Value>(&self.text).unwrap()["response"].clone()
    }
}

/// A configuration that trusts these CAs, in PEM.
pub fn trusting(bundle: &[u8], protocol: &[u8]) -> Arc<rustls::ClientConfig> {
    let mut roots = rustls::RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(bundle) {
        roots.add(certificate.unwrap()).unwrap();
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = vec![protocol.to_vec()];
    Arc::new(config)
}

impl Client {
    /// Connects with HTTP/1.1.
    pub async fn http1(address: SocketAddr, bundle: &[u8]) -> Result<Self, String> {
        let stream = Self::connect(address, trusting(bundle, b"http/1.1")).await?;
        let (sender, connection) = http1::handshake(TokioIo::new(stream)).await.map_err(|error| error.to_string())?;
        tokio::spawn(connection);
        Ok(Self::Http1(sender))
    }

    /// Connects with HTTP/2.
    pub async fn http2(address: SocketAddr, bundle: &[u8]) -> Result<Self, String> {
        let stream = Self::connect(address, trusting(bundle, b"h2")).await?;
        let handshake = http2::handshake(TokioExecutor::new(), TokioIo::new(stream)).await;
        let (sender, connection) = handshake.map_err(|error| error.to_string())?;
        tokio::spawn(connection);
        Ok(Self::Http2(sender))
    }

    /// Connects, and no more.
    pub async fn handshake(address: SocketAddr, bundle: &[u8]) -> Result<(), String> {
        Self::connect(address, trusting(bundle, b"http/1.1")).await.map(drop)
    }

    async fn connect(
        address: SocketAddr,
        config: Arc<rustls::ClientConfig>,
    ) -> Result<tokio_rustls::client::TlsStream<tokio::net::TcpStream>, String> {
        let stream = tokio::net::TcpStream::connect(address).await.map_err(|error| error.to_string())?;
        let name = ServerName::try_from(NAME).unwrap();
        TlsConnector::from(config).connect(name, stream).await.map_err(|error| error.to_string())
    }

    /// Sends a body to a path.
    pub async fn post(&mut self, path: &str, body: impl Into<Bytes>) -> Result<Answer, String> {
        let request = Request::post(format!("https://{NAME}{path}"))
            .header("host", NAME)
            .header("content-type", "application/json")
            .body(Full::new(body.into()))
            .unwrap();
        let response = match self {
            Self::Http1(sender) => {
                sender.ready().await.map_err(|error| error.to_string())?;
                sender.send_request(request).await
            }
            Self::Http2(sender) => {
                sender.ready().await.map_err(|error| error.to_string())?;
                sender.send_request(request).await
            }
        };
        read(response.map_err(|error| error.to_string())?).await
    }
}

async fn read(response: Response<hyper::body::Incoming>) -> Result<Answer, String> {
    let status = response.status().as_u16();
    let close = response.headers().get("connection").is_some_and(|value| value == "close");
    let body = response.into_body().collect().await.map_err(|error| error.to_string())?.to_bytes();
    Ok(Answer { status, close, text: String::from_utf8_lossy(&body).into_owned() })
}

/// Gets a page over plain HTTP.
pub async fn get(address: SocketAddr, path: &str) -> (u16, String) {
    let stream = tokio::net::TcpStream::connect(address).await.unwrap();
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.unwrap();
    tokio::spawn(connection);
    let request = Request::get(path).header("host", "localhost").body(Full::<Bytes>::default()).unwrap();
    let answer = read(sender.send_request(request).await.unwrap()).await.unwrap();
    (answer.status, answer.text)
}

/// A review that creates an object.
pub fn create(group: &str, kind: &str, object: &Value) -> String {
    review("CREATE", group, kind, object, &Value::Null, false)
}

/// A review.
pub fn review(operation: &str, group: &str, kind: &str, object: &Value, old: &Value, is_dry_run: bool) -> String {
    json!({
        "apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview",
        "request": {
            "uid": "705ab4f5-6393-11e8-b7cc-42010a800002",
            "kind": {"group": group, "version": "v1", "kind": kind},
            "operation": operation,
            "name": object["metadata"]["name"], "namespace": object["metadata"]["namespace"],
            "userInfo": {"username": "alice"},
            "object": object, "oldObject": old, "dryRun": is_dry_run,
        },
    })
    .to_string()
}

/// A pod in `default` with a label `app`.
pub fn pod(app: &str) -> Value {
    json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "web", "namespace": "default", "labels": {"app": app}},
           "spec": {"containers": [{"name": "web", "image": "web"}]}})
}

/// A PodNetworking that selects pods with this label `app`.
pub fn podnetworking(name: &str, app: &str) -> Value {
    json!({"apiVersion": "network.alibabacloud.com/v1beta1", "kind": "PodNetworking", "metadata": {"name": name},
           "spec": {"selector": {"podSelector": {"matchLabels": {"app": app}}},
                    "allocationType": {"type": "Elastic"}, "securityGroupIDs": ["sg-a"], "vSwitchOptions": ["vsw-a"]},
           "status": {"status": "Ready", "vSwitches": [{"id": "vsw-a", "zone": "zone-a"}]}})
}

/// A namespace with labels.
pub fn namespace(name: &str, labels: &Value) -> Value {
    json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "labels": labels}})
}
