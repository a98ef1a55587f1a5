//! `make try`: a control plane with `podnetworking serve` in front of it, to be tried with kubectl. It runs until it is
//! interrupted.

#![allow(clippy::print_stdout, reason = "it reports")]

use std::path::PathBuf;

use anyhow::{Context as _, Result, bail};
use podnetworking_cluster::control_plane::{ControlPlane, Options};
use podnetworking_cluster::kubelet::Kubelet;
use podnetworking_cluster::nodes::{self, ZONES};
use podnetworking_cluster::platform;
use podnetworking_cluster::programs::Programs;
use podnetworking_cluster::server::{Host, Plan, Server};

#[tokio::main]
async fn main() -> Result<()> {
    let mut arguments = std::env::args_os().skip(1);
    let (Some(version), Some(kubeconfig)) = (arguments.next(), arguments.next().map(PathBuf::from)) else {
        bail!("the arguments are the version of Kubernetes and the kubeconfig that is written")
    };
    let Some(programs) = Programs::find(&version.to_string_lossy())? else {
        bail!("go is not in the PATH, and KUBEBUILDER_ASSETS has not all programs of a control plane");
    };
    let plane = ControlPlane::start(&programs, &Options { with_controllers: true, flags: Vec::new() }).await?;
    platform::install(&plane.admin).await?;
    for zone in ZONES {
        nodes::add(&plane.admin, zone, 2).await?;
    }
    let _controller = platform::Controller::start(&plane.admin);
    let _kubelet = Kubelet::start(&plane.admin);
    let server = Server::start(&plane, Host::Serve, "serve", Plan::trial()).await?;
    server.install(&plane).await?;
    if let Some(folder) = kubeconfig.parent() {
        std::fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
    }
    std::fs::copy(plane.admin_kubeconfig(), &kubeconfig).with_context(|| kubeconfig.display().to_string())?;
    println!("Kubernetes {} with two nodes in each of {}", plane.version(), ZONES.join(", "));
    println!("the log of the webhook: {}", server.folder().join("serve.log").display());
    println!("in another terminal: export KUBECONFIG={}", kubeconfig.display());
    println!("end it with Ctrl-C");
    tokio::signal::ctrl_c().await?;
    Ok(())
}
