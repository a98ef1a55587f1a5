//! The decision in JavaScript: the npm package `podnetworking-policy`.
//!
//! It translates: JavaScript's values into the texts that the core reads and its answers back. Objects pass through
//! `JSON.stringify` and `JSON.parse`; what is given as text reaches the core as it stands.

mod argument;
mod failure;
mod manifests;

use js_sys::{Array, JSON};
use podnetworking_policy::answer::decision::settings_response;
use podnetworking_policy::decide_payload;
use podnetworking_policy::facts::inline::NoHost;
use wasm_bindgen::prelude::*;

/// The types of arguments and answers, for TypeScript.
#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = include_str!("types.d.ts");

/// Decides an admission request.
///
/// Arguments are objects or their JSON text. What the request is denied for is in the decision, invalid settings and
/// a malformed request among it; only what cannot be read at all is thrown.
///
/// JavaScript's numbers are exact up to 2^53. Of objects with greater ones, give the text, and read `mutatedObject`
/// from `decideText`.
///
/// @param payload - the request with settings and facts, as an object or as JSON text
/// @throws {PolicyError} where an argument is no JSON; `path` tells which
#[wasm_bindgen(unchecked_return_type = "Decision")]
pub fn decide(#[wasm_bindgen(unchecked_param_type = "Payload | string")] payload: JsValue) -> Result<JsValue, JsValue> {
    let payload = argument::payload(&payload)?;
    to_value(&decide_payload(payload.as_bytes(), |_| NoHost).to_json())
}

/// Decides an admission request, from JSON text to JSON text: every number keeps its digits.
///
/// The text is `{"request": ..., "settings": ..., "context": ...}`, the answer that of `decide`. A text that is no
/// JSON is denied, as the policy denies it in a cluster.
///
/// @param json - the payload
/// @throws {PolicyError} where the argument is no string
#[wasm_bindgen(js_name = decideText)]
pub fn decide_text(#[wasm_bindgen(unchecked_param_type = "string")] json: JsValue) -> Result<String, JsValue> {
    let json = argument::string(&json, "json")?;
    Ok(decide_payload(json.as_bytes(), |_| NoHost).to_json())
}

/// Answers an admission request as the policy does in a cluster: whether it is accepted, the message of a refusal, and
/// the warnings, each within the 256 bytes that Kubernetes passes on.
///
/// It is the decision of `decide`, in the shape that an admission webhook answers with.
///
/// @param payload - the request with settings and facts, as an object or as JSON text
/// @throws {PolicyError} where an argument is no JSON; `path` tells which
#[wasm_bindgen(unchecked_return_type = "ValidationResponse")]
pub fn validate(
    #[wasm_bindgen(unchecked_param_type = "Payload | string")] payload: JsValue,
) -> Result<JsValue, JsValue> {
    let payload = argument::payload(&payload)?;
    to_value(&decide_payload(payload.as_bytes(), |_| NoHost).to_validation_response())
}

/// Checks manifests against each other, and against what is in the cluster: what CI runs.
///
/// Objects are judged as if they came one after another. A pair of PodNetworkings that overlap is reported once, at the
/// later manifest. An object that is also in `options.context` is judged as its update.
///
/// @param manifests - YAML or JSON text, or a list of texts, objects and `{ name, text }`
/// @param options - settings, what is in the cluster, and the namespace of objects that name none
/// @throws {PolicyError} where settings are not valid (`path` tells which) or a manifest cannot be read (`path` is its
/// name, beside `line` and `column`); `faults` has all of them, and `result` what the manifests that can be read gave
#[wasm_bindgen(unchecked_return_type = "CheckResult")]
pub fn check(
    #[wasm_bindgen(unchecked_param_type = "Manifests")] manifests: JsValue,
    #[wasm_bindgen(unchecked_optional_param_type = "CheckOptions | null")] options: JsValue,
) -> Result<JsValue, JsValue> {
    manifests::check(&manifests, &options)
}

/// Tells for each pod and workload which PodNetworking selects it, and for every other one the first requirement that
/// failed; and which PodNetworkings overlap.
///
/// @param manifests - as for `check`
/// @param options - as for `check`
/// @throws {PolicyError} as `check` does
#[wasm_bindgen(unchecked_return_type = "Explanation")]
pub fn explain(
    #[wasm_bindgen(unchecked_param_type = "Manifests")] manifests: JsValue,
    #[wasm_bindgen(unchecked_optional_param_type = "CheckOptions | null")] options: JsValue,
) -> Result<JsValue, JsValue> {
    manifests::explain(&manifests, &options)
}

/// The catalogue: every rule with its severities, the reason for it, the remedy, and a good and a bad manifest.
#[wasm_bindgen(unchecked_return_type = "Rule[]")]
pub fn rules() -> Result<JsValue, JsValue> {
    to_value(&podnetworking_policy::documentation::rules_json().to_string())
}

/// Tells whether settings are valid, and all that is wrong with them.
///
/// @param settings - the settings as an object, or as JSON or YAML text; absent ones are the defaults
#[wasm_bindgen(js_name = validateSettings, unchecked_return_type = "SettingsValidation")]
pub fn validate_settings(
    #[wasm_bindgen(unchecked_optional_param_type = "Settings | string | null")] settings: JsValue,
) -> Result<JsValue, JsValue> {
    let faults = match argument::settings(&settings) {
        Ok(text) => podnetworking_policy::parse_settings(text.as_deref()).err().unwrap_or_default(),
        // Neither JSON nor YAML: that is no setting either.
        Err(failure) => failure.faults.into_iter().map(failure::Fault::into_settings).collect(),
    };
    let answer = to_value(&settings_response(&faults))?;
    let faults = faults.into_iter().map(|fault| failure::Fault::of_settings(fault).to_value());
    failure::set(&answer, "faults", &faults.collect::<Array>());
    Ok(answer)
}

/// A text that the core made, as JavaScript's value.
pub(crate) fn to_value(json: &str) -> Result<JsValue, JsValue> {
    JSON::parse(json)
}
