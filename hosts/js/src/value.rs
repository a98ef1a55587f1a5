//! JavaScript values that this crate makes.

use js_sys::{JSON, Reflect};
use wasm_bindgen::JsValue;

/// The value of JSON text that the core wrote.
pub(crate) fn from_json(json: &str) -> Result<JsValue, JsValue> {
    JSON::parse(json)
}

/// Sets a property of a new object.
pub(crate) fn set(object: &impl AsRef<JsValue>, key: &str, value: &JsValue) {
    // This fails only for frozen objects.
    let _ = Reflect::set(object.as_ref(), &key.into(), value);
}
