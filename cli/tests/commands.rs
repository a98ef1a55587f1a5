//! The other commands, as a user runs them.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, reason = "a test may fail loudly")]

mod common;

use common::{Folder, PAIR, POD, SETTINGS};

const COMMENTED: &str = "\
# The pod of the example.
apiVersion: v1
kind: Pod
metadata:
  name: pod   # its name
  labels: {foo: bar}
spec:
  nodeSelector: {a: b}
  containers:
  - name: c
    image: nginx
    args: ['--big', '12345678901234567890']
  # no more containers
";

fn folder() -> Folder {
    let (first, _) = PAIR.split_once("---\n").unwrap();
    Folder::new(&[("pn.yaml", first), ("pod.yaml", COMMENTED), ("settings.yml", SETTINGS)])
}

const ARGUMENTS: [&str; 4] = ["--context", "pn.yaml", "--settings", "settings.yml"];

#[test]
fn mutate_adds_fields_and_keeps_all_other_text() {
    let folder = folder();
    let ran = folder.run(&[&["mutate", "pod.yaml"], ARGUMENTS.as_slice()].concat());
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
    let added = "  annotations:
    k8s.aliyun.com/pod-eni: \"true\"
    k8s.aliyun.com/pod-networking: first
";
    let affinity = "  affinity:
    nodeAffinity:
      requiredDuringSchedulingIgnoredDuringExecution:
        nodeSelectorTerms:
        - matchExpressions:
          - key: topology.kubernetes.io/zone
            operator: In
            values:
            - cn-hangzhou-h
";
    let expected = COMMENTED
        .replace("  labels: {foo: bar}\n", &format!("  labels: {{foo: bar}}\n{added}"))
        .replace("  # no more", &format!("{affinity}  # no more"));
    assert_eq!(ran.stdout, expected);
    // A second run changes nothing, and the result has no findings.
    folder.write("mutated.yaml", &ran.stdout);
    assert_eq!(folder.run(&[&["mutate", "mutated.yaml"], ARGUMENTS.as_slice()].concat()).stdout, ran.stdout);
    assert_eq!(folder.run(&[&["mutate", "--diff", "mutated.yaml"], ARGUMENTS.as_slice()].concat()).stdout, "");
    assert_eq!(folder.run(&[&["check", "mutated.yaml"], ARGUMENTS.as_slice()].concat()).code, 0);
}

#[test]
fn mutate_shows_a_diff_that_patch_applies() {
    let folder = folder();
    let ran = folder.run(&[&["mutate", "--diff", "pod.yaml"], ARGUMENTS.as_slice()].concat());
    assert!(ran.stdout.starts_with("--- a/pod.yaml\n+++ b/pod.yaml\n@@ -4,10 +4,22 @@"), "{}", ran.stdout);
    assert!(ran.stdout.lines().all(|line| !line.starts_with('-') || line.starts_with("---")), "{}", ran.stdout);
}

#[test]
fn mutate_writes_in_the_style_of_the_manifest() {
    let folder = folder();
    let json = r#"{
  "apiVersion": "v1", "kind": "Pod",
  "metadata": {
    "name": "pod",
    "labels": {"foo": "bar"}
  },
  "spec": {"containers": [], "affinity": {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": [
    {"matchExpressions": [{"key": "a", "operator": "Exists"}]}]}}}}
}
"#;
    folder.write("pod.json", json);
    let ran = folder.run(&[&["mutate", "pod.json"], ARGUMENTS.as_slice()].concat());
    assert_eq!(ran.stderr, "");
    let value: serde_json::Value = serde_json::from_str(&ran.stdout).expect("the result is JSON");
    assert_eq!(value["metadata"]["annotations"]["k8s.aliyun.com/pod-networking"], "first");
    assert!(ran.stdout.contains("\n    \"annotations\": {"), "{}", ran.stdout);

    // A `List` with lists that are not indented, CRLF and an alias.
    let list = "apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: Pod\n  metadata: {name: a, labels: &l {foo: bar}}\n  spec: {containers: []}\n\
                - apiVersion: v1\n  kind: Pod\n  metadata:\n    labels: *l\n    name: b\n  spec:\n    containers:\n    - name: c\n# end\n";
    folder.write("list.yaml", &list.replace('\n', "\r\n"));
    let ran = folder.run(&[&["mutate", "list.yaml"], ARGUMENTS.as_slice()].concat());
    assert_eq!(ran.stderr, "");
    assert_eq!(ran.stdout.matches("k8s.aliyun.com/pod-networking: first").count(), 2, "{}", ran.stdout);
    assert!(ran.stdout.contains("# end") && ran.stdout.contains("labels: *l"), "{}", ran.stdout);

    // An edit would change a value that shares an anchor, so the manifest is reformatted, with a warning.
    let shared = "apiVersion: v1\nkind: Pod\nmetadata: {name: a, labels: &l {foo: bar}, annotations: *l}\nspec: {containers: []} # here\n";
    folder.write("shared.yaml", shared);
    let ran = folder.run(&[&["mutate", "shared.yaml"], ARGUMENTS.as_slice()].concat());
    assert!(ran.stderr.contains("Pod default/a is reformatted; comments and formatting are lost"), "{}", ran.stderr);
    folder.write("again.yaml", &ran.stdout);
    assert_eq!(folder.run(&[&["mutate", "--diff", "again.yaml"], ARGUMENTS.as_slice()].concat()).stdout, "");
}

#[test]
fn mutate_fills_in_defaults_and_reports_denials() {
    let folder = Folder::new(&[("pn.yaml", &PAIR.replace("[vsw-bp1]", "[vsw-bp1, vsw-bp1]"))]);
    let ran = folder.run(&["mutate", "pn.yaml"]);
    assert_eq!(ran.code, 1);
    assert!(ran.stderr.contains("PodNetworking second would be denied: [overlap]"), "{}", ran.stderr);
    assert!(ran.stdout.contains("  vSwitchOptions: [vsw-bp1]\n"), "{}", ran.stdout);
    assert_eq!(ran.stdout.matches("type: Elastic").count(), 1, "{}", ran.stdout);
}

#[test]
fn explain_shows_the_reason_for_each_podnetworking() {
    let folder = Folder::new(&[("pn.yaml", PAIR), ("pod.yaml", &POD.replace("foo: bar, ", ""))]);
    let ran = folder.run(&["explain", "."]);
    assert_eq!(
        ran.stdout,
        "Pod default/pod  pod.yaml:1  second\n  +  second  by app In [web]\n  -  first   no match: needs pod label foo In [bar]\n\n"
    );
    let json = folder.run(&["explain", ".", "--format", "json"]).json();
    assert_eq!(json["pods"][0]["selected"][0], "second");
    assert_eq!(json["pods"][0]["podNetworkings"][1]["path"], "spec.selector.podSelector.matchLabels[foo]");
    let ran = folder.run(&["explain", ".", "--overlaps"]);
    assert!(ran.stdout.contains("first and second  real\n  pod        app=web, foo=bar\n"), "{}", ran.stdout);
    assert!(ran.stdout.ends_with("2 PodNetworkings: 1 real, 0 latent overlaps\n"), "{}", ran.stdout);
    let ran = folder.run(&["explain", ".", "--format", "mermaid"]);
    assert!(ran.stdout.starts_with("flowchart LR\n  n0[[\"first\"]]:::plane\n"), "{}", ran.stdout);
    let ran = folder.run(&["explain", ".", "--format", "dot"]);
    assert!(ran.stdout.contains("\"PodNetworking/second\" -> \"Pod default/pod\""), "{}", ran.stdout);
}

#[test]
fn a_request_is_complete() {
    let folder = folder();
    let request = folder.run(&["request", "pod.yaml", "-n", "shop"]).json();
    for (pointer, value) in [
        ("/operation", "CREATE"),
        ("/namespace", "shop"),
        ("/name", "pod"),
        ("/resource/resource", "pods"),
        ("/object/spec/containers/0/image", "nginx"),
    ] {
        assert_eq!(request.pointer(pointer).unwrap(), value, "{pointer}");
    }
    let update = folder.run(&["request", "pn.yaml", "--context", "pn.yaml"]).json();
    assert_eq!((update["operation"].as_str(), update["namespace"].as_str()), (Some("UPDATE"), None));
    assert_eq!(update["oldObject"]["metadata"]["name"], "first");
    folder.write("two.yaml", PAIR);
    let ran = folder.run(&["request", "two.yaml"]);
    assert!(
        ran.stderr.contains("choose one with --object: PodNetworking/first, PodNetworking/second"),
        "{}",
        ran.stderr
    );
    assert_eq!(folder.run(&["request", "two.yaml", "--object", "podnetworking/second"]).json()["name"], "second");
}

#[test]
fn rules_are_listed_and_described() {
    let folder = folder();
    // And `defined-twice`, which the policy does not have.
    let count = podnetworking_policy::rules::all().len() + 1;
    let table = folder.run(&["rules"]).stdout;
    assert_eq!(table.lines().count(), count + 1);
    assert!(table.lines().next().unwrap().ends_with("  finds"), "{table}");
    assert_eq!(
        folder.run(&["rules", "--format", "markdown"]).stdout,
        podnetworking_policy::documentation::rules_markdown()
    );
    assert!(folder.run(&["rules", "--format", "json"]).stdout.contains("\"overlap\""));
    for rule in podnetworking_check::catalogue::all() {
        assert!(folder.run(&["rules", rule.id]).stdout.contains(rule.docs.reason), "{}", rule.id);
        assert!(folder.run(&["rules", rule.id, "--format", "markdown"]).stdout.starts_with("## "), "{}", rule.id);
        assert_eq!(folder.run(&["rules", rule.id, "--format", "json"]).json()["id"], rule.id);
    }
}

#[test]
fn completions_and_man_page_name_every_command() {
    let folder = folder();
    let man = folder.run(&["man"]).stdout;
    for command in ["check", "explain", "mutate", "request", "rules", "validate", "decide", "completions"] {
        assert!(man.contains(&format!(".SH \"{}\"", command.to_uppercase())), "{command}");
        for shell in ["bash", "zsh", "fish"] {
            assert!(folder.run(&["completions", shell]).stdout.contains(command), "{command} {shell}");
        }
    }
    assert!(man.contains("Exit status") && man.contains("NO_COLOR"));
    let cache = man.contains("PODNETWORKING_CACHE");
    assert_eq!(cache, cfg!(feature = "run"), "only a build that can run modules has a cache for them");
    assert!(folder.run(&["--version"]).stdout.starts_with("podnetworking "));
}
