//! What `podnetworking serve` is told on its command line.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use clap::builder::PossibleValuesParser;
use clap::{Args, ValueEnum};
use podnetworking_policy::settings::platform::Platform;

/// `serve`.
#[derive(Clone, Debug, Args)]
pub struct Options {
    /// File with the settings, in YAML or JSON. It is read again when it changes.
    #[arg(long, value_name = "FILE", env = "PODNETWORKING_SETTINGS", hide_env = true)]
    pub settings: Option<PathBuf>,
    /// The platform that runs the pods. Takes precedence over the settings.
    #[arg(long, value_name = "PLATFORM", value_parser = PossibleValuesParser::new(Platform::ALL.map(|(name, _)| name)))]
    pub platform: Option<String>,
    /// Whether to deny and change, or only to warn, count and log what would be denied and changed.
    #[arg(long, value_enum, default_value_t, value_name = "MODE")]
    pub mode: Mode,
    /// Address of the webhook, over HTTPS: /mutate and /validate. Port 0 takes a free one, which the log names.
    #[arg(long, default_value = "0.0.0.0:8443", value_name = "ADDR")]
    pub listen: SocketAddr,
    /// Address of /metrics, /livez and /readyz, over plain HTTP.
    #[arg(long, default_value = "0.0.0.0:8080", value_name = "ADDR")]
    pub metrics_listen: SocketAddr,
    /// File with the certificate of the server and its chain, in PEM. It is read again when it changes.
    #[arg(long, value_name = "FILE", requires = "tls_key", required_unless_present = "tls_secret")]
    pub tls_cert: Option<PathBuf>,
    /// File with the private key of the certificate, in PEM.
    #[arg(long, value_name = "FILE", requires = "tls_cert")]
    pub tls_key: Option<PathBuf>,
    /// The Secret in which a CA of its own keeps its keys and certificates. It must exist, and may be empty.
    #[arg(long, value_name = "NAMESPACE/NAME", conflicts_with = "tls_cert", requires_all = ["service", "webhook_configuration"], value_parser = Name::parse)]
    pub tls_secret: Option<Name>,
    /// The Service by which the API server calls the webhook: the name in the certificate.
    #[arg(long, value_name = "NAMESPACE/NAME", requires = "tls_secret", value_parser = Name::parse)]
    pub service: Option<Name>,
    /// The name of the two webhook configurations that get the CA.
    #[arg(long, value_name = "NAME", requires = "tls_secret")]
    pub webhook_configuration: Option<String>,
    /// The module that decides instead of the compiled-in core: policy.wasm.
    #[cfg(feature = "policy")]
    #[arg(long, value_name = "FILE")]
    pub policy: Option<PathBuf>,
    /// The kubeconfig of the cluster; otherwise KUBECONFIG, otherwise the service account of the pod.
    #[arg(long, value_name = "FILE")]
    pub kubeconfig: Option<PathBuf>,
    /// After how many seconds without a word of the API server on a watch its facts are used no more. 0: never.
    #[arg(long, default_value = "600", value_name = "SECONDS")]
    pub facts_max_age: u64,
    /// After how many seconds the API server ends a watch, so that the next one begins where it ended.
    #[arg(long, default_value = "30", value_name = "SECONDS", hide = true)]
    pub watch_seconds: u32,
    /// How log lines are written.
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    pub log_format: LogFormat,
    /// Which log lines are written.
    #[arg(long, default_value = "info", value_name = "LEVEL", value_parser = PossibleValuesParser::new(["error", "warn", "info", "debug"]))]
    pub log_level: String,
}

impl Options {
    /// The greatest age of facts, if there is one.
    #[must_use]
    pub fn max_age(&self) -> Option<Duration> {
        (self.facts_max_age > 0).then(|| Duration::from_secs(self.facts_max_age))
    }
}

/// What is done with a decision.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, ValueEnum)]
pub enum Mode {
    /// Nothing is denied and nothing changed.
    Monitor,
    /// The decision counts.
    #[default]
    Protect,
}

impl Mode {
    /// Its name, as on the command line.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Monitor => "monitor",
            Self::Protect => "protect",
        }
    }
}

/// How log lines are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// For people.
    #[default]
    Text,
    /// One JSON object a line.
    Json,
}

/// The name of an object in a namespace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name {
    /// The namespace.
    pub namespace: String,
    /// The name in it.
    pub name: String,
}

impl Name {
    /// Reads `NAMESPACE/NAME`.
    ///
    /// # Errors
    /// If one of the two is missing.
    pub fn parse(text: &str) -> Result<Self, String> {
        match text.split_once('/') {
            Some((namespace, name)) if !namespace.is_empty() && !name.is_empty() && !name.contains('/') => {
                Ok(Self { namespace: namespace.to_owned(), name: name.to_owned() })
            }
            _ => Err("expected NAMESPACE/NAME".to_owned()),
        }
    }
}

impl std::fmt::Display for Name {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.namespace, self.name)
    }
}
