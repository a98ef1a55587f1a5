//! Masks what a request, its cluster data and its settings say about their owner, for reports of problems.
//!
//! Every string gets one replacement, except the words that Kubernetes and the platform define ([`words`]). Two strings
//! that are equal stay equal, two that differ stay different, and a replacement has the [`form`] of the string: a valid label
//! stays valid, an ID stays an ID, a name that is too long stays too long. Numbers that `Gt` and `Lt` compare stay. So the
//! decision is the same, and so are the rules that find something.

mod form;
pub mod json;
mod words;

use std::collections::{BTreeMap, BTreeSet};

use podnetworking_policy::text::nearest::nearest;
use podnetworking_policy::well_known::{POD_NETWORKS, POD_NETWORKS_REQUEST};

use crate::catalogue;
use form::Form;
use json::Json;

/// The fields whose members have names that users choose.
const FREE: [&str; 9] =
    ["labels", "annotations", "matchLabels", "nodeSelector", "data", "stringData", "limits", "requests", "extra"];
/// The fields of the inventory, which are lists elsewhere.
const INVENTORY: [&str; 2] = ["vSwitches", "securityGroups"];
/// The fields of the other selectors.
const SELECTORS: [&str; 4] = ["matchLabels", "matchExpressions", "podSelector", "namespaceSelector"];
/// The fields that hold a group, a version, or both.
const VERSIONED: [&str; 3] = ["apiVersion", "group", "version"];

/// The replacements.
#[derive(Debug)]
pub struct Mask {
    fields: Vec<&'static str>,
    kept: BTreeSet<String>,
    originals: BTreeSet<String>,
    replacements: BTreeMap<String, String>,
    next: usize,
}

/// Where a value is.
#[derive(Clone, Copy)]
struct Place<'p> {
    /// The field that it is in, through lists.
    field: &'p str,
    /// Whether it is the object whose members have names that users choose.
    is_free: bool,
}

const ROOT: Place<'static> = Place { field: "", is_free: false };

impl Mask {
    /// A mask for all of these texts together, so that a string has the same replacement in each of them.
    #[must_use]
    pub fn of(texts: &[&Json<'_>]) -> Self {
        let kept = [words::KEYS, words::VALUES].iter().flat_map(|words| words.split(' ')).map(str::to_owned).collect();
        let fields = words::FIELDS.split(' ').collect();
        let mut mask = Self { fields, kept, originals: BTreeSet::new(), replacements: BTreeMap::new(), next: 1 };
        // Two rounds: a number that is compared is kept wherever it is, so the keys come first.
        let mut compared = BTreeSet::new();
        for text in texts {
            mask.collect(text, &mut compared);
        }
        for text in texts {
            mask.keep_numbers(text, &compared);
        }
        mask
    }

    /// The text with the replacements.
    pub fn apply(&mut self, json: &Json<'_>) -> String {
        let mut out = String::new();
        self.write(json, ROOT, &mut out);
        out
    }

    /// Whether this string stays as it is, in some place.
    #[must_use]
    pub fn is_defined(&self, text: &str) -> bool {
        text.is_empty()
            || self.kept.contains(text)
            || self.is_field(text)
            || form::is_duration(text)
            || form::is_version(text)
            || text
                .split_once('/')
                .is_some_and(|(group, version)| self.kept.contains(group) && form::is_version(version))
    }

    fn is_field(&self, name: &str) -> bool {
        // One that is misspelt shows what was meant: rules report it.
        self.fields.contains(&name)
            || catalogue::find(name).is_some()
            || is_mutation(name)
            || nearest(name, &self.fields).is_some()
    }

    /// Notes all strings, and the keys whose values are compared as numbers.
    fn collect(&mut self, json: &Json<'_>, compared: &mut BTreeSet<String>) {
        match json {
            Json::String(Some(text)) => {
                if let Some(inner) = inner(text) {
                    self.collect(&inner, compared);
                }
                self.originals.insert(text.clone());
            }
            Json::List(elements) => elements.iter().for_each(|element| self.collect(element, compared)),
            Json::Object(members) => {
                if is_comparison(json)
                    && let Some(key) = json.member("key").and_then(Json::as_str)
                {
                    compared.insert(key.to_owned());
                }
                for (key, value) in members {
                    self.originals.insert(key.clone());
                    self.collect(value, compared);
                }
            }
            Json::String(None) | Json::Other(_) => {}
        }
    }

    /// Keeps the numbers that the labels with these keys have, wherever they are.
    fn keep_numbers(&mut self, json: &Json<'_>, compared: &BTreeSet<String>) {
        match json {
            Json::List(elements) => elements.iter().for_each(|element| self.keep_numbers(element, compared)),
            Json::Object(members) => {
                let key = json.member("key").and_then(Json::as_str);
                if key.is_some_and(|key| compared.contains(key))
                    && let Some(Json::List(values)) = json.member("values")
                {
                    values.iter().for_each(|value| self.keep_number(value));
                }
                for (key, value) in members {
                    if compared.contains(key) {
                        self.keep_number(value);
                    }
                    self.keep_numbers(value, compared);
                }
            }
            Json::String(_) | Json::Other(_) => {}
        }
    }

    fn keep_number(&mut self, value: &Json<'_>) {
        if let Some(text) = value.as_str().filter(|text| text.parse::<i64>().is_ok()) {
            self.kept.insert(text.to_owned());
        }
    }

    fn write(&mut self, json: &Json<'_>, place: Place<'_>, out: &mut String) {
        match json {
            Json::String(text) => self.write_string(text.as_deref(), place, out),
            Json::List(elements) => {
                out.push('[');
                for (index, element) in elements.iter().enumerate() {
                    out.push_str(if index > 0 { "," } else { "" });
                    self.write(element, Place { is_free: false, ..place }, out);
                }
                out.push(']');
            }
            Json::Object(members) => {
                out.push('{');
                for (index, (key, value)) in members.iter().enumerate() {
                    out.push_str(if index > 0 { "," } else { "" });
                    let is_kept = if place.is_free { self.kept.contains(key) } else { self.is_field(key) };
                    let written = if is_kept { key.clone() } else { self.replace(key) };
                    out.push_str(&quoted(&written));
                    out.push(':');
                    let is_inventory = place.field == "inventory" && INVENTORY.contains(&key.as_str());
                    let is_free = !place.is_free
                        && (FREE.contains(&key.as_str()) || is_inventory || (key == "selector" && is_label_map(value)));
                    self.write(value, Place { field: key, is_free }, out);
                }
                out.push('}');
            }
            Json::Other(text) => out.push_str(text),
        }
    }

    fn write_string(&mut self, text: Option<&str>, place: Place<'_>, out: &mut String) {
        // One with half of a surrogate pair is not a text. It stays one that is not.
        let Some(text) = text else {
            out.push_str("\"\\ud800\"");
            return;
        };
        let is_record = [POD_NETWORKS, POD_NETWORKS_REQUEST].contains(&place.field);
        let replacement = match inner(text).filter(|_| is_record) {
            Some(inner) => {
                let mut masked = String::new();
                self.write(&inner, ROOT, &mut masked);
                masked
            }
            None if VERSIONED.contains(&place.field) => self.replace_version(text),
            None if place.field == "releaseAfter" && form::is_duration(text) => text.to_owned(),
            None => self.replace(text),
        };
        out.push_str(&quoted(&replacement));
    }

    /// An apiVersion: its group and its version. Requests have the two apart.
    fn replace_version(&mut self, text: &str) -> String {
        if form::is_version(text) {
            return text.to_owned();
        }
        match text.split_once('/') {
            Some((group, version)) if form::is_version(version) => format!("{}/{version}", self.replace(group)),
            _ => self.replace(text),
        }
    }

    /// The replacement of a string.
    fn replace(&mut self, text: &str) -> String {
        if text.is_empty() || self.kept.contains(text) {
            return text.to_owned();
        }
        if let Some(replacement) = self.replacements.get(text) {
            return replacement.clone();
        }
        let wanted = Form::of(text);
        loop {
            let candidates = wanted.candidates(text.len(), self.next);
            self.next += 1;
            // None has the form only where forms are combined in a way that nothing depends on.
            let found = candidates.iter().find(|candidate| Form::of(candidate) == wanted).or(candidates.last());
            let Some(found) = found.filter(|found| !self.originals.contains(*found)) else { continue };
            self.replacements.insert(text.to_owned(), found.clone());
            return found.clone();
        }
    }
}

fn is_mutation(name: &str) -> bool {
    podnetworking_policy::mutations::MUTATIONS.iter().any(|mutation| mutation.id == name)
}

/// Whether this is a requirement that compares numbers.
fn is_comparison(json: &Json<'_>) -> bool {
    json.member("operator").and_then(Json::as_str).is_some_and(|operator| operator == "Gt" || operator == "Lt")
}

/// Whether this is the selector of a ReplicationController: labels alone.
fn is_label_map(json: &Json<'_>) -> bool {
    let is_label = |(key, value): &(String, Json<'_>)| value.as_str().is_some() && nearest(key, &SELECTORS).is_none();
    matches!(json, Json::Object(members) if members.iter().all(is_label))
}

/// The JSON in a string, as annotations have it.
fn inner(text: &str) -> Option<Json<'_>> {
    Json::parse(text).ok()
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
