//! The programs of a control plane: where they are, and how those that are missing are built.

use std::env;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, bail};

/// The folders in which the programs are looked for, the first that has one.
#[derive(Clone, Debug)]
pub struct Programs {
    /// The version of Kubernetes, for example `1.36.3`.
    pub version: String,
    folders: Vec<PathBuf>,
}

/// All that a control plane consists of, and the kubectl of its version.
const NAMES: [&str; 5] = ["etcd", "kube-apiserver", "kube-scheduler", "kube-controller-manager", "kubectl"];

/// The folder of this crate.
#[must_use]
pub fn home() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The folder of the repository.
#[must_use]
pub fn repository() -> &'static Path {
    home().parent().expect("the crate is in the repository")
}

impl Programs {
    /// Finds the programs, and builds what is missing from the Go modules: that takes minutes, once. Nothing is returned where
    /// something is missing and there is no Go.
    ///
    /// # Errors
    /// If a program cannot be built.
    pub fn find(version: &str) -> Result<Option<Self>> {
        let build = home().join("control-plane/build");
        let output = Command::new(&build)
            .arg(version)
            .stderr(Stdio::inherit())
            .output()
            .with_context(|| build.display().to_string())?;
        match output.status.code() {
            Some(0) => {}
            Some(3) => return Ok(None),
            _ => bail!("{} {version}: {}", build.display(), output.status),
        }
        let built = PathBuf::from(String::from_utf8_lossy(&output.stdout).trim());
        let given = env::var_os("KUBEBUILDER_ASSETS").filter(|given| !given.is_empty()).map(PathBuf::from);
        let programs = Self { version: version.to_owned(), folders: given.into_iter().chain([built]).collect() };
        for name in NAMES {
            if !programs.path(name).is_file() {
                bail!("there is no {name} in {:?}", programs.folders);
            }
        }
        Ok(Some(programs))
    }

    /// The path of a program.
    #[must_use]
    pub fn path(&self, name: &str) -> PathBuf {
        let mut paths = self.folders.iter().map(|folder| folder.join(name));
        paths.clone().find(|path| path.is_file()).or_else(|| paths.next_back()).unwrap_or_default()
    }
}

/// A program of the PATH, if it is there.
#[must_use]
pub fn in_the_path(name: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    env::split_paths(&path).map(|folder| folder.join(name)).find(|path| path.is_file())
}

/// The folder of a Go module that `control-plane/crds` names. It is downloaded where it is not there.
///
/// # Errors
/// If there is no Go, or the module cannot be had.
pub fn module_folder(module: &str) -> Result<PathBuf> {
    let mut go = Command::new("go");
    go.args(["mod", "download", "-json", module]).current_dir(home().join("control-plane/crds"));
    let output = go.output().context("go is needed for the CRDs of other projects")?;
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap_or_default();
    match json["Dir"].as_str() {
        Some(folder) if output.status.success() => Ok(PathBuf::from(folder)),
        _ => bail!("go mod download {module}: {}{}", json["Error"], String::from_utf8_lossy(&output.stderr)),
    }
}
