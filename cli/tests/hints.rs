//! Hints: what YAML made of a value, lists in one string, annotations in the wrong place, pages of `aliyun`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, reason = "a test may fail loudly")]

mod common;

use common::{Folder, PAIR};

/// The help of each finding of a rule, by its path.
fn helps(text: &str, rule: &str) -> Vec<(String, String)> {
    let folder = Folder::new(&[("m.yaml", text)]);
    let json = folder.run(&["check", "m.yaml", "--format", "json", "--select", rule]).json();
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    let findings = json["findings"].as_array().unwrap();
    findings.iter().map(|finding| (text(&finding["path"]), text(&finding["help"]))).collect()
}

#[test]
fn a_value_that_yaml_made_a_number_or_a_boolean_goes_in_quotes() {
    let pod = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: a\n  labels: {a: 1, b: on, c: -1.5, y: yes}\n\
               spec: {nodeSelector: {q: no}, containers: []}\n";
    let found = helps(pod, "malformed-object");
    let found: Vec<(&str, &str)> = found.iter().map(|(path, help)| (path.as_str(), help.as_str())).collect();
    let expected = [
        ("metadata.labels[a]", "put it in quotes: `\"1\"`"),
        ("metadata.labels[b]", "put it in quotes: `\"on\"`"),
        ("metadata.labels[c]", "put it in quotes: `\"-1.5\"`"),
        ("metadata.labels[true]", "put it in quotes, key and value: YAML reads the key `y` as `true`"),
        ("spec.nodeSelector[q]", "put it in quotes: `\"no\"`"),
    ];
    assert_eq!(found, expected);
    // Not in JSON, and not where another type is expected.
    let json = r#"{"apiVersion":"v1","kind":"Pod","metadata":{"name":"a","labels":{"a":1}},"spec":{"containers":[]}}"#;
    assert!(!helps(json, "malformed-object")[0].1.contains("quotes"));
    let list = PAIR.replace("[vsw-bp1]", "3");
    assert!(!helps(&list, "malformed-object")[0].1.contains("quotes"));
}

#[test]
fn a_key_that_yaml_made_a_boolean_is_noted() {
    let folder = Folder::new(&[("m.yaml", &PAIR.replace("foo: bar", "y: bar"))]);
    let ran = folder.run(&["check", "m.yaml", "--ignore", "overlap"]);
    let note = "m.yaml:9:9: YAML reads the key `y` as `true`; put it in quotes: `\"y\"`";
    assert!(ran.code == 0 && ran.stderr.contains(note), "{}", ran.stderr);
    folder.write("m.yaml", &PAIR.replace("foo: bar", "\"y\": bar").replace("app: web", "\"true\": web"));
    assert!(!folder.run(&["check", "m.yaml"]).stderr.contains("YAML reads"));
}

#[test]
fn a_list_in_one_string_has_one_id_per_entry() {
    for (ids, help) in [
        ("[\"vsw-1,vsw-2\"]", "write one id per entry: `[vsw-1, vsw-2]`"),
        ("vsw-1, vsw-2", "write one id per entry: `[vsw-1, vsw-2]`"),
    ] {
        let (first, _) = PAIR.split_once("---\n").unwrap();
        let text = first.replace("[vsw-bp1]", ids);
        let found = [helps(&text, "vswitches"), helps(&text, "malformed-object")].concat();
        assert_eq!(found.iter().map(|(_, help)| help.as_str()).collect::<Vec<_>>(), [help], "{ids}");
    }
}

#[test]
fn annotations_in_the_wrong_place_are_noted() {
    let ignore = "podnetworking-policy/ignore.overlap: they never meet";
    let folder = Folder::new(&[
        ("pair.yaml", &PAIR.replace("name: first", &format!("name: first\n  annotations: {{{ignore}}}"))),
        (
            "deployment.yaml",
            &format!(
                "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: d}}\nspec:\n  selector: {{matchLabels: {{a: b}}}}\n  template:\n    \
                 metadata:\n      labels: {{a: b}}\n      annotations: {{{ignore}}}\n    spec: {{containers: [{{name: c, image: i}}]}}\n"
            ),
        ),
    ]);
    let ran = folder.run(&["check", "pair.yaml"]);
    let note = "pair.yaml:5:54: `podnetworking-policy/ignore.overlap` has no effect on a pair that is reported at `second`; put it on `second`";
    assert!(ran.code == 1 && ran.stderr.contains(note), "{}", ran.stderr);
    let ran = folder.run(&["check", "deployment.yaml"]);
    let note = "`podnetworking-policy/ignore.overlap` has no effect in a pod template; put it into `metadata.annotations` of the Deployment";
    assert!(ran.code == 0 && ran.stderr.contains(note), "{}", ran.stderr);
}

#[test]
fn pages_of_vswitches_are_read_together() {
    let page = |id: &str| {
        format!(
            r#"{{"TotalCount": 2, "PageSize": 1, "VSwitches": {{"VSwitch": [{{"VSwitchId": "{id}", "ZoneId": "cn-hangzhou-h"}}]}}}}"#
        )
    };
    let folder = Folder::new(&[("m.yaml", PAIR), ("1.json", &page("vsw-bp1")), ("2.json", &page("vsw-bp2"))]);
    let ran = folder.run(&["check", "m.yaml", "--vswitches", "1.json", "--vswitches", "2.json"]);
    assert_eq!(ran.stderr, "");
    let ran = folder.run(&["check", "m.yaml", "--vswitches", "1.json"]);
    let warning =
        "1.json contains 1 of 2 entries; get all pages with `--pager`, or with `--PageSize 50` and each `--PageNumber`";
    assert!(ran.stderr.contains(warning), "{}", ran.stderr);
}
