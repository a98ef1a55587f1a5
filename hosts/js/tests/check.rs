//! Manifests, checked by the native command, by `podnetworking.wasm` in Node's WASI on a preopened folder, and by `check` of
//! the npm package. The two commands print the same bytes, and the package has the same findings.
//!
//! The manifests come from the examples, the documentation of the rules, and the golden cases.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test may fail loudly"
)]

mod node;
mod questions;

use std::fs;
use std::path::Path;
use std::process::Command;

use libtest_mimic::{Arguments, Failed, Trial};
use questions::Question;
use serde_json::{Value, json};
use tempfile::TempDir;

/// Runs `check` of the package on the files of a folder. The files have the same names as for the command.
const PACKAGE: &str = r#"
const { check } = require(process.argv[1]);
const { readFileSync } = require("node:fs");
const { join } = require("node:path");
const lines = require("node:readline").createInterface({ input: process.stdin });
lines.on("line", (line) => {
  const { folder, manifests, context, settings } = JSON.parse(line);
  const text = (name) => readFileSync(join(folder, name), "utf8");
  const named = (name) => ({ name, text: text(name) });
  const options = { context: context.map(named), settings: settings && text(settings) };
  try {
    console.log(JSON.stringify(check(manifests.map(named), options)));
  } catch (error) {
    console.log(JSON.stringify({ thrown: error.message, ...error.result }));
  }
});
"#;

/// The exit status and the output of a command.
#[derive(Debug, PartialEq, Eq)]
struct Ran {
    code: i64,
    stdout: String,
    stderr: String,
}

fn native(folder: &Path, arguments: &[String]) -> Ran {
    let mut command = Command::new(node::native_command());
    let output = command.current_dir(folder).args(arguments).env_remove("PODNETWORKING_SETTINGS").output();
    let output = output.expect("the command runs");
    Ran {
        code: output.status.code().expect("a status").into(),
        stdout: String::from_utf8(output.stdout).expect("UTF-8"),
        stderr: String::from_utf8(output.stderr).expect("UTF-8"),
    }
}

fn compare(folder: &Path, question: &Question, [human, json]: [Ran; 2], package: &Value) -> Result<(), Failed> {
    for (format, wasi) in [("human", &human), ("json", &json)] {
        let native = native(folder, &question.arguments(format));
        if native != *wasi {
            return Err(format!("native: {native:#?}\nwasi: {wasi:#?}").into());
        }
    }
    // With invalid settings the command prints no JSON.
    let found: Value = serde_json::from_str(&json.stdout).unwrap_or_default();
    if package.get("thrown").is_some() != (json.code == 2) {
        return Err(format!("the command exits with {}, the package returns {package}", json.code).into());
    }
    for key in ["decision", "findings"]
        .map(|key| format!("/{key}"))
        .into_iter()
        .chain(["objects", "denied", "warned", "silenced"].map(|key| format!("/summary/{key}")))
    {
        if found.pointer(&key) != package.pointer(&key) {
            return Err(format!("{key} of the command: {found:#}\nof the package: {package:#}").into());
        }
    }
    Ok(())
}

fn main() {
    let folder = TempDir::new().expect("a folder").keep();
    let path: &'static Path = Box::leak(folder.into_boxed_path());
    let questions = questions::all(path);
    let ask = |arguments: Vec<String>| json!({"args": arguments, "folder": path}).to_string();
    let lines = questions.iter().flat_map(|one| ["human", "json"].map(|format| ask(one.arguments(format)))).collect();
    let wasi: Vec<Ran> = node::answers(node::WASI, &node::wasi_command(), lines)
        .iter()
        .map(|line| {
            let answer: Value = serde_json::from_str(line).expect("an answer");
            let text = |key: &str| answer[key].as_str().expect("a text").to_owned();
            Ran { code: answer["code"].as_i64().expect("a status"), stdout: text("stdout"), stderr: text("stderr") }
        })
        .collect();
    let ask = |one: &Question| {
        let context: Vec<_> = one.context.iter().collect();
        json!({"folder": path, "manifests": [one.manifest], "context": context, "settings": one.settings}).to_string()
    };
    let package = node::answers(PACKAGE, &node::package(), questions.iter().map(ask).collect());
    let mut wasi = wasi.into_iter();
    let trials = questions.into_iter().zip(package).map(|(question, answer)| {
        let ran = [wasi.next().expect("an answer"), wasi.next().expect("an answer")];
        let answer: Value = serde_json::from_str(&answer).expect("an answer");
        Trial::test(question.name.clone(), move || compare(path, &question, ran, &answer))
    });
    let conclusion = libtest_mimic::run(&Arguments::from_args(), trials.collect());
    let _ = fs::remove_dir_all(path);
    conclusion.exit();
}
