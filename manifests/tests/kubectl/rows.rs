//! The answers of kubectl that are kept with the tests: see README.md.

use std::fs::File;
use std::io::Read;

use flate2::read::GzDecoder;
use serde_json::Value;

use crate::compare::{Answer, difference};

#[test]
fn every_document_is_read_as_kubectl_reads_it() {
    let mut text = String::new();
    let file = File::open(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/kubectl/documents.jsonl.gz")).unwrap();
    GzDecoder::new(file).read_to_string(&mut text).unwrap();
    let rows: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(rows.len(), 4324);
    let differences: Vec<String> = rows
        .iter()
        .filter_map(|row| {
            let answer = match row["error"].as_str() {
                Some(error) => Answer::Error(error.to_owned()),
                None => Answer::Object(row["object"].clone()),
            };
            difference(row["text"].as_str().unwrap(), &answer)
        })
        .collect();
    assert!(differences.is_empty(), "{} differences:\n{}", differences.len(), differences.join("\n\n"));
}
