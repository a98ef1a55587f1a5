//! `make bench-server`: hosts of the policy, side by side, in one run on one control plane.
//!
//! Reviews are sent to each host over HTTPS; then pods are created by dry run on the API server with each host's webhooks.
//! Beside them runs a webhook that answers at once, with the same patch: what no host can exceed. Every answer must be the
//! expected one, else the run fails.

#![allow(clippy::print_stderr, clippy::print_stdout, reason = "it reports")]
#![allow(clippy::indexing_slicing, reason = "a key of JSON that is not there is null")]
#![allow(clippy::cast_precision_loss, reason = "rates are not exact")]

mod client;
mod host;
mod instant;
mod report;
mod usage;
mod world;

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use bytes::Bytes;
use clap::Parser;
use http::Method;
use podnetworking_cluster::configurations;
use podnetworking_cluster::control_plane::ControlPlane;
use podnetworking_cluster::platform::{PODNETWORKINGS, add, podnetworking};
use podnetworking_cluster::programs::Programs;
use podnetworking_cluster::server::Host;
use podnetworking_cluster::wait::{seconds, until};
use serde_json::json;

use crate::client::Target;
use crate::host::{Running, Which};
use crate::report::{CONNECTIONS, Created, Direct, Report, Visible};

/// Measures the hosts of the policy.
#[derive(Debug, Parser)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Measure everything
    Run(Run),
    /// The webhook that answers at once
    Instant(instant::Arguments),
}

#[derive(clap::Args, Debug)]
struct Run {
    /// The version of Kubernetes
    #[arg(long, default_value = "1.36.3")]
    kubernetes: String,
    /// The numbers of PodNetworkings, in ascending order
    #[arg(long, value_delimiter = ',', default_value = "10,1000,10000")]
    sizes: Vec<usize>,
    /// How long each cell is measured
    #[arg(long, default_value_t = 4)]
    seconds: u64,
    /// How many changes are measured until they are seen
    #[arg(long, default_value_t = 1000)]
    changes: usize,
    /// The page that gets the tables
    #[arg(long)]
    write: Option<PathBuf>,
}

/// With so many PodNetworkings pods are created on the API server.
const ON_THE_API_SERVER: usize = 1000;
/// The memory of a host is read after so many decisions, or after [`MOST_TIME`].
const DECISIONS: usize = 10_000;
const MOST_TIME: Duration = Duration::from_secs(30);
/// How often each host has its turn on the API server.
const ROUNDS: usize = 5;
/// What an answer with a mutation contains, and nothing else does.
const PATCHED: &str = "\"patchType\":\"JSONPatch\"";
/// What a pod that was mutated contains.
const ANNOTATED: &str = "k8s.aliyun.com/pod-networking";

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let run = async {
        match arguments.command {
            Command::Run(run) => measure(&run).await,
            Command::Instant(instant) => instant::serve(&instant).await.map(|()| ExitCode::SUCCESS),
        }
    };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    match runtime.map_err(anyhow::Error::from).and_then(|runtime| runtime.block_on(run)) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn measure(run: &Run) -> Result<ExitCode> {
    let Some(programs) = Programs::find(&run.kubernetes)? else {
        println!("nothing was measured: go is not in the PATH, and KUBEBUILDER_ASSETS has not all programs");
        return Ok(ExitCode::FAILURE);
    };
    let plane = world::start(&programs).await?;
    let review = Bytes::from(world::review(&world::pod()).to_string());
    let mut report = Report::default();
    let mut there = 0;
    for size in run.sizes.iter().copied() {
        world::grow(&plane.admin, there, size).await?;
        there = size;
        eprintln!("{size} PodNetworkings, {} namespaces", world::NAMESPACES);
        let serve = Running::start(&plane, Which::Host(Host::Serve), &[]).await?;
        let patch = serve.patch(&review).await?;
        serve.end();
        for which in Which::all() {
            let host = Running::start(&plane, which, &patch).await?;
            let one = direct(run, &host, which, size, &review).await.with_context(|| which.name())?;
            eprintln!(
                "  {}: {:.0} a second, {:.0} a core",
                which.name(),
                one.rates.last().unwrap_or(&0.0),
                one.rate_a_core
            );
            report.direct.push(one);
            if size == ON_THE_API_SERVER && matches!(which, Which::Host(Host::Serve | Host::ServeModule)) {
                report.visible.push(visible(run, &plane, &host, which).await?);
            }
            host.end();
        }
        if size == ON_THE_API_SERVER {
            report.created = created(run, &plane, &patch).await?;
        }
    }
    let tables = report.tables(&report::machine(&run.kubernetes, run.seconds))?;
    println!("{tables}");
    for line in report.goals() {
        println!("{line}");
    }
    if let Some(page) = &run.write {
        report::write(page, &tables)?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Reviews, sent to the host itself.
async fn direct(run: &Run, host: &Running, which: Which, podnetworkings: usize, review: &Bytes) -> Result<Direct> {
    settle(host).await?;
    // The first decisions read lists and fill caches.
    let mut decisions = host.mutate.load(2, Duration::from_secs(1), review, PATCHED).await?.answers;
    let (mut rates, mut rate_a_core, mut latency) = (Vec::new(), 0.0, (0.0, 0.0));
    for connections in CONNECTIONS {
        let before = usage::cpu_seconds(host.process())?;
        let measured = host.mutate.load(connections, Duration::from_secs(run.seconds), review, PATCHED).await?;
        let used = usage::cpu_seconds(host.process())? - before;
        rates.push(measured.rate());
        rate_a_core = measured.answers as f64 / used;
        latency = (measured.percentile(50), measured.percentile(99));
        decisions += measured.answers;
    }
    let begun = Instant::now();
    while decisions < DECISIONS && begun.elapsed() < MOST_TIME {
        decisions += host.mutate.load(4, Duration::from_secs(1), review, PATCHED).await?.answers;
    }
    let memory = usage::peak_memory(host.process())?;
    Ok(Direct { which, podnetworkings, rates, rate_a_core, latency, memory })
}

/// Waits until a host that was just started has nothing to do: `serve` looks once at each PodNetworking for overlaps.
async fn settle(host: &Running) -> Result<()> {
    const PAUSE: Duration = Duration::from_millis(500);
    until("the host to have nothing to do", seconds(120), || async {
        let before = usage::cpu_seconds(host.process())?;
        tokio::time::sleep(PAUSE).await;
        let used = usage::cpu_seconds(host.process())? - before;
        ensure!(used < PAUSE.as_secs_f64() / 20.0, "it used {used} s of {PAUSE:?}");
        Ok(())
    })
    .await
}

/// The time from the answer to a write until the first decision that follows it.
async fn visible(run: &Run, plane: &ControlPlane, host: &Running, which: Which) -> Result<Visible> {
    const NAME: &str = "bench-visible";
    let selector =
        |app: &str| json!({"spec": {"selector": {"podSelector": {"matchLabels": {"app.kubernetes.io/name": app}}}}});
    add(&plane.admin, &podnetworking(NAME, json!({"app.kubernetes.io/name": "elsewhere"}), &["vsw-h"])).await?;
    let path = format!("{PODNETWORKINGS}/{NAME}");
    let server = api_server(plane, &path)?;
    let review = Bytes::from(world::review(&world::pod_of("visible")).to_string());
    let (mut writer, mut reader) = (server.connect().await?, host.mutate.connect().await?);
    let mut times = Vec::new();
    for number in 0..run.changes {
        let is_selected = number % 2 == 0;
        let change = selector(if is_selected { "visible" } else { "elsewhere" });
        let (status, answer) = server.send(&mut writer, Method::PATCH, Bytes::from(change.to_string())).await?;
        ensure!(status.is_success(), "{path}: {status} {}", String::from_utf8_lossy(&answer));
        let written = Instant::now();
        loop {
            let (status, answer) = host.mutate.send(&mut reader, Method::POST, review.clone()).await?;
            let text = String::from_utf8_lossy(&answer);
            ensure!(status.is_success() && text.contains("\"allowed\":true"), "{status} {text}");
            if text.contains(PATCHED) == is_selected {
                break;
            }
            ensure!(written.elapsed() < Duration::from_secs(10), "a change was not seen for ten seconds");
        }
        times.push(written.elapsed().as_secs_f64() * 1e3);
    }
    plane.admin.delete(&path).await?;
    times.sort_by(f64::total_cmp);
    let at =
        |percent: usize| times.get((times.len() * percent / 100).min(times.len() - 1)).copied().unwrap_or_default();
    Ok(Visible { which, milliseconds: (at(50), at(99), at(100)) })
}

/// Pods, created by dry run: without webhooks, and with those of each host, in turn.
async fn created(run: &Run, plane: &ControlPlane, patch: &[u8]) -> Result<Vec<Created>> {
    let pods = format!("/api/v1/namespaces/{}/pods?dryRun=All", world::NAMESPACE);
    let server = api_server(plane, &pods)?;
    let pod = Bytes::from(world::pod().to_string());
    let mut hosts = vec![(None, Created { which: None, rates: Vec::new() })];
    for which in Which::all() {
        let host = Running::start(plane, which, patch).await?;
        hosts.push((Some(host), Created { which: Some(which), rates: Vec::new() }));
    }
    for _ in 0..ROUNDS {
        for (host, created) in &mut hosts {
            let configurations = host.as_ref().map_or(&[][..], Running::configurations);
            configurations::install(&plane.admin, configurations).await?;
            wait_for(plane, host.is_some()).await?;
            let expected = if host.is_some() { ANNOTATED } else { "\"kind\":\"Pod\"" };
            server.load(4, Duration::from_secs(1), &pod, expected).await?;
            let measured = server.load(4, Duration::from_secs(run.seconds), &pod, expected).await;
            let measured = measured.with_context(|| format!("{:?}", created.which))?;
            created.rates.push(measured.rate());
            configurations::remove(&plane.admin, configurations).await?;
            wait_for(plane, false).await?;
        }
    }
    Ok(hosts
        .into_iter()
        .map(|(host, created)| {
            if let Some(host) = host {
                host.end();
            }
            created
        })
        .collect())
}

/// Waits until the API server asks webhooks, or no longer.
async fn wait_for(plane: &ControlPlane, is_asked: bool) -> Result<()> {
    until("the API server to see the webhook configurations", seconds(30), || async {
        let answer = plane.admin.dry_run(&world::pod()).await?;
        ensure!(answer.is_accepted(), "{}", answer.message());
        ensure!(answer.body.to_string().contains(ANNOTATED) == is_asked, "it does not yet");
        Ok(())
    })
    .await?;
    // The validating ones are seen at about the same time.
    tokio::time::sleep(Duration::from_millis(500)).await;
    Ok(())
}

/// The API server, as the administrator.
fn api_server(plane: &ControlPlane, path: &str) -> Result<Target> {
    let files = plane.authority.write(plane.folder(), "bench-client", "bench", Some("system:masters"), &[])?;
    let port = plane.server().rsplit(':').next().context("a port")?.parse()?;
    Target::new(port, path, &plane.folder().join("ca.crt"), Some((&files.certificate, &files.key)))
}
