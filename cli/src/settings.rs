//! The settings of a check: a file, `--platform` and the output of `aliyun`, merged into the JSON that the policy reads.

use std::path::Path;

use anyhow::{Context, bail};
use podnetworking_check::settings::parse;
use podnetworking_manifests::STDIN;
use podnetworking_policy::Settings;
use podnetworking_policy::text::problem::Problem;
use serde_json::{Map, Value, json};

use crate::args::SettingsArgs;
use crate::inventory::{self, Inventory};

/// The settings, as text for the module and as the core reads them.
#[derive(Debug)]
pub struct Loaded {
    /// The JSON, for the module.
    pub json: String,
    /// The same settings, for the core.
    pub settings: Settings,
    /// The platform.
    pub platform: Assumed,
}

/// The platform of a check.
#[derive(Clone, Copy, Debug)]
pub struct Assumed {
    /// Its name.
    pub name: &'static str,
    /// Whether neither the arguments nor the settings name it.
    pub is_assumed: bool,
}

/// Reads and merges all settings.
///
/// # Errors
/// If a file cannot be read, or if the settings are not valid. The error then has all problems.
pub fn load(args: &SettingsArgs) -> anyhow::Result<Loaded> {
    let (file, mut settings) = match &args.settings {
        Some(path) => (path.display().to_string(), read_file(path)?),
        None => ("the arguments".to_owned(), Value::Object(Map::new())),
    };
    let inventory = inventory::read(&args.vswitches, &args.security_groups)?;
    if settings.is_null() {
        settings = json!({});
    }
    if let Value::Object(members) = &mut settings {
        if let Some(platform) = &args.platform {
            members.insert("platform".to_owned(), json!(platform));
        }
        merge(members, inventory);
    }
    let is_assumed = settings.get("platform").is_none_or(Value::is_null);
    let json = settings.to_string();
    let settings = podnetworking_policy::parse_settings(Some(&json)).map_err(|faults| invalid(&file, &faults))?;
    let platform = Assumed { name: settings.platform.name(), is_assumed };
    Ok(Loaded { json, settings, platform })
}

fn invalid(file: &str, faults: &[Problem]) -> anyhow::Error {
    let lines: Vec<String> = faults.iter().map(|fault| format!("\n  {fault}")).collect();
    anyhow::anyhow!("invalid settings in {file}:{}", lines.concat())
}

/// Adds the inventory to the settings. A field that the settings have is not changed.
fn merge(settings: &mut Map<String, Value>, inventory: Inventory) {
    for (key, entries) in [("vSwitches", inventory.vswitches), ("securityGroups", inventory.security_groups)] {
        if entries.is_empty() {
            continue;
        }
        let all = settings.entry("inventory").or_insert_with(|| json!({}));
        if all.is_null() {
            *all = json!({});
        }
        // If it is not an object, the core reports it.
        let Value::Object(all) = all else { return };
        let known = all.entry(key).or_insert_with(|| json!({}));
        if known.is_null() {
            *known = json!({});
        }
        let Value::Object(known) = known else { continue };
        for (id, entry) in entries {
            let place = known.entry(id).or_insert_with(|| json!({}));
            if let (Value::Object(place), Value::Object(entry)) = (place, entry) {
                for (field, value) in entry {
                    place.entry(field).or_insert(value);
                }
            }
        }
    }
}

/// Reads a settings file: YAML, JSON, or the manifest of a policy with `spec.settings`.
fn read_file(path: &Path) -> anyhow::Result<Value> {
    let name = if path.as_os_str() == "-" { STDIN.to_owned() } else { path.display().to_string() };
    if name == STDIN {
        bail!("`--settings` cannot read stdin; save the settings to a file first");
    }
    let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {name}"))?;
    parse(&name, &text)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may fail loudly")]
mod tests {
    use super::*;

    #[test]
    fn the_inventory_adds_only_what_the_settings_leave_out() {
        let Value::Object(mut settings) = json!({"inventory": {"vSwitches": {"vsw-a": {"zone": "z1"}}}}) else {
            return;
        };
        let mut inventory = Inventory::default();
        inventory.vswitches.insert("vsw-a".into(), json!({"zone": "z2", "vpc": "vpc-1"}));
        inventory.vswitches.insert("vsw-b".into(), json!({"zone": "z3"}));
        merge(&mut settings, inventory);
        let expected = json!({"vsw-a": {"zone": "z1", "vpc": "vpc-1"}, "vsw-b": {"zone": "z3"}});
        assert_eq!(settings.get("inventory").unwrap().get("vSwitches").unwrap(), &expected);
    }
}
