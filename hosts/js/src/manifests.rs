//! Checks and explains manifests with the code of the CLI.

use js_sys::Array;
use podnetworking_check::fault::Fault;
use podnetworking_check::question::{Answered, NAMESPACE, Question};
use podnetworking_manifests::{Manifests, read_str};
use podnetworking_policy::Settings;
use wasm_bindgen::{JsCast, JsValue};

use crate::argument;
use crate::failure::Failure;
use crate::value;

/// Checks manifests.
pub(crate) fn check(manifests: &JsValue, options: &JsValue) -> Result<JsValue, JsValue> {
    finish(read(manifests, options)?.check().map_err(Failure::from)?)
}

/// Explains manifests.
pub(crate) fn explain(manifests: &JsValue, options: &JsValue) -> Result<JsValue, JsValue> {
    finish(read(manifests, options)?.explain().map_err(Failure::from)?)
}

/// Returns the result. If a manifest cannot be read, throws, with the result in the error.
fn finish(answered: Answered) -> Result<JsValue, JsValue> {
    let result = value::from_json(&answered.json)?;
    if answered.faults.is_empty() {
        return Ok(result);
    }
    Err(Failure { faults: answered.faults, result: Some(result) }.into())
}

fn read(manifests: &JsValue, options: &JsValue) -> Result<Question, Failure> {
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
    let manifests = read_all(manifests, "manifests", "manifest")?;
    Ok(Question::new(settings, manifests, context, &namespace))
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
