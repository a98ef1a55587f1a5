//! The settings of a text: YAML, JSON, or the manifest of the policy that holds them.

use anyhow::{Context, bail};
use podnetworking_manifests::read_str;
use podnetworking_policy::json::value::Json;
use serde_json::{Value, json};

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
}
