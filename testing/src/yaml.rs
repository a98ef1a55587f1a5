//! YAML to JSON, as kubectl reads it. Numbers keep their digits.

use podnetworking_manifests::read_str;

/// The JSON of one YAML document, which must be an object. Empty text is an empty object.
///
/// # Panics
/// If the text is not one YAML object.
#[must_use]
pub fn to_json(name: &str, text: &str) -> String {
    // The reader only reads Kubernetes objects, so the text gets a kind first.
    let marked = format!("kind: Text\napiVersion: testing/v1\n{text}");
    let json = documents(name, &marked);
    let [json] = json.as_slice() else { panic!("{name}: expected one YAML document, found {}", json.len()) };
    let mark = r#"{"kind":"Text","apiVersion":"testing/v1""#;
    let rest =
        json.strip_prefix(mark).unwrap_or_else(|| panic!("{name}: kind and apiVersion must come first in {json}"));
    format!("{{{}", rest.strip_prefix(',').unwrap_or(rest))
}

/// The JSON of each Kubernetes object in YAML.
///
/// # Panics
/// If a document is not YAML, or not a Kubernetes object.
#[must_use]
pub fn documents(name: &str, text: &str) -> Vec<String> {
    let read = read_str(name, text);
    assert!(read.errors.is_empty(), "{name}: {:?}", read.errors);
    assert!(read.skipped.is_empty(), "{name}: {:?}", read.skipped);
    read.documents.into_iter().map(podnetworking_manifests::Document::into_json).collect()
}
