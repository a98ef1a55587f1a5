//! `conformance/cases.jsonl` is what the module answers to the golden cases. `UPDATE_CONFORMANCE=1` writes the file:
//! `make conformance`.

#![allow(clippy::expect_used, clippy::panic, reason = "a test may fail loudly")]

mod case_cluster;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use case_cluster::{asking_payload, cluster};
use podnetworking_embedded_host::{Exchange, HostCalls, Module, Recorder};
use podnetworking_testing::{Case, cases};
use serde::Serialize;
use serde_json::value::RawValue;

/// A line of the file. What is sent as bytes is a text; what is compared as JSON is JSON.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Line<'a> {
    name: &'a str,
    payload: &'a str,
    host_answers: Vec<HostAnswer>,
    decision: Box<RawValue>,
}

/// A host call, and what the host answers.
#[derive(Serialize)]
struct HostAnswer {
    binding: String,
    namespace: String,
    operation: String,
    request: String,
    #[serde(flatten)]
    answer: Answer,
}

#[derive(Serialize)]
#[serde(rename_all = "lowercase")]
enum Answer {
    Response(String),
    Error(String),
}

impl From<Exchange> for HostAnswer {
    fn from(exchange: Exchange) -> Self {
        let Exchange { binding, namespace, operation, request, response } = exchange;
        let answer = response.map_or_else(Answer::Error, |bytes| Answer::Response(text(bytes)));
        Self { binding, namespace, operation, request: text(request), answer }
    }
}

/// The host of the cases whose facts are all in the payload.
struct NoCluster;

impl HostCalls for NoCluster {
    fn call(&self, _: &str, _: &str, _: &str, _: &[u8]) -> Result<Vec<u8>, String> {
        Err("this host has no cluster".to_owned())
    }
}

fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).expect("text")
}

/// The line of a case, with what the module asked of `host`.
fn line(module: &Module, case: &Case, name: &str, payload: &str, host: impl HostCalls + 'static) -> (String, usize) {
    let host = Arc::new(Recorder::new(host));
    let decision = text(module.call(&host, "decide", payload.as_bytes()).expect("a decision"));
    case.check(&decision).unwrap_or_else(|difference| panic!("{name}: {difference}"));
    let host_answers: Vec<HostAnswer> = host.exchanges().into_iter().map(HostAnswer::from).collect();
    let asked = host_answers.len();
    let calls: BTreeSet<_> = host_answers.iter().map(|answer| (&answer.operation, &answer.request)).collect();
    assert!(calls.len() == asked, "{name}: the module makes a call twice, and hosts find answers by calls");
    let decision = RawValue::from_string(decision).expect("JSON");
    let line = serde_json::to_string(&Line { name, payload, host_answers, decision }).expect("JSON");
    assert!(!line.contains('\n'), "{name}: the decision has more than one line");
    (line, asked)
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

#[test]
fn the_suite_is_what_the_module_answers() {
    let built = std::env::var_os("POLICY_WASM").map_or_else(|| root().join("policy.wasm"), PathBuf::from);
    let module = Module::from_file(&built).expect("the module: run `make policy.wasm`");
    let mut lines = Vec::new();
    for case in cases() {
        lines.push(line(&module, &case, &case.name, &case.payload(), NoCluster).0);
        let Some(facts) = cluster(&case) else { continue };
        let (by_calls, asked) = line(&module, &case, &format!("{}/by-calls", case.name), &asking_payload(&case), facts);
        // Without a call it would show what the line before shows.
        if asked > 0 {
            lines.push(by_calls);
        }
    }
    let generated = lines.join("\n") + "\n";
    let path = root().join("conformance/cases.jsonl");
    if std::env::var_os("UPDATE_CONFORMANCE").is_some() {
        std::fs::write(&path, &generated).expect("the suite can be written");
    }
    let found = std::fs::read_to_string(&path).unwrap_or_default();
    let differs = found.lines().zip(generated.lines()).find(|(found, generated)| found != generated);
    assert!(
        found == generated,
        "conformance/cases.jsonl is stale: run `make conformance` (first difference: {differs:?})"
    );
}

#[test]
fn the_go_host_is_tested_with_the_guest_of_this_one() {
    let generated = wat::parse_bytes(include_bytes!("guest.wat")).expect("a module");
    let path = root().join("hosts/go/internal/wapc/testdata/guest.wasm");
    if std::env::var_os("UPDATE_CONFORMANCE").is_some() {
        std::fs::write(&path, &generated).expect("the guest can be written");
    }
    let found = std::fs::read(&path).unwrap_or_default();
    assert!(found == *generated, "hosts/go/internal/wapc/testdata/guest.wasm is stale: run `make conformance`");
}
