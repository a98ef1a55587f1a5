//! The time of `check`, as a ratio to only reading the YAML with the same library:
//! `cargo run --release -p podnetworking --example speed -- target/release/podnetworking`.
//!
//! There are two repositories: 10,000 documents (1,000 PodNetworkings, 1,000 namespaces, 8,000 workloads), and 10,000
//! PodNetworkings. Both have no findings, so only the check is measured. Check and reading are processes with one thread.
//! The result is the median of the ratios of all runs, with the lowest and the highest.

#![allow(clippy::print_stdout, reason = "it reports")]

use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Instant;

use anyhow::{Context as _, Result, ensure};
use podnetworking_manifests::read_paths;

/// The argument with which this program only reads.
const READ: &str = "--read";

/// The number of runs.
const RUNS: usize = 15;

fn podnetworking(text: &mut String, index: usize, namespace_selector: &str) {
    let _ = write!(
        text,
        "---
apiVersion: network.alibabacloud.com/v1beta1
kind: PodNetworking
metadata:
  name: plane-{index}
spec:
  allocationType:
    type: Elastic
  selector:
    podSelector:
      matchLabels:
        network: plane-{index}
{namespace_selector}  securityGroupIDs:
  - sg-bp{index}
  vSwitchOptions:
  - vsw-bp{index}
"
    );
}

fn repository() -> String {
    let mut text = String::new();
    for index in 0..1000 {
        let selector = format!("    namespaceSelector:\n      matchLabels:\n        team: team-{}\n", index % 50);
        podnetworking(&mut text, index, &selector);
    }
    for index in 0..1000 {
        let team = index % 50;
        let _ = write!(
            text,
            "---
apiVersion: v1
kind: Namespace
metadata:
  name: ns-{index}
  labels:
    team: team-{team}
    stage: production
"
        );
    }
    for index in 0..8000 {
        let (namespace, plane) = (index % 1000, index % 1000);
        let _ = write!(
            text,
            "---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web-{index}
  namespace: ns-{namespace}
  labels:
    app: web-{index}
spec:
  replicas: 3
  selector:
    matchLabels:
      app: web-{index}
  template:
    metadata:
      labels:
        app: web-{index}
        network: plane-{plane}
    spec:
      containers:
      - name: web
        image: registry.example.com/web:{index}
        ports:
        - containerPort: 8080
          name: http
        resources:
          limits:
            cpu: \"1\"
            memory: 1Gi
        env:
        - name: LOG_LEVEL
          value: info
"
        );
    }
    text
}

fn planes() -> String {
    let mut text = String::new();
    for index in 0..10_000 {
        podnetworking(&mut text, index, "");
    }
    text
}

/// How long a process takes, in seconds.
fn time(command: &mut Command) -> Result<f64> {
    let start = Instant::now();
    let output = command.output().with_context(|| format!("{command:?}"))?;
    ensure!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stdout));
    Ok(start.elapsed().as_secs_f64())
}

/// The lowest, the median and the highest number.
fn spread(mut numbers: Vec<f64>) -> [f64; 3] {
    numbers.sort_by(f64::total_cmp);
    let at = |index: usize| numbers.get(index).copied().unwrap_or_default();
    [at(0), at(numbers.len() / 2), at(numbers.len().saturating_sub(1))]
}

fn measure(binary: &Path, folder: &Path, what: &str, documents: usize, text: &str) -> Result<()> {
    let file = folder.join("manifests.yaml");
    fs::write(&file, text).with_context(|| file.display().to_string())?;
    let own = std::env::current_exe()?;
    ensure!(read_paths(&[&file]).documents.len() == documents, "{}: not all documents are read", file.display());
    let [mut reading, mut checking, mut ratios] = [const { Vec::new() }; 3];
    // They run in turn, so that other load on the machine affects both.
    for _ in 0..RUNS {
        let read = time(Command::new(&own).arg(READ).arg(&file))?;
        let check =
            time(Command::new(binary).args(["check", "--settings"]).arg(folder.join("settings.yml")).arg(&file))?;
        reading.push(read * 1e3);
        checking.push(check * 1e3);
        ratios.push(check / read);
    }
    let ([_, reading, _], [_, checking, _], [least, ratio, greatest]) =
        (spread(reading), spread(checking), spread(ratios));
    println!("| {what} | {checking:.0} ms | {reading:.0} ms | **{ratio:.2}** ({least:.2} to {greatest:.2}) |");
    Ok(())
}

fn main() -> Result<()> {
    let binary = std::env::args().nth(1).context("the first argument is the path of the binary")?;
    if binary == READ {
        let file = std::env::args().nth(2).context("the second argument is the path of a file")?;
        // The check does not free its objects either.
        std::mem::forget(read_paths(&[file]));
        return Ok(());
    }
    let folder = std::env::temp_dir().join(format!("podnetworking-speed-{}", std::process::id()));
    fs::create_dir_all(&folder)?;
    // The manifests do not have the zones of the vSwitches.
    let settings = "rules: {vswitch-zone: off}\n";
    fs::write(folder.join("settings.yml"), settings)?;
    println!("## Manifests\n");
    println!("`podnetworking check` against a program that only reads the same YAML with the same library:\n");
    println!("| 10,000 documents | check | only read | ratio, least to greatest |\n|---|--:|--:|--:|");
    let mixed = "1,000 PodNetworkings, 1,000 namespaces, 8,000 workloads";
    measure(Path::new(&binary), &folder, mixed, 10_000, &repository())?;
    measure(Path::new(&binary), &folder, "10,000 PodNetworkings, each against the others", 10_000, &planes())?;
    fs::remove_dir_all(&folder)?;
    Ok(())
}
