//! The picked fields of an object: one walk over its text picks out the fields that a decision reads.
//!
//! The other fields are walked over as JSON and never kept, so a list of thousands of objects costs little more than the
//! walk. This is the hot path: see docs/architecture.md.

use std::borrow::Cow;

use podnetworking_walk::{Error, Field, Fields, Picked, PreviousObjects, Walker, plain_string};

use crate::json::fault::Faults;
use crate::json::path::Path;
use crate::json::value::Json;
use crate::objects::read::labels::read_labels;
use crate::objects::slot::{SLOTS, Slot};
use crate::selectors::labels::Labels;
use crate::text::quote::quote;

/// The fields that are picked out of an object. A test compares them with the table of the CRD.
pub(crate) const PICKED: Fields = &[
    ("apiVersion", Field::Value(Slot::ApiVersion as usize)),
    ("kind", Field::Value(Slot::Kind as usize)),
    (
        "metadata",
        Field::Object(
            "metadata",
            &[
                ("name", Field::Value(Slot::Name as usize)),
                ("generateName", Field::Value(Slot::GenerateName as usize)),
                ("labels", Field::Value(Slot::Labels as usize)),
                ("deletionTimestamp", Field::Value(Slot::DeletionTimestamp as usize)),
            ],
        ),
    ),
    (
        "spec",
        Field::Object(
            "spec",
            &[
                (
                    "selector",
                    Field::Both(
                        Slot::Selector as usize,
                        &[
                            ("podSelector", Field::Value(Slot::PodSelector as usize)),
                            ("namespaceSelector", Field::Value(Slot::NamespaceSelector as usize)),
                        ],
                    ),
                ),
                ("allocationType", Field::Value(Slot::AllocationType as usize)),
                ("securityGroupIDs", Field::Value(Slot::SecurityGroupIds as usize)),
                ("vSwitchOptions", Field::Value(Slot::VSwitchOptions as usize)),
                ("eniOptions", Field::Value(Slot::EniOptions as usize)),
            ],
        ),
    ),
    (
        "status",
        Field::Object(
            "status",
            &[
                ("status", Field::Value(Slot::StatusStatus as usize)),
                ("vSwitches", Field::Value(Slot::StatusVSwitches as usize)),
            ],
        ),
    ),
];

/// The picked fields of one object.
#[derive(Clone, Debug)]
pub(crate) struct PartialObject<'a> {
    pub(super) slots: [Option<&'a str>; SLOTS],
    /// A field that must be an object and is not, with what it is.
    pub(crate) not_an_object: Option<(&'static str, &'static str)>,
    /// A slot whose field is set twice.
    pub(crate) duplicate: Option<usize>,
}

impl<'a> PartialObject<'a> {
    pub(crate) fn empty() -> Self {
        Self { slots: [None; SLOTS], not_an_object: None, duplicate: None }
    }

    /// Walks over an object.
    fn walk(walker: &mut Walker<'a>, fields: Fields) -> Result<Self, Error> {
        let mut item = Self::empty();
        item.pick(walker, fields)?;
        Ok(item)
    }

    /// Walks over the next object of a list. Its fields replace those of the object before.
    pub(crate) fn walk_next(&mut self, walker: &mut Walker<'a>, previous: &mut PreviousObjects) -> Result<(), Error> {
        self.slots.fill(None);
        self.not_an_object = None;
        self.duplicate = None;
        self.picked(|picked| walker.pick_by_comparison(previous, PICKED, picked))
    }

    pub(crate) fn pick(&mut self, walker: &mut Walker<'a>, fields: Fields) -> Result<(), Error> {
        self.picked(|picked| walker.pick(fields, picked))
    }

    fn picked(&mut self, pick: impl FnOnce(&mut Picked<'_, 'a>) -> Result<(), Error>) -> Result<(), Error> {
        let mut picked = Picked { values: &mut self.slots, duplicate: self.duplicate, not_an_object: None };
        pick(&mut picked)?;
        self.duplicate = picked.duplicate;
        if let Some((path, text)) = picked.not_an_object {
            self.not_an_object = Some((path, Json::trusted(text).kind().noun()));
        }
        Ok(())
    }

    pub(crate) fn put(&mut self, slot: Slot, text: &'a str) {
        if let Some(place) = self.slots.get_mut(slot as usize)
            && place.replace(text).is_some()
        {
            self.duplicate = Some(slot as usize);
        }
    }

    /// The field, unless it is absent or null.
    pub(crate) fn get(&self, slot: Slot) -> Option<Json<'a>> {
        self.slots.get(slot as usize).copied().flatten().and_then(|text| Json::trusted(text).present())
    }

    /// Whether the objects around the picked fields are well-formed.
    pub(crate) fn is_well_formed(&self) -> bool {
        self.not_an_object.is_none() && self.duplicate.is_none()
    }

    /// Reports what is wrong with the objects around the picked fields.
    pub(crate) fn report(&self, faults: &mut Faults) {
        if let Some((field, noun)) = self.not_an_object {
            faults.malformed_kind(&Path::Written(field), "an object", noun);
        }
        if let Some(slot) = self.duplicate.and_then(Slot::at) {
            faults.duplicate(&Path::Written(slot.path()));
        }
    }

    /// Whether the object is being deleted.
    pub(crate) fn is_deleting(&self) -> bool {
        self.get(Slot::DeletionTimestamp).is_some()
    }

    /// The name, if nothing in it is escaped.
    pub(crate) fn plain_name(&self) -> Option<&'a str> {
        self.slots.get(Slot::Name as usize).copied().flatten().and_then(plain_string)
    }

    /// The selectors of a PodNetworking, pod and namespace, as they are written: each unless it is absent or null.
    pub(crate) fn written_selectors(&self) -> [Option<Json<'a>>; 2] {
        [self.get(Slot::PodSelector), self.get(Slot::NamespaceSelector)]
    }

    /// The name, which every stored object has.
    pub(crate) fn name(&self) -> Result<Cow<'a, str>, String> {
        if let Some(name) = self.plain_name().filter(|name| !name.is_empty()) {
            return Ok(Cow::Borrowed(name));
        }
        match self.get(Slot::Name).and_then(Json::as_str) {
            Some(name) if !name.is_empty() => Ok(name),
            _ => Err("an object in the data has no `metadata.name`".to_owned()),
        }
    }

    /// The labels, which must be a map of strings.
    pub(crate) fn labels(&self) -> Result<Labels<'a>, String> {
        let mut faults = Faults::default();
        self.report(&mut faults);
        let labels = read_labels(self.get(Slot::Labels), &Path::Written("metadata.labels"), &mut faults);
        match faults.first() {
            Some(fault) => Err(format!("in the data, {}", fault.message)),
            None => Ok(labels),
        }
    }

    /// Whether the object is of this group and kind; items of lists may lack both.
    pub(crate) fn check_kind(&self, group: &str, kind: &str) -> Result<(), String> {
        let written = |slot| self.slots.get(slot as usize).copied().flatten();
        // Text that equals the kind has no escapes; after a quotation mark it is a string.
        let is_kind =
            |text: &str| text.len() == kind.len() + 2 && text.as_bytes().get(1..=kind.len()) == Some(kind.as_bytes());
        let is_group = |text: &str| {
            let bytes = text.as_bytes();
            match group.len() {
                0 => bytes.first() == Some(&b'"') && !bytes.iter().any(|byte| matches!(byte, b'/' | b'\\')),
                end => bytes.get(1..=end) == Some(group.as_bytes()) && bytes.get(end + 1) == Some(&b'/'),
            }
        };
        if written(Slot::Kind).is_none_or(is_kind) && written(Slot::ApiVersion).is_none_or(is_group) {
            return Ok(());
        }
        let text = |slot| self.get(slot).and_then(Json::as_str);
        let (found_kind, found_version) = (text(Slot::Kind), text(Slot::ApiVersion));
        let found_group =
            found_version.as_deref().map(|version| version.split_once('/').map_or("", |(group, _)| group));
        if found_kind.as_deref().is_none_or(|found| found == kind) && found_group.is_none_or(|found| found == group) {
            return Ok(());
        }
        let group = if group.is_empty() { "the core group".to_owned() } else { format!("group `{group}`") };
        Err(format!(
            "the data has an object of kind {} and apiVersion {}, but must have only `{kind}` objects of {group}",
            quote(&found_kind.unwrap_or_default()),
            quote(&found_version.unwrap_or_default()),
        ))
    }
}

/// Reads one object.
pub(crate) fn read_object(text: &str) -> Result<PartialObject<'_>, String> {
    let mut walker = Walker::new(text);
    let object = PartialObject::walk(&mut walker, PICKED)
        .and_then(|object| walker.end().map(|()| object))
        .map_err(|error| not_json(&error))?;
    match object.not_an_object {
        Some(("", noun)) => Err(format!("the data must be an object, but is {noun}")),
        _ => Ok(object),
    }
}

/// Why an answer cannot be read.
pub(crate) fn not_json(error: &Error) -> String {
    if error.is_eof() {
        format!("the data is empty or cut off: {error}")
    } else {
        format!("the data is not valid JSON: {error}")
    }
}
