//! Edits that remove a finding. Most come with the decision; those here need the text of the manifest.

use podnetworking_policy::json::fault::Faults;
use podnetworking_policy::json::value::{Json, Kind};
use serde_json::Value;

use crate::answer::Finding;
use crate::edit::{Edit, Fix, Op};
use crate::facts::World;
use crate::hint;
use crate::locate;
use crate::object::Object;
use crate::object_ref::ObjectRef;

/// The fix of a finding on a checked object: the one of the decision, or one that the text of the manifest gives. None if
/// it is an edit of an object that is not checked.
#[must_use]
pub fn of(world: &World, position: usize, object: &Object, finding: &Finding) -> Option<Fix> {
    if let Some(fix) = &finding.fix {
        let is_checked = |reference: &ObjectRef| world.position(&locate::identity(reference), position).is_some();
        let can_be_made = fix.edits.iter().filter_map(|edit| edit.object.as_ref()).all(is_checked);
        return can_be_made.then(|| (**fix).clone());
    }
    match finding.rule.as_str() {
        "malformed-object" => Some(Fix { safe: true, edits: hint::quoted(&object.document, finding)? }),
        _ => None,
    }
}

/// Whether what a fix removes has an effect on other platforms: release settings of a `Fixed` PodNetworking.
#[must_use]
pub fn of_one_platform(object: &Object, finding: &Finding) -> bool {
    let kind = member(object, &["spec", "allocationType", "type"]).and_then(Json::as_str);
    finding.rule == "release-settings" && kind.is_some_and(|kind| kind == "Fixed")
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
