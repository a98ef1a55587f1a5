//! The decision in JavaScript: the npm package `podnetworking-policy`.
//!
//! This crate only translates: JavaScript values into the JSON that the core reads, and its answers back. Objects pass
//! through `JSON.stringify` and `JSON.parse`. Text reaches the core unchanged.

mod argument;
mod failure;
mod manifests;
mod value;

use js_sys::Array;
use podnetworking_check::fault::Fault;
use podnetworking_policy::answer::decision::settings_response;
use podnetworking_policy::decide_payload;
use podnetworking_policy::facts::inline::NoHost;
use wasm_bindgen::prelude::*;

/// The types of arguments and results, for TypeScript.
#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = include_str!("types.d.ts");

/// Decides an admission request.
///
/// Arguments are objects or JSON text. The decision has the reasons of a denial, also invalid settings and a malformed
/// request. The function throws only if an argument cannot be read.
///
/// JavaScript's numbers are exact up to 2^53. For objects with larger numbers use `decideText`.
///
/// @param payload - the request with settings and facts, as an object or as JSON text
/// @throws {PolicyError} if an argument is not JSON; `path` is the argument
#[wasm_bindgen(unchecked_return_type = "Decision")]
pub fn decide(#[wasm_bindgen(unchecked_param_type = "Payload | string")] payload: JsValue) -> Result<JsValue, JsValue> {
    let payload = argument::payload(&payload)?;
    value::from_json(&decide_payload(payload.as_bytes(), |_| NoHost).to_json())
}

/// Decides an admission request, from JSON text to JSON text. Numbers keep their digits.
///
/// The text is `{"request": ..., "settings": ..., "context": ...}`. The answer is the one of `decide`. Text that is not
/// JSON is denied, as in a cluster.
///
/// @param json - the payload
/// @throws {PolicyError} if the argument is not a string
#[wasm_bindgen(js_name = decideText)]
pub fn decide_text(#[wasm_bindgen(unchecked_param_type = "string")] json: JsValue) -> Result<String, JsValue> {
    let json = argument::string(&json, "json")?;
    Ok(decide_payload(json.as_bytes(), |_| NoHost).to_json())
}

/// Answers an admission request as the policy does in a cluster: whether it is accepted, the message of a denial, and the
/// warnings, each cut to the length that Kubernetes shows.
///
/// The decision is the one of `decide`, in the shape that an admission webhook needs.
///
/// @param payload - the request with settings and facts, as an object or as JSON text
/// @throws {PolicyError} if an argument is not JSON; `path` is the argument
#[wasm_bindgen(unchecked_return_type = "ValidationResponse")]
pub fn validate(
    #[wasm_bindgen(unchecked_param_type = "Payload | string")] payload: JsValue,
) -> Result<JsValue, JsValue> {
    let payload = argument::payload(&payload)?;
    value::from_json(&decide_payload(payload.as_bytes(), |_| NoHost).to_validation_response())
}

/// Checks manifests against each other and against the objects in the cluster, for example in CI.
///
/// Objects are checked as if they were created one after another. A pair of PodNetworkings that overlap is reported once,
/// at the later manifest. An object that is also in `options.context` is checked as an update.
///
/// @param manifests - YAML or JSON text, or a list of texts, objects and `{ name, text }`
/// @param options - settings, the objects in the cluster, and the namespace for objects without `metadata.namespace`
/// @throws {PolicyError} if settings are not valid (`path` is the setting) or a manifest cannot be read (`path` is its
/// name, with `line` and `column`); `faults` has all problems, and `result` the result for the other manifests
#[wasm_bindgen(unchecked_return_type = "CheckResult")]
pub fn check(
    #[wasm_bindgen(unchecked_param_type = "Manifests")] manifests: JsValue,
    #[wasm_bindgen(unchecked_optional_param_type = "CheckOptions | null")] options: JsValue,
) -> Result<JsValue, JsValue> {
    manifests::check(&manifests, &options)
}

/// Explains for each pod and workload which PodNetworking selects it, and why the others do not. Also lists the
/// PodNetworkings that overlap.
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

/// Lists the rules, each with its severities, the reason, how to fix a finding, and a good and a bad manifest.
#[wasm_bindgen(unchecked_return_type = "Rule[]")]
pub fn rules() -> Result<JsValue, JsValue> {
    value::from_json(&podnetworking_policy::documentation::rules_json().to_string())
}

/// Checks whether settings are valid, and returns all problems.
///
/// @param settings - the settings as an object, or as JSON or YAML text; the defaults if absent
#[wasm_bindgen(js_name = validateSettings, unchecked_return_type = "SettingsValidation")]
pub fn validate_settings(
    #[wasm_bindgen(unchecked_optional_param_type = "Settings | string | null")] settings: JsValue,
) -> Result<JsValue, JsValue> {
    let faults = match argument::settings(&settings) {
        Ok(text) => podnetworking_policy::parse_settings(text.as_deref()).err().unwrap_or_default(),
        // Text that is neither JSON nor YAML is invalid settings, too.
        Err(failure) => failure.faults.into_iter().map(failure::unread_settings).collect(),
    };
    let answer = value::from_json(&settings_response(&faults))?;
    let faults = faults.into_iter().map(|fault| failure::to_value(&Fault::of_settings(fault)));
    value::set(&answer, "faults", &faults.collect::<Array>());
    Ok(answer)
}
