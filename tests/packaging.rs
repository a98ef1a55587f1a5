//! The packaging files agree with the code: policy-metadata.yml, artifacthub-pkg.yml, questions-ui.yml.

#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, reason = "a test may fail loudly")]

use std::collections::BTreeSet;
use std::fs;

use podnetworking_policy::mutations::MUTATIONS;
use podnetworking_policy::objects::crd::field_masks;
use podnetworking_policy::objects::workload::WORKLOADS;
use podnetworking_policy::settings::platform::Platform;
use podnetworking_policy::settings::read::KEYS;
use podnetworking_policy::well_known::{GROUP, KIND};
use podnetworking_testing::to_json;
use serde_json::{Value, json};

fn text(path: &str) -> String {
    fs::read_to_string(format!("{}/{path}", env!("CARGO_MANIFEST_DIR")))
        .unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn yaml(path: &str) -> Value {
    serde_json::from_str(&to_json(path, &text(path))).expect("JSON")
}

/// YAML within YAML, below a key.
fn nested(text: &str) -> Value {
    let json: Value = serde_json::from_str(&to_json("nested", &format!("nested:\n{text}"))).expect("JSON");
    json["nested"].clone()
}

fn metadata() -> Value {
    yaml("policy-metadata.yml")
}

fn annotation(metadata: &Value, key: &str) -> String {
    metadata["annotations"][key].as_str().unwrap_or_else(|| panic!("no annotation {key}")).to_owned()
}

fn strings(value: &Value) -> BTreeSet<String> {
    value.as_array().expect("a list").iter().map(|item| item.as_str().expect("a string").to_owned()).collect()
}

/// The groups and kinds that the core decides, apart from kinds that a cluster may lack.
fn kinds() -> BTreeSet<(String, String)> {
    let others = [("", "Pod"), ("", "Namespace"), (GROUP, KIND)];
    WORKLOADS.iter().chain(&others).map(|(group, kind)| ((*group).to_owned(), (*kind).to_owned())).collect()
}

#[test]
fn the_rules_are_the_kinds_and_operations_that_the_core_decides() {
    let metadata = metadata();
    let mut resources = BTreeSet::new();
    for rule in metadata["rules"].as_array().expect("rules") {
        assert_eq!(strings(&rule["operations"]), BTreeSet::from(["CREATE".to_owned(), "UPDATE".to_owned()]));
        for group in strings(&rule["apiGroups"]) {
            for resource in strings(&rule["resources"]) {
                // A wildcard makes audits skip the rule.
                assert!(!group.contains('*') && !resource.contains(['*', '/']), "{group}/{resource}");
                resources.insert((group.clone(), resource));
            }
        }
    }
    let expected = kinds().into_iter().map(|(group, kind)| (group, format!("{}s", kind.to_lowercase()))).collect();
    assert_eq!(resources, expected);

    let listed = annotation(&metadata, "io.artifacthub.resources");
    let listed: BTreeSet<&str> = listed.split(", ").collect();
    let kinds = kinds();
    assert_eq!(listed, kinds.iter().map(|(_, kind)| kind.as_str()).collect());
}

#[test]
fn the_host_capabilities_are_those_that_the_module_calls() {
    let source = text("hosts/kubewarden/src/host.rs");
    let called: BTreeSet<String> = source
        .split(" call(\"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .map(|operation| format!("kubernetes/{operation}"))
        .collect();
    assert!(!called.is_empty());
    let metadata = metadata();
    assert_eq!(strings(&metadata["hostCapabilities"]), called);
    assert_eq!(
        metadata["contextAwareResources"],
        json!([
            {"apiVersion": "network.alibabacloud.com/v1beta1", "kind": "PodNetworking"},
            {"apiVersion": "v1", "kind": "Namespace"},
        ])
    );
    for resource in metadata["contextAwareResources"].as_array().expect("a list") {
        let kind = resource["kind"].as_str().expect("a kind");
        assert!(source.contains(kind), "the module does not ask for {kind}");
    }
}

/// A new platform has to be named in these places too.
#[test]
fn the_lists_of_platforms_are_whole() {
    let names: Vec<&str> = Platform::ALL.iter().map(|(name, _)| *name).collect();
    let types = text("hosts/js/src/types.d.ts");
    let union = types.split_once("type Platform = ").and_then(|(_, rest)| rest.split_once(';')).expect("a union").0;
    assert_eq!(union.split('"').skip(1).step_by(2).collect::<Vec<_>>(), names);
    let form = text("questions-ui.yml");
    let options =
        form.split_once("variable: platform").and_then(|(_, rest)| rest.split_once("options:")).expect("options").1;
    let options = options.lines().map_while(|line| line.trim().strip_prefix("- ").or(line.is_empty().then_some("")));
    assert_eq!(
        options.filter(|option| !option.is_empty()).take_while(|option| !option.contains(':')).collect::<Vec<_>>(),
        names
    );
}

#[test]
fn the_field_masks_of_the_hosts_are_the_fields_that_are_read() {
    let masks: Vec<&str> = field_masks().collect();
    for (file, start, end, quote) in [
        ("hosts/kubewarden/src/host.rs", "\"field_masks\":[", "]}", '"'),
        ("bench/src/contexts.rs", "const MASKS", "];", '"'),
        ("hosts/go/cluster.go", "Of each are read", "; the rest", '`'),
    ] {
        let source = text(file);
        let list = source.split_once(start).and_then(|(_, rest)| rest.split_once(end)).expect(start).0;
        let quoted: Vec<&str> =
            list.split(quote).filter(|text| text.starts_with("sp") || text.starts_with("st")).collect();
        assert_eq!(quoted, masks, "{file} does not have the masks of src/objects/crd.rs");
    }
}

#[test]
fn the_policy_mutates_and_is_audited() {
    let metadata = metadata();
    assert_eq!(metadata["mutating"], !MUTATIONS.is_empty());
    assert_eq!(metadata["backgroundAudit"], true);
    assert_eq!(metadata["executionMode"], "kubewarden-wapc");
    assert_eq!(annotation(&metadata, "io.kubewarden.policy.severity"), "high");
}

#[test]
fn one_version_everywhere() {
    let version = env!("CARGO_PKG_VERSION");
    assert_eq!(annotation(&metadata(), "io.kubewarden.policy.version"), version);
    assert_eq!(yaml("artifacthub-pkg.yml")["version"], version);
    let example: Value = serde_json::from_str(&text("hosts/node/package.json")).expect("JSON");
    assert_eq!(example["version"], version);
    let hook = text("pyproject.toml");
    for line in [format!("version = \"{version}\""), format!("dependencies = [\"podnetworking=={version}\"]")] {
        assert!(hook.lines().any(|found| found == line), "pyproject.toml lacks `{line}`");
    }
    let changelog = text("CHANGELOG.md");
    assert!(changelog.contains(&format!("## {version}")), "CHANGELOG.md has no section {version}");
}

#[test]
fn the_crates_that_are_published_are_those_that_may_be() {
    let makefile = text("Makefile");
    let published = makefile.lines().find_map(|line| line.strip_prefix("PUBLISHED := ")).expect("PUBLISHED");
    let published: BTreeSet<String> = published.split_whitespace().map(str::to_owned).collect();
    let manifest = |folder: &str| -> (String, bool) {
        let text = text(&format!("{folder}/Cargo.toml"));
        let package = &text.split("[package]").nth(1).expect("a package");
        let name = package.split('"').nth(1).expect("a name");
        (name.to_owned(), !package.contains("\npublish.workspace = true"))
    };
    let workspace = text("Cargo.toml");
    let members = workspace.split("members = [").nth(1).and_then(|rest| rest.split(']').next()).expect("members");
    let may: BTreeSet<String> =
        members.split('"').skip(1).step_by(2).map(manifest).filter(|(_, may)| *may).map(|(name, _)| name).collect();
    assert_eq!(published, may);
}

#[test]
fn the_package_of_artifact_hub_is_made_of_the_metadata() {
    let (metadata, package) = (metadata(), yaml("artifacthub-pkg.yml"));
    for (key, from) in [
        ("name", "io.kubewarden.policy.title"),
        ("displayName", "io.artifacthub.displayName"),
        ("description", "io.kubewarden.policy.description"),
        ("license", "io.kubewarden.policy.license"),
        ("homeURL", "io.kubewarden.policy.url"),
    ] {
        assert_eq!(package[key], annotation(&metadata, from), "{key}");
    }
    let keywords = annotation(&metadata, "io.artifacthub.keywords");
    assert_eq!(package["keywords"], json!(keywords.split(", ").collect::<Vec<_>>()));
    let image = format!("{}:v{}", annotation(&metadata, "io.kubewarden.policy.ociUrl"), env!("CARGO_PKG_VERSION"));
    assert_eq!(package["containersImages"], json!([{"name": "policy", "image": image}]));
    let made = |key: &str| package["annotations"][format!("kubewarden/{key}")].as_str().expect("text");
    assert_eq!(nested(made("rules")), metadata["rules"], "`kwctl scaffold artifacthub` writes artifacthub-pkg.yml");
    assert_eq!(nested(made("contextAwareResources")), metadata["contextAwareResources"]);
    assert_eq!(made("mutation"), "true");
    assert_eq!(made("resources"), annotation(&metadata, "io.artifacthub.resources"));
    assert_eq!(
        made("questions-ui"),
        text("questions-ui.yml"),
        "`kwctl scaffold artifacthub` writes artifacthub-pkg.yml"
    );
}

#[test]
fn the_form_of_rancher_has_every_setting() {
    let questions = yaml("questions-ui.yml");
    let questions = questions["questions"].as_array().expect("questions");
    let variables: Vec<&str> = questions.iter().map(|question| question["variable"].as_str().expect("text")).collect();
    for variable in variables.iter().filter(|variable| **variable != "description") {
        let key = variable.split('.').next().unwrap_or_default();
        assert!(KEYS.contains(&key), "`{variable}` is not a setting");
    }
    // That form has no field for a map of maps; its description names it.
    let description = questions[0]["description"].as_str().expect("text");
    for key in KEYS {
        let has_field = variables.iter().any(|variable| *variable == key || variable.starts_with(&format!("{key}.")));
        assert!(has_field || description.contains(&format!("`{key}`")), "`{key}` is not in the form");
    }
    for mutation in MUTATIONS {
        assert!(variables.contains(&format!("mutations.{}", mutation.id).as_str()), "{}", mutation.id);
    }
}

#[test]
fn what_the_form_of_rancher_sends_by_itself_is_valid() {
    let questions = yaml("questions-ui.yml");
    let mut settings = json!({});
    for question in questions["questions"].as_array().expect("questions") {
        let variable = question["variable"].as_str().expect("text");
        if variable == "description" {
            continue;
        }
        let pointer = variable.split('.').collect::<Vec<_>>();
        let mut place = &mut settings;
        for key in pointer {
            place = &mut place[key];
        }
        *place = question["default"].clone();
    }
    podnetworking_policy::parse_settings(Some(&settings.to_string())).expect("valid settings");
}
