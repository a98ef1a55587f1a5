//! The module decides as the core does.
#![cfg(feature = "run")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, reason = "a test may fail loudly")]

mod common;

use std::sync::Arc;

use common::{Folder, PAIR, POD, SETTINGS, policy};
use podnetworking_embedded_host::{ClusterFacts, Module, NoCalls};
use serde_json::Value;

/// All manifests of the catalogue, good and bad, each rule in a folder of its own.
fn catalogue() -> Folder {
    let folder = Folder::new(&[]);
    for rule in podnetworking_policy::rules::all() {
        folder.write(&format!("{}/good.yaml", rule.id), rule.docs.good);
        folder.write(&format!("{}/bad.yaml", rule.id), rule.docs.bad);
        folder.write(&format!("{}/settings.yml", rule.id), rule.docs.settings);
    }
    folder
}

#[test]
fn run_prints_the_same_bytes_as_check() {
    let folder = catalogue();
    folder.write("pair/pn.yaml", PAIR);
    folder.write("pair/pod.yaml", POD);
    let policy = policy();
    let cache = folder.path().join("cache");
    let cached = [("PODNETWORKING_CACHE", cache.to_str().unwrap())];
    let mut found = 0;
    for rule in podnetworking_policy::rules::all() {
        let settings = format!("{}/settings.yml", rule.id);
        for manifests in ["good.yaml", "bad.yaml"].map(|file| format!("{}/{file}", rule.id)) {
            for format in ["human", "json"] {
                let rest = [manifests.as_str(), "--settings", &settings, "--format", format];
                let check = folder.run(&[&["check"], rest.as_slice()].concat());
                let run = folder.run_with(&[&["run", policy.to_str().unwrap()], rest.as_slice()].concat(), "", &cached);
                assert_eq!(run.stdout, check.stdout, "{manifests}");
                assert_eq!((run.code, &run.stderr), (check.code, &check.stderr), "{manifests}");
                found += usize::from(check.stdout.contains(rule.id));
            }
        }
    }
    assert!(found > 40, "{found}");
    let check = folder.run(&["check", "pair", "--context", "overlap", "--fail-on", "warn"]);
    let run = folder.run(&["run", policy.to_str().unwrap(), "pair", "--context", "overlap", "--fail-on", "warn"]);
    assert_eq!((run.code, run.stdout), (check.code, check.stdout));
}

#[test]
fn validate_answers_as_the_module_does() {
    let folder = Folder::new(&[("pn.yaml", PAIR), ("pod.yaml", POD), ("settings.yml", SETTINGS)]);
    let module = Module::from_file(policy()).unwrap();
    for (manifest, object) in [("pn.yaml", "first"), ("pn.yaml", "second"), ("pod.yaml", "pod")] {
        let payload = folder
            .run(&[
                "request",
                manifest,
                "--object",
                object,
                "--context",
                "pn.yaml",
                "--payload",
                "--settings",
                "settings.yml",
            ])
            .stdout;
        for command in ["validate", "decide"] {
            let own = folder.run_with(&[command], &payload, &[]).stdout;
            let module = module.call(&Arc::new(NoCalls), command, payload.as_bytes()).unwrap();
            assert_eq!(own.trim_end(), String::from_utf8(module).unwrap(), "{command} {object}");
        }
    }
    for settings in ["{}", r#"{"platform": "nowhere", "what": 1}"#] {
        let own = folder.run_with(&["validate-settings"], settings, &[]).stdout;
        let module = module.call(&Arc::new(NoCalls), "validate_settings", settings.as_bytes()).unwrap();
        assert_eq!(own.trim_end(), String::from_utf8(module).unwrap());
    }
}

#[test]
fn a_masked_session_has_the_same_decision_and_no_name() {
    let pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: checkout, namespace: payments, labels: {team: treasury}}\nspec: {containers: []}\n";
    let networking = |name: &str| {
        format!(
            "apiVersion: network.alibabacloud.com/v1beta1\nkind: PodNetworking\nmetadata: {{name: {name}}}\nspec: {{selector: {{podSelector: {{matchLabels: {{team: treasury}}}}}}}}\n---\n"
        )
    };
    let cluster = networking("internal-one") + &networking("internal-two");
    let folder = Folder::new(&[("pod.yaml", pod), ("cluster/pn.yaml", &cluster)]);
    folder.write("settings.yml", "exemptNamespaces: [secret-place]\n");
    let policy = policy();
    let policy = policy.to_str().unwrap();
    let ran = folder.run(&[
        "session",
        "pod.yaml",
        "--context",
        "cluster",
        "--policy",
        policy,
        "--settings",
        "settings.yml",
        "--mask",
    ]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(ran.stdout.contains("the module denies the request: [ambiguous-pod]"), "{}", ran.stdout);
    let written = ran.stdout.clone() + &folder.read("request.json") + &folder.read("session.yml");
    for name in ["checkout", "payments", "treasury", "team", "internal", "secret-place"] {
        // `metadata.name` is a word of Kubernetes.
        assert!(!written.contains(name), "{name} is left:\n{written}");
    }
    // The module reads the masked cluster, and answers to the masked request what the command says.
    assert!(written.contains("KubernetesListResourceAll"));
}

#[test]
fn a_session_holds_the_host_calls_of_the_module() {
    let folder = Folder::new(&[("cluster/pn.yaml", PAIR), ("pod.yaml", POD)]);
    let policy = policy();
    let ran = folder.run(&["session", "pod.yaml", "--context", "cluster", "--policy", policy.to_str().unwrap()]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(ran.stdout.contains("wrote request.json and session.yml (1 host call)"), "{}", ran.stdout);
    assert!(ran.stdout.contains("denies the request: [ambiguous-pod]"), "{}", ran.stdout);
    assert!(ran.stdout.contains("\nkwctl annotate ") && ran.stdout.contains("--allow-context-aware"), "{}", ran.stdout);
    assert!(folder.read("session.yml").contains("KubernetesListResourceAll"));
    // The written request gives the same session.
    let session = folder.read("session.yml");
    let request = folder.read("request.json");
    let ran = folder.run(&["session", "request.json", "--context", "cluster", "--policy", policy.to_str().unwrap()]);
    assert_eq!((ran.code, folder.read("session.yml"), folder.read("request.json")), (0, session, request.clone()));
    // Without the PodNetworkings the module accepts the same request.
    let facts = ClusterFacts::from_objects([] as [Value; 0]).unwrap();
    let payload = format!(r#"{{"settings":{{}},"request":{request}}}"#);
    let module = Module::from_file(&policy).unwrap();
    assert!(module.instance(Arc::new(facts)).unwrap().validate(payload.as_bytes()).unwrap().accepted);
}
