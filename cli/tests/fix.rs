//! `check --fix`: what is written, what is left, and the exit status of the check that follows.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, reason = "a test may fail loudly")]

mod common;

use common::{Folder, PAIR};

/// A PodNetworking with one of each safe fix.
const WRONG: &str = "\
# The network of the shop.
apiVersion: network.alibabacloud.com/v1beta1
kind: PodNetworking
metadata:
  name: shop # its name
spec:
  allocationType:
    type: Elastic # for now
    releaseStrategy: Never
  selector:
    podselector: # misspelt
      matchLabels: {app: shop}
  securityGroups: [sg-f01] # a wrong name
  vSwitchOptions:
  - vsw-f01 # the first
  - vsw-f02
  - vsw-f01
---
apiVersion: v1
kind: Pod
metadata: {name: p, labels: {app: other, version: 1, y: no}} # numbers
spec: {containers: [{name: c, image: nginx}]}
";

const RIGHT: &str = "\
# The network of the shop.
apiVersion: network.alibabacloud.com/v1beta1
kind: PodNetworking
metadata:
  name: shop # its name
spec:
  allocationType:
    type: Elastic # for now
  selector:
    podSelector: # misspelt
      matchLabels: {app: shop}
  securityGroupIDs: [sg-f01] # a wrong name
  vSwitchOptions:
  - vsw-f01 # the first
  - vsw-f02
---
apiVersion: v1
kind: Pod
metadata: {name: p, labels: {app: other, version: \"1\", \"y\": \"no\"}} # numbers
spec: {containers: [{name: c, image: nginx}]}
";

#[test]
fn fields_of_options_and_expressions_are_renamed_and_a_right_field_is_never_doubled() {
    let manifest = |selector: &str, rest: &str| {
        format!(
            "apiVersion: network.alibabacloud.com/v1beta1\nkind: PodNetworking\nmetadata: {{name: shop}}\nspec:\n  \
             selector: {{podSelector: {{matchExpressions: [{selector}]}}}}\n  securityGroupIDs: [sg-f01]\n{rest}"
        )
    };
    let wrong = manifest(
        "{key: app, operatr: In, values: [shop]}",
        "  vSwitchOptions: [vsw-f01]\n  eniOptions: {enitype: Default} # the type\n  vSwitchSelectOptions: {vSwitchSelectionpolicy: ordered}\n",
    );
    let right = manifest(
        "{key: app, operator: In, values: [shop]}",
        "  vSwitchOptions: [vsw-f01]\n  eniOptions: {eniType: Default} # the type\n  vSwitchSelectOptions: {vSwitchSelectionPolicy: ordered}\n",
    );
    let two = manifest("{key: app, operator: Exists}", "  vSwitches: [vsw-f01]\n  vSwitchIDs: [vsw-f02]\n");
    let folder = Folder::new(&[("a.yaml", &wrong), ("two.yaml", &two)]);
    folder.run(&["check", "a.yaml", "--fix", "--platform", "ack"]);
    assert_eq!(folder.read("a.yaml"), right);
    // Of two wrong names for one field, the first is renamed, and the other one is still reported.
    let ran = folder.run(&["check", "two.yaml", "--fix", "--platform", "ack", "--format", "json"]);
    let fixed = folder.read("two.yaml");
    assert_eq!((fixed.matches("vSwitchOptions:").count(), ran.code), (1, 1), "{fixed}");
    assert!(ran.places().iter().any(|place| place.starts_with("unknown-field")), "{:?}", ran.places());
}

#[test]
fn release_settings_of_a_fixed_one_go_only_where_the_platform_was_named() {
    let manifest = |settings: &str| {
        format!(
            "apiVersion: network.alibabacloud.com/v1beta1\nkind: PodNetworking\nmetadata: {{name: shop}}\nspec:\n  \
             allocationType:\n    type: Fixed\n{settings}  selector: {{podSelector: {{matchLabels: {{app: shop}}}}}}\n  \
             securityGroupIDs: [sg-f01]\n  vSwitchOptions: [vsw-f01]\n"
        )
    };
    let kept = manifest("    releaseStrategy: TTL\n    releaseAfter: 10m\n");
    let folder = Folder::new(&[("a.yaml", &kept)]);
    assert_eq!(folder.run(&["check", "a.yaml", "--fix"]).code, 1);
    assert_eq!(folder.read("a.yaml"), kept);
    assert_eq!(folder.run(&["check", "a.yaml", "--fix", "--platform", "ack-serverless"]).code, 0);
    assert_eq!(folder.read("a.yaml"), manifest(""));
    // On ACK it chooses one of two ways.
    let never = manifest("    releaseStrategy: Never\n    releaseAfter: 10m\n");
    folder.write("a.yaml", &never);
    assert_eq!(folder.run(&["check", "a.yaml", "--fix", "--platform", "ack"]).code, 1);
    assert_eq!(folder.read("a.yaml"), never);
    assert_eq!(folder.run(&["check", "a.yaml", "--fix=unsafe", "--platform", "ack"]).code, 0);
    assert_eq!(folder.read("a.yaml"), manifest("    releaseStrategy: Never\n"));
}

#[test]
fn safe_fixes_are_written_and_everything_else_stays() {
    let folder = Folder::new(&[("m/a.yaml", WRONG), ("m/other.yaml", "a: [1,   2] # no object\n")]);
    assert_eq!(folder.run(&["check", "m"]).code, 1);
    let ran = folder.run(&["check", "m", "--fix"]);
    assert_eq!(folder.read("m/a.yaml"), RIGHT);
    assert_eq!((ran.code, folder.read("m/other.yaml").as_str()), (0, "a: [1,   2] # no object\n"), "{}", ran.stdout);
    assert!(ran.stderr.contains("note: m/a.yaml: 7 edits"), "{}", ran.stderr);
    let ran = folder.run(&["check", "m", "--fix", "--format", "json"]);
    assert_eq!((ran.code, folder.read("m/a.yaml").as_str(), ran.stderr.as_str()), (0, RIGHT, ""));
    let rules = ["unknown-field", "malformed-object", "release-settings"];
    assert!(ran.places().iter().all(|place| !rules.iter().any(|rule| place.starts_with(rule))), "{:?}", ran.places());
}

#[test]
fn a_fix_that_chooses_is_written_on_request() {
    let folder = Folder::new(&[("pn.yaml", PAIR)]);
    let ran = folder.run(&["check", "pn.yaml", "--fix"]);
    assert_eq!((ran.code, folder.read("pn.yaml").as_str()), (1, PAIR));
    let ran = folder.run(&["check", "pn.yaml", "--fix=unsafe", "--diff"]);
    assert_eq!((ran.code, folder.read("pn.yaml").as_str()), (1, PAIR));
    let added =
        "+      matchExpressions:\n+      - key: foo\n+        operator: NotIn\n+        values:\n+        - bar\n";
    assert!(ran.stdout.contains("--- a/pn.yaml\n+++ b/pn.yaml\n") && ran.stdout.contains(added), "{}", ran.stdout);
    let ran = folder.run(&["check", "pn.yaml", "--fix=unsafe"]);
    assert_eq!(ran.code, 0, "{}", ran.stdout);
    let fixed = folder.read("pn.yaml");
    assert_eq!(folder.run(&["check", "pn.yaml", "--fix=unsafe"]).code, 0);
    assert_eq!(folder.read("pn.yaml"), fixed);
    // The `=` is needed: what follows is a path.
    assert_eq!(folder.run(&["check", "--fix", "unsafe"]).code, 2);
    assert_eq!(folder.run(&["check", "pn.yaml", "--diff"]).code, 2);
}

#[test]
fn the_other_podnetworking_is_changed_where_that_leaves_pods() {
    let narrow = PAIR.replace("        app: web", "        foo: bar\n        tier: web");
    let folder = Folder::new(&[("pn.yaml", &narrow)]);
    let json = folder.run(&["check", "pn.yaml", "--format", "json", "--select", "overlap"]).json();
    let fix = &json["findings"][0]["fix"];
    assert_eq!((&fix["safe"], &fix["edits"][0]["object"]["name"]), (&false.into(), &"first".into()), "{fix}");
    assert_eq!(folder.run(&["check", "pn.yaml", "--fix=unsafe"]).code, 0);
    // Not where it is in the context.
    let (first, second) = narrow.split_once("---\n").unwrap();
    let folder = Folder::new(&[("first.yaml", first), ("second.yaml", second)]);
    let ran = folder.run(&["check", "second.yaml", "--context", "first.yaml", "--fix=unsafe"]);
    assert_eq!((ran.code, folder.read("first.yaml").as_str(), folder.read("second.yaml").as_str()), (1, first, second));
}

#[test]
fn a_field_beside_the_right_one_is_left() {
    let text = PAIR.replace("  securityGroupIDs: [sg-bp1]", "  securityGroupIDs: [sg-bp1]\n  securityGroups: [sg-bp2]");
    let folder = Folder::new(&[("pn.yaml", &text)]);
    folder.run(&["check", "pn.yaml", "--fix"]);
    assert_eq!(folder.read("pn.yaml"), text);
}

#[test]
fn context_stdin_and_what_is_ignored_are_not_written() {
    let folder = Folder::new(&[("a.yaml", WRONG), ("b.yaml", WRONG)]);
    folder.run(&[
        "check",
        "a.yaml",
        "--context",
        "b.yaml",
        "--fix",
        "--ignore",
        "unknown-field,malformed-object,release-settings",
    ]);
    let tidied = WRONG.replace("  - vsw-f02\n  - vsw-f01\n", "  - vsw-f02\n");
    assert_eq!((folder.read("a.yaml"), folder.read("b.yaml")), (tidied, WRONG.to_owned()));
    let ran = folder.run_with(&["check", "-", "--fix"], WRONG, &[]);
    assert_eq!(ran.code, 1);
}

#[cfg(unix)]
#[test]
fn a_file_that_is_read_only_is_left() {
    use std::os::unix::fs::PermissionsExt;
    let folder = Folder::new(&[("a.yaml", WRONG)]);
    let path = folder.path().join("a.yaml");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o444)).unwrap();
    let ran = folder.run(&["check", "a.yaml", "--fix"]);
    assert_eq!((ran.code, folder.read("a.yaml").as_str()), (1, WRONG));
    assert!(ran.stderr.contains("a.yaml is read-only, so it is not fixed"), "{}", ran.stderr);
}

/// The names of fields are in the core too: each rename is what the help of the core names.
#[test]
fn a_rename_is_what_the_rule_means() {
    let mut found = 0;
    for (parent, names) in [
        (
            "spec",
            &[
                "vSwitchIDs",
                "vSwitchIds",
                "vSwitches",
                "vswitches",
                "vSwitch",
                "securityGroups",
                "securityGroup",
                "vSwitchOption",
            ][..],
        ),
        ("spec.selector", &["namesapceSelector", "podselector"]),
        ("spec.allocationType", &["releaseStratgy", "Type"]),
    ] {
        for name in names {
            let value = if parent == "spec.selector" {
                "{matchLabels: {a: b}}"
            } else if parent == "spec" {
                "[x]"
            } else {
                "x"
            };
            let rest = match parent {
                "spec" => format!("{name}: {value}"),
                _ => format!("{}: {{{name}: {value}}}", parent.trim_start_matches("spec.")),
            };
            let text = format!(
                "apiVersion: network.alibabacloud.com/v1beta1\nkind: PodNetworking\nmetadata: {{name: a}}\nspec: {{{rest}}}\n"
            );
            let folder = Folder::new(&[("a.yaml", &text)]);
            let json = folder.run(&["check", "a.yaml", "--format", "json", "--select", "unknown-field"]).json();
            let finding = &json["findings"][0];
            let meant = finding["fix"]["edits"][0]["value"].as_str().unwrap();
            assert_eq!(finding["help"], format!("use `{parent}.{meant}`"), "{name}");
            found += 1;
        }
    }
    assert_eq!(found, 12);
}

#[test]
fn sarif_carries_the_fixes() {
    let folder = Folder::new(&[("a.yaml", WRONG)]);
    let log = folder.run(&["check", "a.yaml", "--format", "sarif", "--select", "unknown-field"]).json();
    let result = &log["runs"][0]["results"][0];
    let change = &result["fixes"][0]["artifactChanges"][0];
    assert_eq!(change["artifactLocation"]["uri"], "a.yaml");
    let replacement = &change["replacements"][0];
    assert_eq!(replacement["insertedContent"]["text"], "podSelector", "{result}");
    assert_eq!(
        (&replacement["deletedRegion"]["startLine"], &replacement["deletedRegion"]["endColumn"]),
        (&11.into(), &16.into())
    );
}
