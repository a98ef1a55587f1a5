//! The program: it starts everything, and ends it.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, bail};
use kube::config::{KubeConfigOptions, Kubeconfig};
use kube::{Client, Config};
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio_rustls::TlsAcceptor;
use tracing_appender::non_blocking::ErrorCounter;

use crate::decide::decider::Decider;
use crate::facts::store::Store;
use crate::facts::watch::{self, Watched};
use crate::log::Log;
use crate::metrics::Metrics;
use crate::options::Options;
use crate::reload::{EVERY, read};
use crate::serve::drain::End;
use crate::serve::limits::{Budget, CONNECTIONS_MAX};
use crate::serve::{admission, connection, drain, probes};
use crate::settings::{self, Both};
use crate::tls::own::Own;
use crate::tls::{files, server};
use crate::webhook::{RedactedClient, Webhook};

/// A connection to the API server is dead if it is silent for so much longer than a watch takes to end.
const SILENCE: Duration = Duration::from_secs(15);
/// The most connections of those who ask for metrics and readiness.
const PROBES_MAX: usize = 64;
/// How long a connection to the API server may take.
const CONNECT: Duration = Duration::from_secs(5);

/// Serves until the program is told to end.
///
/// # Errors
/// What prevents the start: settings, certificate, module, kubeconfig, addresses.
pub fn run(options: &Options) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let done = runtime.block_on(serve(options));
    // What still runs is not waited for.
    runtime.shutdown_timeout(Duration::from_secs(1));
    done
}

async fn serve(options: &Options) -> anyhow::Result<()> {
    let mut terminated = signal(SignalKind::terminate())?;
    let mut interrupted = signal(SignalKind::interrupt())?;
    let settings = settings::load(options.settings.as_deref(), options.platform.as_deref(), options.mode);
    let settings = settings.map_err(anyhow::Error::msg)?;
    let decider = decider(options, &settings)?;
    let log = Log::start(options);
    let running = Running::start(options, settings, decider, Some(log.dropped())).await?;
    tokio::select! {
        _ = terminated.recv() => {}
        _ = interrupted.recv() => {}
    }
    tracing::info!("ending: not ready from now on");
    running.end(drain::LEAVING).await;
    tracing::info!("ended");
    Ok(())
}

/// A webhook that runs.
#[derive(Debug)]
pub struct Running {
    /// Where reviews are served.
    pub reviews: SocketAddr,
    /// Where metrics and probes are served.
    pub probes: SocketAddr,
    /// The webhook.
    pub webhook: Arc<Webhook>,
    end: End,
    connections: Arc<Budget>,
    /// Probes are answered as long as this is kept.
    _probes: End,
}

impl Running {
    /// Starts everything.
    ///
    /// # Errors
    /// What prevents the start: certificate, kubeconfig, addresses.
    pub async fn start(
        options: &Options,
        settings: Both,
        decider: Decider,
        dropped: Option<ErrorCounter>,
    ) -> anyhow::Result<Self> {
        let platform = settings.mutate.settings.platform.name();
        let metrics = Arc::new(Metrics::new(vec![
            ("version", env!("CARGO_PKG_VERSION").to_owned()),
            ("mode", options.mode.name().to_owned()),
            ("platform", platform.to_owned()),
            ("decider", decider.name().to_owned()),
        ]));
        let mut webhook = Webhook::new(settings, options.mode, decider, Arc::clone(&metrics));
        webhook.max_age = options.max_age();
        let client = client(options, &webhook.store).await?;
        webhook.client = Some(RedactedClient(client.clone()));
        let webhook = Arc::new(webhook);
        certificate(options, &webhook, &client)?;
        follow_cluster(options, &webhook, &client);
        tokio::spawn(follow_settings(options.clone(), Arc::clone(&webhook)));
        let reviews = bind(options.listen).await?;
        let probes = bind(options.metrics_listen).await?;
        let addresses = (reviews.local_addr()?, probes.local_addr()?);
        tracing::info!(
            webhook = %addresses.0,
            metrics = %addresses.1,
            version = env!("CARGO_PKG_VERSION"),
            mode = options.mode.name(),
            platform,
            decider = webhook.decider.name(),
            "listening"
        );
        let (end, ending) = drain::new();
        let connections = Budget::new(CONNECTIONS_MAX);
        let acceptor = TlsAcceptor::from(server::config(Arc::clone(&webhook.serving))?);
        let answering = Arc::clone(&webhook);
        let answer = move |request| {
            let webhook = Arc::clone(&answering);
            async move { admission::answer(&webhook, request).await }
        };
        tokio::spawn(connection::listen(reviews, Some(acceptor), Arc::clone(&connections), ending, answer));
        let probed = Arc::clone(&webhook);
        let answer = move |request: hyper::Request<hyper::body::Incoming>| {
            let lines = dropped.as_ref().map_or(0, ErrorCounter::dropped_lines);
            probed.metrics.log_lines_dropped.set(i64::try_from(lines).unwrap_or(i64::MAX));
            std::future::ready(probes::answer(&probed, &request))
        };
        let (probes_end, endless) = drain::new();
        tokio::spawn(connection::listen(probes, None, Budget::new(PROBES_MAX), endless, answer));
        Ok(Self { reviews: addresses.0, probes: addresses.1, webhook, end, connections, _probes: probes_end })
    }

    /// Ends: unready at once, no new connections after `leaving`, then the last calls.
    pub async fn end(&self, leaving: Duration) {
        self.end.begin(&self.webhook, &self.connections, leaving).await;
    }
}

/// Serves the pair in the files, or that of a CA of its own.
fn certificate(options: &Options, webhook: &Arc<Webhook>, client: &Client) -> anyhow::Result<()> {
    let (serving, metrics) = (Arc::clone(&webhook.serving), Arc::clone(&webhook.metrics));
    if let (Some(certificate), Some(key)) = (&options.tls_cert, &options.tls_key) {
        let pair = files::load(certificate, key).map_err(anyhow::Error::msg)?;
        serving.set(&pair, &metrics);
        tokio::spawn(files::follow(certificate.clone(), key.clone(), serving, metrics));
        return Ok(());
    }
    let names = (&options.tls_secret, &options.service, &options.webhook_configuration);
    let (Some(secret), Some(service), Some(configuration)) = names else {
        bail!("`--tls-cert` and `--tls-key`, or `--tls-secret`, `--service` and `--webhook-configuration` are needed");
    };
    let own = Own::new(secret.clone(), service.clone(), configuration.clone());
    tokio::spawn(own.keep(client.clone(), serving, metrics));
    Ok(())
}

/// Watches the cluster.
fn follow_cluster(options: &Options, webhook: &Arc<Webhook>, client: &Client) {
    let (changed, changes) = tokio::sync::mpsc::unbounded_channel();
    let watched = Watched {
        store: Arc::clone(&webhook.store),
        reservations: Arc::clone(&webhook.reservations),
        metrics: Arc::clone(&webhook.metrics),
        seconds: options.watch_seconds,
        changed,
    };
    tokio::spawn(watch::podnetworkings(client.clone(), watched.clone()));
    tokio::spawn(watch::namespaces(client.clone(), watched));
    tokio::spawn(crate::pairs::follow(Arc::clone(webhook), client.clone(), changes));
}

async fn bind(address: std::net::SocketAddr) -> anyhow::Result<TcpListener> {
    TcpListener::bind(address).await.with_context(|| format!("cannot listen on {address}"))
}

/// Who decides: the module, where one is named.
#[cfg(feature = "policy")]
fn decider(options: &Options, settings: &Both) -> anyhow::Result<Decider> {
    let Some(file) = &options.policy else { return Ok(Decider::Core) };
    let module = crate::decide::module::Module::load(file, settings);
    module.map(Decider::Module).map_err(|reason| anyhow::anyhow!("{}: {reason}", file.display()))
}

#[cfg(not(feature = "policy"))]
fn decider(_: &Options, _: &Both) -> anyhow::Result<Decider> {
    Ok(Decider::Core)
}

/// The client of the API server, which notes when the API server says something.
async fn client(options: &Options, store: &Store) -> anyhow::Result<Client> {
    let mut config = match &options.kubeconfig {
        Some(file) => {
            let read = Kubeconfig::read_from(file).with_context(|| format!("cannot read {}", file.display()))?;
            Config::from_custom_kubeconfig(read, &KubeConfigOptions::default()).await?
        }
        None => Config::infer()
            .await
            .context("no kubeconfig was found, and the program does not run in a pod with a service account")?,
    };
    config.connect_timeout = Some(CONNECT);
    config.read_timeout = Some(SILENCE + Duration::from_secs(options.watch_seconds.into()));
    let builder = kube::client::ClientBuilder::try_from(config)?;
    Ok(builder.with_layer(&store.heard).build())
}

/// Reads the settings file again and again, for ever. Invalid settings leave the old ones in force.
async fn follow_settings(options: Options, webhook: Arc<Webhook>) {
    let Some(file) = options.settings.clone() else { return };
    let mut last = read(&file);
    let mut every = tokio::time::interval(EVERY);
    loop {
        every.tick().await;
        let now = read(&file);
        if now == last {
            continue;
        }
        last = now;
        match settings::load(Some(&file), options.platform.as_deref(), options.mode) {
            Ok(both) => {
                webhook.settings.store(Arc::new(both));
                webhook.settings_rejected.store(None);
                webhook.metrics.settings_read(true);
                tracing::info!("the settings were read again");
            }
            Err(reason) => {
                tracing::error!(reason, "the new settings are rejected, the old ones stay in force");
                webhook.settings_rejected.store(Some(Arc::new(reason)));
                webhook.metrics.settings_read(false);
            }
        }
    }
}
