//! The manifests of deploy/ are policies with valid settings, for kinds that the core decides, with the grants they need.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test may fail loudly"
)]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use podnetworking_policy::mutations::MUTATIONS;
use podnetworking_testing::{documents, to_json};
use serde_json::Value;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The objects of all manifests below a folder of deploy/, kustomizations left out.
fn objects(folder: &str) -> Vec<Value> {
    let mut objects = Vec::new();
    let mut folders = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "yaml")
                && !path.ends_with("kustomization.yaml")
            {
                let name = path.display().to_string();
                let read = documents(&name, &read(&path));
                objects.extend(read.iter().map(|json| serde_json::from_str::<Value>(json).unwrap()));
            }
        }
    }
    objects
}

fn policies() -> Vec<Value> {
    let policies: Vec<Value> =
        objects("deploy").into_iter().filter(|object| object["kind"] == "ClusterAdmissionPolicy").collect();
    assert_eq!(policies.len(), 3);
    policies
}

fn name(object: &Value) -> &str {
    object["metadata"]["name"].as_str().unwrap()
}

fn named(wanted: &str) -> Value {
    policies().into_iter().find(|policy| name(policy) == wanted).unwrap_or_else(|| panic!("no policy {wanted}"))
}

fn metadata() -> Value {
    serde_json::from_str(&to_json("metadata", &read(&root().join("policy-metadata.yml")))).unwrap()
}

fn strings(value: &Value) -> BTreeSet<String> {
    value.as_array().unwrap().iter().map(|item| item.as_str().unwrap().to_owned()).collect()
}

/// Group, version, resource and operation, one by one.
fn rules(object: &Value) -> BTreeSet<[String; 4]> {
    let mut found = BTreeSet::new();
    for rule in object["rules"].as_array().unwrap() {
        for group in strings(&rule["apiGroups"]) {
            for version in strings(&rule["apiVersions"]) {
                for resource in strings(&rule["resources"]) {
                    for operation in strings(&rule["operations"]) {
                        found.insert([group.clone(), version.clone(), resource.clone(), operation]);
                    }
                }
            }
        }
    }
    found
}

#[test]
fn the_settings_are_valid() {
    for policy in policies() {
        let settings = policy["spec"]["settings"].to_string();
        let settings = podnetworking_policy::parse_settings(Some(&settings))
            .unwrap_or_else(|faults| panic!("{}: {faults:?}", name(&policy)));
        assert!(settings.preflight_user.is_some(), "{} would hang without the grant to list", name(&policy));
        let mutates = policy["spec"]["mutating"] == true;
        for mutation in MUTATIONS {
            assert_eq!(settings.mutates(mutation.id), mutates, "{}: {}", name(&policy), mutation.id);
        }
    }
}

#[test]
fn the_policies_are_for_the_kinds_of_the_metadata() {
    let metadata = metadata();
    let all = rules(&metadata);
    assert_eq!(rules(&named("podnetworking-validating")["spec"]), all);
    let mutating = rules(&named("podnetworking-mutating")["spec"]);
    let mutated = |[_, _, resource, operation]: &&[String; 4]| {
        (resource == "pods" && operation == "CREATE") || resource == "podnetworkings"
    };
    assert_eq!(
        mutating,
        all.iter().filter(mutated).cloned().collect(),
        "it is asked where there is something to mutate"
    );
    let optional = rules(&named("podnetworking-validating-openkruise")["spec"]);
    assert!(optional.iter().all(|[group, ..]| group == "apps.kruise.io"));
    for policy in policies() {
        assert_eq!(policy["spec"]["contextAwareResources"], metadata["contextAwareResources"], "{}", name(&policy));
    }
}

#[test]
fn the_module_is_the_released_one() {
    let url = metadata()["annotations"]["io.kubewarden.policy.ociUrl"].as_str().unwrap().to_owned();
    let module = format!("registry://{url}:v{}", env!("CARGO_PKG_VERSION"));
    for policy in policies() {
        assert_eq!(policy["spec"]["module"], *module, "{}", name(&policy));
    }
}

#[test]
fn the_policy_server_has_the_grants_that_the_policies_need() {
    let objects = objects("deploy/policy-server");
    let find = |kind: &str, wanted: &str| {
        objects
            .iter()
            .find(|object| object["kind"] == kind && name(object) == wanted)
            .unwrap_or_else(|| panic!("{kind} {wanted}"))
    };
    let server = find("PolicyServer", "podnetworking");
    let account = server["spec"]["serviceAccountName"].as_str().unwrap();
    let user = format!("system:serviceaccount:kubewarden:{account}");
    assert_eq!(find("ServiceAccount", account)["metadata"]["namespace"], "kubewarden");
    for policy in policies() {
        assert_eq!(policy["spec"]["policyServer"], *name(server));
        assert_eq!(policy["spec"]["settings"]["preflight"]["user"], *user);
    }
    let binding = find("ClusterRoleBinding", "podnetworking-policy-facts");
    assert_eq!(binding["subjects"][0]["name"], account);
    let role = find("ClusterRole", binding["roleRef"]["name"].as_str().unwrap());
    let grants: BTreeSet<(String, BTreeSet<String>)> = role["rules"]
        .as_array()
        .unwrap()
        .iter()
        .map(|rule| (rule["resources"][0].as_str().unwrap().to_owned(), strings(&rule["verbs"])))
        .collect();
    let read = BTreeSet::from(["get".to_owned(), "list".to_owned(), "watch".to_owned()]);
    assert_eq!(
        grants,
        BTreeSet::from([
            ("namespaces".to_owned(), read.clone()),
            ("podnetworkings".to_owned(), read),
            ("subjectaccessreviews".to_owned(), BTreeSet::from(["create".to_owned()])),
        ])
    );
    let scaler = find("HorizontalPodAutoscaler", "policy-server-podnetworking");
    assert_eq!(scaler["spec"]["minReplicas"], server["spec"]["replicas"]);
}

#[test]
fn the_end_to_end_tests_use_the_settings_that_are_deployed() {
    for (case, policy, platform) in [
        ("deploy-mutating", "podnetworking-mutating", "ack-serverless"),
        ("deploy-validating", "podnetworking-validating", "ack-serverless"),
        ("deploy-terway", "podnetworking-validating", "ack"),
    ] {
        let path = root().join("e2e-tests/data").join(case).join("settings.json");
        let settings: Value = serde_json::from_str(&read(&path)).unwrap();
        let mut deployed = named(policy)["spec"]["settings"].clone();
        deployed["platform"] = platform.into();
        assert_eq!(settings, deployed, "{case}");
    }
}
