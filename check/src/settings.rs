//! Reads settings from YAML, JSON, or the manifest of a policy.

use anyhow::{Context, bail};
use podnetworking_manifests::read_str;
use podnetworking_policy::json::value::Json;
use serde::de::IgnoredAny;
use serde_json::{Value, json};

/// What a text without a head of its own is read as.
const HEAD: &str = "apiVersion: podnetworking/v1\nkind: Settings\n";

/// The settings in a text. `name` is the name of the file, for messages.
///
/// # Errors
/// If the text is neither YAML nor JSON, has a key twice, or is a Kubernetes object without `spec.settings`.
pub fn parse(name: &str, text: &str) -> anyhow::Result<Value> {
    let text = text.trim_start_matches('\u{FEFF}');
    let comments = comments(text);
    let body = text.get(comments.len()..).unwrap_or_default();
    if serde_json::from_str::<IgnoredAny>(body).is_ok() {
        return of_json(name, body);
    }
    // A manifest that begins with a brace is JSON for kubectl; settings may still be YAML.
    if body.starts_with('{') {
        let comments = comments.replace("---", "#");
        let value = inside(name, &format!("{HEAD}{comments}settings: {body}"), HEAD.lines().count())?;
        return of_object(name, value);
    }
    let found = read_str(name, text);
    if let Some(error) = found.errors.first() {
        bail!("{error}");
    }
    match found.documents.first() {
        Some(document) => of_object(name, serde_json::from_str(document.json())?),
        None => plain(name, text),
    }
}

/// What comes before the first line with content: comments, empty lines and the beginning of a document.
fn comments(text: &str) -> &str {
    let is_content =
        |line: &str| !(line.trim().is_empty() || line.trim_start().starts_with('#') || line.trim() == "---");
    let mut length = 0;
    for line in text.split_inclusive('\n') {
        if is_content(line) {
            length += line.len() - line.trim_start().len();
            break;
        }
        length += line.len();
    }
    text.get(..length).unwrap_or_default()
}

/// JSON as kubectl reads it. A key that is set twice is an error, as in YAML.
fn of_json(name: &str, body: &str) -> anyhow::Result<Value> {
    let whole = format!("{{\"apiVersion\":\"podnetworking/v1\",\"kind\":\"Settings\",\"settings\":{body}}}");
    of_object(name, inside(name, &whole, 0)?)
}

/// The value of `settings` in a text that was made here, with `before` lines before those of the user.
fn inside(name: &str, whole: &str, before: usize) -> anyhow::Result<Value> {
    let found = read_str(name, whole);
    if let Some(error) = found.errors.first() {
        let line = error.line().unwrap_or_default().saturating_sub(before).max(1);
        bail!("{name}:{line}: {}", error.message);
    }
    let Some(document) = found.documents.first() else {
        bail!("{name} contains no settings; expected a map, for example `platform: ack`");
    };
    let settings = Json::parse(document.json())?.member("settings").map_or("{}", Json::text);
    Ok(serde_json::from_str(settings)?)
}

/// The settings of a Kubernetes object; what is none is settings itself.
fn of_object(name: &str, value: Value) -> anyhow::Result<Value> {
    let Some(kind) = value.get("apiVersion").and_then(|_| value.get("kind")) else { return Ok(value) };
    let settings = policy_settings(&value);
    settings.with_context(|| {
        let kind = kind.as_str().unwrap_or_default();
        format!("{name} contains a `{kind}` without `spec.settings`; expected settings, or a policy that has `spec.settings`")
    })
}

/// The settings in the manifest of an AdmissionPolicy or a ClusterAdmissionPolicy.
fn policy_settings(value: &Value) -> Option<Value> {
    Some(value.pointer("/spec/settings")?.clone())
}

/// Reads YAML that is not a Kubernetes object. It is read as the body of one, so that both are the same YAML.
fn plain(name: &str, text: &str) -> anyhow::Result<Value> {
    let body = text.strip_prefix("---").unwrap_or(text);
    if body.lines().all(|line| line.trim().is_empty() || line.trim_start().starts_with('#')) {
        return Ok(json!({}));
    }
    let found = read_str(name, &format!("{HEAD}{body}"));
    if let Some(error) = found.errors.first() {
        let line = error.line().unwrap_or_default().saturating_sub(HEAD.lines().count());
        bail!("{name}:{line}: {}", error.message);
    }
    let Some(document) = found.documents.first() else {
        bail!("{name} contains no settings; expected a map, for example `platform: ack`");
    };
    let mut value: Value = serde_json::from_str(document.json())?;
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
            "\u{FEFF}{platform: ack, rules: {overlap: warn}} # ours\n",
            "# ours\n---\n{platform: ack,\nrules: {overlap: warn}}\n",
            "\u{FEFF}{\"platform\": \"ack\", \"rules\": {\"overlap\": \"warn\"}}\n",
            "{apiVersion: policies.kubewarden.io/v1, kind: ClusterAdmissionPolicy,\n\
             spec: {settings: {platform: ack, rules: {overlap: warn}}}}\n",
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
        let error = parse("s.yaml", "# ours\n{platform: ack,\nrules: }}\n").unwrap_err().to_string();
        assert!(error.starts_with("s.yaml:3:"), "{error}");
    }

    #[test]
    fn a_key_that_is_set_twice_is_an_error() {
        for text in [
            "platform: ack\nplatform: acs\n",
            "{platform: ack, platform: acs}",
            r#"{"platform": "ack", "platform": "acs"}"#,
            r#"{"rules": {"overlap": "warn", "overlap": "off"}}"#,
        ] {
            let error = parse("s.yaml", text).unwrap_err().to_string();
            assert!(error.contains("set twice"), "{text}: {error}");
        }
    }

    #[test]
    fn a_manifest_without_settings_is_an_error() {
        for text in
            ["apiVersion: v1\nkind: Pod\n", r#"{"apiVersion": "v1", "kind": "Pod"}"#, "{apiVersion: v1, kind: Pod}"]
        {
            let error = parse("s.yaml", text).unwrap_err().to_string();
            assert!(error.contains("a `Pod` without `spec.settings`"), "{text}: {error}");
        }
    }
}
