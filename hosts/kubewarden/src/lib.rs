//! `policy.wasm`: the decision as a waPC module.
//!
//! This crate only translates: payloads into decisions and back, and questions of the decision into host calls of
//! Kubewarden. The module imports only waPC, so any waPC host can run it.

#![deny(clippy::disallowed_types)]

mod host;

use podnetworking_policy::answer::decision::{Decision, settings_response};
use podnetworking_policy::decide_payload;
use wapc_guest::{CallResult, register_function};

/// The host calls it once, after it has made an instance.
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

/// Returns Kubewarden's `ValidationResponse`.
fn validate(payload: &[u8]) -> CallResult {
    Ok(decision(payload).to_validation_response().into_bytes())
}

/// Returns the whole decision, for the same payload.
fn decide(payload: &[u8]) -> CallResult {
    Ok(decision(payload).to_json().into_bytes())
}

/// Returns Kubewarden's `SettingsValidationResponse`. It makes no host calls, because the policy server calls it at start.
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

/// Returns the version of Kubewarden's protocol.
fn protocol_version(_: &[u8]) -> CallResult {
    Ok(br#""v1""#.to_vec())
}
