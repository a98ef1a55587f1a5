//! The settings: a file, `--platform`, and the inventory that `aliyun` prints, made into the JSON that the policy reads.

use std::path::Path;

use anyhow::{Context, bail};
use podnetworking_manifests::{STDIN, read_str};
use podnetworking_policy::Settings;
use podnetworking_policy::json::Json;
use podnetworking_policy::settings::SettingsFault;
use serde_json::{Map, Value, json};

use crate::args::SettingsArgs;
use crate::inventory::{self, Inventory};

/// The settings, as text for the module and as the core reads them.
#[derive(Debug)]
pub struct Loaded {
    /// The JSON.
    pub json: String,
    /// What the core makes of it.
    pub settings: Settings,
}

/// Reads all of them.
///
/// # Errors
/// Where a file cannot be read, or with all faults of the settings.
pub fn load(args: &SettingsArgs) -> anyhow::Result<Loaded> {
    let (file, mut settings) = match &args.settings {
        Some(path) => (path.display().to_string(), read_file(path)?),
        None => ("the settings".to_owned(), Value::Object(Map::new())),
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
    let json = settings.to_string();
    let settings = Settings::parse(Some(&json)).map_err(|faults| invalid(&file, &faults))?;
    Ok(Loaded { json, settings })
}

fn invalid(file: &str, faults: &[SettingsFault]) -> anyhow::Error {
    let lines: Vec<String> = faults.iter().map(|fault| format!("\n  {fault}")).collect();
    anyhow::anyhow!("{file}: the settings are not valid:{}", lines.concat())
}

/// What the settings say of an id stays; the inventory fills in the rest.
fn merge(settings: &mut Map<String, Value>, inventory: Inventory) {
    for (key, entries) in [("vSwitches", inventory.vswitches), ("securityGroups", inventory.security_groups)] {
        if entries.is_empty() {
            continue;
        }
        let all = settings.entry("inventory").or_insert_with(|| json!({}));
        if all.is_null() {
            *all = json!({});
        }
        // What is no object is a fault, which the core tells.
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

/// Reads a settings file: YAML or JSON, or a policy's manifest with `spec.settings`.
fn read_file(path: &Path) -> anyhow::Result<Value> {
    let name = if path.as_os_str() == "-" { STDIN.to_owned() } else { path.display().to_string() };
    if name == STDIN {
        bail!("`--settings` does not read stdin; write what it would get into a file");
    }
    let text = std::fs::read_to_string(path).with_context(|| format!("{name} cannot be read"))?;
    parse(&name, &text)
}

/// The settings in a text.
///
/// # Errors
/// Where it is neither YAML nor JSON.
pub fn parse(name: &str, text: &str) -> anyhow::Result<Value> {
    if let Ok(value) = serde_json::from_str::<Value>(text) {
        return Ok(policy_settings(&value).unwrap_or(value));
    }
    let found = read_str(name, text);
    if let Some(error) = found.errors.first() {
        bail!("{error}");
    }
    if let Some(document) = found.documents.first() {
        let value: Value = serde_json::from_str(document.json())?;
        return policy_settings(&value)
            .with_context(|| format!("{name} holds a `{}`, which has no `spec.settings`", document.kind()));
    }
    plain(name, text)
}

/// The settings in the manifest of an AdmissionPolicy or a ClusterAdmissionPolicy.
fn policy_settings(value: &Value) -> Option<Value> {
    value.get("apiVersion")?;
    value.get("kind")?;
    Some(value.pointer("/spec/settings")?.clone())
}

/// YAML that is no Kubernetes object is read as one, so that it is the same YAML.
fn plain(name: &str, text: &str) -> anyhow::Result<Value> {
    let body = text.trim_start_matches('\u{FEFF}');
    let body = body.strip_prefix("---").unwrap_or(body);
    if body.lines().all(|line| line.trim().is_empty() || line.trim_start().starts_with('#')) {
        return Ok(json!({}));
    }
    const HEAD: &str = "apiVersion: podnetworking/v1\nkind: Settings\n";
    let is_flow = body.trim_start().starts_with('{');
    let wrapped = if is_flow { format!("{HEAD}settings: {body}") } else { format!("{HEAD}{body}") };
    let found = read_str(name, &wrapped);
    if let Some(error) = found.errors.first() {
        let line = error.line().unwrap_or_default().saturating_sub(HEAD.lines().count());
        bail!("{name}:{line}: {}", error.message);
    }
    let Some(document) = found.documents.first() else {
        bail!("{name} holds no settings; write them as a map, `platform: ack` say");
    };
    let json = Json::parse(document.json())?;
    if is_flow {
        let settings = json.member("settings").map_or("{}", Json::text);
        return Ok(serde_json::from_str(settings)?);
    }
    let mut value: Value = serde_json::from_str(json.text())?;
    if let Value::Object(members) = &mut value {
        members.remove("apiVersion");
        members.remove("kind");
    }
    Ok(value)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may fail loudly")]
mod tests {
    use super::*;

    #[test]
    fn settings_are_yaml_json_or_in_a_policy() {
        let expected = json!({"platform": "ack", "rules": {"overlap": "warn"}});
        for text in [
            "platform: ack\nrules: {overlap: warn}\n",
            "---\n# ours\nplatform: ack\nrules:\n  overlap: warn\n",
            "{platform: ack, rules: {overlap: warn}}",
            r#"{"platform": "ack", "rules": {"overlap": "warn"}}"#,
            "apiVersion: policies.kubewarden.io/v1\nkind: ClusterAdmissionPolicy\nmetadata: {name: p}\n\
             spec: {settings: {platform: ack, rules: {overlap: warn}}}\n",
        ] {
            assert_eq!(parse("s.yaml", text).unwrap(), expected, "{text}");
        }
        assert_eq!(parse("s.yaml", "").unwrap(), json!({}));
        assert_eq!(parse("s.yaml", "# nothing\n").unwrap(), json!({}));
    }

    #[test]
    fn broken_settings_are_told_with_their_line() {
        let error = parse("s.yaml", "platform: ack\nrules: {overlap: warn\n").unwrap_err().to_string();
        assert!(error.starts_with("s.yaml:"), "{error}");
        assert!(parse("s.yaml", "just text").is_err());
    }

    #[test]
    fn the_inventory_fills_in_what_the_settings_leave_out() {
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
