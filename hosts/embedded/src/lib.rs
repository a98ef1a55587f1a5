//! The embedded wasm host: it judges with the policy module itself, as a Kubewarden policy server would, without a cluster.
//!
//! [`Module`] is a waPC module, compiled once; [`Instance`] is one fresh instance of it, for one evaluation. What the guest
//! asks of its host is answered by a [`HostCalls`]: [`ClusterFacts`] serves objects from memory in the JSON that Kubewarden
//! gives, [`Recorder`] keeps what was exchanged and writes it as a session that `kwctl run` replays, [`Failing`] answers badly
//! on purpose. waPC itself is the crate `wapc`, and wasmtime runs the module through `wasmtime-provider`.
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
mod facts;
mod failing;
mod guest_log;
mod instance;
mod mask;
mod module;
mod recorder;
mod request;
mod session;

pub use calls::{HostCalls, NoCalls};
pub use error::{CallError, LoadError};
pub use facts::{ClusterFacts, FactsError};
pub use failing::{Failing, Fault};
pub use instance::Instance;
pub use mask::Mask;
pub use module::{Module, Options};
pub use recorder::{Exchange, Recorder};
pub use session::{Session, SessionError};

/// The protocol types of Kubewarden's SDK that the typed calls answer with.
pub use kubewarden_policy_sdk::{
    metadata::ProtocolVersion, response::ValidationResponse, settings::SettingsValidationResponse,
};

/// The example of docs/hosting.md.
#[cfg(doctest)]
#[doc = include_str!("../../../docs/hosting.md")]
struct Hosting;
