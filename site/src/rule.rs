//! The page of one rule.

use std::fmt::Write;

use podnetworking_policy::decide_payload;
use podnetworking_policy::facts::inline::NoHost;
use podnetworking_policy::judgement::rule::{About, Rule};
use podnetworking_policy::rules;
use podnetworking_policy::settings::platform::Platform;
use podnetworking_policy::settings::severity::Severity;
use podnetworking_testing::created;
use serde_json::Value;

/// What the policy answers to the manifests that fire the rule: the lines of this rule, without repetition.
fn answers(rule: &Rule) -> Vec<String> {
    let opening = format!("[{}] ", rule.id);
    let mut lines: Vec<String> = Vec::new();
    for payload in created(rule.id, rule.docs.bad, rule.docs.settings) {
        let answer = decide_payload(payload.as_bytes(), |_| NoHost).to_validation_response();
        let answer: Value = serde_json::from_str(&answer).unwrap_or_default();
        let message = answer.get("message").and_then(Value::as_str).unwrap_or_default();
        let denied = message.lines().filter(|line| line.starts_with(&opening)).map(|line| format!("denied: {line}"));
        let warnings = answer.get("warnings").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
        let warned = warnings.filter(|line| line.starts_with(&opening)).map(|line| format!("Warning: {line}"));
        lines.extend(denied.chain(warned));
    }
    lines.sort();
    lines.dedup();
    lines
}

/// The page.
pub fn page(rule: &Rule) -> String {
    let docs = &rule.docs;
    let mut text = format!("# {}\n\n{}.\n\n| platform | default |\n|---|---|\n", rule.id, capitalised(docs.title));
    for (name, platform) in Platform::ALL {
        let _ = writeln!(text, "| `{name}` | {} |", rule.severities.on(platform).name());
    }
    let _ = write!(
        text,
        "\nChecks: {}.\n\n**When it fires:** {}\n\n**Why:** {}\n\n**How to fix:** {}\n",
        about(rule.about),
        docs.fires,
        docs.reason,
        docs.remedy
    );
    let _ = write!(text, "\n## Bad\n\n```yaml\n{}\n```\n", docs.bad.trim());
    if !docs.settings.is_empty() {
        let _ = write!(text, "\nWith the settings `{}`.\n", docs.settings);
    }
    let answers = answers(rule);
    if !answers.is_empty() {
        let _ = write!(text, "\nThe policy answers:\n\n```text\n{}\n```\n", answers.join("\n"));
    }
    let _ = write!(text, "\n## Good\n\n```yaml\n{}\n```\n", docs.good.trim());
    text.push_str(&silence(rule));
    text
}

/// How to change the severity in a cluster, and how to silence the rule in CI.
fn silence(rule: &Rule) -> String {
    let id = rule.id;
    let mut text = "\n## Change or silence it\n\n".to_owned();
    if rules::find(id).is_some() {
        let serverless = rule.severities.on(Platform::AckServerless);
        let other = if serverless == Severity::Warn { "deny" } else { "warn" };
        let _ = write!(
            text,
            "In the cluster, with the [settings](../settings.md) of the policy:\n\n```yaml\nrules:\n  {id}: {other}   # deny, warn or off\n```\n\n"
        );
    }
    let _ = write!(
        text,
        "In CI, for one run: `podnetworking check --ignore {id}`. For one object, with an annotation that has the reason. It \
         has no effect in the cluster:\n\n```yaml\nmetadata:\n  annotations:\n    podnetworking-policy/ignore.{id}: the reason\n```\n"
    );
    text
}

fn about(about: About) -> &'static str {
    match about {
        About::All => "all objects",
        About::PodNetworking => "PodNetworkings",
        About::PodLike => "Pods, and workloads that have a pod template",
        About::Pod => "Pods",
        About::Workload => "workloads that have a pod template",
        About::Namespace => "Namespaces",
    }
}

fn capitalised(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map(|first| first.to_uppercase().chain(characters).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_page_shows_what_the_policy_answers() {
        for rule in rules::all() {
            let text = page(rule);
            let shown = format!(": [{}] ", rule.id);
            assert!(text.contains(&shown), "the page of {} shows no answer", rule.id);
            assert!(text.starts_with(&format!("# {}\n", rule.id)));
        }
    }
}
