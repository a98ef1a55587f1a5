//! How long `check` takes, as a ratio to only reading the YAML with the same library:
//! `cargo run --release -p podnetworking --example speed -- target/release/podnetworking`.
//!
//! Two repositories: 10,000 documents (1,000 PodNetworkings, 1,000 namespaces, 8,000 workloads), and 10,000
//! PodNetworkings. Both are clean, so that nothing but the check is measured.

#![allow(clippy::expect_used, clippy::print_stdout, reason = "a benchmark may fail loudly")]

use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use podnetworking_manifests::read_paths;

/// The best of so many runs counts.
const RUNS: usize = 9;

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

fn best(mut run: impl FnMut()) -> Duration {
    let mut time = || {
        let start = Instant::now();
        run();
        start.elapsed()
    };
    (0..RUNS).map(|_| time()).min().unwrap_or_default()
}

fn measure(binary: &Path, folder: &Path, name: &str, text: &str) {
    let file = folder.join(name);
    fs::write(&file, text).expect("the repository is written");
    let mut documents = 0;
    let reading = best(|| documents = read_paths(&[&file]).documents.len());
    let checking = best(|| {
        let mut command = Command::new(binary);
        command.args(["check", "--settings"]).arg(folder.join("settings.yml")).arg(&file);
        let output = command.output().expect("the binary runs");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    });
    let ratio = checking.as_secs_f64() / reading.as_secs_f64();
    println!("{name:<24} {documents} documents: check {checking:.1?}, only read {reading:.1?}, ratio {ratio:.2}");
}

fn main() {
    let binary = std::env::args().nth(1).expect("the path of the binary");
    let folder = std::env::temp_dir().join(format!("podnetworking-speed-{}", std::process::id()));
    fs::create_dir_all(&folder).expect("a folder is made");
    // The zones of the vSwitches are in no manifest.
    let settings = "rules: {vswitch-zone: off}\n";
    fs::write(folder.join("settings.yml"), settings).expect("the settings are written");
    measure(Path::new(&binary), &folder, "repository.yaml", &repository());
    measure(Path::new(&binary), &folder, "podnetworkings.yaml", &planes());
    fs::remove_dir_all(&folder).expect("the folder is removed");
}
