//! Arguments from JavaScript: objects or text.

use js_sys::{Array, JSON, Object, Reflect};
use podnetworking_check::fault::Fault;
use podnetworking_policy::json::value::Json;
use wasm_bindgen::{JsCast, JsValue};

use crate::failure::{self, Failure};

/// The fields of a payload.
const PAYLOAD: [&str; 3] = ["request", "settings", "context"];

/// A payload as JSON text.
pub(crate) fn payload(value: &JsValue) -> Result<String, Failure> {
    if value.is_string() {
        return json(value, "payload").map(Option::unwrap_or_default);
    }
    let object = object(value, "payload")?;
    let mut members = Vec::new();
    for key in PAYLOAD {
        let value = member(object, key, key)?;
        let text = if key == "settings" { settings(&value)? } else { json(&value, key)? };
        members.extend(text.map(|text| format!("\"{key}\":{text}")));
    }
    Ok(format!("{{{}}}", members.join(",")))
}

/// Settings as JSON text; none if they are absent. Text may also be YAML, or the manifest of a policy.
pub(crate) fn settings(value: &JsValue) -> Result<Option<String>, Failure> {
    let Some(text) = value.as_string() else { return json(value, "settings") };
    let settings =
        podnetworking_check::settings::parse("settings", &text).map_err(|error| Fault::of_unread_settings(&error))?;
    Ok(Some(settings.to_string()))
}

/// A value or JSON text as JSON text; none if it is absent. The core checks the type of the value.
pub(crate) fn json(value: &JsValue, path: &str) -> Result<Option<String>, Failure> {
    if value.is_undefined() {
        return Ok(None);
    }
    if let Some(text) = value.as_string() {
        return match Json::parse(&text) {
            Ok(_) => Ok(Some(text)),
            Err(error) => Err(Failure::at(path, format!("the text is not valid JSON: {error}"))),
        };
    }
    stringify(value, path).map(Some)
}

fn stringify(value: &JsValue, path: &str) -> Result<String, Failure> {
    let text = JSON::stringify(value).map_err(|thrown| {
        Failure::at(path, format!("the value cannot be written as JSON: {}", failure::message(&thrown)))
    })?;
    // Some values have no JSON, for example functions.
    JsValue::from(text).as_string().ok_or_else(|| Failure::at(path, "the value cannot be written as JSON"))
}

/// An argument that must be a string.
pub(crate) fn string(value: &JsValue, path: &str) -> Result<String, Failure> {
    value.as_string().ok_or_else(|| Failure::at(path, format!("must be a string, found {}", noun(value))))
}

/// An argument that must be an object.
pub(crate) fn object<'v>(value: &'v JsValue, path: &str) -> Result<&'v Object, Failure> {
    let is_object = value.is_object() && !Array::is_array(value);
    value
        .dyn_ref::<Object>()
        .filter(|_| is_object)
        .ok_or_else(|| Failure::at(path, format!("must be an object or JSON text, found {}", noun(value))))
}

/// A field of an object. Reading it may throw, if it is a getter.
pub(crate) fn member(object: &Object, key: &str, path: &str) -> Result<JsValue, Failure> {
    Reflect::get(object, &key.into())
        .map_err(|thrown| Failure::at(path, format!("the field cannot be read: {}", failure::message(&thrown))))
}

/// The type of a value for messages, for example `a number` or `nothing`.
fn noun(value: &JsValue) -> String {
    if value.is_undefined() || value.is_null() {
        return "nothing".to_owned();
    }
    if Array::is_array(value) {
        return "a list".to_owned();
    }
    format!("a {}", value.js_typeof().as_string().unwrap_or_default())
}
