//! Where a finding stands.

use std::sync::Arc;

use podnetworking_manifests::{Document, Location, Source};

use crate::answer::ObjectRef;
use crate::object::Identity;

/// A part of a file.
#[derive(Clone, Debug)]
pub struct Place {
    /// The text of the file.
    pub source: Arc<Source>,
    /// The part, which lies in one line.
    pub location: Location,
}

impl Place {
    /// The name of the file.
    pub fn file(&self) -> &str {
        self.source.name()
    }
}

/// Rules that are about the key of a field rather than its value.
const ABOUT_KEYS: [&str; 1] = ["unknown-field"];

/// Where the field stands that a finding of `rule` is about.
pub fn field(document: &Document, rule: &str, path: &str) -> Place {
    let value = if ABOUT_KEYS.contains(&rule) { document.locate_key(path) } else { document.locate(path) };
    // A value of several lines would underline half a page: its key says as much.
    let location = if value.line == value.end_line { value } else { document.locate_key(path) };
    let source = Arc::clone(document.source());
    Place { location: first_line(&source, location), source }
}

fn first_line(source: &Source, location: Location) -> Location {
    if location.line == location.end_line {
        return location;
    }
    let rest = source.text().get(location.start..location.end).unwrap_or_default();
    let line = rest.split(['\r', '\n']).next().unwrap_or_default();
    source.location(location.start, location.start + line.len())
}

/// Which PodNetworking is meant. A manifest may give it a namespace, although it is in none.
pub fn identity(object: &ObjectRef) -> Identity {
    let group = object.api_version.split_once('/').map_or("", |(group, _)| group);
    Identity { group: group.to_owned(), kind: object.kind.clone(), namespace: None, name: object.name.clone() }
}
