//! `validate`, `decide` and `validate-settings`: the same functions as the wasm module has, from stdin to stdout.

use std::io::Read;

use anyhow::Context;
use podnetworking_policy::answer::decision::{Decision, settings_response};
use podnetworking_policy::decide_payload;
use podnetworking_policy::facts::inline::NoHost;
use podnetworking_policy::text::problem::Problem;

use crate::output::{self, Exit};

fn stdin() -> anyhow::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    std::io::stdin().lock().read_to_end(&mut bytes).context("cannot read stdin")?;
    Ok(bytes)
}

fn decision() -> anyhow::Result<Decision> {
    Ok(decide_payload(&stdin()?, |_| NoHost))
}

/// Prints Kubewarden's `ValidationResponse`.
///
/// # Errors
/// If stdin cannot be read, or stdout cannot be written.
pub fn validate() -> anyhow::Result<Exit> {
    output::print_raw((decision()?.to_validation_response() + "\n").as_bytes())?;
    Ok(Exit::Clean)
}

/// Prints the whole decision.
///
/// # Errors
/// If stdin cannot be read, or stdout cannot be written.
pub fn decide() -> anyhow::Result<Exit> {
    output::print_raw((decision()?.to_json() + "\n").as_bytes())?;
    Ok(Exit::Clean)
}

/// Prints Kubewarden's `SettingsValidationResponse`.
///
/// # Errors
/// If stdin cannot be read, or stdout cannot be written.
pub fn validate_settings() -> anyhow::Result<Exit> {
    let faults = match String::from_utf8(stdin()?) {
        Ok(text) => podnetworking_policy::parse_settings(Some(&text)).err().unwrap_or_default(),
        Err(_) => vec![Problem {
            message: "the settings are not UTF-8".to_owned(),
            help: "write them as a JSON object".to_owned(),
            ..Problem::default()
        }],
    };
    output::print_raw((settings_response(&faults) + "\n").as_bytes())?;
    Ok(Exit::Clean)
}
