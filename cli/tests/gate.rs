//! What was not read is not clean: the exit status, and that it is said in every format.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, reason = "a test may fail loudly")]

mod common;

use std::process::{Command, Stdio};

use common::{Folder, PAIR, POD};

const TEMPLATE: &str = "{{ if .Values.on }}\napiVersion: v1\nkind: Pod\n{{ end }}\n";
const LIST: &str = "apiVersion: v1\nkind: List\nitems: []\n";
const FORBIDDEN: &str =
    "Error from server (Forbidden): podnetworkings.network.alibabacloud.com is forbidden: User \"ci\" cannot list\n";
const STATUS: &str =
    r#"{"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":"forbidden","code":403}"#;

fn pod() -> String {
    POD.replace("foo: bar, ", "")
}

/// Inputs, one of a kind.
fn folder() -> Folder {
    let folder = Folder::new(&[
        ("good.yaml", &pod()),
        ("bad/pn.yaml", PAIR),
        ("values.yaml", "replicas: 3\n"),
        ("failed.yaml", "Error: path \"./charts/shop\" not found\n"),
        ("table.yaml", "NAME     AGE\nstored   3d\n"),
        ("status.json", STATUS),
        ("error.yaml", FORBIDDEN),
        ("empty.yaml", ""),
        ("list.yaml", LIST),
        ("array.json", r#"[{"apiVersion": "v1", "kind": "Pod"}]"#),
        ("array.yaml", "- apiVersion: v1\n  kind: Pod\n"),
        ("data.json", "[1, {}]"),
        ("template.yaml", TEMPLATE),
        ("outside/pod.yaml", TEMPLATE),
        ("outside/good.yaml", &pod()),
        ("chart/Chart.yaml", "apiVersion: v2\nname: c\nversion: 1.0.0\n"),
        ("chart/templates/pod.yaml", TEMPLATE),
        ("both/Chart.yaml", "apiVersion: v2\nname: c\nversion: 1.0.0\n"),
        ("both/templates/pod.yaml", TEMPLATE),
        ("both/templates/deployment.yaml", TEMPLATE),
        ("both/good.yaml", &pod()),
    ]);
    std::fs::create_dir(folder.path().join("nothing")).unwrap();
    folder
}

#[test]
fn the_exit_status_is_2_where_something_named_was_not_read() {
    let folder = folder();
    for (arguments, code) in [
        ("good.yaml", 0),
        ("bad", 1),
        ("values.yaml", 0),
        ("values.yaml bad", 1),
        ("failed.yaml", 0),
        ("empty.yaml", 0),
        ("array.json", 2),
        ("array.yaml", 2),
        ("data.json", 0),
        ("table.yaml", 2),
        ("status.json", 2),
        ("error.yaml", 2),
        ("template.yaml", 2),
        ("template.yaml --allow-empty", 2),
        ("missing.yaml", 2),
        ("no*.yaml", 2),
        ("v*.yaml", 2),
        ("nothing", 2),
        ("nothing --allow-empty", 0),
        ("nothing good.yaml", 2),
        // 2 takes precedence over 1.
        ("bad template.yaml", 2),
        ("bad nothing", 2),
        ("list.yaml", 0),
        // Templates of a chart that are met are said, others are errors.
        ("both", 0),
        ("chart", 2),
        ("chart --allow-empty", 2),
        ("chart/templates/pod.yaml", 2),
        ("outside", 2),
        ("outside --exclude outside/pod.yaml", 0),
        ("chart --exclude chart/templates --allow-empty", 0),
        ("good.yaml values.yaml --exclude values.yaml", 0),
        ("good.yaml --exclude a[z-b]", 2),
        // The context.
        ("good.yaml --context list.yaml", 0),
        ("good.yaml --context nothing", 2),
        ("good.yaml --context nothing --allow-empty", 0),
        ("good.yaml --context empty.yaml", 2),
        ("good.yaml --context empty.yaml --allow-empty", 0),
        ("good.yaml --context values.yaml", 2),
        ("good.yaml --context values.yaml --allow-empty", 2),
        ("good.yaml --context failed.yaml", 2),
        ("good.yaml --context table.yaml", 2),
        ("good.yaml --context status.json", 2),
        ("good.yaml --context error.yaml", 2),
        ("good.yaml --context template.yaml", 2),
        ("good.yaml --context chart", 2),
        ("good.yaml --context both", 0),
        ("good.yaml --context list.yaml empty.yaml", 2),
    ] {
        for command in ["check", "explain", "mutate"] {
            let all: Vec<&str> = std::iter::once(command).chain(arguments.split_whitespace()).collect();
            let ran = folder.run(&all);
            let code = if command == "explain" && code == 1 { 0 } else { code };
            assert_eq!(ran.code, code, "{command} {arguments}: {}{}", ran.stdout, ran.stderr);
        }
        let all: Vec<&str> = ["check", "-q"].into_iter().chain(arguments.split_whitespace()).collect();
        let ran = folder.run(&all);
        assert_eq!((ran.code, ran.stderr.is_empty() && code == 2), (code, false), "{arguments}: {}", ran.stderr);
    }
}

#[test]
fn stdin_has_to_hold_objects() {
    let folder = folder();
    for (stdin, code, allowed) in [
        ("", 2, 0),
        ("# nothing\n---\n", 2, 0),
        ("replicas: 3\n", 2, 2),
        ("Error: path \"./charts/shop\" not found\n", 2, 2),
        ("NAME   AGE\nshop   3d\n", 2, 2),
        ("No resources found in default namespace.\n", 2, 2),
        (STATUS, 2, 2),
        (FORBIDDEN, 2, 2),
        (TEMPLATE, 2, 2),
        (LIST, 0, 0),
        ("apiVersion: v1\nkind: PodList\nitems: null\n", 0, 0),
        (&pod(), 0, 0),
        (&format!("# Source: a\n---\n{}---\n# Source: b\n", pod()), 0, 0),
        (&format!("{}---\nreplicas: 3\n", pod()), 2, 2),
    ] {
        for flags in [&["check", "-"][..], &["check", "-", "--quiet"]] {
            let ran = folder.run_with(flags, stdin, &[]);
            assert_eq!(ran.code, code, "{stdin}: {}", ran.stderr);
            assert!(code == 0 || !ran.stderr.is_empty(), "{stdin}");
        }
        let ran = folder.run_with(&["check", "-", "--allow-empty"], stdin, &[]);
        assert_eq!(ran.code, allowed, "{stdin}: {}", ran.stderr);
    }
    let ran = folder.run_with(&["check", "-"], "", &[]);
    assert!(ran.stderr.contains("stdin holds no Kubernetes object; the command before the pipe"), "{}", ran.stderr);
}

/// A pipe with a name, as `<(command)` makes it, is read as stdin is.
#[cfg(target_os = "linux")]
#[test]
fn a_pipe_has_to_hold_objects() {
    let folder = folder();
    for (stdin, code) in [("", 2), ("replicas: 3\n", 2), (LIST, 0), (&pod(), 0)] {
        let ran = folder.run_with(&["check", "/dev/stdin"], stdin, &[]);
        assert_eq!(ran.code, code, "{stdin}: {}", ran.stderr);
        let ran = folder.run_with(&["check", "good.yaml", "--context", "/dev/stdin"], stdin, &[]);
        assert_eq!(ran.code, code, "{stdin} as context: {}", ran.stderr);
    }
    assert_eq!(folder.run_with(&["check", "/dev/stdin", "--allow-empty"], "", &[]).code, 0);
}

#[test]
fn what_is_not_a_manifest_is_called_what_it_is() {
    let folder = folder();
    for (file, what) in [
        ("status.json", "an answer of the API that is an error, not an object: forbidden"),
        ("table.yaml", "a table, not a manifest; add `-o yaml` to the `kubectl` command"),
        ("error.yaml", "not a manifest but the message of a command that failed: `Error from server (Forbidden): pod"),
    ] {
        let ran = folder.run(&["check", "good.yaml", "--context", file]);
        assert!(ran.stderr.contains(what), "{file}: {}", ran.stderr);
        assert!(!ran.stdout.contains("in the context"), "{file}: {}", ran.stdout);
    }
}

#[test]
fn errors_and_notifications_are_in_every_format() {
    let folder = folder();
    for quiet in [&[][..], &["--quiet"]] {
        let run = |format: &str, paths: &[&str]| folder.run(&[&["check", "--format", format], quiet, paths].concat());
        // A notification.
        let file = "both";
        let ran = run("human", &["both"]);
        assert!(ran.stderr.contains("note: both: 2 files have templates that are not rendered"), "{}", ran.stderr);
        let json = run("json", &["both"]).json();
        assert_eq!(json["notifications"][0]["kind"], "template");
        assert_eq!(json["notifications"][0]["file"], file);
        assert_eq!(json["errors"].as_array().unwrap().len(), 0);
        let sarif = run("sarif", &["both"]).json();
        let invocation = &sarif["runs"][0]["invocations"][0];
        assert_eq!(invocation["executionSuccessful"], true);
        assert_eq!(invocation["toolExecutionNotifications"][0]["level"], "note");
        let github = run("github", &["both"]).stdout;
        assert!(github.contains("::notice file=both,title=podnetworking::2 files have templates"), "{github}");
        let junit = run("junit", &["both"]).stdout;
        assert!(junit.contains("skipped=\"1\"") && junit.contains("templates that are not rendered"), "{junit}");
        // An error.
        let ran = run("human", &["template.yaml"]);
        assert!(ran.stderr.contains("error: a template that is not rendered"), "{}", ran.stderr);
        assert!(ran.stderr.contains("--> template.yaml:1:1"), "{}", ran.stderr);
        let json = run("json", &["template.yaml"]).json();
        assert_eq!((&json["errors"][0]["file"], &json["errors"][0]["line"]), (&"template.yaml".into(), &1.into()));
        let sarif = run("sarif", &["template.yaml"]).json();
        let invocation = &sarif["runs"][0]["invocations"][0];
        assert_eq!(invocation["executionSuccessful"], false);
        assert_eq!(invocation["toolExecutionNotifications"][0]["level"], "error");
        let github = run("github", &["template.yaml"]).stdout;
        assert!(github.starts_with("::error file=template.yaml,line=1,col=1,"), "{github}");
        let junit = run("junit", &["template.yaml"]).stdout;
        assert!(junit.contains("errors=\"1\"") && junit.contains("not rendered"), "{junit}");
    }
}

#[test]
fn a_named_folder_is_read_in_spite_of_ignore_files() {
    let folder = Folder::new(&[
        (".gitignore", "cluster/*\n"),
        ("repository/.git/config", ""),
        ("repository/.gitignore", "*\n"),
        ("repository/cluster/.gitignore", "*\n"),
        ("repository/cluster/pn.yaml", PAIR),
        ("repository/pod.yaml", POD),
    ]);
    let here = folder.path().join("repository");
    let run = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_podnetworking"));
        let ran = command.current_dir(&here).args(arguments).output().unwrap();
        (ran.status.code().unwrap(), String::from_utf8(ran.stdout).unwrap() + &String::from_utf8(ran.stderr).unwrap())
    };
    let (code, text) = run(&["check", "pod.yaml", "--context", "cluster"]);
    assert!(code == 1 && text.contains("against 2 in the context"), "{code} {text}");
    let (code, text) = run(&["check", "cluster"]);
    assert!(code == 1 && text.contains("checked 2 objects"), "{code} {text}");
    // Below the folder that is named, the file holds, and what it hides is said.
    let (code, text) = run(&["check", "."]);
    assert!(code == 0 && text.contains("checked 1 object in 1 file"), "{code} {text}");
    assert!(text.contains("1 file is hidden by an ignore file in a folder below: `cluster/pn.yaml`"), "{text}");
    let (code, text) = run(&["check", "cluster/*.yaml"]);
    assert!(code == 1 && text.contains("checked 2 objects"), "{code} {text}");
}

#[test]
fn a_reader_that_stops_early_does_not_change_the_exit_status() {
    let many: String = (0..20)
        .map(|number| format!("---\n{}", PAIR.replace("sg-bp1", "bad").replace("first", &format!("n{number}"))))
        .collect();
    let folder = Folder::new(&[("m.yaml", &many)]);
    for arguments in [
        &["check", "m.yaml", "--format", "json"][..],
        &["check", "m.yaml"],
        &["check", "m.yaml", "--format", "github"],
        &["mutate", "m.yaml"],
    ] {
        let mut child = Command::new(env!("CARGO_BIN_EXE_podnetworking"))
            .current_dir(folder.path())
            .args(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        drop(child.stdout.take());
        let ran = child.wait_with_output().unwrap();
        assert_eq!(ran.status.code(), Some(1), "{arguments:?}");
        if arguments[0] == "check" {
            assert_eq!(String::from_utf8(ran.stderr).unwrap(), "", "{arguments:?}");
        }
    }
}

#[test]
fn kinds_with_templates_in_other_places_are_counted() {
    let job = "apiVersion: batch.volcano.sh/v1alpha1\nkind: Job\nmetadata: {name: a}\n\
               spec: {tasks: [{template: {spec: {containers: [{name: c, image: i}]}}}]}\n---\n";
    let workflow = "apiVersion: argoproj.io/v1alpha1\nkind: Workflow\nmetadata: {name: b}\nspec: {}\n---\n";
    let folder = Folder::new(&[("m.yaml", &format!("{job}{job}{workflow}{}", pod()))]);
    let sentence = "not judged: 3 objects of kinds with pod templates in other places: Job, Workflow";
    for command in ["check", "explain"] {
        let ran = folder.run(&[command, "m.yaml"]);
        assert!(ran.code == 0 && ran.stderr.contains(sentence), "{command}: {}", ran.stderr);
    }
    let json = folder.run(&["check", "m.yaml", "--format", "json"]).json();
    assert_eq!(json["notifications"][0]["message"], sentence);
}

#[test]
fn parts_that_have_to_be_built_are_said_and_not_checked() {
    let partial = "apiVersion: network.alibabacloud.com/v1beta1\nkind: PodNetworking\nmetadata: {name: first}\n";
    let (first, _) = PAIR.split_once("---\n").unwrap();
    let folder = Folder::new(&[
        ("base/pn.yaml", first),
        ("base/kustomization.yaml", "resources: [pn.yaml]\n"),
        ("prod/kustomization.yaml", "resources: [../base]\npatches: [{path: patch.yaml}]\n"),
        ("prod/patch.yaml", &format!("{partial}spec: {{vSwitchOptions: [nonsense]}}\n")),
        ("prod/delete.yaml", &format!("{partial}$patch: delete\n")),
        ("flux/pod.yaml", &pod().replace("app: web", "app: \"${APP}\"")),
    ]);
    let ran = folder.run(&["check", ".", "--format", "json"]);
    let json = ran.json();
    let seen: Vec<(&str, &str)> = json["notifications"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (one["kind"].as_str().unwrap(), one["file"].as_str().unwrap()))
        .collect();
    let expected = [
        ("variable", "flux/pod.yaml"),
        ("patch", "prod/delete.yaml"),
        ("kustomization", "prod/kustomization.yaml"),
        ("patch", "prod/patch.yaml"),
    ];
    assert_eq!((ran.code, seen), (0, expected.to_vec()), "{}", ran.stdout);
}

#[test]
fn json_is_read_as_kubectl_reads_it() {
    let object = |rest: &str| {
        format!(
            r#"{{"apiVersion":"v1","kind":"ConfigMap","metadata":{{"name":"a"}},"n":123456789012345678901234567890{rest}}}"#
        )
    };
    let folder = Folder::new(&[
        ("mark.json", &format!("\u{FEFF}{}", object(""))),
        ("two.json", &format!("{}\n{}", object(""), object(""))),
        ("twice.json", &object(r#","a":{"b":1,"b":2}"#)),
        ("twice.yaml", "apiVersion: v1\nkind: ConfigMap\na: {b: 1, b: 2}\n"),
        ("infinite.json", &object(r#","a":1e400"#)),
        ("settings.json", "\u{FEFF}{\"platform\": \"ack\"}"),
        ("twice.settings", r#"{"platform": "ack", "platform": "acs"}"#),
        ("flow.settings", "# ours\n{platform: ack} # all\n"),
    ]);
    for (arguments, code, words) in [
        ("mark.json", 0, ""),
        ("two.json", 0, ""),
        ("twice.json", 2, "the key `b` is set twice"),
        ("twice.yaml", 2, "the key `b` is set twice"),
        ("infinite.json", 2, "the number `1e400` is too large"),
        ("mark.json --settings settings.json", 0, ""),
        ("mark.json --settings twice.settings", 2, "set twice"),
        ("mark.json --settings flow.settings", 0, ""),
    ] {
        let all: Vec<&str> = ["check"].into_iter().chain(arguments.split_whitespace()).collect();
        let ran = folder.run(&all);
        assert_eq!(ran.code, code, "{arguments}: {}", ran.stderr);
        assert!(ran.stderr.contains(words), "{arguments}: {}", ran.stderr);
    }
}
