//! The functions of the plug-in. Input and output are JSON text.

#![allow(unsafe_code, reason = "the macro exports the functions, and hands over errors")]

use extism_pdk::{Error, FnResult, plugin_fn};
use podnetworking_check::question::Answered;
use podnetworking_policy::answer::decision::settings_response;
use podnetworking_policy::decide_payload;
use podnetworking_policy::facts::inline::NoHost;

use crate::arguments;
use crate::failure::Failure;

/// Decides an admission request, `{"request", "settings", "context"}`. It answers whatever the payload is: what cannot be
/// decided is a denial with the reason.
#[plugin_fn]
pub fn decide(payload: Vec<u8>) -> FnResult<String> {
    Ok(decide_payload(&payload, |_| NoHost).to_json())
}

/// Decides the same, and answers with Kubewarden's `ValidationResponse`.
#[plugin_fn]
pub fn validate(payload: Vec<u8>) -> FnResult<String> {
    Ok(decide_payload(&payload, |_| NoHost).to_validation_response())
}

/// Checks settings, a JSON object, and answers with Kubewarden's `SettingsValidationResponse`.
#[plugin_fn]
pub fn validate_settings(settings: Vec<u8>) -> FnResult<String> {
    let text = std::str::from_utf8(&settings)?;
    Ok(settings_response(&podnetworking_policy::parse_settings(Some(text)).err().unwrap_or_default()))
}

/// Checks manifests: `{"manifests", "options"}`, the arguments of the npm package. The result is the one of the package, and
/// an error is the JSON of its error.
#[plugin_fn]
pub fn check(input: Vec<u8>) -> FnResult<String> {
    let answered = arguments::read(&input).and_then(|question| question.check().map_err(Failure::from));
    Ok(finish(answered)?)
}

/// Explains manifests, with the arguments of `check`.
#[plugin_fn]
pub fn explain(input: Vec<u8>) -> FnResult<String> {
    let answered = arguments::read(&input).and_then(|question| question.explain().map_err(Failure::from));
    Ok(finish(answered)?)
}

/// Returns the result. If a manifest cannot be read, the call fails, with the result in the error.
fn finish(answered: Result<Answered, Failure>) -> Result<String, Error> {
    let failure = match answered {
        Ok(Answered { json, faults }) if faults.is_empty() => return Ok(json),
        Ok(Answered { json, faults }) => Failure { faults, result: Some(json) },
        Err(failure) => failure,
    };
    Err(Error::msg(failure.to_json()?))
}
