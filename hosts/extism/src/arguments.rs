//! The arguments of `check` and `explain`. Kubernetes objects among them reach the core as they are written.

use std::borrow::Cow;

use podnetworking_check::fault::Fault;
use podnetworking_check::question::{NAMESPACE, Question};
use podnetworking_manifests::{Manifests, read_str};
use podnetworking_policy::Settings;
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::failure::Failure;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Arguments<'a> {
    #[serde(borrow)]
    manifests: &'a RawValue,
    #[serde(borrow, default)]
    options: Option<&'a RawValue>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Options<'a> {
    #[serde(borrow, default)]
    settings: Option<&'a RawValue>,
    #[serde(borrow, default)]
    context: Option<&'a RawValue>,
    #[serde(borrow, default)]
    namespace: Option<&'a RawValue>,
}

/// A manifest with a name.
#[derive(Deserialize)]
struct Named<'a> {
    #[serde(borrow, default)]
    name: Option<&'a RawValue>,
    #[serde(borrow, default)]
    text: Option<&'a RawValue>,
}

/// Reads the arguments.
///
/// # Errors
/// All problems with the settings, or the first argument that cannot be read.
pub(crate) fn read(input: &[u8]) -> Result<Question, Failure> {
    let arguments: Arguments<'_> =
        serde_json::from_slice(input).map_err(|error| Fault::at("arguments", error.to_string()))?;
    let options: Options<'_> = match arguments.options {
        Some(options) => {
            serde_json::from_str(options.get()).map_err(|error| Fault::at("options", error.to_string()))?
        }
        None => Options::default(),
    };
    let settings = match options.settings {
        Some(settings) => read_settings(settings)?,
        None => Settings::default(),
    };
    let context = match options.context {
        Some(context) => read_all(context, "options.context", "context")?,
        None => Manifests::default(),
    };
    let namespace = match options.namespace {
        Some(namespace) => string(namespace, "options.namespace")?,
        None => NAMESPACE.to_owned(),
    };
    let manifests = read_all(arguments.manifests, "manifests", "manifest")?;
    Ok(Question::new(settings, manifests, context, &namespace))
}

/// Settings: an object, or text in JSON or YAML, or the manifest of a policy.
fn read_settings(value: &RawValue) -> Result<Settings, Failure> {
    let json = match text(value, "settings")? {
        Some(text) => Cow::Owned(
            podnetworking_check::settings::parse("settings", &text)
                .map_err(|error| Fault::of_unread_settings(&error))?
                .to_string(),
        ),
        None => Cow::Borrowed(value.get()),
    };
    podnetworking_policy::parse_settings(Some(&json))
        .map_err(|faults| Failure { faults: faults.into_iter().map(Fault::of_settings).collect(), result: None })
}

/// Reads a manifest or a list of manifests. Manifests without a name are called `manifest-1`, `manifest-2`, ...
fn read_all(whole: &RawValue, path: &str, noun: &str) -> Result<Manifests, Fault> {
    if !whole.get().starts_with('[') {
        return read_one(whole, &format!("{noun}-1"), path);
    }
    let list: Vec<&RawValue> = serde_json::from_str(whole.get()).map_err(|error| Fault::at(path, error.to_string()))?;
    let mut all = Manifests::default();
    for (index, value) in list.into_iter().enumerate() {
        all.extend(read_one(value, &format!("{noun}-{}", index + 1), &format!("{path}[{index}]"))?);
    }
    Ok(all)
}

fn read_one(value: &RawValue, name: &str, path: &str) -> Result<Manifests, Fault> {
    if let Some(text) = text(value, path)? {
        return Ok(read_str(name, &text));
    }
    if !value.get().starts_with('{') {
        return Err(Fault::at(path, format!("must be an object or text, found {}", noun(value))));
    }
    let named: Named<'_> = serde_json::from_str(value.get()).map_err(|error| Fault::at(path, error.to_string()))?;
    let Some(text) = named.text else {
        // A Kubernetes object.
        return Ok(read_str(name, value.get()));
    };
    let text = string(text, &format!("{path}.text"))?;
    match named.name {
        Some(name) => Ok(read_str(&string(name, &format!("{path}.name"))?, &text)),
        None => Ok(read_str(name, &text)),
    }
}

fn string(value: &RawValue, path: &str) -> Result<String, Fault> {
    text(value, path)?.ok_or_else(|| Fault::at(path, format!("must be a string, found {}", noun(value))))
}

/// The text of a JSON string; none for other values. A string may hold half of a surrogate pair, which is not text.
fn text(value: &RawValue, path: &str) -> Result<Option<String>, Fault> {
    if !value.get().starts_with('"') {
        return Ok(None);
    }
    serde_json::from_str(value.get()).map(Some).map_err(|error| Fault::at(path, error.to_string()))
}

/// The type of a value for messages.
fn noun(value: &RawValue) -> &'static str {
    match value.get().bytes().next() {
        Some(b'{') => "an object",
        Some(b'[') => "a list",
        Some(b'"') => "a string",
        Some(b't' | b'f') => "a boolean",
        Some(b'n') | None => "nothing",
        Some(_) => "a number",
    }
}
