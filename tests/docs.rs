//! The generated documentation is what the code generates. `UPDATE_DOCS=1` writes it: `make docs`.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may fail loudly"
)]

use std::path::Path;

use podnetworking_policy::documentation::{rules_markdown, settings_markdown, settings_schema};
use podnetworking_policy::settings::read::KEYS;

fn check(name: &str, generated: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs").join(name);
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&path, generated).expect("docs can be written");
    }
    let found = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(found == generated, "docs/{name} is stale: run `make docs`");
}

#[test]
fn rules_are_as_generated() {
    check("rules.md", &rules_markdown());
}

#[test]
fn settings_are_as_generated() {
    check("settings.md", &settings_markdown());
}

#[test]
fn the_schema_is_as_generated() {
    let schema = settings_schema();
    check("settings.schema.json", &format!("{}\n", serde_json::to_string_pretty(&schema).expect("JSON")));
}

#[test]
fn every_setting_is_in_the_schema() {
    let schema = settings_schema();
    let keys: Vec<&str> = schema["properties"].as_object().expect("properties").keys().map(String::as_str).collect();
    let mut known = KEYS.to_vec();
    known.sort_unstable();
    assert_eq!(keys, known);
}
