//! Kubernetes manifests, read as kubectl reads them, with the position of every field.
//!
//! - [`read_paths`], [`read_str`], [`read_bytes`]: files, folders, globs, stdin and text to [`Manifests`];
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
mod field_path;
mod index;
mod json;
mod location;
mod number;
mod raw_json;
mod read;
mod scalar;
mod split;
mod syntax;
mod template;
mod timestamp;
mod walk;
mod yaml;

pub use convert::{ALIAS_ALLOWANCE, MAX_DEPTH};
pub use document::Document;
pub use error::{ReadError, Skipped};
pub use location::{Location, Source};
pub use read::{Manifests, read_bytes, read_str};
pub use walk::{STDIN, read_path, read_paths};
