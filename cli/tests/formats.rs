//! The output formats for other programs.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, reason = "a test may fail loudly")]

mod common;

use common::{Folder, PAIR, POD};
use serde_json::Value;

/// The help of the overlap in [`folder`].
fn help(folder: &Folder) -> String {
    let json = folder.run(&["check", "--format", "json", "--select", "overlap", "m"]).json();
    json["findings"][0]["help"].as_str().unwrap().to_owned()
}

fn folder() -> Folder {
    let folder = Folder::new(&[("m/pod ü.yaml", POD), ("m/pn.yaml", PAIR)]);
    folder.write("m/broken.yaml", "apiVersion: v1\nkind: Pod\nmetadata: {name: x\n");
    folder
}

#[test]
fn sarif_follows_its_schema() {
    // One pattern of the official schema has a bracket too many, so it is not a regular expression.
    let text = include_str!("data/sarif-schema-2.1.0.json").replace("[a-zA-Z]{2}]?$", "[a-zA-Z]{2}?$");
    let schema: Value = serde_json::from_str(&text).unwrap();
    let validator = jsonschema::draft7::new(&schema).unwrap();
    let folder = folder();
    folder.write("fix/pn.yaml", &PAIR.replace("vSwitchOptions", "vSwitches"));
    for arguments in [vec!["m"], vec!["m", "--quiet"], vec!["m/pn.yaml"], vec!["fix"], vec!["nothing"]] {
        let ran = folder.run(&[&["check", "--format", "sarif"], arguments.as_slice()].concat());
        let log = ran.json();
        let errors: Vec<String> =
            validator.iter_errors(&log).map(|error| format!("{}: {error}", error.instance_path())).collect();
        assert!(errors.is_empty(), "{errors:#?}");
    }
}

#[test]
fn sarif_has_what_github_needs() {
    let log = folder().run(&["check", "--format", "sarif", "m"]).json();
    let run = &log["runs"][0];
    assert_eq!(run["invocations"][0]["executionSuccessful"], false);
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    for result in run["results"].as_array().unwrap() {
        let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(rules[index]["id"], result["ruleId"]);
        let location = &result["locations"][0]["physicalLocation"];
        let uri = location["artifactLocation"]["uri"].as_str().unwrap();
        assert!(["m/pn.yaml", "m/pod%20%C3%BC.yaml"].contains(&uri), "{uri}");
        assert!(location["region"]["startLine"].as_u64().unwrap() > 0);
        assert!(result["partialFingerprints"]["podnetworking/v1"].is_string());
    }
}

#[test]
fn github_commands_are_one_line_each_and_end_with_the_help() {
    let folder = folder();
    let ran = folder.run(&["check", "--format", "github", "m"]);
    assert_eq!(ran.code, 2);
    assert!(ran.stdout.lines().count() >= 4, "{}", ran.stdout);
    for line in ran.stdout.lines() {
        assert!(line.starts_with("::error file=m/") || line.starts_with("::warning file=m/"), "{line}");
    }
    assert!(
        ran.stdout
            .contains("::error file=m/pn.yaml,line=18,endLine=18,col=3,endColumn=11,title=podnetworking overlap::"),
        "{}",
        ran.stdout
    );
    let help = format!("%0Ahelp: {}\n", help(&folder));
    assert!(ran.stdout.contains(&help), "{help}: {}", ran.stdout);
}

#[test]
fn junit_has_a_case_for_each_object() {
    let folder = folder();
    let ran = folder.run(&["check", "--format", "junit", "m"]);
    assert!(ran.stdout.starts_with("<?xml"), "{}", ran.stdout);
    assert!(
        ran.stdout.contains(r#"<testsuites name="podnetworking" tests="4" skipped="0" failures="2" errors="1">"#),
        "{}",
        ran.stdout
    );
    assert!(ran.stdout.contains(r#"<testcase name="Pod default/pod" classname="m/pod ü.yaml">"#), "{}", ran.stdout);
    let help = format!("; {}\" type=\"overlap\">", help(&folder));
    assert!(ran.stdout.contains(&help), "{help}: {}", ran.stdout);
}

#[test]
fn json_has_the_shape_of_decide_with_positions() {
    let json = folder().run(&["check", "--format", "json", "m"]).json();
    assert_eq!(json["decision"], "deny");
    let finding = &json["findings"].as_array().unwrap().iter().find(|one| one["rule"] == "overlap").unwrap();
    assert_eq!(finding["witness"]["podLabels"]["foo"], "bar");
    assert_eq!(finding["object"]["name"], "second");
    assert_eq!((finding["line"].as_u64(), finding["column"].as_u64()), (Some(18), Some(3)));
    assert_eq!(json["summary"]["objects"], 3);
}
