//! A real control plane on one machine: etcd, kube-apiserver, kube-scheduler and kube-controller-manager on loopback, with
//! nodes that are objects only. The suite in `tests/suite` tries the policy on it: README.md explains both.
//!
//! Everything here is for tests.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    clippy::unwrap_used,
    reason = "a test may fail loudly"
)]

pub mod api;
pub mod certificates;
pub mod configurations;
pub mod control_plane;
pub mod https;
pub mod kubectl;
pub mod kubelet;
pub mod nodes;
pub mod plain_http;
pub mod platform;
pub mod process;
pub mod programs;
pub mod proxy;
pub mod server;
pub mod terway_server;
pub mod wait;
