//! Very many findings: what is shown stays readable, what is counted is everything, and memory is bounded.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, reason = "a test may fail loudly")]

mod common;

use std::process::Command;

use common::Folder;

/// PodNetworkings with one selector. A build without optimization takes minutes for a thousand.
const MANY: usize = if cfg!(debug_assertions) { 100 } else { 1000 };

fn podnetworkings(count: usize, labels: impl Fn(usize) -> String) -> String {
    (0..count)
        .map(|number| {
            format!(
                "---\napiVersion: network.alibabacloud.com/v1beta1\nkind: PodNetworking\nmetadata: {{name: n{number:04}}}\nspec:\n  \
                 selector: {{podSelector: {{matchLabels: {{{}}}}}}}\n  securityGroupIDs: [sg-f01]\n  vSwitchOptions: [vsw-f01]\n",
                labels(number)
            )
        })
        .collect()
}

fn pods(count: usize) -> String {
    (0..count)
        .map(|number| {
            format!(
                "---\napiVersion: v1\nkind: Pod\nmetadata: {{name: p{number:04}, namespace: ns{}, labels: {{app: a{number}, tier: web}}}}\n\
                 spec: {{containers: [{{name: c, image: nginx}}]}}\n",
                number % 2
            )
        })
        .collect()
}

fn same() -> Folder {
    Folder::new(&[("same.yaml", &podnetworkings(MANY, |_| "app: web".to_owned()))])
}

const PAIRS: usize = MANY * (MANY - 1) / 2;

#[test]
fn a_pair_is_not_an_entry_but_a_podnetworking_is() {
    let folder = same();
    let ran = folder.run(&["check", "same.yaml", "--platform", "ack-serverless"]);
    assert_eq!(ran.code, 1);
    let lines = ran.stdout.lines().count() + ran.stderr.lines().count();
    assert!(lines <= 200, "{lines} lines");
    assert!(ran.stdout.contains(&format!(": {PAIRS} errors, {MANY} warnings")), "{}", ran.stdout);
    let note = "the same with 7 others: `n0001`, `n0002`, `n0003`, `n0004`, `n0005` and 2 more";
    assert!(ran.stdout.contains(note), "{}", ran.stdout);
    assert!(ran.stdout.contains("more findings are not shown: overlap "), "{}", ran.stdout);
    // With --all each pair is shown.
    let few = Folder::new(&[("few.yaml", &podnetworkings(12, |_| "app: web".to_owned()))]);
    let ran = few.run(&["check", "few.yaml", "--all", "--select", "overlap"]);
    assert_eq!(ran.stdout.matches("error[overlap]").count(), 66);
    let ran = few.run(&["check", "few.yaml", "--select", "overlap"]);
    assert_eq!(ran.stdout.matches("error[overlap]").count(), 11);
}

#[test]
fn other_formats_are_bounded_and_json_is_whole() {
    let folder = same();
    let json = folder.run(&["check", "same.yaml", "--format", "json", "--select", "overlap"]).json();
    assert_eq!(json["findings"].as_array().unwrap().len(), PAIRS);
    assert_eq!((&json["summary"]["denied"], &json["decision"]), (&PAIRS.into(), &"deny".into()));
    let sarif = folder.run(&["check", "same.yaml", "--format", "sarif", "--select", "overlap"]).json();
    let results = sarif["runs"][0]["results"].as_array().unwrap();
    assert_eq!(results.len(), MANY - 1);
    assert!(
        results[9]["message"]["text"].as_str().unwrap().contains("(the same with 9 others: `n0001`"),
        "{}",
        results[9]
    );
    let github = folder.run(&["check", "same.yaml", "--format", "github", "--select", "overlap"]).stdout;
    assert!(github.lines().count() <= 200, "{}", github.lines().count());
    let left_out: usize = (61..MANY).sum();
    let sentence =
        format!("::notice title=podnetworking::{left_out} more findings are not shown: overlap {left_out}; `--all`");
    assert!(github.contains(&sentence), "{github}");
    let junit = folder.run(&["check", "same.yaml", "--format", "junit", "--select", "overlap"]).stdout;
    assert!(junit.contains(&format!("tests=\"{MANY}\"")) && junit.len() < MANY * 2000, "{}", junit.len());
    // The baseline is of all.
    assert_eq!(folder.run(&["check", "same.yaml", "--write-baseline", "b.json"]).code, 0);
    let ran = folder.run(&["check", "same.yaml", "--baseline", "b.json"]);
    assert!(ran.code == 0 && ran.stdout.contains(&format!("{} in the baseline", PAIRS + MANY)), "{}", ran.stdout);
}

#[cfg(target_os = "linux")]
#[test]
fn json_of_a_thousand_needs_little_memory() {
    let folder = Folder::new(&[("same.yaml", &podnetworkings(1000, |_| "app: web".to_owned()))]);
    // The limit is in kilobytes, also for the code and the stacks.
    let run = |limit: usize| {
        let shell = format!(
            "{{ ulimit -v {limit}; \"$0\" check same.yaml --format json; echo $? > code; }} | grep -c '\"rule\": \"overlap\"'"
        );
        let command = env!("CARGO_BIN_EXE_podnetworking");
        let ran = Command::new("sh").current_dir(folder.path()).args(["-c", &shell, command]).output().unwrap();
        (folder.read("code").trim().to_owned(), String::from_utf8(ran.stdout).unwrap().trim().to_owned())
    };
    assert_eq!(run(200 << 10), ("1".to_owned(), "499500".to_owned()));
    // The limit holds: with less than the code needs there is no answer.
    assert_ne!(run(2 << 10).0, "1");
}

#[test]
fn explain_shows_the_nearest_first_and_not_everything() {
    let labels = |number| match number {
        0 => "app: a1, tier: web".to_owned(),
        1 => "app: nobody, stage: x".to_owned(),
        2 => "app: nobody, tier: web".to_owned(),
        _ => format!("app: b{number}, stage: x, zone: y"),
    };
    let folder = Folder::new(&[("pn.yaml", &podnetworkings(60, labels)), ("pods.yaml", &pods(100))]);
    let ran = folder.run(&["explain", "."]);
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
    assert!(ran.stdout.lines().count() <= 200, "{}", ran.stdout.lines().count());
    assert!(ran.stdout.contains("more pods and workloads are not shown; choose with `--pod`"), "{}", ran.stdout);
    let ran = folder.run(&["explain", ".", "--pod", "ns1/p0001"]);
    let lines: Vec<&str> = ran.stdout.lines().collect();
    assert!(lines[0].starts_with("Pod ns1/p0001  pods.yaml:7  n0000"), "{}", lines[0]);
    assert!(lines[1].starts_with("  +  n0000"), "{}", lines[1]);
    assert_eq!(lines[2], "  -  n0002  no match: needs pod label app In [nobody]");
    assert_eq!(lines[3], "  -  n0001  no match: needs pod label app In [nobody] and 1 other requirement");
    assert_eq!(folder.run(&["explain", ".", "--pod", "ns0/p0001"]).code, 2);
    assert_eq!(folder.run(&["explain", ".", "--podnetworking", "nobody"]).code, 2);
    let ran = folder.run(&["explain", ".", "--podnetworking", "n0002", "--in-namespace", "ns1", "--all"]);
    assert_eq!((ran.stdout.matches("Pod ns1/").count(), ran.stdout.matches("n0002").count()), (50, 50));
    assert!(!ran.stdout.contains("Pod ns0/") && !ran.stdout.contains("n0001"), "{}", ran.stdout);
    let json = folder.run(&["explain", ".", "--format", "json", "--pod", "p0001"]).json();
    assert_eq!(json["pods"][0]["podNetworkings"].as_array().unwrap().len(), 60);
    assert_eq!(json["pods"][0]["podNetworkings"][2]["unmet"], 2);
    assert_eq!(json["notifications"].as_array().unwrap().len(), 0);
}

#[test]
fn a_graph_is_bounded_and_its_edges_have_their_nodes() {
    let folder = Folder::new(&[
        ("pn.yaml", &podnetworkings(60, |number| format!("app: a{}", number % 20))),
        ("pods.yaml", &pods(200)),
    ]);
    for (format, nodes) in [("dot", "label="), ("mermaid", ":::plane")] {
        let ran = folder.run(&["explain", ".", "--format", format]);
        assert!(ran.stdout.lines().count() <= 210, "{format}: {}", ran.stdout.lines().count());
        assert!(ran.stderr.contains("more lines of the graph are not shown; show them with --all"), "{}", ran.stderr);
        assert!(ran.stdout.contains(nodes), "{}", ran.stdout);
        let all = folder.run(&["explain", ".", "--format", format, "--all"]);
        assert!(all.stdout.lines().count() > 300 && all.stderr.is_empty(), "{}", all.stderr);
    }
    let ran = folder.run(&["explain", ".", "--format", "dot"]);
    for edge in ran.stdout.lines().filter(|line| line.contains(" -> ")) {
        for node in edge.split(" [").next().unwrap().split(" -> ") {
            let defined = format!("  {} [label=", node.trim());
            assert!(ran.stdout.contains(&defined), "{node}");
        }
    }
}

#[test]
fn overlaps_and_denials_are_grouped() {
    let folder = same();
    let ran = folder.run(&["explain", "same.yaml", "--overlaps"]);
    assert!(ran.stdout.lines().count() <= 200, "{}", ran.stdout.lines().count());
    assert!(
        ran.stdout.ends_with(&format!("{MANY} PodNetworkings: {PAIRS} real, 0 latent overlaps\n")),
        "{}",
        ran.stdout
    );
    assert!(ran.stdout.contains("  also with  n0001, n0002\n"), "{}", ran.stdout);
    let ran = folder.run(&["mutate", "same.yaml"]);
    assert_eq!(ran.code, 1);
    assert!(ran.stderr.lines().count() <= 200, "{}", ran.stderr.lines().count());
    assert!(
        ran.stderr.contains("n0009 would be denied: [overlap] ") && ran.stderr.contains("(and 8 more of this rule)")
    );
    let few = Folder::new(&[("few.yaml", &podnetworkings(12, |_| "app: web".to_owned()))]);
    assert_eq!(few.run(&["mutate", "few.yaml", "--all"]).stderr.lines().count(), 66);
}

#[test]
fn many_errors_and_notifications_are_cut() {
    let folder = Folder::new(&[]);
    for number in 0..60 {
        folder.write(&format!("m/broken{number}.yaml"), "apiVersion: v1\nkind: Pod\nmetadata: {name: x\n");
        folder.write(
            &format!("m/patch{number}.yaml"),
            "apiVersion: v1\nkind: Pod\nmetadata: {name: x}\n$patch: delete\n",
        );
    }
    let ran = folder.run(&["check", "m"]);
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.lines().count() <= 150, "{}", ran.stderr.lines().count());
    assert!(
        ran.stderr.contains("52 more cannot be read") && ran.stderr.contains("57 more of this kind: patch"),
        "{}",
        ran.stderr
    );
    let json = folder.run(&["check", "m", "--format", "json"]).json();
    assert_eq!((&json["summary"]["errors"], &json["summary"]["notifications"]), (&60.into(), &60.into()));
    assert_eq!(folder.run(&["check", "m", "--all"]).stderr.matches("$patch").count(), 60);
}

#[test]
fn further_formats_are_written_in_the_same_run() {
    let folder = same();
    let arguments =
        ["check", "same.yaml", "--select", "overlap", "--output", "sarif=a.sarif", "--output", "json=a.json"];
    let ran = folder.run(&arguments);
    assert!(ran.code == 1 && ran.stdout.contains("error[overlap]"), "{}", ran.stdout);
    assert_eq!(
        folder.read("a.sarif"),
        folder.run(&["check", "same.yaml", "--select", "overlap", "--format", "sarif"]).stdout
    );
    assert_eq!(
        folder.read("a.json"),
        folder.run(&["check", "same.yaml", "--select", "overlap", "--format", "json"]).stdout
    );
    folder.run(&["check", "same.yaml", "--select", "overlap", "--output", "human=a.txt", "--color", "always"]);
    assert!(folder.read("a.txt").starts_with("error[overlap]: "));
    for (output, words) in
        [("sarif", "expected FORMAT=FILE"), ("xml=a.xml", "invalid"), ("json=no/such/folder", "cannot write")]
    {
        let ran = folder.run(&["check", "same.yaml", "--output", output]);
        assert!(ran.code == 2 && ran.stderr.contains(words), "{output}: {}", ran.stderr);
    }
}
