//! A control plane on loopback: started, restarted and ended.

use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, ensure};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::api::Api;
use crate::certificates::{Authority, Files, write_token_key};
use crate::process::Process;
use crate::programs::Programs;
use crate::wait::{seconds, until};

/// A control plane that runs. It ends when this is dropped.
pub struct ControlPlane {
    /// As a member of `system:masters`.
    pub admin: Api,
    /// Signs what is asked for on loopback: also the certificates of webhooks.
    pub authority: Authority,
    folder: TempDir,
    programs: Programs,
    server: String,
    arguments: Vec<String>,
    api_server: Option<Process>,
    controllers: Vec<Process>,
    // Ends last.
    etcd: Process,
}

/// What runs beside etcd and the API server.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The scheduler and the controllers.
    pub with_controllers: bool,
    /// Further flags of the API server.
    pub flags: Vec<String>,
}

/// A port of loopback that nobody uses.
///
/// # Errors
/// If there is none.
pub fn free_port() -> Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}

impl ControlPlane {
    /// Starts a control plane.
    ///
    /// # Errors
    /// If a program does not start, with the last lines that it printed.
    pub async fn start(programs: &Programs, options: &Options) -> Result<Self> {
        let folder = tempfile::Builder::new().prefix("control-plane-").tempdir()?;
        let at = folder.path();
        let authority = Authority::new("control-plane")?;
        fs::write(at.join("ca.crt"), authority.pem())?;
        let hosts = ["kubernetes", "kubernetes.default.svc", "10.0.0.1"];
        authority.write(at, "apiserver", "kube-apiserver", None, &hosts)?;
        let (private, public) = write_token_key(at, "tokens")?;
        let [private, public] = [private, public].map(|path| path.display().to_string());

        let (etcd_port, peer_port, port) = (free_port()?, free_port()?, free_port()?);
        let etcd_url = format!("http://127.0.0.1:{etcd_port}");
        let peer_url = format!("http://127.0.0.1:{peer_port}");
        let etcd = Process::start(
            "etcd",
            &programs.path("etcd"),
            [
                "--data-dir=etcd".to_owned(),
                format!("--listen-client-urls={etcd_url}"),
                format!("--advertise-client-urls={etcd_url}"),
                format!("--listen-peer-urls={peer_url}"),
                format!("--initial-advertise-peer-urls={peer_url}"),
                format!("--initial-cluster=default={peer_url}"),
                "--unsafe-no-fsync".to_owned(),
                "--log-level=warn".to_owned(),
            ],
            at,
        )?;
        let server = format!("https://127.0.0.1:{port}");
        let mut arguments = vec![
            format!("--etcd-servers={etcd_url}"),
            "--tls-cert-file=apiserver.crt".to_owned(),
            "--tls-private-key-file=apiserver.key".to_owned(),
            "--client-ca-file=ca.crt".to_owned(),
            format!("--secure-port={port}"),
            "--bind-address=127.0.0.1".to_owned(),
            "--service-cluster-ip-range=10.0.0.0/24".to_owned(),
            "--allow-privileged".to_owned(),
            "--authorization-mode=RBAC".to_owned(),
            "--endpoint-reconciler-type=none".to_owned(),
            format!("--service-account-issuer={server}"),
            format!("--service-account-key-file={public}"),
            format!("--service-account-signing-key-file={private}"),
        ];
        arguments.extend(options.flags.iter().cloned());
        let kubeconfig = kubeconfig(&authority, &server, "admin", Some("system:masters"))?;
        fs::write(at.join("admin.kubeconfig"), kubeconfig.to_string())?;
        let mut plane = Self {
            admin: Api::new(&kubeconfig).await?,
            authority,
            programs: programs.clone(),
            server,
            arguments,
            api_server: None,
            controllers: Vec::new(),
            etcd,
            folder,
        };
        plane.start_api_server().await?;
        if options.with_controllers {
            plane.start_controllers(&private)?;
        }
        Ok(plane)
    }

    fn start_controllers(&mut self, token_key: &str) -> Result<()> {
        let at = self.folder().to_owned();
        for (name, user) in
            [("kube-controller-manager", "system:kube-controller-manager"), ("kube-scheduler", "system:kube-scheduler")]
        {
            let kubeconfig = kubeconfig(&self.authority, &self.server, user, None)?;
            fs::write(at.join(format!("{name}.kubeconfig")), kubeconfig.to_string())?;
            let mut arguments = vec![
                format!("--kubeconfig={name}.kubeconfig"),
                "--leader-elect=false".to_owned(),
                "--bind-address=127.0.0.1".to_owned(),
                format!("--secure-port={}", free_port()?),
            ];
            if name == "kube-controller-manager" {
                arguments.extend([
                    "--root-ca-file=ca.crt".to_owned(),
                    format!("--service-account-private-key-file={token_key}"),
                    "--use-service-account-credentials".to_owned(),
                    // The nodes are objects: nobody renews their leases.
                    "--controllers=*,-node-lifecycle-controller,-taint-eviction-controller".to_owned(),
                ]);
            }
            self.controllers.push(Process::start(name, &self.programs.path(name), arguments, &at)?);
        }
        Ok(())
    }

    /// Starts the API server, and waits until it is ready.
    ///
    /// # Errors
    /// If it does not become ready.
    pub async fn start_api_server(&mut self) -> Result<()> {
        self.etcd.check()?;
        let mut process =
            Process::start("kube-apiserver", &self.programs.path("kube-apiserver"), &self.arguments, self.folder())?;
        let ready = until("the API server", seconds(60), || async {
            let answer = self.admin.send(http::Method::GET, "/readyz", "", None).await?;
            ensure!(answer.code == 200, "{}", answer.body);
            Ok(())
        })
        .await;
        if ready.is_err() {
            process.check()?;
        }
        ready.with_context(|| process.log())?;
        self.api_server = Some(process);
        Ok(())
    }

    /// Ends the API server. etcd keeps what it stored.
    pub fn stop_api_server(&mut self) {
        if let Some(mut process) = self.api_server.take() {
            process.end();
        }
    }

    /// Where logs, certificates and kubeconfigs are.
    #[must_use]
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The URL of the API server.
    #[must_use]
    pub fn server(&self) -> &str {
        &self.server
    }

    /// The version of Kubernetes.
    #[must_use]
    pub fn version(&self) -> &str {
        &self.programs.version
    }

    /// The program of this version.
    #[must_use]
    pub fn program(&self, name: &str) -> PathBuf {
        self.programs.path(name)
    }

    /// The kubeconfig of the administrator.
    #[must_use]
    pub fn admin_kubeconfig(&self) -> PathBuf {
        self.folder().join("admin.kubeconfig")
    }

    /// Writes a kubeconfig with the token of a service account, as a pod of it has.
    ///
    /// # Errors
    /// If there is no such service account.
    pub async fn service_account_kubeconfig(&self, namespace: &str, name: &str) -> Result<PathBuf> {
        let path = format!("/api/v1/namespaces/{namespace}/serviceaccounts/{name}/token");
        let request = json!({"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": {"expirationSeconds": 7200}});
        let answer =
            self.admin.send(http::Method::POST, &path, "", Some(("application/json", &request))).await?.accepted()?;
        let token = answer["status"]["token"].as_str().context("a token")?;
        let kubeconfig = with_user(&self.authority, &self.server, &json!({"token": token}));
        let file = self.folder().join(format!("{namespace}-{name}.kubeconfig"));
        fs::write(&file, kubeconfig.to_string())?;
        Ok(file)
    }

    /// Writes the certificate of a server on loopback, which the control plane's authority signed.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn server_certificate(&self, file: &str, hosts: &[&str]) -> Result<Files> {
        self.authority.write(self.folder(), file, "webhook", None, hosts)
    }

    /// The authority's certificate as `caBundle` has it.
    #[must_use]
    pub fn ca_bundle(&self) -> String {
        STANDARD.encode(self.authority.pem())
    }
}

impl Drop for ControlPlane {
    fn drop(&mut self) {
        for process in &mut self.controllers {
            process.kill();
        }
        if let Some(process) = &mut self.api_server {
            process.kill();
        }
        self.etcd.kill();
    }
}

fn kubeconfig(authority: &Authority, server: &str, user: &str, group: Option<&str>) -> Result<Value> {
    let (certificate, key) = authority.sign(user, group, &[])?;
    let user =
        json!({"client-certificate-data": STANDARD.encode(certificate), "client-key-data": STANDARD.encode(key)});
    Ok(with_user(authority, server, &user))
}

fn with_user(authority: &Authority, server: &str, user: &Value) -> Value {
    json!({
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{
            "name": "cluster",
            "cluster": {"server": server, "certificate-authority-data": STANDARD.encode(authority.pem())},
        }],
        "users": [{"name": "user", "user": user}],
        "contexts": [{"name": "context", "context": {"cluster": "cluster", "user": "user"}}],
        "current-context": "context",
    })
}
