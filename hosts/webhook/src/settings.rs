//! The settings of both webhooks, made from one file.

use std::path::Path;

use podnetworking_policy::Settings;
use podnetworking_policy::mutations::MUTATIONS;
use serde_json::{Map, Value, json};

use crate::options::Mode;

/// The rule that stands behind the mutation of zones.
const ZONE_UNCONSTRAINED: &str = "zone-unconstrained";

/// The settings of one webhook.
#[derive(Clone, Debug)]
pub struct One {
    /// As JSON, for the module.
    pub json: String,
    /// As the core reads them.
    pub settings: Settings,
}

/// The settings of both webhooks.
#[derive(Clone, Debug)]
pub struct Both {
    /// Those of `/mutate`: as they are written.
    pub mutate: One,
    /// Those of `/validate`: all mutations are off, and `zone-unconstrained` denies unless the settings say otherwise. In
    /// monitor mode nothing is constrained, so there the rule is as the settings have it.
    pub validate: One,
}

/// Reads the settings from a file and the platform from the arguments.
///
/// # Errors
/// Everything that is wrong with them.
pub fn load(file: Option<&Path>, platform: Option<&str>, mode: Mode) -> Result<Both, String> {
    let name = file.map_or_else(|| "the arguments".to_owned(), |file| file.display().to_string());
    let mut settings = match file {
        Some(file) => {
            let text = std::fs::read_to_string(file).map_err(|error| format!("cannot read {name}: {error}"))?;
            podnetworking_check::settings::parse(&name, &text).map_err(|error| format!("{error:#}"))?
        }
        None => Value::Null,
    };
    if settings.is_null() {
        settings = json!({});
    }
    if let (Value::Object(members), Some(platform)) = (&mut settings, platform) {
        members.insert("platform".to_owned(), json!(platform));
    }
    let mutate = read(&name, &settings)?;
    let validate = read(&name, &validating(settings, mode))?;
    Ok(Both { mutate, validate })
}

fn read(name: &str, settings: &Value) -> Result<One, String> {
    let json = settings.to_string();
    match podnetworking_policy::parse_settings(Some(&json)) {
        Ok(settings) => Ok(One { json, settings }),
        Err(problems) => {
            let lines: Vec<String> = problems.iter().map(ToString::to_string).collect();
            Err(format!("invalid settings in {name}: {}", lines.join(" | ")))
        }
    }
}

/// The settings of `/validate`, made from valid settings.
fn validating(mut settings: Value, mode: Mode) -> Value {
    if let Value::Object(members) = &mut settings {
        let off = MUTATIONS.iter().map(|mutation| (mutation.id.to_owned(), json!(false)));
        members.insert("mutations".to_owned(), Value::Object(off.collect()));
        if mode == Mode::Protect {
            let rules = members.entry("rules").or_insert(Value::Null);
            if rules.is_null() {
                *rules = Value::Object(Map::new());
            }
            if let Value::Object(rules) = rules {
                rules.entry(ZONE_UNCONSTRAINED).or_insert_with(|| json!("deny"));
            }
        }
    }
    settings
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may fail loudly")]
mod tests {
    use super::*;

    fn load_text(text: &str, mode: Mode) -> Result<Both, String> {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), text).unwrap();
        load(Some(file.path()), None, mode)
    }

    #[test]
    fn validate_changes_nothing_and_stands_behind_the_zones() {
        let both = load_text("platform: ack\nmutations: {zone-affinity: false}\n", Mode::Protect).unwrap();
        let value: Value = serde_json::from_str(&both.validate.json).unwrap();
        assert_eq!(
            value,
            json!({
                "platform": "ack",
                "mutations": {"podnetworking-defaults": false, "pod-annotations": false, "zone-affinity": false},
                "rules": {"zone-unconstrained": "deny"},
            })
        );
        assert!(both.mutate.settings.mutates("pod-annotations") && !both.mutate.settings.mutates("zone-affinity"));
    }

    #[test]
    fn what_the_settings_say_of_the_zones_counts() {
        let both = load_text("rules: {zone-unconstrained: warn}\n", Mode::Protect).unwrap();
        assert!(both.validate.json.contains(r#""zone-unconstrained":"warn""#), "{}", both.validate.json);
        let both = load_text("", Mode::Monitor).unwrap();
        assert!(!both.validate.json.contains(ZONE_UNCONSTRAINED), "{}", both.validate.json);
    }

    #[test]
    fn every_problem_of_the_settings_is_named() {
        let error = load_text("platfrom: ack\nrules: {overlap: denied}\n", Mode::Protect).unwrap_err();
        assert!(error.contains("platfrom") && error.contains("rules.overlap"), "{error}");
    }
}
