//! Kubernetes' own answers (apimachinery, component-helpers) to generated questions: every row must agree.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may fail loudly"
)]

use std::io::Read;
use std::path::Path as FilePath;

use podnetworking_policy::json::fault::Faults;
use podnetworking_policy::json::path::Path;
use podnetworking_policy::json::value::Json;
use podnetworking_policy::objects::read::labels::read_labels;
use podnetworking_policy::objects::read::node_affinity::read_node_affinity;
use podnetworking_policy::objects::read::selector::read_selector;
use podnetworking_policy::selectors::labels::Labels;
use podnetworking_policy::selectors::node_affinity::NodeAffinity;
use podnetworking_policy::selectors::selector::Selector;
use podnetworking_policy::selectors::witness::witness;
use podnetworking_policy::text::duration;
use serde_json::Value;

/// The rows of a file, each as text and parsed.
fn rows(name: &str) -> Vec<(String, Value)> {
    let path = FilePath::new(env!("CARGO_MANIFEST_DIR")).join("tests/kubernetes").join(name);
    let mut text = String::new();
    flate2::read::GzDecoder::new(std::fs::File::open(path).unwrap()).read_to_string(&mut text).unwrap();
    let rows: Vec<_> = text.lines().map(|line| (line.to_owned(), serde_json::from_str(line).unwrap())).collect();
    assert!(rows.len() >= 2_000, "{name} has {} rows", rows.len());
    rows
}

/// A selector as Kubernetes reads it: nothing selects nothing; an error is `None`.
fn selector<'a>(json: Option<Json<'a>>) -> Option<Option<Selector<'a>>> {
    let Some(json) = json.and_then(Json::present) else { return Some(None) };
    let mut faults = Faults::default();
    read_selector(json, &Path::Root, &mut faults).map(Some)
}

fn labels(json: Option<Json<'_>>) -> Labels<'_> {
    read_labels(json.and_then(Json::present), &Path::Root, &mut Faults::default())
}

fn check(name: &str, agrees: impl Fn(Json<'_>, &Value) -> bool) {
    let wrong: Vec<String> = rows(name)
        .into_iter()
        .filter(|(line, row)| !agrees(Json::parse(line).unwrap(), row))
        .map(|(line, _)| line)
        .collect();
    assert!(wrong.is_empty(), "{} rows of {name} disagree, the first: {}", wrong.len(), wrong[0]);
}

#[test]
fn selectors() {
    check("selectors.jsonl.gz", |json, row| {
        let labels = labels(json.member("labels"));
        match selector(json.member("selector")) {
            None => row["error"] == true,
            Some(selector) => {
                let matches = selector.is_some_and(|selector| selector.matches(&labels));
                row["error"] == false && row["matches"] == matches
            }
        }
    });
}

#[test]
fn overlaps() {
    check("overlap.jsonl.gz", |json, row| {
        match (selector(json.member("a")), selector(json.member("b"))) {
            (Some(a), Some(b)) => {
                // A selector that is null matches nothing.
                let (Some(a), Some(b)) = (a, b) else { return row["error"] == false && row["overlap"] == false };
                let found = witness(&[&a, &b]);
                if let Some(found) = &found {
                    let labels: Labels<'_> = found.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
                    assert!(a.matches(&labels) && b.matches(&labels), "{row}");
                }
                row["error"] == false && row["overlap"] == found.is_some()
            }
            _ => row["error"] == true,
        }
    });
}

/// What a row asks of nodes.
fn affinity(json: Json<'_>) -> NodeAffinity<'_> {
    let mut faults = Faults::default();
    let [labels, required] = ["nodeSelector", "required"].map(|name| json.member(name).and_then(Json::present));
    let affinity = read_node_affinity(labels, &Path::Root, required, &Path::Root, &mut faults);
    affinity.unwrap_or_else(|| panic!("{}", json.text()))
}

#[test]
fn node_affinity() {
    check("nodeaffinity.jsonl.gz", |json, row| {
        let affinity = affinity(json);
        let labels = labels(json.member("nodeLabels"));
        match affinity.matches(&labels, row["nodeName"].as_str().unwrap()) {
            Ok(matches) => row["error"] == false && row["matches"] == matches,
            Err(_) => row["error"] == true,
        }
    });
}

#[test]
fn durations() {
    check("durations.jsonl.gz", |_, row| match duration::parse(row["text"].as_str().unwrap()) {
        None => row["error"] == true,
        Some(nanoseconds) => {
            // In two parts: as one float, many nanoseconds would be rounded.
            let seconds = (nanoseconds / 1_000_000_000) as f64 + (nanoseconds % 1_000_000_000) as f64 / 1e9;
            row["error"] == false && (seconds - row["seconds"].as_f64().unwrap()).abs() <= 2e-9
        }
    });
}

/// Which zones a pod allows: `possible` tells whether a node of the zone matched, of all that differ in the values that
/// the pod names, their neighbours where they are numbers, one more value, and in what is absent.
#[test]
fn zones() {
    check("zones.jsonl.gz", |json, row| {
        let affinity = affinity(json);
        row["possible"].as_object().unwrap().iter().all(|(zone, possible)| *possible == affinity.allows_zone(zone))
    });
}
