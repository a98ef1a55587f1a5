//! What is measured: the hosts of the policy, and the ceiling.

use anyhow::{Context as _, Result};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use podnetworking_cluster::configurations::{Role, Style, configuration, policy};
use podnetworking_cluster::control_plane::{ControlPlane, free_port};
use podnetworking_cluster::process::Process;
use podnetworking_cluster::server::{Host, Plan, Server};
use podnetworking_cluster::wait::{seconds, until};
use serde_json::{Value, json};

use crate::client::Target;

/// One of those that are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    /// Webhooks that answer at once.
    Instant,
    /// A host of the policy.
    Host(Host),
}

impl Which {
    /// All that can be measured here.
    pub fn all() -> Vec<Self> {
        std::iter::once(Self::Instant).chain(Host::all().into_iter().map(Self::Host)).collect()
    }

    /// How it is called in the tables.
    pub fn name(self) -> &'static str {
        match self {
            Self::Instant => "answers at once",
            Self::Host(Host::Serve) => "`serve`",
            Self::Host(Host::ServeModule) => "`serve --policy`",
            Self::Host(Host::PolicyServer) => "policy-server",
        }
    }
}

/// One that runs.
pub struct Running {
    /// Where a pod is sent that is to be mutated.
    pub mutate: Target,
    configurations: Vec<Value>,
    process: Program,
}

enum Program {
    Instant(Process),
    Server(Box<Server>),
}

impl Running {
    /// Starts it, and waits until it answers. `patch` is what the ceiling answers.
    pub async fn start(plane: &ControlPlane, which: Which, patch: &[u8]) -> Result<Self> {
        let authority = plane.folder().join("ca.crt");
        match which {
            Which::Instant => {
                let port = free_port()?;
                let files = plane.server_certificate("instant", &[])?;
                let file = plane.folder().join("patch.json");
                std::fs::write(&file, patch)?;
                let arguments = [
                    "instant".to_owned(),
                    format!("--port={port}"),
                    format!("--certificate={}", files.certificate.display()),
                    format!("--key={}", files.key.display()),
                    format!("--patch={}", file.display()),
                ];
                let process = Process::start("instant", &std::env::current_exe()?, arguments, plane.folder())?;
                let mutate = Target::new(port, "/mutate", &authority, None)?;
                until("the ceiling", seconds(20), || async { mutate.connect().await.map(|_| ()) }).await?;
                let client = |path: &str| json!({"url": format!("https://127.0.0.1:{port}/{path}"), "caBundle": plane.ca_bundle()});
                let one = |role, kind: &str, path: &str| -> Result<Value> {
                    let name = format!("{kind}.instant.example.com");
                    Ok(configuration(role, "instant", &name, &client(path), &policy(role)?, &Style::default()))
                };
                let configurations =
                    vec![one(Role::Mutating, "mutate", "mutate")?, one(Role::Validating, "validate", "validate")?];
                Ok(Self { mutate, configurations, process: Program::Instant(process) })
            }
            Which::Host(host) => {
                let plan = Plan { settings: json!({"platform": "ack-serverless"}), ..Plan::default() };
                let server = Server::start(plane, host, host.name(), plan).await?;
                let path = match host {
                    Host::PolicyServer => "/validate/clusterwide-podnetworking-mutating",
                    Host::Serve | Host::ServeModule => "/mutate",
                };
                let mutate = Target::new(server.port, path, &authority, None)?;
                let configurations = server.configurations(plane)?;
                Ok(Self { mutate, configurations, process: Program::Server(Box::new(server)) })
            }
        }
    }

    /// Its process.
    pub fn process(&self) -> u32 {
        match &self.process {
            Program::Instant(process) => process.id(),
            Program::Server(server) => server.process.id(),
        }
    }

    /// The webhook configurations that lead to it.
    pub fn configurations(&self) -> &[Value] {
        &self.configurations
    }

    /// The JSON Patch that it answers to a review.
    pub async fn patch(&self, review: &Bytes) -> Result<Vec<u8>> {
        let mut connection = self.mutate.connect().await?;
        let (_, answer) = self.mutate.send(&mut connection, http::Method::POST, review.clone()).await?;
        let answer: Value = serde_json::from_slice(&answer)?;
        let patch = answer["response"]["patch"].as_str().with_context(|| format!("no patch: {answer}"))?;
        Ok(STANDARD.decode(patch)?)
    }

    /// Ends it.
    pub fn end(self) {
        match self.process {
            Program::Instant(mut process) => process.end(),
            Program::Server(mut server) => server.process.end(),
        }
    }
}
