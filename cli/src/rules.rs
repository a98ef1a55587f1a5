//! `rules`: the list of rules, and the documentation of one rule.

use podnetworking_check::catalogue::{all, find};
use podnetworking_policy::documentation;
use podnetworking_policy::judgement::rule::Rule;
use podnetworking_policy::settings::platform::Platform;
use podnetworking_policy::settings::severity::Severity;
use serde_json::Value;

use crate::args::{RulesArgs, RulesFormat};
use crate::output::{self, BOLD, DIM, ERROR, Exit, WARNING, styled};

/// Prints the list or the documentation of a rule.
///
/// # Errors
/// If stdout cannot be written.
pub fn run(args: &RulesArgs) -> anyhow::Result<Exit> {
    let rule = args.rule.as_deref().and_then(find);
    let text = match (args.format, rule) {
        (RulesFormat::Table, None) => table(),
        (RulesFormat::Table, Some(rule)) => page(rule),
        (RulesFormat::Markdown, None) => documentation::rules_markdown(),
        (RulesFormat::Markdown, Some(rule)) => markdown(rule),
        (RulesFormat::Json, rule) => {
            let mut all = documentation::rules_json();
            if let Some(rule) = rule {
                all = one(&all, rule.id).unwrap_or(all);
            }
            serde_json::to_string_pretty(&all)? + "\n"
        }
    };
    output::print(&text)?;
    Ok(Exit::Clean)
}

/// The entry of a rule in the JSON list.
fn one(all: &Value, id: &str) -> Option<Value> {
    let list = all.as_array().or_else(|| all.get("rules")?.as_array())?;
    list.iter().find(|rule| rule.get("id").and_then(Value::as_str) == Some(id)).cloned()
}

/// The section of a rule in the Markdown.
fn markdown(rule: &Rule) -> String {
    let all = documentation::rules_markdown();
    let mut section = String::new();
    let mut inside = false;
    for line in all.lines() {
        if line.starts_with("## ") {
            inside = line.trim_start_matches('#').trim().trim_matches('`').starts_with(rule.id)
                && line.trim_start_matches('#').trim().trim_matches('`').len() == rule.id.len();
        }
        if inside {
            section.push_str(line);
            section.push('\n');
        }
    }
    section
}

fn severity(rule: &Rule, platform: Platform) -> String {
    let severity = rule.severities.on(platform);
    let style = match severity {
        Severity::Deny => ERROR,
        Severity::Warn => WARNING,
        Severity::Off => DIM,
    };
    // Pads first: the codes of the style must not count.
    styled(style, &format!("{:<5}", severity.name()))
}

fn table() -> String {
    let width = all().map(|rule| rule.id.len()).max().unwrap_or_default();
    let about = all().map(|rule| rule.about.name().len()).max().unwrap_or_default();
    let mut text = styled(
        BOLD,
        &format!(
            "{:<width$}  {:<about$}  {:<14}  {:<5}  {:<5}  finds",
            "rule", "checks", "ack-serverless", "ack", "acs"
        ),
    );
    text.push('\n');
    for rule in all() {
        let [serverless, ack, acs] =
            [Platform::AckServerless, Platform::Ack, Platform::Acs].map(|platform| severity(rule, platform));
        text.push_str(&format!(
            "{:<width$}  {:<about$}  {serverless}{:9}  {ack}  {acs}  {}\n",
            rule.id,
            rule.about.name(),
            "",
            rule.docs.title
        ));
    }
    text
}

/// The documentation of one rule.
fn page(rule: &Rule) -> String {
    let docs = &rule.docs;
    let severities: Vec<String> = Platform::ALL
        .iter()
        .map(|(name, platform)| format!("{} on {name}", rule.severities.on(*platform).name()))
        .collect();
    let mut text = format!(
        "{}: {}\n\n{}\n\nwhy       {}\nfix       {}\nchecks    {}\nseverity  {}\nsilence   podnetworking-policy/ignore.{}: <reason>\n",
        styled(BOLD, rule.id),
        docs.title,
        docs.fires,
        docs.reason,
        docs.remedy,
        rule.about.name(),
        severities.join(", "),
        rule.id,
    );
    for (title, manifests) in [("good example", docs.good), ("bad example", docs.bad)] {
        text.push_str(&format!("\n{}\n", styled(BOLD, title)));
        for line in manifests.trim().lines() {
            text.push_str(&format!("  {line}\n"));
        }
    }
    if !docs.settings.trim().is_empty() {
        text.push_str(&format!("\n{}\n  {}\n", styled(BOLD, "with the settings"), docs.settings.trim()));
    }
    text
}
