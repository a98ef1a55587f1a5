//! Unambiguous PodNetworking selection and zone rules for Alibaba Cloud Kubernetes: the decision core.
//!
//! [`decide`] is a pure function of a request, settings and a cluster that lends facts. Hosts translate: bytes in,
//! facts lent, bytes out. docs/architecture.md is the map.

#![deny(clippy::disallowed_types)]
#![cfg_attr(
    test,
    allow(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::indexing_slicing,
        clippy::panic,
        clippy::string_slice,
        reason = "a test may fail loudly"
    )
)]

// What comes in.
pub mod cluster;
pub mod context;
pub mod index;
pub mod request;
pub mod settings;

// What is read: JSON as text, its fields, and what is wrong with them.
pub mod fault;
mod glance;
mod item;
pub mod json;
pub mod path;

// The algebras.
mod address;
pub mod duration;
pub mod label;
mod many;
pub mod node_affinity;
pub mod selector;

// The objects, and what holds between them.
pub mod namespace;
pub mod network_request;
pub mod overlap;
pub mod overrides;
pub mod pairs;
pub mod pod;
pub mod podnetworking;
pub mod readiness;
pub mod selection;
pub mod zones;

// The judgement.
mod ids;
pub mod judge;
pub mod mutations;
mod near;
mod patch;
pub mod pod_subject;
pub mod podnetworking_subject;
pub mod rules;
mod sort;
pub mod texts;

#[cfg(feature = "catalogue")]
pub mod catalogue;

// What comes out.
pub mod decision;
pub mod finding;
mod text;
pub mod write;

mod decide;

pub use cluster::{Cluster, Unavailable};
pub use decide::{decide, decide_payload};
pub use decision::Decision;
pub use request::Request;
pub use settings::Settings;
