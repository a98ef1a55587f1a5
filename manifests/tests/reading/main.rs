//! What is read, where it stands, and what is refused.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, clippy::string_slice)]

mod broken;
mod hostile;
mod lists;
mod paths;
mod positions;
mod properties;
mod scalars;

use podnetworking_manifests::{Manifests, read_str};

const HEAD: &str = "apiVersion: v1\nkind: X\n";

/// Reads one object that has the fields, and gives its JSON without `apiVersion` and `kind`.
fn fields(yaml: &str) -> Result<String, String> {
    let found = read_str("x.yaml", &format!("{HEAD}{yaml}\n"));
    if let Some(error) = found.errors.first() {
        return Err(error.to_string());
    }
    let json = found.documents.first().unwrap_or_else(|| panic!("{yaml}: {:?}", found.skipped)).json().to_owned();
    serde_json::from_str::<serde_json::Value>(&json).unwrap_or_else(|error| panic!("{json}: {error}"));
    let fields = json.strip_prefix(r#"{"apiVersion":"v1","kind":"X""#).unwrap();
    Ok(format!("{{{}", fields.trim_start_matches(',')))
}

fn errors(found: &Manifests) -> Vec<String> {
    found.errors.iter().map(ToString::to_string).collect()
}

fn skipped(found: &Manifests) -> Vec<String> {
    found.skipped.iter().map(ToString::to_string).collect()
}
