//! The sessions of the end-to-end tests have the host calls that the module makes.
//!
//! Each folder of e2e-tests/data has a request, and may have settings, the objects of the cluster, and missing kinds and
//! permissions. `UPDATE_SESSIONS=1` writes the sessions.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::expect_used,
    reason = "a test may fail loudly"
)]

use std::{
    env, fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use podnetworking_embedded_host::{ClusterFacts, Module, Recorder};
use serde::Deserialize;
use serde_json::{Value, json};

/// The missing kinds and permissions of a cluster: `host.yaml`.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Host {
    /// Kinds, by apiVersion and kind, whose CRD is not installed.
    lacks: Vec<(String, String)>,
    /// Permissions, by verb and resource, that the service account of the policy server does not have.
    forbids: Vec<(String, String)>,
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn read(path: &Path) -> Option<String> {
    path.exists().then(|| fs::read_to_string(path).unwrap())
}

fn facts(case: &Path) -> ClusterFacts {
    let text = read(&case.join("cluster.yaml")).unwrap_or_default();
    let documents = serde_yaml::Deserializer::from_str(&text).map(|document| Value::deserialize(document).unwrap());
    let mut facts = ClusterFacts::from_objects(documents.filter(|document| !document.is_null())).unwrap();
    let host: Host = read(&case.join("host.yaml")).map(|text| serde_yaml::from_str(&text).unwrap()).unwrap_or_default();
    for (api_version, kind) in &host.lacks {
        facts = facts.without_kind(api_version, kind);
    }
    for (verb, resource) in &host.forbids {
        facts = facts.forbidding(verb, resource);
    }
    facts
}

/// The session of a case; none if the module makes no host calls.
fn session(module: &Module, case: &Path) -> Option<String> {
    let json = |name: &str| read(&case.join(name)).map(|text| serde_json::from_str::<Value>(&text).unwrap());
    let request = json("request.json").unwrap_or_else(|| panic!("{} has no request.json", case.display()));
    let settings = json("settings.json").unwrap_or_else(|| json!({}));
    let payload = json!({"request": request, "settings": settings}).to_string();
    let recorder = Arc::new(Recorder::new(facts(case)));
    module.call(&recorder, "validate", payload.as_bytes()).unwrap();
    let session = recorder.session().unwrap();
    (!session.is_empty()).then(|| session.to_yaml().unwrap())
}

#[test]
fn the_sessions_have_the_host_calls_of_the_module() {
    let module = Module::from_file(root().join("policy.wasm")).expect("`make policy.wasm` builds it");
    let update = env::var_os("UPDATE_SESSIONS").is_some();
    let mut stale = Vec::new();
    let mut cases: Vec<_> =
        fs::read_dir(root().join("e2e-tests/data")).unwrap().map(|entry| entry.unwrap().path()).collect();
    cases.sort();
    for case in cases {
        let (path, new) = (case.join("session.yml"), session(&module, &case));
        if read(&path) == new {
            continue;
        }
        match &new {
            Some(text) if update => fs::write(&path, text).unwrap(),
            None if update => fs::remove_file(&path).unwrap(),
            _ => stale.push(case.file_name().unwrap().to_string_lossy().into_owned()),
        }
    }
    assert!(stale.is_empty(), "`UPDATE_SESSIONS=1` writes the sessions of {stale:?}, if they are meant to change");
}
