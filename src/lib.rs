//! Unambiguous PodNetworking selection and zone rules for Alibaba Cloud Kubernetes: the decision core.
//!
//! [`decide()`] is a pure function of a request, settings and a cluster that provides facts. Hosts only translate.
//! The modules are listed from the top down: a file imports only what is below it. docs/architecture.md is the map.

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

pub mod decide;
#[cfg(feature = "catalogue")]
pub mod documentation;

pub mod mutations;
pub mod rules;

pub mod judgement;

pub mod selection;

pub mod facts;

pub mod objects;

pub mod answer;
pub mod request;
pub mod settings;

pub mod json;

pub mod selectors;
pub mod text;

pub mod collections;
pub mod well_known;

pub use answer::decision::Decision;
pub use decide::payload::{decide_payload, decide_request};
pub use decide::request::decide;
pub use decide::settings::{parse_settings, read_settings};
pub use facts::cluster::{Cluster, Unavailable};
pub use request::Request;
pub use settings::values::Settings;
