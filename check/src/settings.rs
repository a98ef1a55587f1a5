//! Reads settings from YAML, JSON, or the manifest of a policy.

use anyhow::{Context, bail};
use podnetworking_manifests::read_str;
use podnetworking_policy::json::value::Json;
use serde_json::{Value, json};

/// The settings in a text. `name` is the name of the file, for messages.
///
/// # Errors
/// If the text is neither YAML nor JSON, or is a Kubernetes object without `spec.settings`.
pub fn parse(name: &str, text: &str) -> anyhow::Result<Value> {
    if let Ok(value) = serde_json::from_str::<Value>(text) {
        return Ok(policy_settings(&value).unwrap_or(value));
    }
    // A manifest that begins with a brace is JSON for kubectl; settings may still be YAML.
    if begins_with_brace(text.trim_start_matches('\u{FEFF}')) {
        return plain(name, text).map(|value| policy_settings(&value).unwrap_or(value));
    }
    let found = read_str(name, text);
    if let Some(error) = found.errors.first() {
        bail!("{error}");
    }
    if let Some(document) = found.documents.first() {
        let value: Value = serde_json::from_str(document.json())?;
        return policy_settings(&value)
            .with_context(|| format!("{name} contains a `{}` without `spec.settings`; expected settings, or a policy that has `spec.settings`", document.kind()));
    }
    plain(name, text)
}

fn begins_with_brace(text: &str) -> bool {
    text.trim_start().starts_with('{')
}

/// The settings in the manifest of an AdmissionPolicy or a ClusterAdmissionPolicy.
fn policy_settings(value: &Value) -> Option<Value> {
    value.get("apiVersion")?;
    value.get("kind")?;
    Some(value.pointer("/spec/settings")?.clone())
}

/// Reads YAML that is not a Kubernetes object. It is read as the body of one, so that both are the same YAML.
fn plain(name: &str, text: &str) -> anyhow::Result<Value> {
    let body = text.trim_start_matches('\u{FEFF}');
    let body = body.strip_prefix("---").unwrap_or(body);
    if body.lines().all(|line| line.trim().is_empty() || line.trim_start().starts_with('#')) {
        return Ok(json!({}));
    }
    const HEAD: &str = "apiVersion: podnetworking/v1\nkind: Settings\n";
    let is_flow = begins_with_brace(body);
    let wrapped = if is_flow { format!("{HEAD}settings: {body}") } else { format!("{HEAD}{body}") };
    let found = read_str(name, &wrapped);
    if let Some(error) = found.errors.first() {
        let line = error.line().unwrap_or_default().saturating_sub(HEAD.lines().count());
        bail!("{name}:{line}: {}", error.message);
    }
    let Some(document) = found.documents.first() else {
        bail!("{name} contains no settings; expected a map, for example `platform: ack`");
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
    fn settings_are_read_from_yaml_json_or_a_policy() {
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
    fn an_error_in_settings_names_its_line() {
        let error = parse("s.yaml", "platform: ack\nrules: {overlap: warn\n").unwrap_err().to_string();
        assert!(error.starts_with("s.yaml:"), "{error}");
        assert!(parse("s.yaml", "just text").is_err());
    }
}
