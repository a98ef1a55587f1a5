//! The position of a finding in its manifest.

use std::sync::Arc;

use podnetworking_manifests::{Document, Location, Source};

use crate::object::Identity;
use crate::object_ref::ObjectRef;

/// A part of a file, within one line.
#[derive(Clone, Debug)]
pub struct Position {
    /// The text of the file.
    pub source: Arc<Source>,
    /// The part.
    pub location: Location,
}

impl Position {
    /// The name of the file.
    pub fn file(&self) -> &str {
        self.source.name()
    }
}

/// Rules that are about the key of a field rather than its value.
const ABOUT_KEYS: [&str; 1] = ["unknown-field"];

/// The position of the field that a finding of `rule` is about.
pub fn field(document: &Document, rule: &str, path: &str) -> Position {
    let value = if ABOUT_KEYS.contains(&rule) { document.locate_key(path) } else { document.locate(path) };
    // Underlining a value of several lines would fill the page, so the key is underlined instead.
    let location = if value.line == value.end_line { value } else { document.locate_key(path) };
    let source = Arc::clone(document.source());
    Position { location: first_line(&source, location), source }
}

fn first_line(source: &Source, location: Location) -> Location {
    if location.line == location.end_line {
        return location;
    }
    let rest = source.text().get(location.start..location.end).unwrap_or_default();
    let line = rest.split(['\r', '\n']).next().unwrap_or_default();
    source.location(location.start, location.start + line.len())
}

/// The identity of a PodNetworking. Its manifest may have a namespace, which is ignored: the kind is cluster-scoped.
pub fn identity(object: &ObjectRef) -> Identity {
    let group = object.api_version.split_once('/').map_or("", |(group, _)| group);
    Identity { group: group.to_owned(), kind: object.kind.clone(), namespace: None, name: object.name.clone() }
}
