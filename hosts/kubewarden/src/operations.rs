//! The operations of the module: payloads into decisions and back.

use podnetworking_policy::answer::decision::{Decision, settings_response};
use podnetworking_policy::decide_payload;

use crate::host::Host;

/// The answer to an operation; `None` if there is no such operation.
pub(crate) fn answer(operation: &[u8], payload: &[u8]) -> Option<Vec<u8>> {
    let answer = match operation {
        b"validate" => validate(payload),
        b"validate_settings" => validate_settings(payload),
        b"protocol_version" => r#""v1""#.to_owned(),
        b"decide" => decide(payload),
        _ => return None,
    };
    Some(answer.into_bytes())
}

fn decision(payload: &[u8]) -> Decision {
    decide_payload(payload, |settings| Host::new(settings.preflight_user.clone()))
}

/// Returns Kubewarden's `ValidationResponse`.
fn validate(payload: &[u8]) -> String {
    decision(payload).to_validation_response()
}

/// Returns the whole decision, for the same payload.
fn decide(payload: &[u8]) -> String {
    decision(payload).to_json()
}

/// Returns Kubewarden's `SettingsValidationResponse`. It makes no host calls, because the policy server calls it at start.
fn validate_settings(payload: &[u8]) -> String {
    let faults = match std::str::from_utf8(payload) {
        Ok(text) => podnetworking_policy::parse_settings(Some(text)).err().unwrap_or_default(),
        Err(_) => vec![podnetworking_policy::text::problem::Problem {
            message: "the settings are not UTF-8".to_owned(),
            help: "write them as a JSON object".to_owned(),
            ..Default::default()
        }],
    };
    settings_response(&faults)
}
