//! Clients that send one request after another over connections that stay open, and the time of each answer.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail, ensure};
use bytes::Bytes;
use http::{Method, Request, StatusCode};
use http_body_util::{BodyExt as _, Full};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use podnetworking_cluster::https::{certificates, provider};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{PrivateKeyDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

/// Where requests go.
#[derive(Clone)]
pub struct Target {
    port: u16,
    path: String,
    tls: Arc<ClientConfig>,
}

/// What came back.
#[derive(Debug)]
pub struct Measured {
    /// The answers.
    pub answers: usize,
    /// How long it took.
    pub seconds: f64,
    /// The time of each answer, the shortest first.
    latencies: Vec<Duration>,
}

impl Measured {
    /// Answers a second.
    pub fn rate(&self) -> f64 {
        self.answers as f64 / self.seconds
    }

    /// The time in which this part of the answers came, in milliseconds.
    pub fn percentile(&self, percent: usize) -> f64 {
        let last = self.latencies.len().saturating_sub(1);
        let index = (self.latencies.len() * percent / 100).min(last);
        self.latencies.get(index).map_or(0.0, |one| one.as_secs_f64() * 1e3)
    }
}

/// A connection that stays open.
pub struct Connection(SendRequest<Full<Bytes>>);

impl Target {
    /// A server on loopback whose certificate `authority` signed. `client` is a certificate with its key.
    pub fn new(port: u16, path: &str, authority: &Path, client: Option<(&Path, &Path)>) -> Result<Self> {
        let mut roots = RootCertStore::empty();
        for one in certificates(authority)? {
            roots.add(one)?;
        }
        let config = ClientConfig::builder_with_provider(provider()).with_safe_default_protocol_versions()?;
        let config = config.with_root_certificates(roots);
        let config = match client {
            Some((certificate, key)) => {
                config.with_client_auth_cert(certificates(certificate)?, PrivateKeyDer::from_pem_file(key)?)?
            }
            None => config.with_no_client_auth(),
        };
        Ok(Self { port, path: path.to_owned(), tls: Arc::new(config) })
    }

    /// Connects.
    pub async fn connect(&self) -> Result<Connection> {
        let stream = TcpStream::connect(("127.0.0.1", self.port)).await?;
        stream.set_nodelay(true)?;
        let name = ServerName::try_from("localhost")?;
        let stream = TlsConnector::from(Arc::clone(&self.tls)).connect(name, stream).await?;
        let (sender, connection) = handshake(TokioIo::new(stream)).await?;
        tokio::spawn(connection);
        Ok(Connection(sender))
    }

    /// Sends one request, and returns status and body.
    pub async fn send(&self, connection: &mut Connection, method: Method, body: Bytes) -> Result<(StatusCode, Bytes)> {
        let request = Request::builder().method(method).uri(self.path.as_str());
        let content_type = if request.method_ref() == Some(&Method::PATCH) {
            "application/merge-patch+json"
        } else {
            "application/json"
        };
        let request = request.header("host", "localhost").header("content-type", content_type).body(Full::new(body))?;
        connection.0.ready().await?;
        let response = connection.0.send_request(request).await?;
        let status = response.status();
        Ok((status, response.into_body().collect().await?.to_bytes()))
    }

    /// Sends a body again and again for some time. Every answer must be accepted and contain `expected`.
    pub async fn load(
        &self,
        connections: usize,
        time: Duration,
        body: &Bytes,
        expected: &'static str,
    ) -> Result<Measured> {
        let mut tasks = Vec::new();
        let begun = Instant::now();
        for _ in 0..connections {
            let (target, body) = (self.clone(), body.clone());
            tasks.push(tokio::spawn(async move {
                let mut connection = target.connect().await?;
                let mut latencies = Vec::new();
                while begun.elapsed() < time {
                    let sent = Instant::now();
                    let (status, answer) = target.send(&mut connection, Method::POST, body.clone()).await?;
                    latencies.push(sent.elapsed());
                    check(&target.path, status, &answer, expected)?;
                }
                anyhow::Ok(latencies)
            }));
        }
        let mut latencies = Vec::new();
        for task in tasks {
            latencies.extend(task.await??);
        }
        let seconds = begun.elapsed().as_secs_f64();
        latencies.sort_unstable();
        Ok(Measured { answers: latencies.len(), seconds, latencies })
    }
}

/// Fails where an answer is not the one that is expected: a denial, an error, a pod without its annotation.
fn check(path: &str, status: StatusCode, answer: &Bytes, expected: &str) -> Result<()> {
    let text = std::str::from_utf8(answer).with_context(|| format!("{path}: the answer is not UTF-8"))?;
    ensure!(status.is_success(), "{path}: {status} {text}");
    if !text.contains(expected) {
        bail!("{path}: the answer does not contain {expected}: {text}");
    }
    Ok(())
}
