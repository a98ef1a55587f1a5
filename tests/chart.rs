//! What the Helm chart renders (charts/rendered, which `make test-chart` keeps fresh) is what serve needs, may do what the pages
//! say and nothing else, and asks about the same requests as the policies of deploy/.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test may fail loudly"
)]

#[path = "support/pages.rs"]
mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use podnetworking_policy::parse_settings;
use podnetworking_testing::{documents, to_json};
use serde_json::{Value, json};

use support::{read, root};

const FILES: [&str; 5] = ["monitor", "protect", "cert-manager", "validate-only", "everything"];

fn rendered(file: &str) -> Vec<Value> {
    let path = root().join(format!("charts/rendered/{file}.yaml"));
    documents(file, &read(&path)).iter().map(|json| serde_json::from_str(json).unwrap()).collect()
}

fn all() -> Vec<(&'static str, Vec<Value>)> {
    FILES.map(|file| (file, rendered(file))).into()
}

fn named(file: &str, kind: &str, name: &str) -> Option<Value> {
    rendered(file).into_iter().find(|object| object["kind"] == kind && object["metadata"]["name"] == name)
}

fn of_kind<'a>(objects: &'a [Value], kind: &str) -> Vec<&'a Value> {
    objects.iter().filter(|object| object["kind"] == kind).collect()
}

fn webhooks(objects: &[Value]) -> Vec<&Value> {
    let kinds = ["MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"];
    kinds.iter().flat_map(|kind| of_kind(objects, kind)).map(|object| &object["webhooks"][0]).collect()
}

fn manifest(path: &str) -> Value {
    serde_json::from_str(&documents(path, &read(&root().join(path)))[0]).unwrap()
}

fn strings(value: &Value) -> BTreeSet<String> {
    value.as_array().expect("a list").iter().map(|item| item.as_str().unwrap().to_owned()).collect()
}

fn pod(objects: &[Value]) -> Value {
    let [deployment] = of_kind(objects, "Deployment")[..] else { panic!("one Deployment") };
    deployment["spec"]["template"]["spec"].clone()
}

fn arguments(objects: &[Value]) -> Vec<String> {
    let arguments = pod(objects)["containers"][0]["args"].clone();
    arguments.as_array().unwrap().iter().map(|argument| argument.as_str().unwrap().to_owned()).collect()
}

#[test]
fn every_rendered_file_is_tested() {
    let entries = fs::read_dir(root().join("charts/rendered")).unwrap();
    let there: BTreeSet<String> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    assert_eq!(there, FILES.map(|file| format!("{file}.yaml")).into());
}

#[test]
fn the_webhooks_ask_about_the_same_requests_as_the_policies() {
    let policy = |name: &str| manifest(&format!("deploy/policies/{name}.yaml"))["spec"].clone();
    let (mutating, validating) = (policy("mutating"), policy("validating"));
    for (file, objects) in all() {
        for webhook in webhooks(&objects) {
            let name = webhook["name"].as_str().unwrap();
            let (policy, path) = match name {
                "mutate.podnetworking-policy.svc" => (&mutating, "/mutate"),
                "validate.podnetworking-policy.svc" => (&validating, "/validate"),
                _ => panic!("{file}: {name}"),
            };
            let mut rules = policy["rules"].as_array().unwrap().clone();
            if file == "everything" && path == "/validate" {
                rules
                    .extend(manifest("deploy/openkruise/validating.yaml")["spec"]["rules"].as_array().unwrap().clone());
            }
            assert_eq!(webhook["rules"], json!(rules), "{file}: {name}");
            assert_eq!(webhook["matchConditions"], policy["matchConditions"], "{file}: {name}");
            assert_eq!(webhook["timeoutSeconds"], policy["timeoutSeconds"], "{file}: {name}");
            assert_eq!(webhook["clientConfig"]["service"]["path"], path, "{file}: {name}");
        }
        assert_eq!(of_kind(&objects, "ValidatingWebhookConfiguration").len(), 1, "{file}");
        let mutates = usize::from(file != "validate-only");
        assert_eq!(of_kind(&objects, "MutatingWebhookConfiguration").len(), mutates, "{file}");
    }
}

#[test]
fn the_webhooks_are_configured_as_the_pages_say() {
    for (file, objects) in all() {
        let mode = arguments(&objects).iter().find_map(|argument| argument.strip_prefix("--mode=").map(str::to_owned));
        for webhook in webhooks(&objects) {
            assert_eq!(webhook["matchPolicy"], "Equivalent", "{file}");
            assert_eq!(webhook["sideEffects"], "NoneOnDryRun", "{file}");
            assert_eq!(webhook["admissionReviewVersions"], json!(["v1"]), "{file}");
            let mutates = webhook["clientConfig"]["service"]["path"] == "/mutate";
            assert_eq!(webhook["reinvocationPolicy"], if mutates { json!("IfNeeded") } else { Value::Null }, "{file}");
            let fails = file == "protect";
            assert_eq!(webhook["failurePolicy"], if fails { "Fail" } else { "Ignore" }, "{file}");
            assert!(!fails || mode.as_deref() == Some("protect"), "{file}");
            // An upgrade must not empty what the webhook, or cert-manager, has written.
            assert!(webhook["clientConfig"].get("caBundle").is_none(), "{file}");
            let own = json!({
                "key": "kubernetes.io/metadata.name", "operator": "NotIn", "values": ["kube-system", "podnetworking-policy"],
            });
            let selector = &webhook["namespaceSelector"];
            assert_eq!(selector["matchExpressions"][0], own, "{file}");
            let theirs = if fails {
                json!({"matchLabels": {"team": "shop"},
                    "matchExpressions": [own, {"key": "stage", "operator": "NotIn", "values": ["legacy"]}]})
            } else {
                json!({"matchExpressions": [own]})
            };
            assert_eq!(*selector, theirs, "{file}: what the user selects is kept");
        }
    }
    for kind in ["MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"] {
        let configuration = named("monitor", kind, "podnetworking-policy").expect(kind);
        assert!(configuration["metadata"]["annotations"].is_null());
        let injected =
            named("cert-manager", kind, "podnetworking-policy").expect(kind)["metadata"]["annotations"].clone();
        assert_eq!(injected, json!({"cert-manager.io/inject-ca-from": "podnetworking-policy/podnetworking-policy"}));
    }
    assert!("podnetworking-policy" < "terway-controlplane");
}

/// One grant: where, on what, which names, which verbs.
type Grant = (String, String, String, String);

fn grants(objects: &[Value]) -> BTreeSet<Grant> {
    let mut grants = BTreeSet::new();
    for role in of_kind(objects, "ClusterRole").into_iter().chain(of_kind(objects, "Role")) {
        let namespace = role["metadata"]["namespace"].as_str().unwrap_or("*").to_owned();
        let binding = objects
            .iter()
            .find(|object| object["roleRef"]["name"] == role["metadata"]["name"])
            .expect("each role is bound");
        assert_eq!(binding["metadata"]["namespace"], role["metadata"]["namespace"]);
        assert_eq!(binding["roleRef"]["kind"], role["kind"]);
        let account = pod(objects)["serviceAccountName"].clone();
        let subjects = json!([{"kind": "ServiceAccount", "name": account, "namespace": "podnetworking-policy"}]);
        assert_eq!(binding["subjects"], subjects);
        for rule in role["rules"].as_array().unwrap() {
            let names =
                rule["resourceNames"].as_array().map_or("*".to_owned(), |names| names[0].as_str().unwrap().to_owned());
            for group in strings(&rule["apiGroups"]) {
                for resource in strings(&rule["resources"]) {
                    let what = if group.is_empty() { resource } else { format!("{resource}.{group}") };
                    let verbs = strings(&rule["verbs"]).into_iter().collect::<Vec<_>>().join(" ");
                    grants.insert((namespace.clone(), what, names.clone(), verbs));
                }
            }
        }
    }
    grants
}

#[test]
fn the_grants_are_exactly_these() {
    let grant = |namespace: &str, what: &str, names: &str, verbs: &str| -> Grant {
        (namespace.to_owned(), what.to_owned(), names.to_owned(), verbs.to_owned())
    };
    let facts = [
        grant("*", "namespaces", "*", "get list watch"),
        grant("*", "podnetworkings.network.alibabacloud.com", "*", "get list watch"),
        grant("default", "events", "*", "create patch"),
    ];
    let secret = grant("podnetworking-policy", "secrets", "podnetworking-policy-tls", "get update watch");
    let configuration =
        |kind: &str| grant("*", &format!("{kind}.admissionregistration.k8s.io"), "podnetworking-policy", "get patch");
    let mutating = configuration("mutatingwebhookconfigurations");
    let validating = configuration("validatingwebhookconfigurations");
    for (file, objects) in all() {
        let mut expected = BTreeSet::from(facts.clone());
        if !["cert-manager", "everything"].contains(&file) {
            // Both, also where one is not installed: the webhook looks for it.
            expected.extend([secret.clone(), mutating.clone(), validating.clone()]);
        }
        assert_eq!(grants(&objects), expected, "{file}");
    }
}

#[test]
fn the_secret_is_shipped_empty() {
    for (file, objects) in all() {
        let secrets = of_kind(&objects, "Secret");
        assert_eq!(secrets.len(), usize::from(!["cert-manager", "everything"].contains(&file)), "{file}");
        for secret in secrets {
            assert!(secret.get("data").is_none() && secret.get("stringData").is_none(), "{file}");
        }
    }
}

#[test]
fn the_pods_are_restricted_and_stay_up() {
    for (file, objects) in all() {
        let pod = pod(&objects);
        let container = &pod["containers"][0];
        assert_eq!(pod["containers"].as_array().unwrap().len(), 1, "{file}");
        assert_eq!(pod["securityContext"]["runAsNonRoot"], true, "{file}");
        assert_eq!(pod["securityContext"]["seccompProfile"], json!({"type": "RuntimeDefault"}), "{file}");
        let expected = json!({
            "allowPrivilegeEscalation": false, "readOnlyRootFilesystem": true, "capabilities": {"drop": ["ALL"]},
        });
        assert_eq!(container["securityContext"], expected, "{file}");
        for mount in container["volumeMounts"].as_array().unwrap() {
            assert_eq!(mount["readOnly"], true, "{file}");
        }
        assert_eq!(pod["priorityClassName"], "system-cluster-critical", "{file}");
        assert_eq!(pod["terminationGracePeriodSeconds"], 30, "{file}");
        assert!(container["resources"]["limits"].get("cpu").is_none(), "{file}: a limit delays decisions");
        for constraint in pod["topologySpreadConstraints"].as_array().unwrap() {
            assert_eq!(constraint["whenUnsatisfiable"], "ScheduleAnyway", "{file}");
        }
        let deployment = &of_kind(&objects, "Deployment")[0]["spec"];
        assert_eq!(deployment["strategy"]["rollingUpdate"]["maxUnavailable"], 0, "{file}");
        let budget = &of_kind(&objects, "PodDisruptionBudget")[0]["spec"];
        assert_eq!(budget["maxUnavailable"], 1, "{file}");
        assert_eq!(budget["unhealthyPodEvictionPolicy"], "AlwaysAllow", "{file}");
        let selector = &deployment["selector"]["matchLabels"];
        assert_eq!(budget["selector"]["matchLabels"], *selector, "{file}");
        let service = &of_kind(&objects, "Service")[0]["spec"];
        assert_eq!(service["selector"], *selector, "{file}");
        let labels = deployment["template"]["metadata"]["labels"].as_object().unwrap();
        assert!(selector.as_object().unwrap().iter().all(|(key, value)| labels.get(key) == Some(value)), "{file}");
        let ports: BTreeMap<&str, &Value> = container["ports"]
            .as_array()
            .unwrap()
            .iter()
            .map(|port| (port["name"].as_str().unwrap(), &port["containerPort"]))
            .collect();
        assert_eq!(ports, BTreeMap::from([("https", &json!(8443)), ("metrics", &json!(8080))]), "{file}");
        assert_eq!((&service["ports"][0]["port"], &service["ports"][0]["targetPort"]), (&json!(443), &json!("https")));
    }
}

#[test]
fn the_arguments_name_what_is_rendered_beside_them() {
    for (file, objects) in all() {
        let arguments = arguments(&objects);
        assert_eq!(arguments[0], "serve", "{file}");
        let value = |flag: &str| {
            let prefix = format!("--{flag}=");
            arguments.iter().find_map(|argument| argument.strip_prefix(&prefix))
        };
        let pod = pod(&objects);
        let mounted: BTreeSet<&str> = pod["containers"][0]["volumeMounts"]
            .as_array()
            .unwrap()
            .iter()
            .map(|mount| mount["mountPath"].as_str().unwrap())
            .collect();
        for flag in ["settings", "tls-cert", "tls-key", "policy"] {
            let folder = value(flag).map(|path| path.rsplit_once('/').unwrap().0);
            assert!(folder.is_none_or(|folder| mounted.contains(folder)), "{file}: --{flag}");
        }
        let webhooks = webhooks(&objects);
        let service = of_kind(&objects, "Service")[0]["metadata"]["name"].as_str().unwrap();
        assert!(webhooks.iter().all(|webhook| webhook["clientConfig"]["service"]["name"] == service), "{file}");
        match of_kind(&objects, "Secret")[..] {
            [secret] => {
                let name = secret["metadata"]["name"].as_str().unwrap();
                assert_eq!(value("tls-secret"), Some(&*format!("podnetworking-policy/{name}")), "{file}");
                assert_eq!(value("service"), Some(&*format!("podnetworking-policy/{service}")), "{file}");
                let configuration = &of_kind(&objects, "ValidatingWebhookConfiguration")[0]["metadata"]["name"];
                assert_eq!(value("webhook-configuration"), configuration.as_str(), "{file}");
            }
            _ => {
                assert!(value("tls-secret").is_none() && value("tls-cert").is_some(), "{file}");
                let certificate = of_kind(&objects, "Certificate")[0];
                assert_eq!(
                    certificate["spec"]["dnsNames"],
                    json!([format!("{service}.podnetworking-policy.svc")]),
                    "{file}"
                );
                let volumes = pod["volumes"].as_array().unwrap();
                let secret = volumes.iter().find_map(|volume| volume["secret"]["secretName"].as_str());
                assert_eq!(certificate["spec"]["secretName"].as_str(), secret, "{file}");
            }
        }
    }
}

/// The settings as they are rendered, which are valid.
fn settings(file: &str) -> Value {
    let objects = rendered(file);
    let maps = of_kind(&objects, "ConfigMap");
    let text = maps.iter().find_map(|map| map["data"]["settings.json"].as_str()).expect(file);
    parse_settings(Some(text)).unwrap_or_else(|faults| panic!("{file}: {faults:?}"));
    serde_json::from_str(text).unwrap()
}

#[test]
fn the_settings_are_valid() {
    for file in FILES {
        settings(file);
    }
    assert_eq!(settings("monitor"), json!({}));
    assert_eq!(settings("protect")["exemptNamespaces"], json!(["kube-system", "legacy"]));
    // Without the mutating webhook no pod has the zone constraint.
    assert_eq!(settings("validate-only"), json!({"rules": {"vpc-mismatch": "warn", "zone-unconstrained": "off"}}));
}

/// The schema of the values takes the settings that the policy takes, apart from the platform, which is a value of its own,
/// and `preflight`, which is about Kubewarden. `UPDATE_DOCS=1` writes it.
#[test]
fn the_schema_of_the_values_has_the_settings() {
    let path = root().join("charts/podnetworking-policy/values.schema.json");
    let mut schema: Value = serde_json::from_str(&read(&path)).unwrap();
    let mut expected: Value = serde_json::from_str(&read(&root().join("docs/settings.schema.json"))).unwrap();
    for key in ["$schema", "$id", "title"] {
        expected.as_object_mut().unwrap().remove(key);
    }
    for key in ["platform", "preflight"] {
        expected["properties"].as_object_mut().unwrap().remove(key).expect(key);
    }
    if schema["properties"]["settings"] != expected && std::env::var_os("UPDATE_DOCS").is_some() {
        schema["properties"]["settings"] = expected.clone();
        fs::write(&path, format!("{schema:#}\n")).unwrap();
    }
    assert!(schema["properties"]["settings"] == expected, "values.schema.json is stale: run `make docs`");
    let settings: Value = serde_json::from_str(&read(&root().join("docs/settings.schema.json"))).unwrap();
    assert_eq!(schema["properties"]["platform"]["enum"], settings["properties"]["platform"]["enum"]);
}

#[test]
fn the_values_and_their_schema_have_the_same_keys() {
    fn compare(path: &str, values: &Value, schema: &Value) {
        let (Some(values), Some(properties)) = (values.as_object(), schema["properties"].as_object()) else { return };
        for (key, value) in values {
            let below = properties.get(key).unwrap_or_else(|| panic!("{path}{key} is not in the schema"));
            compare(&format!("{path}{key}."), value, below);
        }
    }
    let values: Value =
        serde_json::from_str(&to_json("values", &read(&root().join("charts/podnetworking-policy/values.yaml"))))
            .unwrap();
    let schema: Value =
        serde_json::from_str(&read(&root().join("charts/podnetworking-policy/values.schema.json"))).unwrap();
    compare("", &values, &schema);
    for key in schema["properties"].as_object().unwrap().keys().filter(|key| *key != "global") {
        assert!(values.get(key).is_some(), "values.yaml does not show {key}");
    }
    assert_eq!((&values["mode"], &values["failurePolicy"]), (&json!("monitor"), &json!("Ignore")), "a first install");
}

#[test]
fn the_chart_has_the_version_of_the_project() {
    let chart = read(&root().join("charts/podnetworking-policy/Chart.yaml"));
    let version = env!("CARGO_PKG_VERSION");
    for line in [format!("version: {version}"), format!("appVersion: {version}")] {
        assert!(chart.lines().any(|found| found == line), "Chart.yaml: {line}");
    }
    let image = format!("ghcr.io/podnetworking-policy/podnetworking:v{version}");
    assert!(chart.contains(&format!("image: {image}\n")), "Chart.yaml: {image}");
    assert_eq!(pod(&rendered("monitor"))["containers"][0]["image"], *image);
}
