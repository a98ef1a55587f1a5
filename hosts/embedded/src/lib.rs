//! The embedded wasm host: it runs the policy module as a Kubewarden policy server does, without a cluster.
//!
//! [`Module`] is a waPC module, compiled once. [`Instance`] is a fresh instance of it, for one evaluation. A [`HostCalls`]
//! answers the host calls of the module: [`ClusterFacts`] serves objects from memory in the JSON that Kubewarden returns,
//! [`Recorder`] records the calls and writes a session that `kwctl run` replays, and [`Failing`] fails on purpose. wasmtime
//! runs the module.
//!
//! ```no_run
//! use std::sync::Arc;
//!
//! use podnetworking_embedded_host::{ClusterFacts, Module};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let module = Module::from_file("policy.wasm")?;
//! let facts = Arc::new(ClusterFacts::from_json(r#"{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"shop"}}"#)?);
//! let answer = module.instance(facts)?.validate(br#"{"settings":{},"request":{}}"#)?;
//! println!("accepted: {}", answer.accepted);
//! # Ok(())
//! # }
//! ```

mod calls;
mod error;
mod exchange;
mod facts;
mod failing;
mod instance;
mod mask;
mod module;
mod recorder;
mod request;
mod session;
mod wapc;

pub use calls::{HostCalls, NoCalls};
pub use error::{CallError, LoadError};
pub use exchange::Exchange;
pub use facts::{ClusterFacts, FactsError};
pub use failing::{Failing, Fault};
pub use instance::Instance;
pub use mask::Mask;
pub use module::{Module, Options};
pub use recorder::Recorder;
pub use session::{Session, SessionError};

/// The answers of the typed calls, from Kubewarden's SDK.
pub use kubewarden_policy_sdk::{
    metadata::ProtocolVersion, response::ValidationResponse, settings::SettingsValidationResponse,
};

/// The example of docs/hosting.md.
#[cfg(doctest)]
#[doc = include_str!("../../../docs/hosting.md")]
struct Hosting;
