//! kubectl, as a person calls it.

use std::io::Write as _;
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;

use crate::control_plane::ControlPlane;

/// What kubectl printed.
#[derive(Clone, Debug)]
pub struct Output {
    /// Its exit status.
    pub code: i32,
    /// What it printed.
    pub stdout: String,
    /// Its errors and warnings.
    pub stderr: String,
}

impl Output {
    /// The output of a command that was successful.
    ///
    /// # Errors
    /// If it was not: with what it printed.
    pub fn ok(self) -> Result<String> {
        ensure!(self.code == 0, "kubectl has failed ({}): {}{}", self.code, self.stdout, self.stderr);
        Ok(self.stdout)
    }
}

/// Runs kubectl of the control plane's version, as the administrator. `input` goes to its standard input. A command that waits
/// forever ends after a minute.
///
/// # Errors
/// If it cannot be started.
pub async fn kubectl(plane: &ControlPlane, arguments: &[&str], input: Option<&Value>) -> Result<Output> {
    let mut command = Command::new("timeout");
    command.arg("60").arg(plane.program("kubectl")).args(arguments);
    command
        .env("KUBECONFIG", plane.admin_kubeconfig())
        .env_remove("KUBERNETES_SERVICE_HOST")
        .env("KUBECACHEDIR", plane.folder());
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let input = input.map(Value::to_string).unwrap_or_default();
    let output = tokio::task::spawn_blocking(move || -> Result<_> {
        let mut child = command.spawn().context("kubectl")?;
        child.stdin.take().context("standard input")?.write_all(input.as_bytes()).ok();
        Ok(child.wait_with_output()?)
    })
    .await??;
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    Ok(Output { code: output.status.code().unwrap_or(-1), stdout: text(output.stdout), stderr: text(output.stderr) })
}
