//! Manifests, checked against each other: what the CLI and the npm package have in common.
//!
//! It builds the requests that the objects of manifests would be admitted by ([`object`]), lends the decision what stands
//! in the manifests ([`facts`]), has it decided ([`judge`]), and tells where each finding stands ([`report`], [`json`]).
//! It reads no file and prints nothing.

pub mod answer;
pub mod explain;
pub mod facts;
pub mod json;
pub mod judge;
pub mod locate;
pub mod object;
pub mod report;
pub mod settings;
pub mod silence;
