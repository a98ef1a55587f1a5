//! Edits that remove a finding, made from the objects themselves: nothing reads the text of a help.

use podnetworking_policy::json::fault::Faults;
use podnetworking_policy::json::value::{Json, Kind};
use podnetworking_policy::objects::podnetworking::PodNetworking;
use podnetworking_policy::selectors::remedy::{Remedy, remedy};
use podnetworking_policy::selectors::requirement::Requirement;
use podnetworking_policy::selectors::selector_pair::Side;
use podnetworking_policy::text::nearest::nearest;
use serde_json::{Value, json};

use crate::answer::Finding;
use crate::edit::{Edit, Fix, Op};
use crate::facts::World;
use crate::hint;
use crate::object::{Identity, Object};
use crate::object_ref::ObjectRef;

/// A requirement with more values is not written in full.
const MOST_VALUES: usize = 200;

/// A parent of fields that can be misspelt.
struct Parent {
    path: &'static str,
    fields: &'static [&'static str],
    /// Usual wrong names, and the fields that are meant.
    wrong: &'static [(&'static str, &'static str)],
}

/// The fields of a PodNetworking that can be misspelt.
const FIELDS: [Parent; 5] = [
    Parent {
        path: "spec",
        fields: &[
            "allocationType",
            "selector",
            "securityGroupIDs",
            "vSwitchOptions",
            "eniOptions",
            "vSwitchSelectOptions",
        ],
        wrong: &[
            ("vSwitchIDs", "vSwitchOptions"),
            ("vSwitchIds", "vSwitchOptions"),
            ("vSwitches", "vSwitchOptions"),
            ("vswitches", "vSwitchOptions"),
            ("vSwitch", "vSwitchOptions"),
            ("securityGroups", "securityGroupIDs"),
            ("securityGroup", "securityGroupIDs"),
        ],
    },
    Parent { path: "spec.selector", fields: &["podSelector", "namespaceSelector"], wrong: &[] },
    Parent { path: "spec.selector.podSelector", fields: &["matchLabels", "matchExpressions"], wrong: &[] },
    Parent { path: "spec.selector.namespaceSelector", fields: &["matchLabels", "matchExpressions"], wrong: &[] },
    Parent { path: "spec.allocationType", fields: &["type", "releaseStrategy", "releaseAfter"], wrong: &[] },
];

/// The fix of a finding on the checked object at a position, if there is one.
#[must_use]
pub fn of(world: &World, position: usize, object: &Object, finding: &Finding) -> Option<Fix> {
    let safe = |edits: Vec<Edit>| Some(Fix { safe: true, edits });
    match finding.rule.as_str() {
        "unknown-field" => safe(vec![renamed(object, &finding.path)?]),
        "malformed-object" => safe(hint::quoted(&object.document, finding)?),
        "release-settings" => safe(vec![without_effect(object, &finding.path)?]),
        "overlap" | "latent-overlap" => {
            Some(Fix { safe: false, edits: vec![separated(world, position, object, finding)?] })
        }
        _ => None,
    }
}

/// The requirement that separates two PodNetworkings, as YAML, with the path of its list and the name of the object.
#[must_use]
pub fn as_yaml(edit: &Edit) -> Option<String> {
    let value = edit.value.as_ref().filter(|_| edit.op == Op::Add)?;
    let text = |key: &str| value.get(key).and_then(Value::as_str);
    let mut yaml = format!("- {{key: {}, operator: {}", quoted(text("key")?), text("operator")?);
    if let Some(values) = value.get("values").and_then(Value::as_array) {
        let values: Vec<String> = values.iter().filter_map(Value::as_str).map(quoted).collect();
        yaml.push_str(&format!(", values: [{}]", values.join(", ")));
    }
    Some(yaml + "}")
}

/// A label value, in quotes if YAML would not read it as a string.
fn quoted(text: &str) -> String {
    const WORDS: [&str; 9] = ["y", "n", "yes", "no", "on", "off", "true", "false", "null"];
    let is_plain = text.starts_with(|first: char| first.is_ascii_alphabetic())
        && !WORDS.iter().any(|word| text.eq_ignore_ascii_case(word))
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_./".contains(&byte));
    if is_plain { text.to_owned() } else { Value::from(text).to_string() }
}

/// The edits that drop repeated IDs. They are no finding, but the policy drops them too.
#[must_use]
pub fn tidied(object: &Object) -> Vec<Edit> {
    if !object.is_podnetworking() {
        return Vec::new();
    }
    let mut edits = Vec::new();
    for list in ["securityGroupIDs", "vSwitchOptions"] {
        let Some(json) = member(object, &["spec", list]).filter(|json| json.kind() == Kind::List) else { continue };
        let ids = json.list(&podnetworking_policy::json::path::Path::Root, &mut Faults::default());
        let mut seen = Vec::new();
        for (index, id) in ids.iter().enumerate() {
            if seen.contains(&id.text()) {
                edits.push(Edit::new(format!("spec.{list}[{index}]"), Op::Remove, None));
            }
            seen.push(id.text());
        }
    }
    // From the end, so that the indices stay right.
    edits.reverse();
    edits
}

fn member<'o>(object: &'o Object, steps: &[&str]) -> Option<Json<'o>> {
    steps.iter().try_fold(object.json(), |json, step| json.member(step))
}

/// A field renamed in its place, if the right one is not beside it.
fn renamed(object: &Object, path: &str) -> Option<Edit> {
    let (parent, key) = path.rsplit_once('.')?;
    let known = FIELDS.iter().find(|known| known.path == parent)?;
    let meant = known.wrong.iter().find(|(wrong, _)| *wrong == key).map(|(_, meant)| *meant);
    let name = meant.or_else(|| nearest(key, known.fields))?;
    let steps: Vec<&str> = parent.split('.').collect();
    let parent = member(object, &steps)?;
    // A list stays one: `vSwitch: vsw-1` needs more than another name.
    let is_right = match (name, parent.member(key)?.kind()) {
        ("securityGroupIDs" | "vSwitchOptions" | "matchExpressions", kind) => kind == Kind::List,
        ("type" | "releaseStrategy" | "releaseAfter", kind) => kind == Kind::String,
        (_, kind) => kind == Kind::Object,
    };
    (is_right && parent.member(name).is_none()).then(|| Edit::new(path, Op::Rename, Some(json!(name))))
}

/// A release setting of a PodNetworking that is not `Fixed` is removed.
fn without_effect(object: &Object, path: &str) -> Option<Edit> {
    let kind = member(object, &["spec", "allocationType", "type"]).and_then(Json::as_str);
    let is_release = ["spec.allocationType.releaseStrategy", "spec.allocationType.releaseAfter"].contains(&path);
    let is_elastic = kind.is_none_or(|kind| kind == "Elastic");
    (is_release && is_elastic).then(|| Edit::new(path, Op::Remove, None))
}

/// The requirement that keeps two PodNetworkings apart.
fn separated(world: &World, position: usize, object: &Object, finding: &Finding) -> Option<Edit> {
    let related = finding.related.first()?;
    let other = world.find(&Identity::of_podnetworking(&related.name), position)?;
    let this = PodNetworking::requested(object.json()).ok()?;
    let that = PodNetworking::requested(other.object.json()).ok()?;
    let this = this.selectors(&mut Faults::default())?;
    let that = that.selectors(&mut Faults::default())?;
    let Remedy::Add { to_this, side, requirement, leaves_pods: true } = remedy(&this, &that) else { return None };
    if requirement.values().len() > MOST_VALUES || !to_this && !other.is_checked {
        return None;
    }
    let selector = match side {
        Side::Pod => "podSelector",
        Side::Namespace => "namespaceSelector",
    };
    let mut edit =
        Edit::new(format!("spec.selector.{selector}.matchExpressions"), Op::Add, Some(expression(&requirement)));
    if !to_this {
        edit.object = Some(ObjectRef {
            api_version: related.api_version.clone(),
            kind: related.kind.clone(),
            namespace: String::new(),
            name: related.name.clone(),
        });
    }
    Some(edit)
}

fn expression(requirement: &Requirement<'_>) -> Value {
    let operator = requirement.operator();
    let mut expression = json!({"key": requirement.key(), "operator": operator.name()});
    if operator.takes_values()
        && let Some(members) = expression.as_object_mut()
    {
        members.insert("values".to_owned(), json!(requirement.values()));
    }
    expression
}
