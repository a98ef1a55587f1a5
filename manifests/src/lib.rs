//! Kubernetes manifests, read as kubectl reads them, with the position of every field.
//!
//! - [`read_paths`], [`Reading`], [`read_str`], [`read_bytes`]: files, folders, globs, stdin and text to [`Manifests`];
//! - [`Document`]: one Kubernetes object, its exact JSON text and [`Document::locate`];
//! - [`Skipped`]: what was passed over, and why; [`ReadError`]: what is broken, and where.
//!
//! YAML is what `sigs.k8s.io/yaml` makes of it: YAML 1.1 scalars, merge keys in order, keys that become strings.
//! A label written `on: yes` is the key `true` with the boolean `true`, because that is what the API server gets.
//! Numbers keep their digits and objects keep the order of their keys. Two keys of one name are an error.
//!
//! Nothing here recurses and everything is linear in the size of the text, so no input exhausts the stack, and
//! aliases cannot exhaust the memory ([`MAX_DEPTH`], [`ALIAS_ALLOWANCE`]).

mod convert;
mod decode;
mod document;
mod error;
mod event;
mod exclude;
mod field_path;
mod folder;
mod index;
mod json;
mod kustomization;
mod location;
mod not_a_manifest;
mod number;
mod plan;
mod raw_json;
mod read;
mod reading;
mod scalar;
mod split;
mod syntax;
mod template;
mod timestamp;
mod variable;
mod yaml;

pub use convert::{ALIAS_ALLOWANCE, MAX_DEPTH};
pub use document::Document;
pub use error::{ReadError, Skipped, What};
pub use exclude::Exclude;
pub use field_path::path_steps;
pub use location::{Location, Source};
pub use read::{Manifests, read_bytes, read_str};
pub use reading::{Reading, Role, STDIN, read_path, read_paths};
