//! Manifests, checked by three hosts: the native command, `podnetworking.wasm` under Node's WASI on a preopened folder,
//! and `check` of the npm package. The two commands print the same bytes, and the package finds what they find.
//!
//! The manifests are those of the examples, of the catalogue and of the golden cases.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test may fail loudly"
)]

mod node;

use std::fs;
use std::path::Path;
use std::process::Command;

use libtest_mimic::{Arguments, Failed, Trial};
use podnetworking_policy::rules::RULES;
use podnetworking_testing::{Case, cases};
use serde_json::{Value, json};
use tempfile::TempDir;

/// `check` of the package on the files of a folder, named as the command names them.
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

/// What is checked: files of a folder.
struct Question {
    name: String,
    manifest: String,
    context: Option<String>,
    settings: Option<String>,
}

impl Question {
    /// Writes a question into the folder.
    fn write(folder: &Path, name: &str, [manifest, context, settings]: [Option<&str>; 3]) -> Self {
        fs::create_dir_all(folder.join(name).join("manifests")).expect("a folder is made");
        let file = |text: Option<&str>, file: &str| {
            text.map(|text| {
                let file = format!("{name}/{file}");
                fs::write(folder.join(&file), text).expect("a file is written");
                file
            })
        };
        Self {
            name: name.to_owned(),
            manifest: file(manifest, "manifests/all.yaml").expect("manifests"),
            context: file(context, "context.yaml"),
            settings: file(settings, "settings.yaml"),
        }
    }

    fn arguments(&self, format: &str) -> Vec<String> {
        let folder = format!("{}/manifests", self.name);
        let mut arguments = vec!["check", &folder, "--format", format, "--color", "never"];
        arguments.extend(self.context.iter().flat_map(|file| ["--context", file]));
        arguments.extend(self.settings.iter().flat_map(|file| ["--settings", file]));
        arguments.into_iter().map(str::to_owned).collect()
    }
}

fn examples(folder: &Path) -> Vec<Question> {
    let entries = fs::read_dir(node::root().join("examples")).expect("the examples");
    let example = |path: &Path| {
        let texts =
            ["manifests.yaml", "cluster.yaml", "policy.yaml"].map(|file| fs::read_to_string(path.join(file)).ok());
        let name = path.file_name().expect("a name").to_string_lossy();
        Question::write(folder, &format!("example-{name}"), texts.each_ref().map(Option::as_deref))
    };
    entries.map(|entry| example(&entry.expect("an entry").path())).collect()
}

fn catalogue(folder: &Path) -> Vec<Question> {
    let question =
        |name: String, manifest, settings| Question::write(folder, &name, [Some(manifest), None, Some(settings)]);
    RULES
        .iter()
        .flat_map(|rule| {
            [("good", rule.docs.good), ("bad", rule.docs.bad)]
                .map(|(which, manifest)| question(format!("{which}-{}", rule.id), manifest, rule.docs.settings))
        })
        .collect()
}

/// The object of a case as a manifest, and its facts and its old object as the context. Nothing where it has no object.
fn golden(folder: &Path, case: &Case) -> Option<Question> {
    let request: Value = serde_json::from_str(case.request()?).ok()?;
    let object = request.get("object").filter(|object| object.is_object())?;
    let mut items: Vec<Value> = request.get("oldObject").filter(|old| old.is_object()).into_iter().cloned().collect();
    let facts: Value = case.context().and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default();
    for (list, api_version, kind) in
        [("podNetworkings", "network.alibabacloud.com/v1beta1", "PodNetworking"), ("namespaces", "v1", "Namespace")]
    {
        for item in facts.get(list).and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_object) {
            let mut item = item.clone();
            item.entry("apiVersion").or_insert_with(|| api_version.into());
            item.entry("kind").or_insert_with(|| kind.into());
            items.push(item.into());
        }
    }
    let context = json!({"apiVersion": "v1", "kind": "List", "items": items}).to_string();
    let name = format!("case-{}", case.name.replace('/', "-"));
    Some(Question::write(folder, &name, [Some(&object.to_string()), Some(&context), case.settings()]))
}

/// What a command did.
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
    // Settings that are not valid are refused as a whole.
    let found: Value = serde_json::from_str(&json.stdout).unwrap_or_default();
    if package.get("thrown").is_some() != (json.code == 2) {
        return Err(format!("the command ends with {}, the package says {package}", json.code).into());
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
    let mut questions = examples(path);
    questions.extend(catalogue(path));
    questions.extend(cases().iter().filter_map(|case| golden(path, case)));
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
