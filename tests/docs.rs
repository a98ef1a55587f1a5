//! The generated documentation is what the code generates. `UPDATE_DOCS=1` writes it: `make docs`.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    reason = "a test may fail loudly"
)]

use std::collections::BTreeSet;
use std::path::Path;

use podnetworking_policy::documentation::{SETTINGS_EXAMPLE, rules_markdown, settings_markdown, settings_schema};
use podnetworking_policy::settings::platform::Platform;
use podnetworking_policy::settings::read::KEYS;
use serde_json::{Value, json};

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

/// The properties of a schema and of those in it, each as the settings that give it a value of a wrong type.
fn wrong_settings(schema: &Value, wrap: &dyn Fn(Value) -> Value, found: &mut Vec<(String, Value)>) {
    for (key, property) in schema["properties"].as_object().into_iter().flatten() {
        let wrap = |value: Value| wrap(json!({ key.as_str(): value }));
        let wrong = if property["type"] == "integer" { json!("x") } else { json!(7) };
        found.push((key.clone(), wrap(wrong)));
        wrong_settings(property, &wrap, found);
        // The inventory has objects by their IDs.
        let id = if key == "securityGroups" { "sg-1" } else { "vsw-1" };
        wrong_settings(&property["additionalProperties"], &|value| wrap(json!({ id: value })), found);
    }
}

/// Whether the property has a name of its own: those of `rules` and `mutations` are IDs.
fn is_no_id((_, settings): &(String, Value)) -> bool {
    !settings["rules"].is_object() && !settings["mutations"].is_object()
}

#[test]
fn every_setting_of_the_schema_is_read() {
    let mut all = Vec::new();
    wrong_settings(&settings_schema(), &|value| value, &mut all);
    assert!(all.len() > KEYS.len());
    for (key, settings) in all {
        let problems = podnetworking_policy::parse_settings(Some(&settings.to_string())).expect_err(&key);
        assert!(problems.iter().any(|problem| problem.path.ends_with(&key)), "{settings}: {problems:?}");
    }
}

#[test]
fn the_example_has_every_setting_and_is_valid() {
    let example = podnetworking_testing::to_json("docs/settings.md", SETTINGS_EXAMPLE);
    podnetworking_policy::parse_settings(Some(&example)).expect("the example is valid");
    let mut properties = Vec::new();
    wrong_settings(&settings_schema(), &|value| value, &mut properties);
    let named: BTreeSet<String> = properties.into_iter().filter(is_no_id).map(|(key, _)| key).collect();
    for key in named {
        assert!(example.contains(&format!("\"{key}\":")), "the example lacks `{key}`");
    }
}

#[test]
fn the_types_of_the_npm_package_have_every_setting() {
    let types = include_str!("../hosts/js/src/types.d.ts");
    let from = types.find("export interface Settings {").expect("the settings");
    let settings = &types[from..from + types[from..].find("\n}").expect("their end")];
    let mut typed: Vec<&str> = settings
        .match_indices("?:")
        .map(|(end, _)| &settings[settings[..end].rfind([' ', '{']).map_or(0, |start| start + 1)..end])
        .collect();
    let mut properties = Vec::new();
    wrong_settings(&settings_schema(), &|value| value, &mut properties);
    let mut known: Vec<&str> = properties.iter().filter(|one| is_no_id(one)).map(|(key, _)| key.as_str()).collect();
    typed.sort_unstable();
    known.sort_unstable();
    assert_eq!(typed, known);
    for (name, _) in Platform::ALL {
        assert!(types.contains(&format!("\"{name}\"")), "types.d.ts lacks the platform {name}");
    }
}

#[test]
fn every_setting_is_in_the_schema() {
    let schema = settings_schema();
    let keys: Vec<&str> = schema["properties"].as_object().expect("properties").keys().map(String::as_str).collect();
    let mut known = KEYS.to_vec();
    known.sort_unstable();
    assert_eq!(keys, known);
}
