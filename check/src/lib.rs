//! Checks manifests against each other: the part that the CLI, the npm package and the Extism plug-in share.
//!
//! [`object`] builds the admission request of each object. [`facts`] gives the decision the other manifests as its
//! cluster. [`judge`] decides. [`report`] and [`json`] add the position of each finding. [`question`] is all of it for
//! programs. This crate reads no file and prints nothing.

pub mod answer;
pub mod catalogue;
pub mod edit;
pub mod elsewhere;
pub mod explain;
pub mod facts;
pub mod fault;
pub mod fix;
mod hint;
pub mod json;
pub mod judge;
pub mod locate;
pub mod mask;
pub mod note;
pub mod object;
pub mod object_ref;
pub mod question;
pub mod report;
mod scope;
pub mod settings;
pub mod silence;
pub mod stream;
pub mod twice;
