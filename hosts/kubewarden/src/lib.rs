//! `policy.wasm`: the decision as a waPC guest.
//!
//! It translates: the payload's bytes into a decision and back, and what the decision asks for into host calls of
//! Kubewarden. It imports nothing but waPC, so that any waPC host can run it.

#![deny(clippy::disallowed_types)]

mod host;

use podnetworking_policy::answer::decision::{Decision, settings_response};
use podnetworking_policy::decide_payload;
use wapc_guest::{CallResult, register_function};

/// Called by the host once, when it has made the instance.
#[expect(unsafe_code, reason = "the waPC protocol fixes the name of the export")]
#[unsafe(no_mangle)]
pub extern "C" fn wapc_init() {
    register_function("validate", validate);
    register_function("validate_settings", validate_settings);
    register_function("protocol_version", protocol_version);
    register_function("decide", decide);
}

fn decision(payload: &[u8]) -> Decision {
    decide_payload(payload, |settings| host::Host::new(settings.preflight_user.clone()))
}

/// Kubewarden's `ValidationResponse`.
fn validate(payload: &[u8]) -> CallResult {
    Ok(decision(payload).to_validation_response().into_bytes())
}

/// The whole decision, for the same payload.
fn decide(payload: &[u8]) -> CallResult {
    Ok(decision(payload).to_json().into_bytes())
}

/// Kubewarden's `SettingsValidationResponse`. It makes no host call: policy-server has none to offer at start.
fn validate_settings(payload: &[u8]) -> CallResult {
    let faults = match std::str::from_utf8(payload) {
        Ok(text) => podnetworking_policy::parse_settings(Some(text)).err().unwrap_or_default(),
        Err(_) => vec![podnetworking_policy::text::problem::Problem {
            message: "the settings are not UTF-8".to_owned(),
            help: "write them as a JSON object".to_owned(),
            ..Default::default()
        }],
    };
    Ok(settings_response(&faults).into_bytes())
}

/// The version of Kubewarden's protocol.
fn protocol_version(_: &[u8]) -> CallResult {
    Ok(br#""v1""#.to_vec())
}
