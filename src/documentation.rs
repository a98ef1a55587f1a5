//! The documentation that is generated from the code: docs/rules.md, docs/settings.md and the JSON Schema of the
//! settings. A test fails if the files are out of date.

use std::fmt::Write;

use serde_json::{Value, json};

use crate::answer::finding::DOCS;
use crate::judgement::rule::{Rule, Severities};
use crate::mutations::MUTATIONS;
use crate::rules;
use crate::settings::form::Form;
use crate::settings::inventory::SecurityGroupType;
use crate::settings::platform::Platform;
use crate::settings::read::KEYS;
use crate::settings::severity::Severity;

/// docs/rules.md: a table of all rules, then each rule with its reason, how to fix it, and manifests.
#[must_use]
pub fn rules_markdown() -> String {
    let mut text = String::from(
        "# Rules\n\n<!-- Generated from src/rules by `make docs`. -->\n\n\
         Each rule has an ID. Every message begins with the ID, and the settings change the severity of a rule by its ID\n\
         (`rules: {overlap: warn}`). The table shows the default severity. If the platforms have different defaults,\n\
         they are in the order `ack-serverless` / `ack` / `acs`. The command line shows `deny` as `error` and `warn` as\n\
         `warning`. `pod-like` means Pods, and workloads that have a pod template.\n\n\
         | ID | checks | default | what it finds |\n|---|---|---|---|\n",
    );
    for rule in rules::of_every_host() {
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
         - The policy reports all findings of a request, not only the first one.\n\
         - On UPDATE, a finding that the old object already had is a warning, not a denial. Two findings are the same if\n\
         \x20 their rule, value and related objects are equal. This does not hold for\n\
         \x20 `facts-unavailable` and `pinned-annotation`.\n\
         - An object that is being deleted, a DELETE and a request for a subresource are never denied.\n\
         - An object is never compared with itself. Objects are the same if they have the same name.\n\
         - The policy ignores an existing PodNetworking that has an invalid selector or a malformed field. Answers to\n\
         \x20 PodNetworking requests contain a warning about it.\n\
         - The policy also ignores a PodNetworking that is being deleted, but not one that is not ready.\n\
         - A pod with `hostNetwork: true` is never denied and never changed.\n\
         - An UPDATE without `request.oldObject` is a `malformed-object`. This does not hold for exempt namespaces and\n\
         \x20 for pods with `hostNetwork: true`.\n\
         - For an update of a Pod, only `pinned-annotation` is checked.\n\
         - Errors in the settings are reported as `settings-invalid`. This is not a rule: it always denies.\n\n\
         ## Mutations\n\n\
         Each mutation can be switched off, for example with `mutations: {zone-affinity: false}`. A mutation changes only\n\
         the fields that it is about. All other bytes of the object stay as they were. A denied request has no changed\n\
         object.\n\n| ID | what it does |\n|---|---|\n",
    );
    for mutation in MUTATIONS {
        let _ = writeln!(text, "| `{}` | {} |", mutation.id, mutation.does);
    }
    for rule in rules::of_every_host() {
        push_rule(&mut text, rule);
    }
    text
}

fn push_rule(text: &mut String, rule: &Rule) {
    let docs = &rule.docs;
    let _ = write!(
        text,
        "\n## {id}\n\n{title}. Checks: {about}. Default: {severities}.\n\n\
         **When it fires:** {fires}\n\n**Why:** {reason}\n\n**How to fix:** {remedy}\n",
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
    Value::Array(rules::of_every_host().map(rule).collect())
}

/// One setting, for the page and the schema.
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
        does: "the platform: `ack-serverless` (ECI virtual nodes), `ack` (Terway) or `acs`. It decides default severities and limits",
    },
    Setting { key: "rules", default: "none", does: "the severity of a rule, by its ID: `deny`, `warn` or `off`" },
    Setting { key: "mutations", default: "all on", does: "switches a mutation on or off, by its ID" },
    Setting {
        key: "exemptNamespaces",
        default: "`[kube-system]`",
        does: "pods and workloads in these namespaces are neither checked nor changed",
    },
    Setting {
        key: "fixedNameKinds",
        default: "none",
        does: "kinds, in addition to `StatefulSet`, whose pods keep their names, so that `Fixed` PodNetworkings select them (`ack`, `acs`)",
    },
    Setting {
        key: "defaults",
        default: "none",
        does: "`securityGroupIDs` and `vSwitchOptions` for PodNetworkings whose lists are empty",
    },
    Setting {
        key: "preflight",
        default: "none",
        does: "`user`: the service account of the policy server. The policy checks that this account has the permission before it reads data from the cluster. On Kubewarden, a list request without the permission never returns",
    },
    Setting {
        key: "inventory",
        default: "none",
        does: "data that the cluster does not have: `vSwitches` by ID with `zone`, `vpc` and `availableIPs`, and `securityGroups` by ID with `vpc` and `type` (`basic` or `enterprise`)",
    },
];

/// An example with every setting.
pub const SETTINGS_EXAMPLE: &str = "platform: ack-serverless
rules: {latent-overlap: deny}
mutations: {zone-affinity: false}
exemptNamespaces: [kube-system]
fixedNameKinds: [CloneSet]
defaults: {securityGroupIDs: [sg-bp1], vSwitchOptions: [vsw-bp1]}
preflight: {user: \"system:serviceaccount:kubewarden:podnetworking-policy-server\"}
inventory:
  vSwitches: {vsw-bp1: {zone: cn-hangzhou-h, vpc: vpc-1, availableIPs: 200}}
  securityGroups: {sg-bp1: {vpc: vpc-1, type: basic}}
";

/// docs/settings.md.
#[must_use]
pub fn settings_markdown() -> String {
    let mut text = String::from(
        "# Settings\n\n<!-- Generated from src/settings/ and src/documentation.rs by `make docs`. -->\n\n\
         All settings are optional. Unknown keys, unknown rule IDs, wrong types and texts that a cluster never has\n\
         (a namespace with `*`, a kind with its group, an ID with a space) are errors. When the policy is loaded, it\n\
         reports all errors at once, each with its path. A request with invalid settings is denied. The JSON Schema is\n\
         [settings.schema.json](settings.schema.json).\n\n\
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
    let formed = |form: Form| json!({"type": "string", "pattern": form.pattern()});
    let texts = |form: Form| json!({"type": "array", "items": formed(form)});
    let words = |words: Vec<&str>| json!({"enum": words});
    let object = |properties: Value| json!({"type": "object", "properties": properties, "additionalProperties": false});
    let map = |keys: Form, value: Value| {
        let names = json!({"pattern": keys.pattern()});
        json!({"type": "object", "propertyNames": names, "additionalProperties": value})
    };
    let mut severity = words(Severity::ALL.iter().map(|(name, _)| *name).collect());
    if let Some(words) = severity.get_mut("enum").and_then(Value::as_array_mut) {
        // YAML reads `off` without quotation marks as `false`.
        words.push(Value::Bool(false));
    }
    let rules: serde_json::Map<_, _> =
        rules::of_every_host().map(|rule| (rule.id.to_owned(), severity.clone())).collect();
    let mutations: serde_json::Map<_, _> =
        MUTATIONS.iter().map(|mutation| (mutation.id.to_owned(), json!({"type": "boolean"}))).collect();
    let vswitch = object(json!({
        "zone": formed(Form::Zone), "vpc": formed(Form::Vpc), "availableIPs": {"type": "integer", "minimum": 0},
    }));
    let types = words(SecurityGroupType::ALL.iter().map(|(name, _)| *name).collect());
    let group = object(json!({"vpc": formed(Form::Vpc), "type": types}));
    let mut properties = json!({
        "platform": words(Platform::ALL.iter().map(|(name, _)| *name).collect()),
        "rules": object(Value::Object(rules)),
        "mutations": object(Value::Object(mutations)),
        "exemptNamespaces": texts(Form::Namespace),
        "fixedNameKinds": texts(Form::Kind),
        "defaults": object(json!({
            "securityGroupIDs": texts(Form::SecurityGroup), "vSwitchOptions": texts(Form::VSwitch),
        })),
        "preflight": object(json!({"user": text})),
        "inventory": object(json!({
            "vSwitches": map(Form::VSwitch, vswitch), "securityGroups": map(Form::SecurityGroup, group),
        })),
    });
    for setting in &SETTINGS {
        if let Some(property) = properties.get_mut(setting.key).and_then(Value::as_object_mut) {
            property.insert("description".to_owned(), Value::from(setting.does));
        }
    }
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": format!("{DOCS}/settings.schema.json"),
        "title": "Settings of podnetworking-policy",
        "type": "object",
        "properties": properties,
        "additionalProperties": false,
    })
}
