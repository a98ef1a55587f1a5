//! A webhook that runs beside a stand-in API server.

use std::path::PathBuf;
use std::time::Duration;

use clap::Parser;
use podnetworking_webhook::decide::decider::Decider;
use podnetworking_webhook::options::Options;
use podnetworking_webhook::run::Running;
use podnetworking_webhook::settings;
use serde_json::json;
use tempfile::TempDir;

use super::api::{Api, NAMESPACES};
use super::client::{Client, NAME, get, namespace};

#[derive(Parser)]
struct Line {
    #[command(flatten)]
    options: Options,
}

/// A webhook, its API server, and the files of both.
pub struct Served {
    pub api: Api,
    pub running: Running,
    pub files: Files,
}

/// The files of a webhook.
pub struct Files {
    folder: TempDir,
    /// The CA that the client trusts.
    pub bundle: Vec<u8>,
}

impl Files {
    pub fn new() -> Self {
        let files = Self { folder: tempfile::tempdir().unwrap(), bundle: Vec::new() };
        let (certificate, key) = pair();
        files.write("tls.crt", &certificate);
        files.write("tls.key", &key);
        std::fs::write(files.path("settings.yaml"), "platform: ack-serverless\n").unwrap();
        Self { bundle: certificate.into_bytes(), ..files }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn write(&self, name: &str, text: &str) {
        std::fs::write(self.path(name), text).unwrap();
    }
}

/// A certificate that signs itself, with its key.
pub fn pair() -> (String, String) {
    let made = rcgen::generate_simple_self_signed(vec![NAME.to_owned()]).unwrap();
    (made.cert.pem(), made.signing_key.serialize_pem())
}

/// Options as on the command line.
pub fn options(api: &Api, files: &Files, more: &[&str]) -> Options {
    files.write("kubeconfig", &api.kubeconfig().to_string());
    let path = |name: &str| files.path(name).display().to_string();
    let (settings, kubeconfig) = (path("settings.yaml"), path("kubeconfig"));
    let (certificate, key) = (path("tls.crt"), path("tls.key"));
    let mut line = vec!["serve", "--listen", "127.0.0.1:0", "--metrics-listen", "127.0.0.1:0"];
    line.extend(["--settings", settings.as_str(), "--kubeconfig", kubeconfig.as_str()]);
    if !more.contains(&"--tls-secret") {
        line.extend(["--tls-cert", certificate.as_str(), "--tls-key", key.as_str()]);
    }
    line.extend(more);
    Line::try_parse_from(line).unwrap_or_else(|error| panic!("{error}")).options
}

/// Starts a webhook that decides by the core.
pub async fn start(_: &Api, options: &Options) -> Running {
    start_with(options, Decider::Core).await
}

/// Starts a webhook.
pub async fn start_with(options: &Options, decider: Decider) -> Running {
    let settings = settings::load(options.settings.as_deref(), options.platform.as_deref(), options.mode).unwrap();
    Running::start(options, settings, decider, None).await.unwrap_or_else(|error| panic!("{error:#}"))
}

impl Served {
    /// A webhook with the facts that the API server has after `prepare`.
    pub async fn new(more: &[&str], prepare: impl FnOnce(&Api)) -> Self {
        let api = Api::start().await;
        api.put(NAMESPACES, namespace("default", &json!({"kubernetes.io/metadata.name": "default"})));
        prepare(&api);
        let files = Files::new();
        let running = start(&api, &options(&api, &files, more)).await;
        let served = Self { api, running, files };
        served.until("it is ready", async |served| get(served.running.probes, "/readyz").await.0 == 200).await;
        served
    }

    /// A connection with HTTP/1.1.
    pub async fn client(&self) -> Client {
        Client::http1(self.running.reviews, &self.files.bundle).await.unwrap()
    }

    /// Waits until something is so.
    pub async fn until(&self, what: &str, mut is_so: impl AsyncFnMut(&Self) -> bool) {
        for _ in 0..1200 {
            if is_so(self).await {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("a minute is over, and it is not so: {what}");
    }

    /// What `/readyz` says.
    pub async fn readiness(&self) -> (u16, String) {
        get(self.running.probes, "/readyz").await
    }

    /// The value of a metric, by its name with labels.
    pub async fn metric(&self, name: &str) -> Option<f64> {
        let (_, text) = get(self.running.probes, "/metrics").await;
        text.lines().find_map(|line| line.strip_prefix(name)?.trim().parse().ok())
    }
}
