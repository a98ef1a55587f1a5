//! `check`, as a user runs it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, reason = "a test may fail loudly")]

mod common;

use common::{Folder, PAIR, POD, SETTINGS};

fn json(folder: &Folder, arguments: &[&str]) -> common::Ran {
    let mut all = vec!["check", "--format", "json", "--settings", "settings.yml"];
    all.extend(arguments);
    folder.run(&all)
}

fn pair_and_pod() -> Folder {
    Folder::new(&[("m/pod.yaml", POD), ("m/pn.yaml", PAIR), ("settings.yml", SETTINGS)])
}

#[test]
fn a_finding_shows_the_lines_of_the_manifests() {
    let folder = pair_and_pod();
    let ran = folder.run(&["check", "m", "--settings", "settings.yml", "--select", "overlap"]);
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    let expected = "\
error[overlap]: PodNetworking second: this PodNetworking overlaps with `first`: both would select a pod with labels `app=web` and `foo=bar` in namespace `default`
  --> m/pn.yaml:18:3
   |
18 |   selector:
   |   ^^^^^^^^
   |
  ::: m/pn.yaml:6:3
   |
 6 |   selector:
   |   -------- PodNetworking first
   |
   = help: add `- {key: foo, operator: NotIn, values: [bar]}` to `spec.selector.podSelector.matchExpressions` of `second`
   = note: if two PodNetworkings select a pod, the platform picks one of them. Which one is not defined, so the pod can start in the wrong network; see https://podnetworking-policy.github.io/podnetworking-policy/rules/overlap

checked 3 objects in 2 files, for platform ack-serverless (assumed): 1 error
";
    assert_eq!(ran.stdout, expected);
    assert_eq!(ran.stderr, "");
}

#[test]
fn every_finding_has_file_line_and_column_in_order() {
    let folder = pair_and_pod();
    let ran = json(&folder, &["m"]);
    assert_eq!(ran.places(), ["overlap m/pn.yaml:18:3", "ambiguous-pod m/pod.yaml:5:11"]);
}

#[test]
fn a_pair_is_reported_once_and_at_the_later_manifest() {
    let (first, second) = PAIR.split_once("---\n").unwrap();
    let folder = Folder::new(&[("a.yaml", second), ("b.yaml", first), ("settings.yml", SETTINGS)]);
    assert_eq!(json(&folder, &["a.yaml", "b.yaml"]).places(), ["overlap b.yaml:6:3"]);
    // Files are checked in the order of the command line, and reported by name.
    assert_eq!(json(&folder, &["b.yaml", "a.yaml"]).places(), ["overlap a.yaml:6:3"]);
}

#[test]
fn an_overlap_in_many_namespaces_is_reported_once() {
    let namespaces: String = (0..3)
        .map(|name| format!("---\napiVersion: v1\nkind: Namespace\nmetadata: {{name: n{name}, labels: {{team: a}}}}\n"))
        .collect();
    let pair = PAIR.replace(
        "    podSelector:\n      matchLabels:\n        app: web",
        "    namespaceSelector: {matchLabels: {team: a}}",
    );
    let folder = Folder::new(&[("m/pn.yaml", &pair), ("m/ns.yaml", &namespaces), ("settings.yml", SETTINGS)]);
    assert_eq!(json(&folder, &["m"]).places(), ["overlap m/pn.yaml:19:5"]);
}

#[test]
fn a_namespace_is_checked_against_the_cluster() {
    let pair = PAIR.replace(
        "    podSelector:\n      matchLabels:\n        app: web",
        "    namespaceSelector: {matchLabels: {team: a}}",
    );
    let namespace = "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: shop\n  labels: {team: a}\n";
    let folder = Folder::new(&[("cluster/pn.yaml", &pair), ("ns.yaml", namespace), ("settings.yml", SETTINGS)]);
    assert_eq!(json(&folder, &["ns.yaml", "--context", "cluster"]).places(), ["ambiguous-namespace ns.yaml:5:18"]);
}

#[test]
fn an_object_that_is_in_the_context_is_checked_as_an_update() {
    let folder = pair_and_pod();
    folder.write("cluster/pn.yaml", &PAIR.replace("[sg-bp1]", "[sg-bp2]"));
    let ran = json(&folder, &["m/pn.yaml", "--context", "cluster"]);
    assert_eq!(ran.code, 0);
    let finding = &ran.json()["findings"][0];
    assert_eq!((finding["rule"].as_str(), finding["severity"].as_str()), (Some("overlap"), Some("warn")));
}

#[test]
fn a_new_manifest_is_checked_against_the_context() {
    let (first, second) = PAIR.split_once("---\n").unwrap();
    let list = "apiVersion: v1\nkind: List\nitems:\n- ".to_owned() + &first.trim_end().replace('\n', "\n  ") + "\n";
    let folder = Folder::new(&[("new.yaml", second), ("cluster/dump.yaml", &list), ("settings.yml", SETTINGS)]);
    let ran = json(&folder, &["new.yaml", "--context", "cluster"]);
    assert_eq!(ran.places(), ["overlap new.yaml:6:3"]);
    let related = &ran.json()["findings"][0]["related"][0];
    assert_eq!((related["file"].as_str(), related["line"].as_u64()), (Some("cluster/dump.yaml"), Some(9)));
}

#[test]
fn a_broken_file_is_reported_and_the_others_are_checked() {
    let folder = pair_and_pod();
    folder.write("m/broken.yaml", "apiVersion: v1\nkind: Pod\nmetadata: {name: x\nspec: {}\n");
    folder.write("m/values.yaml", "replicas: 3\n");
    folder.write("chart/Chart.yaml", "name: c\nversion: 1.0.0\n");
    folder.write("chart/templates/pod.yaml", "{{ if .Values.on }}\napiVersion: v1\nkind: Pod\n{{ end }}\n");
    let ran = json(&folder, &["m", "chart"]);
    assert_eq!(ran.code, 2);
    assert_eq!(ran.places().len(), 2);
    assert_eq!(ran.json()["errors"][0]["file"], "m/broken.yaml");
    assert!(ran.stderr.contains("--> m/broken.yaml:4:"), "{}", ran.stderr);
    assert!(ran.stderr.contains("chart/templates/pod.yaml:1: a template that is not rendered"), "{}", ran.stderr);
    assert!(!ran.stderr.contains("values.yaml"), "{}", ran.stderr);
}

#[test]
fn the_exit_status_depends_on_findings_and_errors() {
    let folder = pair_and_pod();
    folder.write("clean.yaml", &POD.replace("foo: bar, ", ""));
    for (arguments, code) in [
        (vec!["clean.yaml"], 0),
        (vec!["m"], 1),
        (vec!["m", "--ignore", "overlap,ambiguous-pod"], 0),
        (vec!["m", "--select", "selector-missing"], 0),
        (vec!["missing.yaml"], 2),
        (vec!["m", "--ignore", "no-such-rule"], 2),
        (vec!["m", "--context", "-"], 2),
    ] {
        assert_eq!(json(&folder, &arguments).code, code, "{arguments:?}");
    }
    // Without the inventory there is a warning.
    let (first, _) = PAIR.split_once("---\n").unwrap();
    folder.write("first.yaml", first);
    assert_eq!(folder.run(&["check", "first.yaml"]).code, 0);
    for (severity, code) in [("deny", 0), ("error", 0), ("warn", 1), ("warning", 1)] {
        assert_eq!(folder.run(&["check", "first.yaml", "--fail-on", severity]).code, code, "{severity}");
    }
}

#[test]
fn the_context_takes_all_paths_after_it_and_its_size_is_shown() {
    let folder = pair_and_pod();
    folder.write("list.yaml", "apiVersion: v1\nkind: List\nitems: []\n");
    let ran = folder.run(&["check", "m/pod.yaml", "--settings", "settings.yml", "--context", "m/pn.yaml", "list.yaml"]);
    assert!(
        ran.stdout.ends_with(
            "checked 1 object in 1 file, against 2 in the context, for platform ack-serverless (assumed): 1 error\n"
        ),
        "{}",
        ran.stdout
    );
    let ran = folder.run(&["check", "m/pod.yaml", "--platform", "ack-serverless", "--context", "m/pn.yaml"]);
    assert!(ran.stdout.ends_with("checked 1 object in 1 file, against 2 in the context: 1 error\n"), "{}", ran.stdout);
    let ran = folder.run(&["check", "--context", "m/pn.yaml", "m/pod.yaml"]);
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("put the manifests before `--context` or after `--`"), "{}", ran.stderr);
    assert_eq!(folder.run(&["check", "--context", "m/pn.yaml", "--", "m/pod.yaml"]).code, 1);
    assert!(folder.run(&["check"]).stderr.contains("<PATH>"));
}

#[test]
fn quiet_shows_only_findings_that_reach_fail_on() {
    let folder = pair_and_pod();
    let ran = folder.run(&["check", "m/pn.yaml", "--quiet"]);
    assert!(ran.stdout.contains("error[overlap]") && !ran.stdout.contains("warning["), "{}", ran.stdout);
    assert!(!ran.stdout.contains("checked"), "{}", ran.stdout);
    let (first, _) = PAIR.split_once("---\n").unwrap();
    folder.write("first.yaml", first);
    assert_eq!(folder.run(&["check", "first.yaml", "--quiet"]).stdout, "");
}

#[test]
fn an_annotation_with_a_reason_silences_a_rule() {
    let annotated = |reason: &str| {
        PAIR.replace(
            "  name: second\n",
            &format!("  name: second\n  annotations:\n    podnetworking-policy/ignore.overlap: \"{reason}\"\n"),
        )
    };
    let folder = Folder::new(&[
        ("a.yaml", &annotated("they never meet")),
        ("b.yaml", &annotated("")),
        ("settings.yml", SETTINGS),
    ]);
    let ran = json(&folder, &["a.yaml"]);
    assert_eq!((ran.code, ran.json()["summary"]["silenced"].as_u64()), (0, Some(1)));
    let ran = json(&folder, &["b.yaml"]);
    assert_eq!(ran.code, 1);
    assert!(
        ran.stderr.contains("b.yaml:18:42: `podnetworking-policy/ignore.overlap` has no effect: give the reason"),
        "{}",
        ran.stderr
    );
}

#[test]
fn a_baseline_hides_its_findings() {
    let folder = pair_and_pod();
    let ran = json(&folder, &["m/pn.yaml", "--write-baseline", "baseline.json"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (0, "wrote 1 finding to baseline.json\n"));
    let ran = json(&folder, &["m", "--baseline", "baseline.json"]);
    assert_eq!(ran.places(), ["ambiguous-pod m/pod.yaml:5:11"]);
    assert_eq!(ran.json()["summary"]["inBaseline"], 1);
    // Lines move, findings stay.
    folder.write("m/pn.yaml", &format!("# a comment\n{PAIR}"));
    assert_eq!(json(&folder, &["m/pn.yaml", "--baseline", "baseline.json"]).code, 0);
    let ran = folder.run(&["check", "m/pod.yaml", "--baseline", "baseline.json"]);
    assert!(
        ran.stderr.contains("1 baseline entry no longer occurs; update the file with --write-baseline"),
        "{}",
        ran.stderr
    );
    folder.write("baseline.json", "{}");
    let ran = json(&folder, &["m", "--baseline", "baseline.json"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (2, ""));
}

#[test]
fn stdin_is_read_and_objects_get_the_given_namespace() {
    let folder = pair_and_pod();
    let arguments = ["check", "-", "--format", "json", "-n", "kube-system", "--settings", "settings.yml"];
    let ran = folder.run_with(&arguments, &format!("{PAIR}---\n{POD}"), &[]);
    // The pod is in an exempt namespace now.
    assert_eq!(ran.places(), ["overlap <stdin>:18:3"]);
}

#[test]
fn colours_are_for_terminals_and_on_request() {
    let folder = pair_and_pod();
    let has_colour = |arguments: &[&str], environment: &[(&str, &str)]| {
        folder.run_with(&[&["check", "m"], arguments].concat(), "", environment).stdout.contains('\u{1b}')
    };
    assert!(!has_colour(&[], &[]));
    assert!(has_colour(&["--color", "always"], &[]));
    assert!(has_colour(&[], &[("CLICOLOR_FORCE", "1")]));
    assert!(!has_colour(&["--color", "never"], &[("CLICOLOR_FORCE", "1")]));
}

#[test]
fn invalid_settings_are_reported_with_all_problems() {
    let folder = pair_and_pod();
    folder.write("bad.yml", "platfrom: ack\nrules: {overlap: maybe}\n");
    let ran = folder.run(&["check", "m", "--settings", "bad.yml"]);
    assert_eq!(ran.code, 2);
    assert!(
        ran.stderr.contains("`platfrom` is not a setting") && ran.stderr.contains("`rules.overlap`"),
        "{}",
        ran.stderr
    );
    let ran = folder.run_with(&["check", "m"], "", &[("PODNETWORKING_SETTINGS", "bad.yml")]);
    assert_eq!(ran.code, 2);
}

#[test]
fn the_inventory_comes_from_aliyun() {
    let folder = pair_and_pod();
    let page = |id: &str| {
        format!(
            r#"{{"TotalCount": 2, "VSwitches": {{"VSwitch": [{{"VSwitchId": "{id}", "ZoneId": "cn-hangzhou-h", "VpcId": "vpc-1"}}]}}}}"#
        )
    };
    folder.write("vsw.json", &format!("{}\n{}", page("vsw-bp1"), page("vsw-bp2")));
    folder.write(
        "sg.json",
        r#"{"SecurityGroups": {"SecurityGroup": [{"SecurityGroupId": "sg-bp1", "VpcId": "vpc-2", "SecurityGroupType": "normal"}]}}"#,
    );
    let ran = folder.run(&[
        "check",
        "m/pn.yaml",
        "--format",
        "json",
        "--vswitches",
        "vsw.json",
        "--security-groups",
        "sg.json",
    ]);
    assert_eq!(
        ran.places(),
        ["vpc-mismatch m/pn.yaml:10:22", "overlap m/pn.yaml:18:3", "vpc-mismatch m/pn.yaml:22:22"]
    );
    folder.write("vsw.json", &page("vsw-bp1"));
    let ran = folder.run(&["check", "m/pn.yaml", "--vswitches", "vsw.json"]);
    assert!(ran.stderr.contains("vsw.json contains 1 of 2 entries"), "{}", ran.stderr);
}
