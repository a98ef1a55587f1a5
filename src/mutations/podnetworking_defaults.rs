//! `podnetworking-defaults`: sets the defaults of a PodNetworking, before the rules check the result.

use crate::collections::text_map::TextSet;
use crate::json::fault::Faults;
use crate::json::patch::Patch;
use crate::json::path::Path;
use crate::json::value::{Json, Kind};
use crate::json::writer::string;
use crate::mutations::mutation::Mutation;
use crate::objects::crd::{ALLOCATION_TYPE, SECURITY_GROUP_IDS, VSWITCH_OPTIONS};
use crate::settings::values::Settings;

/// The mutation.
pub static MUTATION: Mutation = Mutation {
    id: "podnetworking-defaults",
    #[cfg(feature = "catalogue")]
    does: "On CREATE and UPDATE of a PodNetworking, before the rules are checked: sets `allocationType.type` to `Elastic` if it is missing, removes duplicate IDs, and fills empty lists from `defaults` in the settings.",
};

/// The object with its defaults, or `None` if nothing changes. Malformed fields stay: `malformed-object` reports them.
#[must_use]
pub fn apply(object: Json<'_>, settings: &Settings) -> Option<String> {
    let mut patch = Patch::new(object);
    let spec = object.member("spec").and_then(Json::present);
    match spec {
        Some(spec) if spec.kind() != Kind::Object => return None,
        Some(spec) => {
            default_type(spec, &mut patch);
            for (key, defaults) in lists(settings) {
                default_list(spec, key, defaults, &mut patch);
            }
        }
        None => {
            let mut text = "{\"allocationType\":{\"type\":\"Elastic\"}".to_owned();
            for (key, defaults) in lists(settings).iter().filter(|(_, defaults)| !defaults.is_empty()) {
                text.push_str(&format!(",\"{key}\":{}", list_text(defaults)));
            }
            text.push('}');
            patch.set_nested(object, &["spec"], text);
        }
    }
    patch.finish()
}

fn lists(settings: &Settings) -> [(&'static str, &[String]); 2] {
    [(SECURITY_GROUP_IDS, &settings.defaults.security_groups), (VSWITCH_OPTIONS, &settings.defaults.vswitches)]
}

fn default_type(spec: Json<'_>, patch: &mut Patch<'_>) {
    let allocation = spec.member(ALLOCATION_TYPE).and_then(Json::present);
    let is_set = match allocation {
        Some(allocation) => {
            allocation.kind() != Kind::Object
                // A value that is not a string stays.
                || allocation
                    .member("type")
                    .and_then(Json::present)
                    .is_some_and(|json| json.as_str().is_none_or(|text| !text.is_empty()))
        }
        None => false,
    };
    if !is_set {
        patch.set_nested(spec, &[ALLOCATION_TYPE, "type"], string("Elastic"));
    }
}

fn default_list(spec: Json<'_>, key: &'static str, defaults: &[String], patch: &mut Patch<'_>) {
    let value = spec.member(key).and_then(Json::present);
    let mut faults = Faults::default();
    let list = value.map(|json| json.list(&Path::Root, &mut faults)).unwrap_or_default();
    if !faults.is_empty() {
        return;
    }
    if list.is_empty() {
        if !defaults.is_empty() {
            patch.set_nested(spec, &[key], list_text(defaults));
        }
        return;
    }
    let mut seen = TextSet::default();
    let kept: Vec<&str> = list
        .iter()
        .filter(|json| seen.insert(json.as_str().unwrap_or(json.text().into())))
        .map(|json| json.text())
        .collect();
    if let Some(value) = value
        && kept.len() < list.len()
    {
        patch.replace(value, format!("[{}]", kept.join(",")));
    }
}

fn list_text(ids: &[String]) -> String {
    let mut seen = TextSet::default();
    let texts: Vec<String> = ids.iter().filter(|id| seen.insert(id.as_str())).map(|id| string(id)).collect();
    format!("[{}]", texts.join(","))
}
