//! The manifests of deploy/ are policies with valid settings, for kinds that the core decides, with the permissions that
//! they need; and the pages name them as they are.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test may fail loudly"
)]

#[path = "support/pages.rs"]
mod support;

use std::collections::BTreeSet;
use std::fs;

use podnetworking_policy::mutations::MUTATIONS;
use podnetworking_testing::{documents, to_json};
use serde_json::Value;

use support::{blocks, pages, read, root};

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
        assert!(settings.preflight_user.is_some(), "{} would hang without the permission to list", name(&policy));
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
fn the_policy_server_has_the_permissions_that_the_policies_need() {
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
    let permissions: BTreeSet<(String, BTreeSet<String>)> = role["rules"]
        .as_array()
        .unwrap()
        .iter()
        .map(|rule| (rule["resources"][0].as_str().unwrap().to_owned(), strings(&rule["verbs"])))
        .collect();
    let read = BTreeSet::from(["get".to_owned(), "list".to_owned(), "watch".to_owned()]);
    assert_eq!(
        permissions,
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

/// A kustomization. It is not an object of the cluster, so it is read as any other YAML.
fn kustomization(text: &str) -> Value {
    let text = text.replace("apiVersion:", "version:").replace("kind: ", "what: ");
    serde_json::from_str(&podnetworking_testing::to_json("a kustomization", &text)).unwrap()
}

/// `zone-unconstrained` denies every pod without a zone constraint, and only a mutating policy that protects adds it.
#[test]
fn only_protect_asks_for_the_zone_constraint() {
    let rule = "zone-unconstrained";
    let overlay = root().join("deploy/components/protect/kustomization.yaml");
    let kustomization = kustomization(&read(&overlay));
    let patches = kustomization["patches"].as_array().unwrap();
    let [patch] = patches.as_slice() else { panic!("one patch") };
    assert_eq!(patch["target"]["name"], "podnetworking-validating");
    let operations = podnetworking_testing::to_json("patch", &format!("patch:\n{}", patch["patch"].as_str().unwrap()));
    let operations: Value = serde_json::from_str(&operations).unwrap();
    let expected = serde_json::json!([{"op": "add", "path": "/spec/settings/rules", "value": {rule: "deny"}}]);
    assert_eq!(operations["patch"], expected);
    // The patch replaces no rules, and in this overlay the mutating policy protects.
    assert_eq!(named("podnetworking-validating")["spec"]["settings"].get("rules"), None);
    assert_eq!(named("podnetworking-mutating")["spec"]["mode"], "protect");
    let mut folders = vec![root().join("deploy"), root().join("demo")];
    let mut files = 0;
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path != overlay && path.extension().is_some_and(|extension| extension == "yaml") {
                files += 1;
                assert!(!read(&path).contains(rule), "{}", path.display());
            }
        }
    }
    assert!(files > 10);
}

/// The words that follow a prefix, up to a character that no name has.
fn names_after<'a>(text: &'a str, prefix: &str) -> Vec<&'a str> {
    let ends = |c: char| !(c.is_ascii_alphanumeric() || ".-/".contains(c));
    let names = text.split(prefix).skip(1).map(|rest| rest.split(ends).next().unwrap_or_default());
    names.map(|name| name.trim_end_matches('.')).collect()
}

#[test]
fn the_pages_name_what_is_deployed() {
    let server = objects("deploy/policy-server");
    let server = server.iter().find(|object| object["kind"] == "PolicyServer").unwrap();
    let account = server["spec"]["serviceAccountName"].as_str().unwrap();
    let instance = format!("policy-server-{}", name(server));
    let policies: Vec<String> = policies().iter().map(|policy| name(policy).to_owned()).collect();
    let (mut webhooks, mut accounts, mut instances, mut checked, mut emergencies) = (0, 0, 0, 0, 0);
    for page in pages() {
        let text = read(&page);
        for webhook in names_after(&text, "clusterwide-") {
            let policy = webhook.trim_end_matches(".kubewarden.admission");
            let is_ours = policies.iter().any(|name| name == policy) || ["", "podnetworking-..."].contains(&policy);
            // "clusterwide-podnetworking-...": any of them.
            assert!(is_ours || webhook == "podnetworking-", "{}: clusterwide-{webhook}", page.display());
            webhooks += 1;
        }
        // Kubewarden's own is the other.
        let others = ["policy-server", "audit-scanner"];
        for found in names_after(&text, "system:serviceaccount:kubewarden:") {
            assert!(found == account || others.contains(&found), "{}: the account {found}", page.display());
            accounts += 1;
        }
        // A check of the permissions is of no use for another account.
        for line in text.lines().filter(|line| line.contains("preflight: {user:")) {
            assert!(line.contains(&format!("kubewarden:{account}\"")), "{}: {line}", page.display());
            checked += 1;
        }
        for found in names_after(&text, "app.kubernetes.io/instance=") {
            assert_eq!(found, instance, "{}", page.display());
            instances += 1;
        }
        for line in text.lines().filter(|line| line.contains("kubectl delete clusteradmissionpolicies")) {
            assert!(policies.iter().all(|policy| line.contains(policy)), "{}: {line}", page.display());
        }
        // A policy that is marked as deleted gets no webhook again, so it comes first.
        let first = |command: &str| text.find(&format!("$ kubectl delete {command}"));
        if let Some(webhooks) = first("validatingwebhookconfiguration") {
            let policies = first("clusteradmissionpolicies").expect("the policies are deleted, too");
            assert!(policies < webhooks, "{}: Kubewarden can create the webhooks again", page.display());
            emergencies += 1;
        }
        assert!(!text.contains("-l app=kubewarden"), "{}: Kubewarden is going to drop that label", page.display());
    }
    assert!(webhooks > 5 && accounts > 1 && instances > 1, "{webhooks}, {accounts}, {instances}");
    assert!(checked > 0, "no page shows the setting `preflight`");
    assert_eq!(emergencies, 1, "one page has the commands for an emergency");
    // What keeps two replicas apart has the same label.
    let terms = server["spec"]["affinity"]["podAntiAffinity"].to_string();
    assert_eq!(terms.matches(&format!("{{\"app.kubernetes.io/instance\":\"{instance}\"}}")).count(), 2, "{terms}");
}

#[test]
fn the_kustomization_of_the_pages_names_what_is_there() {
    for page in ["docs/deploy.md", "docs/zh-CN/deploy.md"] {
        let text = read(&root().join(page));
        let blocks = blocks(&text);
        let (_, block) =
            blocks.iter().find(|(_, block)| block.contains("kind: Kustomization")).expect("a kustomization");
        let kustomization = kustomization(block);
        assert_eq!(strings(&kustomization["resources"]), BTreeSet::from(["../deploy/overlays/monitor/ack".to_owned()]));
    }
    let text = read(&root().join("docs/deploy.md"));
    let mut named = 0;
    for path in names_after(&text, "../deploy/") {
        let folder = root().join("deploy").join(path.trim_end_matches('/'));
        assert!(folder.join("kustomization.yaml").exists(), "{}", folder.display());
        named += 1;
    }
    assert!(named > 3, "{named}");
    for folder in ["overlays", "components"] {
        for entry in fs::read_dir(root().join("deploy").join(folder)).unwrap() {
            let name = format!("{folder}/{}", entry.unwrap().file_name().display());
            let readme = read(&root().join("deploy/README.md"));
            assert!(readme.contains(&name), "deploy/README.md does not describe {name}");
        }
    }
}
