//! Writes a decision in the form of a case.

use std::fmt::Write;

use crate::changes;
use crate::exact::{Exact, quoted};

/// The block `expected` of a case.
pub(crate) fn expected(decision: &Exact, zones: Option<&Exact>, object: Option<&Exact>) -> String {
    let mut text = "expected:\n".to_owned();
    let mut line = |line: String| writeln!(text, "{line}").expect("memory");
    for key in ["decision", "selected"] {
        if let Some(value) = decision.get(key).and_then(Exact::as_str) {
            line(format!("  {key}: {}", scalar(value)));
        }
    }
    if let Some(zones) = zones.and_then(Exact::as_str) {
        line(format!("  zones: {}", scalar(zones)));
    }
    let findings = decision.get("findings").map(Exact::elements).unwrap_or_default();
    if !findings.is_empty() {
        line("  findings:".to_owned());
    }
    for finding in findings {
        let mut dash = '-';
        for key in ["rule", "severity", "path", "message", "help"] {
            let value = finding.get(key).and_then(Exact::as_str).unwrap_or_default();
            // This message differs between hosts.
            if key == "message" && value.contains("this host has no cluster") {
                continue;
            }
            line(format!("    {dash} {key}: {}", scalar(value)));
            dash = ' ';
        }
        for key in ["witness", "related", "fix"] {
            if let Some(value) = finding.get(key) {
                let value = if key == "fix" { value.clone() } else { short(value) };
                line(format!("      {key}: {}", flow(&value)));
            }
        }
    }
    if let Some(after) = decision.get("mutatedObject").filter(|object| **object != Exact::Null) {
        match object.and_then(|before| changes::between(before, after)) {
            Some(changes) => {
                line("  changed:".to_owned());
                for (path, value) in changes {
                    line(format!("    {}: {}", scalar(&path), flow(&value)));
                }
            }
            None => line(format!("  mutatedObject: {}", flow(after))),
        }
    }
    text
}

/// Related objects without the fields that are always the same.
fn short(value: &Exact) -> Exact {
    match value {
        Exact::List(elements) => Exact::List(elements.iter().map(short).collect()),
        Exact::Object(members) if members.contains_key("apiVersion") => Exact::Object(
            members
                .iter()
                .filter(|(key, _)| *key == "name" || *key == "path")
                .map(|(k, v)| (k.clone(), v.clone()))
                .collect(),
        ),
        other => other.clone(),
    }
}

/// A value in YAML's flow style, with few quotation marks.
fn flow(value: &Exact) -> String {
    match value {
        Exact::List(elements) => format!("[{}]", elements.iter().map(flow).collect::<Vec<_>>().join(", ")),
        Exact::Object(members) => {
            let members: Vec<String> =
                members.iter().map(|(key, value)| format!("{}: {}", flow_scalar(key), flow(value))).collect();
            format!("{{{}}}", members.join(", "))
        }
        Exact::String(text) => flow_scalar(text),
        other => other.to_string(),
    }
}

fn flow_scalar(text: &str) -> String {
    if text.contains(['[', ']']) { quoted(text) } else { scalar(text) }
}

/// A YAML string: plain if it cannot be read as another type, otherwise in quotes.
fn scalar(text: &str) -> String {
    let is_plain = text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || "-_./[]".contains(c))
        && !["true", "false", "null", "yes", "no", "on", "off", "y", "n"].contains(&text.to_lowercase().as_str());
    if is_plain {
        return text.to_owned();
    }
    if text.chars().any(char::is_control) { quoted(text) } else { format!("'{}'", text.replace('\'', "''")) }
}
