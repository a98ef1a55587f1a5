//! Checks and explains manifests with the code of the CLI.

use js_sys::Array;
use podnetworking_check::answer::Severity;
use podnetworking_check::explain::{Explanation, Wanted};
use podnetworking_check::facts::World;
use podnetworking_check::json::{Shown, shown};
use podnetworking_check::judge::{self, Core};
use podnetworking_check::note::Note;
use podnetworking_check::object::Object;
use podnetworking_check::report::Found;
use podnetworking_manifests::{Manifests, ReadError, Skipped, read_str};
use podnetworking_policy::Settings;
use serde::Serialize;
use wasm_bindgen::{JsCast, JsValue};

use crate::argument;
use crate::failure::{Failure, Fault};
use crate::value;

/// The namespace for objects without `metadata.namespace`.
const NAMESPACE: &str = "default";

/// The arguments, read.
struct Input {
    settings: Settings,
    world: World,
    errors: Vec<ReadError>,
    skipped: Vec<Skipped>,
}

#[derive(Serialize)]
struct Checked<'a> {
    decision: &'static str,
    findings: Vec<Shown<'a>>,
    notes: Vec<ShownNote<'a>>,
    summary: Summary,
}

#[derive(Serialize)]
struct ShownNote<'a> {
    file: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    column: Option<usize>,
    message: &'a str,
}

#[derive(Serialize)]
struct Summary {
    objects: usize,
    denied: usize,
    warned: usize,
    silenced: usize,
}

/// Checks manifests.
pub(crate) fn check(manifests: &JsValue, options: &JsValue) -> Result<JsValue, JsValue> {
    let input = read(manifests, options)?;
    let answers = judge::all(&input.world, &Core::new(&input.settings, &input.world), || ()).map_err(undecided)?;
    let found = Found::new(&input.world, &input.settings, answers);
    let count = |severity| found.findings.iter().filter(|located| located.finding.severity == severity).count();
    let denied = count(Severity::Deny);
    let notes = found.notes.iter().map(ShownNote::note).chain(input.skipped.iter().map(ShownNote::skipped));
    let checked = Checked {
        decision: if denied > 0 { "deny" } else { "allow" },
        findings: found.findings.iter().map(shown).collect(),
        notes: notes.collect(),
        summary: Summary {
            objects: input.world.checked.len(),
            denied,
            warned: count(Severity::Warn),
            silenced: found.silenced,
        },
    };
    let errors: Vec<ReadError> = input.errors.iter().chain(&found.errors).cloned().collect();
    finish(&checked, &errors)
}

/// Explains manifests.
pub(crate) fn explain(manifests: &JsValue, options: &JsValue) -> Result<JsValue, JsValue> {
    let Input { settings, world, errors, .. } = read(manifests, options)?;
    let explanation = Explanation::new(world, settings, Wanted { pods: true, overlaps: true }).map_err(undecided)?;
    finish(&explanation, &errors)
}

impl<'a> ShownNote<'a> {
    fn note(note: &'a Note) -> Self {
        let location = note.position.location;
        Self {
            file: note.position.file(),
            line: Some(location.line),
            column: Some(location.column),
            message: &note.message,
        }
    }

    fn skipped(skipped: &'a Skipped) -> Self {
        Self { file: &skipped.file, line: skipped.line, column: None, message: &skipped.reason }
    }
}

/// Returns the result. If a manifest cannot be read, throws, with the result in the error.
fn finish(result: &impl Serialize, errors: &[ReadError]) -> Result<JsValue, JsValue> {
    let text = serde_json::to_string(result).map_err(|error| Failure::at("manifests", error.to_string()))?;
    let result = value::from_json(&text)?;
    if errors.is_empty() {
        return Ok(result);
    }
    let fault = |error: &ReadError| Fault {
        path: error.file.clone(),
        message: error.message.clone(),
        position: error.line().zip(error.column()),
        ..Fault::default()
    };
    Err(Failure { faults: errors.iter().map(fault).collect(), result: Some(result) }.into())
}

fn undecided(error: impl std::fmt::Display) -> Failure {
    Failure::at("manifests", error.to_string())
}

fn read(manifests: &JsValue, options: &JsValue) -> Result<Input, Failure> {
    let mut namespace = NAMESPACE.to_owned();
    let mut settings = Settings::default();
    let mut context = Manifests::default();
    if !options.is_undefined() && !options.is_null() {
        let options = argument::object(options, "options")?;
        let given = argument::member(options, "settings", "options.settings")?;
        settings = podnetworking_policy::parse_settings(argument::settings(&given)?.as_deref())
            .map_err(|faults| Failure { faults: faults.into_iter().map(Fault::of_settings).collect(), result: None })?;
        let given = argument::member(options, "context", "options.context")?;
        if !given.is_undefined() && !given.is_null() {
            context = read_all(&given, "options.context", "context")?;
        }
        let given = argument::member(options, "namespace", "options.namespace")?;
        if !given.is_undefined() && !given.is_null() {
            namespace = argument::string(&given, "options.namespace")?;
        }
    }
    let Manifests { documents, mut errors, skipped } = read_all(manifests, "manifests", "manifest")?;
    errors.extend(context.errors);
    let objects = |documents: Vec<_>| documents.into_iter().map(|document| Object::new(document, &namespace)).collect();
    Ok(Input { settings, world: World::new(objects(documents), objects(context.documents)), errors, skipped })
}

/// Reads a manifest or a list of manifests. Manifests without a name are called `manifest-1`, `manifest-2`, ...
fn read_all(whole: &JsValue, path: &str, noun: &str) -> Result<Manifests, Failure> {
    let list = match whole.dyn_ref::<Array>() {
        Some(list) => list.iter().collect(),
        None => vec![whole.clone()],
    };
    let mut all = Manifests::default();
    for (value, number) in list.iter().zip(1..) {
        let path = if Array::is_array(whole) { format!("{path}[{}]", number - 1) } else { path.to_owned() };
        all.extend(read_one(value, &format!("{noun}-{number}"), &path)?);
    }
    Ok(all)
}

fn read_one(value: &JsValue, name: &str, path: &str) -> Result<Manifests, Failure> {
    if let Some(text) = value.as_string() {
        return Ok(read_str(name, &text));
    }
    let object = argument::object(value, path)?;
    let text = argument::member(object, "text", path)?;
    if text.is_undefined() {
        // A Kubernetes object.
        return Ok(read_str(name, &argument::json(value, path)?.unwrap_or_default()));
    }
    let text = argument::string(&text, &format!("{path}.text"))?;
    let given = argument::member(object, "name", path)?;
    if given.is_undefined() || given.is_null() {
        return Ok(read_str(name, &text));
    }
    Ok(read_str(&argument::string(&given, &format!("{path}.name"))?, &text))
}
