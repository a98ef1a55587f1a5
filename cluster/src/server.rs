//! The hosts of the policy that the suite tries: `podnetworking serve`, the same with the module, and Kubewarden's
//! policy-server.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail, ensure};
use serde_json::{Value, json};

use crate::api::{Api, path_of};
use crate::configurations::{Role, Style, configuration, policy};
use crate::control_plane::{ControlPlane, free_port};
use crate::process::Process;
use crate::programs::{in_the_path, repository};
use crate::wait::{seconds, until};

/// A host of the policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Host {
    /// `podnetworking serve`.
    Serve,
    /// `podnetworking serve --policy policy.wasm`.
    ServeModule,
    /// Kubewarden's policy-server.
    PolicyServer,
}

/// What a host is started with.
#[derive(Clone, Debug)]
pub struct Plan {
    /// `monitor` or `protect`.
    pub mode: String,
    /// The settings of the policy.
    pub settings: Value,
    /// The module that decides; today's, unless another one is named.
    pub module: PathBuf,
    /// Of the webhook configurations.
    pub style: Style,
    /// Further arguments of `serve`.
    pub arguments: Vec<String>,
    /// Whether it reads the cluster as the administrator, and not as its service account.
    pub as_administrator: bool,
    /// Another kubeconfig than that of its service account.
    pub kubeconfig: Option<PathBuf>,
}

impl Default for Plan {
    fn default() -> Self {
        Self {
            mode: "protect".to_owned(),
            settings: json!({"platform": "ack"}),
            module: repository().join("policy.wasm"),
            style: Style::default(),
            arguments: Vec::new(),
            as_administrator: false,
            kubeconfig: None,
        }
    }
}

impl Plan {
    /// The plan of `make try`: the zones of the vSwitches of its manifests are known.
    #[must_use]
    pub fn trial() -> Self {
        let zone = |zone: &str| json!({"zone": zone});
        let vswitches = json!({"vsw-h": zone("cn-hangzhou-h"), "vsw-i": zone("cn-hangzhou-i")});
        let settings = json!({"platform": "ack-serverless", "inventory": {"vSwitches": vswitches}});
        Self { settings, ..Self::default() }
    }
}

/// A host that runs.
pub struct Server {
    /// Which one.
    pub host: Host,
    /// Its process.
    pub process: Process,
    /// The port of the webhooks.
    pub port: u16,
    /// The port of metrics and of the probes.
    pub metrics: u16,
    name: String,
    plan: Plan,
    folder: PathBuf,
    program: PathBuf,
    arguments: Vec<String>,
}

impl Host {
    /// The hosts that can be tried here.
    #[must_use]
    pub fn all() -> Vec<Self> {
        let mut all = vec![Self::Serve, Self::ServeModule];
        if in_the_path("policy-server").is_some() && in_the_path("kwctl").is_some() {
            all.push(Self::PolicyServer);
        }
        all
    }

    /// Its name in the output of the suite.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Serve => "serve",
            Self::ServeModule => "serve-policy",
            Self::PolicyServer => "policy-server",
        }
    }
}

/// The program `podnetworking`: `PODNETWORKING` where it is set, else what cargo built beside this program.
///
/// # Errors
/// If it is not there.
pub fn podnetworking() -> Result<PathBuf> {
    let path = match env::var_os("PODNETWORKING") {
        Some(path) => PathBuf::from(path),
        None => {
            // A test is in a folder below the programs.
            let own = env::current_exe()?;
            let mut beside = own.ancestors().skip(1).take(2).map(|folder| folder.join("podnetworking"));
            beside.find(|path| path.is_file()).unwrap_or_else(|| own.with_file_name("podnetworking"))
        }
    };
    ensure!(path.is_file(), "{} is not there: cargo build --package podnetworking --features serve", path.display());
    Ok(fs::canonicalize(path)?)
}

/// Makes the service account of `serve` with its grants, and returns its kubeconfig.
///
/// # Errors
/// If the API server refuses one.
pub async fn service_account(plane: &ControlPlane) -> Result<PathBuf> {
    let (name, namespace) = ("podnetworking-policy", "podnetworking-policy");
    let subjects = json!([{"kind": "ServiceAccount", "name": name, "namespace": namespace}]);
    let rbac = "rbac.authorization.k8s.io/v1";
    let role = |kind: &str| json!({"apiGroup": "rbac.authorization.k8s.io", "kind": kind, "name": name});
    for object in [
        json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace}}),
        json!({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": name, "namespace": namespace}}),
        json!({"apiVersion": rbac, "kind": "ClusterRole", "metadata": {"name": name}, "rules": [
            {"apiGroups": ["network.alibabacloud.com"], "resources": ["podnetworkings"], "verbs": ["get", "list", "watch"]},
            {"apiGroups": [""], "resources": ["namespaces"], "verbs": ["get", "list", "watch"]},
        ]}),
        json!({"apiVersion": rbac, "kind": "ClusterRoleBinding", "metadata": {"name": name}, "roleRef": role("ClusterRole"), "subjects": subjects}),
        json!({"apiVersion": rbac, "kind": "Role", "metadata": {"name": name, "namespace": "default"}, "rules": [
            {"apiGroups": ["", "events.k8s.io"], "resources": ["events"], "verbs": ["create", "patch"]},
        ]}),
        json!({"apiVersion": rbac, "kind": "RoleBinding", "metadata": {"name": name, "namespace": "default"}, "roleRef": role("Role"), "subjects": subjects}),
    ] {
        plane.admin.apply(&object).await?.accepted()?;
    }
    plane.service_account_kubeconfig(namespace, name).await
}

impl Server {
    /// Starts a host, and waits until it is ready. `name` names its files: two replicas have two names.
    ///
    /// # Errors
    /// If it does not become ready.
    pub async fn start(plane: &ControlPlane, host: Host, name: &str, plan: Plan) -> Result<Self> {
        let mut server = Self::spawn(plane, host, name, plan).await?;
        server.wait_until_ready().await?;
        Ok(server)
    }

    /// Starts a host.
    ///
    /// # Errors
    /// If it does not start.
    pub async fn spawn(plane: &ControlPlane, host: Host, name: &str, plan: Plan) -> Result<Self> {
        let folder = plane.folder().join(name);
        fs::create_dir_all(&folder)?;
        let (port, metrics) = (free_port()?, free_port()?);
        let certificate = plane.authority.write(
            &folder,
            "webhook",
            "webhook",
            None,
            &["podnetworking-policy.podnetworking-policy.svc"],
        )?;
        let (program, arguments) = match host {
            Host::Serve | Host::ServeModule => {
                let kubeconfig = match (&plan.kubeconfig, plan.as_administrator) {
                    (Some(file), _) => file.clone(),
                    (None, true) => plane.admin_kubeconfig(),
                    (None, false) => service_account(plane).await?,
                };
                let settings = folder.join("settings.yaml");
                fs::write(&settings, plan.settings.to_string())?;
                let mut arguments: Vec<String> = vec![
                    "serve".into(),
                    format!("--settings={}", settings.display()),
                    format!("--mode={}", plan.mode),
                    format!("--listen=127.0.0.1:{port}"),
                    format!("--metrics-listen=127.0.0.1:{metrics}"),
                    format!("--tls-cert={}", certificate.certificate.display()),
                    format!("--tls-key={}", certificate.key.display()),
                    format!("--kubeconfig={}", kubeconfig.display()),
                    "--log-format=json".into(),
                ];
                if host == Host::ServeModule {
                    arguments.push(format!("--policy={}", plan.module.display()));
                }
                arguments.extend(plan.arguments.iter().cloned());
                (podnetworking()?, arguments)
            }
            Host::PolicyServer => {
                let arguments = vec![
                    format!("KUBECONFIG={}", plane.admin_kubeconfig().display()),
                    in_the_path("policy-server").context("policy-server")?.display().to_string(),
                    "--addr=127.0.0.1".to_owned(),
                    format!("--port={port}"),
                    format!("--readiness-probe-port={metrics}"),
                    format!("--cert-file={}", certificate.certificate.display()),
                    format!("--key-file={}", certificate.key.display()),
                    format!("--policies={}", policies(&folder, &plan)?.display()),
                    format!("--policies-download-dir={}", folder.display()),
                    format!("--sigstore-cache-dir={}", folder.join("sigstore").display()),
                    "--log-no-color".to_owned(),
                    "--workers=2".to_owned(),
                    "--policy-timeout=4".to_owned(),
                ];
                (PathBuf::from("/usr/bin/env"), arguments)
            }
        };
        let process = Process::start(name, &program, &arguments, &folder)?;
        Ok(Self { host, process, port, metrics, name: name.to_owned(), plan, folder, program, arguments })
    }

    /// Starts the program again, on the same ports.
    ///
    /// # Errors
    /// If it does not become ready.
    pub async fn restart(&mut self) -> Result<()> {
        self.process.end();
        self.process = Process::start(&self.name, &self.program, &self.arguments, &self.folder)?;
        self.wait_until_ready().await
    }

    /// Waits until it is ready.
    ///
    /// # Errors
    /// If it does not become ready.
    pub async fn wait_until_ready(&mut self) -> Result<()> {
        let path = if self.host == Host::PolicyServer { "readiness" } else { "readyz" };
        let ready = until(&format!("{} to be ready", self.name), seconds(60), || async {
            let (code, body) = self.probe(path).await?;
            ensure!(code == 200, "{code} {body}");
            Ok(())
        })
        .await;
        if ready.is_err() {
            self.process.check()?;
        }
        ready.with_context(|| self.process.log())
    }

    /// Asks the port of metrics and probes: status and body.
    ///
    /// # Errors
    /// If nobody answers.
    pub async fn probe(&self, path: &str) -> Result<(u16, String)> {
        crate::plain_http::get(self.metrics, path).await
    }

    /// The value of a metric with all of these labels, summed; nothing where it is not there.
    ///
    /// # Errors
    /// If nobody answers.
    pub async fn metric(&self, name: &str, labels: &[&str]) -> Result<Option<f64>> {
        let (_, body) = self.probe("metrics").await?;
        let lines = body.lines().filter(|line| line.split(['{', ' ']).next() == Some(name));
        let values = lines.filter(|line| labels.iter().all(|label| line.contains(label)));
        let values: Vec<f64> = values.filter_map(|line| line.rsplit(' ').next()?.parse().ok()).collect();
        Ok((!values.is_empty()).then(|| values.iter().sum()))
    }

    /// Writes other settings into the file that is watched.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub fn write_settings(&self, settings: &Value) -> Result<()> {
        let (file, new) = (self.folder.join("settings.yaml"), self.folder.join("settings.new"));
        fs::write(&new, settings.to_string())?;
        // At once, as a mounted ConfigMap is replaced.
        Ok(fs::rename(new, file)?)
    }

    /// Where its files are.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The two webhook configurations of this host: those of the chart for `serve`, and for policy-server those that
    /// Kubewarden's controller writes.
    ///
    /// # Errors
    /// If the rules cannot be read.
    pub fn configurations(&self, plane: &ControlPlane) -> Result<Vec<Value>> {
        [Role::Mutating, Role::Validating].into_iter().map(|role| self.configuration(plane, role)).collect()
    }

    fn configuration(&self, plane: &ControlPlane, role: Role) -> Result<Value> {
        let url = |path: &str| json!({"url": format!("https://127.0.0.1:{}/{path}", self.port), "caBundle": plane.ca_bundle()});
        self.configuration_with(role, url)
    }

    fn configuration_with(&self, role: Role, client: impl Fn(&str) -> Value) -> Result<Value> {
        let policy = policy(role)?;
        let style = self.plan.style.clone();
        let (kind, path) = match role {
            Role::Mutating => ("mutating", "mutate"),
            Role::Validating => ("validating", "validate"),
        };
        if self.host == Host::PolicyServer {
            let name = format!("clusterwide-podnetworking-{kind}");
            let client = client(&format!("validate/{name}"));
            let mut style = Style { reinvocation_policy: "Never".to_owned(), ..style };
            style.excluded = vec!["kubewarden".to_owned(), "kube-system".to_owned()];
            let mut one = configuration(role, &name, &format!("{name}.kubewarden.admission"), &client, &policy, &style);
            one["webhooks"][0]["sideEffects"] = json!("None");
            one["metadata"]["labels"] = json!({"app.kubernetes.io/part-of": "kubewarden"});
            return Ok(one);
        }
        let name = match role {
            Role::Mutating => "mutate.podnetworking-policy.svc",
            Role::Validating => "validate.podnetworking-policy.svc",
        };
        Ok(configuration(role, "podnetworking-policy", name, &client(path), &policy, &style))
    }

    /// Installs its configurations with a Service as in a cluster, which leads to a port of loopback: one that its replicas
    /// share. The API server then calls over HTTP/1.1.
    ///
    /// # Errors
    /// If the API server does not ask.
    pub async fn install_by_service(&self, plane: &ControlPlane, port: u16) -> Result<()> {
        let (name, namespace) = ("podnetworking-policy", "podnetworking-policy");
        let service = json!({
            "apiVersion": "v1", "kind": "Service", "metadata": {"name": name, "namespace": namespace},
            "spec": {"type": "ExternalName", "externalName": "localhost"},
        });
        plane.admin.apply(&service).await?.accepted()?;
        let client = |path: &str| {
            let service = json!({"name": name, "namespace": namespace, "port": port, "path": format!("/{path}")});
            json!({"service": service, "caBundle": plane.ca_bundle()})
        };
        for role in [Role::Mutating, Role::Validating] {
            let one = self.configuration_with(role, client)?;
            plane.admin.delete(&path_of(&one)).await?;
            plane.admin.create(&one).await?.accepted()?;
        }
        // The old configuration may still be in force for a moment.
        tokio::time::sleep(std::time::Duration::from_secs(1)).await;
        crate::configurations::wait_until_asked(&plane.admin).await
    }

    /// Gives the host other settings, and waits until they are in force.
    ///
    /// # Errors
    /// If they are refused.
    pub async fn change_settings(&mut self, settings: &Value) -> Result<()> {
        if self.plan.settings == *settings {
            return Ok(());
        }
        self.plan.settings = settings.clone();
        if self.host == Host::PolicyServer {
            policies(&self.folder, &self.plan)?;
            return self.restart().await;
        }
        let count = || async { self.metric("podnetworking_settings_reloads_total", &[r#"result="accepted""#]).await };
        let before = count().await?.unwrap_or_default();
        self.write_settings(settings)?;
        until("the new settings", seconds(10), || async {
            let now = count().await?.unwrap_or_default();
            ensure!(now > before, "{}", self.probe("readyz").await?.1);
            Ok(())
        })
        .await
    }

    /// Installs its configurations, and waits until the API server asks.
    ///
    /// # Errors
    /// If the API server does not.
    pub async fn install(&self, plane: &ControlPlane) -> Result<()> {
        self.install_as(plane, &plane.admin).await
    }

    /// The same, as a user whom the configurations do not leave out.
    ///
    /// # Errors
    /// If the API server does not.
    pub async fn install_as(&self, plane: &ControlPlane, api: &Api) -> Result<()> {
        crate::configurations::install(&plane.admin, &self.configurations(plane)?).await?;
        if self.plan.mode == "protect" {
            crate::configurations::wait_until_asked(api).await?;
        }
        Ok(())
    }
}

/// The file of policies of policy-server: the two policies of `deploy/overlays/protect`.
fn policies(folder: &Path, plan: &Plan) -> Result<PathBuf> {
    let annotated = folder.join("annotated.wasm");
    let metadata = repository().join("policy-metadata.yml");
    let mut kwctl = Command::new("kwctl");
    kwctl.arg("annotate").arg("-m").arg(metadata).arg("-o").arg(&annotated).arg(&plan.module);
    let output = kwctl.output().context("kwctl")?;
    if !output.status.success() {
        bail!("kwctl annotate: {}", String::from_utf8_lossy(&output.stderr));
    }
    let entry = |mutating: bool| {
        let mut settings = plan.settings.clone();
        if !mutating {
            settings["mutations"] =
                json!({"podnetworking-defaults": false, "pod-annotations": false, "zone-affinity": false});
            settings["rules"]["zone-unconstrained"] = json!("deny");
        }
        json!({
            "module": format!("file://{}", annotated.display()),
            "policyMode": plan.mode,
            "allowedToMutate": mutating,
            "hostCapabilities": ["*"],
            "settings": settings,
            "contextAwareResources": [
                {"apiVersion": "network.alibabacloud.com/v1beta1", "kind": "PodNetworking"},
                {"apiVersion": "v1", "kind": "Namespace"},
            ],
        })
    };
    let all = json!({
        "clusterwide-podnetworking-mutating": entry(true),
        "clusterwide-podnetworking-validating": entry(false),
    });
    let file = folder.join("policies.yml");
    fs::write(&file, all.to_string())?;
    Ok(file)
}
