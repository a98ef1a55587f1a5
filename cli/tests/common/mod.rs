//! Runs the binary on manifests that a test writes.
#![allow(
    dead_code,
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test may fail loudly"
)]

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

/// A folder with manifests, in which the binary is run.
pub struct Folder(TempDir);

/// The exit status and the output of the binary.
pub struct Ran {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

impl Folder {
    pub fn new(files: &[(&str, &str)]) -> Self {
        let folder = Self(TempDir::new().unwrap());
        for (name, text) in files {
            folder.write(name, text);
        }
        folder
    }

    pub fn path(&self) -> &Path {
        self.0.path()
    }

    pub fn write(&self, name: &str, text: &str) {
        let path = self.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    pub fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path().join(name)).unwrap()
    }

    pub fn run(&self, arguments: &[&str]) -> Ran {
        self.run_with(arguments, "", &[])
    }

    pub fn run_with(&self, arguments: &[&str], stdin: &str, environment: &[(&str, &str)]) -> Ran {
        let mut command = Command::new(env!("CARGO_BIN_EXE_podnetworking"));
        command.current_dir(self.path()).args(arguments).env_remove("PODNETWORKING_SETTINGS").env_remove("NO_COLOR");
        command.envs(environment.iter().copied());
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut input = child.stdin.take().unwrap();
        // A command that does not read stdin closes it, so this may fail.
        let _ = input.write_all(stdin.as_bytes());
        drop(input);
        Ran::of(child.wait_with_output().unwrap())
    }
}

impl Ran {
    fn of(output: Output) -> Self {
        Self {
            code: output.status.code().unwrap(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }

    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {}\n{}", self.stdout, self.stderr))
    }

    /// Each finding of `--format json`, as `rule file:line:column`.
    pub fn places(&self) -> Vec<String> {
        let json = self.json();
        let findings = json.get("findings").unwrap().as_array().unwrap().clone();
        let text = |finding: &serde_json::Value, key: &str| finding.get(key).unwrap().to_string().replace('"', "");
        findings
            .iter()
            .map(|one| {
                let [rule, file, line, column] = ["rule", "file", "line", "column"].map(|key| text(one, key));
                format!("{rule} {file}:{line}:{column}")
            })
            .collect()
    }
}

/// The module that `make policy.wasm` built.
pub fn policy() -> PathBuf {
    let built = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../policy.wasm");
    let path = std::env::var_os("POLICY_WASM").map_or(built, PathBuf::from);
    assert!(path.exists(), "{} is missing: run `make policy.wasm`", path.display());
    path.canonicalize().unwrap()
}

/// Two PodNetworkings that overlap. The zones of their vSwitches are in [`SETTINGS`].
pub const PAIR: &str = "\
apiVersion: network.alibabacloud.com/v1beta1
kind: PodNetworking
metadata:
  name: first
spec:
  selector:
    podSelector:
      matchLabels:
        foo: bar
  securityGroupIDs: [sg-bp1]
  vSwitchOptions: [vsw-bp1]
---
apiVersion: network.alibabacloud.com/v1beta1
kind: PodNetworking
metadata:
  name: second
spec:
  selector:
    podSelector:
      matchLabels:
        app: web
  securityGroupIDs: [sg-bp1]
  vSwitchOptions: [vsw-bp1]
";

/// A pod that both select.
pub const POD: &str = "\
apiVersion: v1
kind: Pod
metadata:
  name: pod
  labels: {foo: bar, app: web}
spec:
  containers:
  - name: c
    image: nginx
";

pub const SETTINGS: &str = "inventory:\n  vSwitches:\n    vsw-bp1: {zone: cn-hangzhou-h}\n";
