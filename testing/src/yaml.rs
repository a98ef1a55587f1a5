//! YAML to JSON, as kubectl reads it: numbers keep their digits.

use podnetworking_manifests::read_str;

/// The JSON of one YAML document, which must be an object; empty text is an empty object.
///
/// # Panics
/// Where the text is not one YAML object.
#[must_use]
pub fn to_json(name: &str, text: &str) -> String {
    // Manifests have a kind; what else is written as YAML gets one for the reading.
    let marked = format!("kind: Text\napiVersion: testing/v1\n{text}");
    let json = documents(name, &marked);
    let [json] = json.as_slice() else { panic!("{name}: one YAML document is expected, found {}", json.len()) };
    let mark = r#"{"kind":"Text","apiVersion":"testing/v1""#;
    let rest = json.strip_prefix(mark).unwrap_or_else(|| panic!("{name}: kind and apiVersion come first in {json}"));
    format!("{{{}", rest.strip_prefix(',').unwrap_or(rest))
}

/// The JSON of each Kubernetes object in YAML.
///
/// # Panics
/// Where something in the text is no YAML or no Kubernetes object.
#[must_use]
pub fn documents(name: &str, text: &str) -> Vec<String> {
    let read = read_str(name, text);
    assert!(read.errors.is_empty(), "{name}: {:?}", read.errors);
    assert!(read.skipped.is_empty(), "{name}: {:?}", read.skipped);
    read.documents.into_iter().map(podnetworking_manifests::Document::into_json).collect()
}
