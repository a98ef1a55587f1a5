//! Reads settings, with the IDs of all rules and mutations.

use crate::json::value::Json;
use crate::mutations::MUTATIONS;
use crate::rules;
use crate::settings::read::{self, KnownIds};
use crate::settings::values::Settings;
use crate::text::problem::Problem;

/// Reads settings from JSON text. Without text, or with `null`, they are the defaults.
///
/// # Errors
/// All problems, sorted by path: unknown keys, unknown ids, wrong types.
pub fn parse_settings(text: Option<&str>) -> Result<Settings, Vec<Problem>> {
    let Some(text) = text else {
        return Ok(Settings::default());
    };
    match Json::parse(text) {
        Ok(json) => read_settings(json),
        Err(error) => Err(vec![Problem {
            message: format!("the settings are not valid JSON: {error}"),
            help: "write the settings as a JSON object".to_owned(),
            ..Problem::default()
        }]),
    }
}

/// Reads settings from JSON.
///
/// # Errors
/// All problems, sorted by path: unknown keys, unknown ids, wrong types.
pub fn read_settings(json: Json<'_>) -> Result<Settings, Vec<Problem>> {
    let rules: Vec<&str> = rules::of_every_host().map(|rule| rule.id).collect();
    let mutations: Vec<&str> = MUTATIONS.iter().map(|mutation| mutation.id).collect();
    read::read(json, KnownIds { rules: &rules, mutations: &mutations })
}
