//! The conformance suite through `podnetworking.extism.wasm`, in Extism's SDK for Rust.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::Command;

use extism::{Manifest, Plugin, Wasm};
use serde_json::Value;
use serde_json::value::RawValue;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../..")
}

fn module() -> PathBuf {
    std::env::var_os("EXTISM_WASM").map_or_else(|| root().join("podnetworking.extism.wasm"), PathBuf::from)
}

fn load() -> Plugin {
    Plugin::new(Manifest::new([Wasm::file(module())]), [], false).expect("the plug-in loads")
}

/// JSON in which numbers are texts, and keys are sorted: what is equal has the same text.
fn exact(text: &str) -> String {
    match text.as_bytes().first() {
        Some(b'{') => {
            let members: BTreeMap<String, Box<RawValue>> = serde_json::from_str(text).expect("an object");
            let members: Vec<String> =
                members.iter().map(|(key, value)| format!("{key:?}:{}", exact(value.get()))).collect();
            format!("{{{}}}", members.join(","))
        }
        Some(b'[') => {
            let elements: Vec<Box<RawValue>> = serde_json::from_str(text).expect("a list");
            let elements: Vec<String> = elements.iter().map(|value| exact(value.get())).collect();
            format!("[{}]", elements.join(","))
        }
        Some(b'"') => format!("{:?}", serde_json::from_str::<String>(text).expect("a string")),
        _ => text.trim().to_owned(),
    }
}

#[derive(serde::Deserialize)]
#[serde(rename_all = "camelCase")]
struct Line {
    name: String,
    payload: String,
    host_answers: Vec<HostAnswer>,
    decision: Box<RawValue>,
}

#[derive(serde::Deserialize)]
struct HostAnswer {
    operation: String,
    request: String,
    response: Option<String>,
    error: Option<String>,
}

impl Line {
    /// The payload, with what the host of the line answers: the plug-in asks for nothing.
    fn with_answers(&self) -> String {
        let mut lists = BTreeMap::new();
        for HostAnswer { operation, request, response, .. } in &self.host_answers {
            match (operation.as_str(), response) {
                ("can_i", _) | (_, None) => {}
                ("get_resource", Some(one)) => {
                    lists.entry("namespaces").or_insert_with(|| format!("[{one}]"));
                }
                (_, Some(list)) => {
                    let is_podnetworkings = request.contains("\"PodNetworking\"");
                    lists.insert(if is_podnetworkings { "podNetworkings" } else { "namespaces" }, list.clone());
                }
            }
        }
        if lists.is_empty() {
            return self.payload.clone();
        }
        let members: Vec<String> = lists.iter().map(|(key, list)| format!("{key:?}:{list}")).collect();
        format!("{},\"context\":{{{}}}}}", self.payload.strip_suffix('}').expect("an object"), members.join(","))
    }
}

#[test]
fn the_conformance_suite() {
    let read = |file: &str| std::fs::read_to_string(root().join("conformance").join(file)).expect("the suite");
    assert_eq!(read("version").trim(), "1");
    let mut plugin = load();
    let lines = read("cases.jsonl");
    for line in lines.lines() {
        let line: Line = serde_json::from_str(line).expect("a line");
        let name = &line.name;
        let payload = line.with_answers();
        let answer: String = plugin.call("decide", &payload).expect("a decision");
        let response: String = plugin.call("validate", &payload).expect("a response");
        let [mut found, mut expected, response] =
            [&answer, line.decision.get(), &response].map(|text| serde_json::from_str::<Value>(text).expect("JSON"));
        assert_eq!(response["accepted"], expected["decision"] == "allow", "{name}");
        assert_eq!(response["mutated_object"], expected["mutatedObject"], "{name}");
        if line.host_answers.iter().all(|answer| answer.error.is_none()) {
            assert_eq!(exact(&answer), exact(line.decision.get()), "{name}");
            continue;
        }
        // What cannot be read is reported in the words of a host.
        for finding in
            [&mut found, &mut expected].into_iter().flat_map(|one| one["findings"].as_array_mut().expect("a list"))
        {
            if finding["rule"] == "facts-unavailable" {
                finding.as_object_mut().expect("a finding").remove("message");
            }
        }
        assert_eq!(found, expected, "{name}");
    }
    assert!(lines.lines().count() > 1000);
}

#[test]
fn settings_check_and_explain() {
    let mut plugin = load();
    let valid: String = plugin.call("validate_settings", r#"{"platform":"ack"}"#).expect("an answer");
    assert_eq!(valid, r#"{"valid":true}"#);
    let text = std::fs::read_to_string(root().join("examples/1-document/manifests.yaml")).expect("an example");
    let settings = std::fs::read_to_string(root().join("examples/1-document/policy.yaml")).expect("an example");
    let arguments = serde_json::json!({"manifests": text, "options": {"settings": settings}}).to_string();
    let checked: String = plugin.call("check", &arguments).expect("a result");
    assert!(checked.starts_with(r#"{"decision":"allow""#), "{checked}");
    let explained: String = plugin.call("explain", &arguments).expect("a result");
    assert!(explained.contains(r#""podNetworkings":[""#), "{explained}");
    let error =
        plugin.call::<_, String>("check", r#"{"manifests":{"name":"b.yaml","text":"a: ["}}"#).expect_err("an error");
    let fault: Value = serde_json::from_str(&error.to_string()).expect("JSON");
    assert_eq!(fault["path"], "b.yaml");
}

#[test]
fn the_example() {
    let mut command = Command::new(env!("CARGO"));
    command.current_dir(env!("CARGO_MANIFEST_DIR")).args(["run", "--locked", "--quiet", "--example", "decide", "--"]);
    let output = command.arg(module()).arg("../payload.json").output().expect("cargo runs");
    let stdout = String::from_utf8_lossy(&output.stdout);
    assert!(stdout.starts_with("deny\ndeny ambiguous-pod "), "{stdout} {}", String::from_utf8_lossy(&output.stderr));
}
