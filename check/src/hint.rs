//! Help that only the text of a manifest can give: what YAML made of a value or a key, and lists in one string.

use podnetworking_manifests::{Document, Location};
use podnetworking_policy::json::fault::Faults;
use podnetworking_policy::json::path::Path;
use podnetworking_policy::json::value::Kind;

use crate::answer::Finding;
use crate::edit::{Edit, Op};
use crate::locate;
use crate::note::Note;
use crate::object::Object;

/// Fields whose values, or the values in them, are strings.
const STRINGS: [&str; 7] =
    ["labels", "annotations", "matchLabels", "nodeSelector", "values", "securityGroupIDs", "vSwitchOptions"];
const IN_QUOTES: &str = "put it in quotes";
/// Lists of IDs.
const IDS: [&str; 2] = ["spec.securityGroupIDs", "spec.vSwitchOptions"];
/// Maps whose keys are names of labels.
const LABELS: [&[&str]; 7] = [
    &["metadata", "labels"],
    &["spec", "selector", "podSelector", "matchLabels"],
    &["spec", "selector", "namespaceSelector", "matchLabels"],
    &["spec", "selector", "matchLabels"],
    &["spec", "template", "metadata", "labels"],
    &["spec", "nodeSelector"],
    &["spec", "template", "spec", "nodeSelector"],
];

/// A better help for a finding on an object, if the text of the manifest has one.
pub(crate) fn help(document: &Document, finding: &Finding) -> Option<String> {
    let path = finding.path.as_str();
    let is_id =
        IDS.iter().any(|list| path == *list || path.strip_prefix(list).is_some_and(|rest| rest.starts_with('[')));
    if is_id && let Some(ids) = several(text(document, document.locate_exact(path)?)?) {
        return Some(format!("write one id per entry: `{ids}`"));
    }
    if finding.rule != "malformed-object" || document.is_json() {
        return None;
    }
    let (parent, last) = split(path)?;
    let field = split(parent).map_or(parent, |(_, field)| field);
    if STRINGS.contains(&field) && last != "key" {
        if let Some(key) = misread_key(document, path, last) {
            return Some(format!("{IN_QUOTES}, key and value: YAML reads the key `{key}` as `{last}`"));
        }
    } else if last != "key" {
        return None;
    }
    let written = text(document, document.locate_exact(path)?)?;
    let is_plain = !written.starts_with(['"', '\'', '{', '[', '-', '|', '>', '&', '*']) || is_number(written);
    (is_plain && !written.contains(['\n', '"'])).then(|| format!("{IN_QUOTES}: `\"{written}\"`"))
}

/// The edits that put what YAML made a number or a boolean in quotes.
pub(crate) fn quoted(document: &Document, finding: &Finding) -> Option<Vec<Edit>> {
    if !help(document, finding)?.starts_with(IN_QUOTES) {
        return None;
    }
    let path = &finding.path;
    let written = text(document, document.locate_exact(path)?)?;
    let value = Edit { path: path.clone(), op: Op::Replace, value: Some(written.into()), object: None };
    let key = split(path).and_then(|(_, key)| misread_key(document, path, key));
    let key = key.map(|key| Edit { path: path.clone(), op: Op::Rename, value: Some(key.into()), object: None });
    // The value first: then the path of the key is another one.
    Some(std::iter::once(value).chain(key).collect())
}

/// Keys of labels that are not what is written, because YAML reads `y` and `on` as booleans.
pub(crate) fn notes(object: &Object) -> Vec<Note> {
    let document = &object.document;
    let json = document.json();
    if document.is_json() || !(json.contains("\"true\":") || json.contains("\"false\":")) {
        return Vec::new();
    }
    let mut notes = Vec::new();
    for steps in LABELS {
        let map = steps.iter().try_fold(object.json(), |json, step| json.member(step));
        let Some(map) = map.filter(|map| map.kind() == Kind::Object) else { continue };
        for (key, value) in map.members(&Path::Root, &mut Faults::default()) {
            let path = format!("{}[{key}]", steps.join("."));
            // Another value than a string is a finding, which has this help.
            if value.kind() == Kind::String
                && let Some(written) = misread_key(document, &path, &key)
            {
                let position = locate::field(document, "unknown-field", &path);
                let message = format!("YAML reads the key `{written}` as `{key}`; put it in quotes: `\"{written}\"`");
                notes.push(Note { position, message });
            }
        }
    }
    notes
}

/// What is written for a key that YAML made `true` or `false`.
fn misread_key<'d>(document: &'d Document, path: &str, key: &str) -> Option<&'d str> {
    if !matches!(key, "true" | "false") {
        return None;
    }
    let written = text(document, document.locate_key(path))?;
    (!written.eq_ignore_ascii_case(key) && !written.starts_with(['"', '\''])).then_some(written)
}

fn is_number(text: &str) -> bool {
    text.parse::<f64>().is_ok()
}

fn text(document: &Document, location: Location) -> Option<&str> {
    document.source().text().get(location.start..location.end)
}

/// The parent of a path, and the last step without its brackets.
fn split(path: &str) -> Option<(&str, &str)> {
    if let Some(inside) = path.strip_suffix(']') {
        return inside.rsplit_once('[');
    }
    path.rsplit_once('.')
}

/// The IDs of a text that has several, as a list.
fn several(text: &str) -> Option<String> {
    let text = text.trim_matches(['"', '\'']);
    if text.starts_with(['[', '-', '{']) || !text.contains(',') {
        return None;
    }
    let ids: Vec<&str> = text.split(',').map(str::trim).filter(|id| !id.is_empty()).collect();
    let is_id = |id: &&str| id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    (ids.iter().all(is_id) && !ids.is_empty()).then(|| format!("[{}]", ids.join(", ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_split_at_their_last_step() {
        assert_eq!(split("metadata.labels[a.b/c]"), Some(("metadata.labels", "a.b/c")));
        assert_eq!(split("spec.a[0].key"), Some(("spec.a[0]", "key")));
        assert_eq!(split("spec"), None);
    }

    #[test]
    fn several_ids_become_a_list() {
        assert_eq!(several("\"sg-1, sg-2\"").as_deref(), Some("[sg-1, sg-2]"));
        assert_eq!(several("sg-1,").as_deref(), Some("[sg-1]"));
        assert_eq!(several("sg-1"), None);
        assert_eq!(several("[sg-1, sg-2]"), None);
        assert_eq!(several("'a b, c'"), None);
    }
}
