//! The documentation that is generated from the code: docs/rules.md, docs/settings.md and the JSON Schema of the
//! settings. A test fails when the files are stale.

use std::fmt::Write;

use serde_json::{Value, json};

use crate::judgement::rule::{Rule, Severities};
use crate::mutations::MUTATIONS;
use crate::rules;
use crate::settings::inventory::SecurityGroupType;
use crate::settings::platform::Platform;
use crate::settings::read::KEYS;
use crate::settings::severity::Severity;

/// docs/rules.md: the catalogue, then each rule with reason, remedy and manifests.
#[must_use]
pub fn rules_markdown() -> String {
    let mut text = String::from(
        "# Rules\n\n<!-- Generated from src/rules by `make docs`. -->\n\n\
         Each rule has an id, which the settings override (`rules: {overlap: warn}`) and every answer names. The\n\
         severity is the default; where the platforms differ it is given for `ack-serverless`, `ack` and `acs`.\n\n\
         | id | about | default | what it finds |\n|---|---|---|---|\n",
    );
    for rule in rules::all() {
        let _ = writeln!(
            text,
            "| [`{id}`](#{id}) | {} | {} | {} |",
            rule.about.name(),
            severities(rule.severities),
            rule.docs.title,
            id = rule.id
        );
    }
    text.push_str(
        "\n## What holds for all of them\n\n\
         - All findings of a request are reported, not the first alone.\n\
         - On UPDATE, a finding that the old object already had is a warning, not a denial: rule, offending value and\n\
         \x20 related objects are equal. `facts-unavailable` and `pinned-annotation` never soften.\n\
         - An object that is being deleted, a DELETE and a subresource are never refused.\n\
         - An object is never compared with itself, found by name.\n\
         - A stored PodNetworking with an invalid selector or a malformed field selects nothing, and is mentioned as a\n\
         \x20 warning in answers to PodNetworking requests. One that is being deleted does not count; one that is not\n\
         \x20 Ready counts.\n\
         - A pod with `hostNetwork: true` is never denied and never changed.\n\
         - Of a Pod's UPDATE only `pinned-annotation` judges.\n\
         - Faults of the settings are reported as `settings-invalid`, which is no rule: it cannot be switched off.\n\n\
         ## Mutations\n\n\
         Switched off by `mutations: {zone-affinity: false}`. They edit the text of the object: every other byte stays\n\
         as it was. A denied request carries no changed object.\n\n| id | what it does |\n|---|---|\n",
    );
    for mutation in MUTATIONS {
        let _ = writeln!(text, "| `{}` | {} |", mutation.id, mutation.does);
    }
    for rule in rules::all() {
        push_rule(&mut text, rule);
    }
    text
}

fn push_rule(text: &mut String, rule: &Rule) {
    let docs = &rule.docs;
    let _ = write!(
        text,
        "\n## {id}\n\n{title}. About: {about}. Default: {severities}.\n\n\
         **Fires when** {fires}.\n\n**Why:** {reason}\n\n**What to do:** {remedy}\n",
        id = rule.id,
        title = capitalised(docs.title),
        about = rule.about.name(),
        severities = severities(rule.severities),
        fires = docs.fires,
        reason = docs.reason,
        remedy = docs.remedy,
    );
    if !docs.settings.is_empty() {
        let _ = write!(text, "\nWith the settings `{}`:\n", docs.settings);
    }
    let _ =
        write!(text, "\nGood:\n\n```yaml\n{}\n```\n\nBad:\n\n```yaml\n{}\n```\n", docs.good.trim(), docs.bad.trim());
}

fn capitalised(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map(|first| first.to_uppercase().chain(characters).collect()).unwrap_or_default()
}

fn severities(severities: Severities) -> String {
    let Severities { ack_serverless: serverless, ack, acs } = severities;
    if serverless == ack && ack == acs {
        return serverless.name().to_owned();
    }
    format!("{} / {} / {}", serverless.name(), ack.name(), acs.name())
}

/// The catalogue as JSON, for tools.
#[must_use]
pub fn rules_json() -> Value {
    let rule = |rule: &Rule| {
        json!({
            "id": rule.id,
            "title": rule.docs.title,
            "about": rule.about.name(),
            "severity": Platform::ALL
                .iter()
                .map(|(name, platform)| ((*name).to_owned(), Value::from(rule.severities.on(*platform).name())))
                .collect::<serde_json::Map<_, _>>(),
            "fires": rule.docs.fires,
            "reason": rule.docs.reason,
            "remedy": rule.docs.remedy,
            "good": rule.docs.good.trim(),
            "bad": rule.docs.bad.trim(),
            "settings": rule.docs.settings,
        })
    };
    Value::Array(rules::all().map(rule).collect())
}

/// One setting, for people.
struct Setting {
    key: &'static str,
    default: &'static str,
    does: &'static str,
}

/// What each setting does, in the order of [`KEYS`].
const SETTINGS: [Setting; KEYS.len()] = [
    Setting {
        key: "platform",
        default: "`ack-serverless`",
        does: "who runs the pods: `ack-serverless` (ECI virtual nodes), `ack` (Terway) or `acs`; decides defaults and limits",
    },
    Setting { key: "rules", default: "none", does: "the severity of a rule: `deny`, `warn` or `off` by its id" },
    Setting { key: "mutations", default: "all on", does: "switches a mutation off or on by its id" },
    Setting {
        key: "exemptNamespaces",
        default: "`[kube-system]`",
        does: "pods and workloads there are accepted untouched, without a host call",
    },
    Setting {
        key: "fixedNameKinds",
        default: "none",
        does: "kinds, besides `StatefulSet`, whose pods keep their names, so that `Fixed` PodNetworkings select them (ack, acs)",
    },
    Setting {
        key: "defaults",
        default: "none",
        does: "`securityGroupIDs` and `vSwitchOptions` that fill the empty lists of a PodNetworking",
    },
    Setting {
        key: "preflight",
        default: "none",
        does: "`user`: the service account of the policy server, whose grants are asked for before it lists; without the grant a list under Kubewarden never returns",
    },
    Setting {
        key: "inventory",
        default: "none",
        does: "what the cluster does not know: `vSwitches` by id with `zone`, `vpc` and `availableIPs`, `securityGroups` by id with `vpc` and `type` (`basic` or `enterprise`)",
    },
];

/// An example with every setting.
pub const SETTINGS_EXAMPLE: &str = "platform: ack-serverless
rules: {latent-overlap: deny}
mutations: {zone-affinity: false}
exemptNamespaces: [kube-system]
fixedNameKinds: [CloneSet]
defaults: {securityGroupIDs: [sg-bp1], vSwitchOptions: [vsw-bp1]}
preflight: {user: \"system:serviceaccount:kubewarden:policy-server\"}
inventory:
  vSwitches: {vsw-bp1: {zone: cn-hangzhou-h, vpc: vpc-1, availableIPs: 200}}
  securityGroups: {sg-bp1: {vpc: vpc-1, type: basic}}
";

/// docs/settings.md.
#[must_use]
pub fn settings_markdown() -> String {
    let mut text = String::from(
        "# Settings\n\n<!-- Generated from src/settings/ and src/documentation.rs by `make docs`. -->\n\n\
         All settings are optional. Unknown keys, unknown rule ids and wrong types are errors; all of them are reported\n\
         at once, each with its path, when the policy is loaded, and a request that comes with invalid settings is\n\
         denied with them. The JSON Schema is [settings.schema.json](settings.schema.json).\n\n\
         | setting | default | what it does |\n|---|---|---|\n",
    );
    for setting in &SETTINGS {
        let _ = writeln!(text, "| `{}` | {} | {} |", setting.key, setting.default, setting.does);
    }
    let _ = write!(text, "\nAn example with every setting:\n\n```yaml\n{SETTINGS_EXAMPLE}```\n");
    text
}

/// docs/settings.schema.json.
#[must_use]
pub fn settings_schema() -> Value {
    let text = json!({"type": "string", "minLength": 1});
    let texts = json!({"type": "array", "items": text});
    let words = |words: Vec<&str>| json!({"enum": words});
    let object = |properties: Value| json!({"type": "object", "properties": properties, "additionalProperties": false});
    let map = |value: Value| json!({"type": "object", "additionalProperties": value});
    let mut severity = words(Severity::ALL.iter().map(|(name, _)| *name).collect());
    if let Some(words) = severity.get_mut("enum").and_then(Value::as_array_mut) {
        // YAML reads an `off` without quotation marks so.
        words.push(Value::Bool(false));
    }
    let rules: serde_json::Map<_, _> = rules::all().map(|rule| (rule.id.to_owned(), severity.clone())).collect();
    let mutations: serde_json::Map<_, _> =
        MUTATIONS.iter().map(|mutation| (mutation.id.to_owned(), json!({"type": "boolean"}))).collect();
    let vswitch = object(json!({
        "zone": text, "vpc": text, "availableIPs": {"type": "integer", "minimum": 0},
    }));
    let types = words(SecurityGroupType::ALL.iter().map(|(name, _)| *name).collect());
    let group = object(json!({"vpc": text, "type": types}));
    let mut properties = json!({
        "platform": words(Platform::ALL.iter().map(|(name, _)| *name).collect()),
        "rules": object(Value::Object(rules)),
        "mutations": object(Value::Object(mutations)),
        "exemptNamespaces": texts,
        "fixedNameKinds": texts,
        "defaults": object(json!({"securityGroupIDs": texts, "vSwitchOptions": texts})),
        "preflight": object(json!({"user": text})),
        "inventory": object(json!({"vSwitches": map(vswitch), "securityGroups": map(group)})),
    });
    for setting in &SETTINGS {
        if let Some(property) = properties.get_mut(setting.key).and_then(Value::as_object_mut) {
            property.insert("description".to_owned(), Value::from(setting.does));
        }
    }
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Settings of podnetworking-policy",
        "type": "object",
        "properties": properties,
        "additionalProperties": false,
    })
}
