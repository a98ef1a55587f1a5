//! One walk over an object, or over a list of objects, that picks out the fields the decision reads.
//!
//! What is not read is walked over as JSON and never kept: a list of thousands of objects costs little more than the
//! walk. It is the hot path: see docs/architecture.md.

use std::borrow::Cow;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

use crate::fault::Faults;
use crate::json::{Json, Kind, Text};
use crate::label::Labels;
use crate::path::Path;
use crate::text::quote;

/// A field that is picked out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(usize)]
pub(crate) enum Slot {
    ApiVersion,
    Kind,
    Name,
    GenerateName,
    Labels,
    DeletionTimestamp,
    Selector,
    AllocationType,
    VSwitchOptions,
    EniOptions,
    StatusStatus,
    StatusVSwitches,
    Continue,
}

impl Slot {
    /// The path of the field in its object.
    pub(crate) fn path(self) -> &'static str {
        match self {
            Self::ApiVersion => "apiVersion",
            Self::Kind => "kind",
            Self::Name => "metadata.name",
            Self::GenerateName => "metadata.generateName",
            Self::Labels => "metadata.labels",
            Self::DeletionTimestamp => "metadata.deletionTimestamp",
            Self::Selector => "spec.selector",
            Self::AllocationType => "spec.allocationType",
            Self::VSwitchOptions => "spec.vSwitchOptions",
            Self::EniOptions => "spec.eniOptions",
            Self::StatusStatus => "status.status",
            Self::StatusVSwitches => "status.vSwitches",
            Self::Continue => "metadata.continue",
        }
    }
}

const SLOTS: usize = Slot::Continue as usize + 1;

/// Where the fields stand.
#[derive(Clone, Copy)]
enum Field {
    Value(Slot),
    Object(&'static [(&'static str, Field)]),
}

const ITEM: &[(&str, Field)] = &[
    ("apiVersion", Field::Value(Slot::ApiVersion)),
    ("kind", Field::Value(Slot::Kind)),
    (
        "metadata",
        Field::Object(&[
            ("name", Field::Value(Slot::Name)),
            ("generateName", Field::Value(Slot::GenerateName)),
            ("labels", Field::Value(Slot::Labels)),
            ("deletionTimestamp", Field::Value(Slot::DeletionTimestamp)),
        ]),
    ),
    (
        "spec",
        Field::Object(&[
            ("selector", Field::Value(Slot::Selector)),
            ("allocationType", Field::Value(Slot::AllocationType)),
            ("vSwitchOptions", Field::Value(Slot::VSwitchOptions)),
            ("eniOptions", Field::Value(Slot::EniOptions)),
        ]),
    ),
    (
        "status",
        Field::Object(&[
            ("status", Field::Value(Slot::StatusStatus)),
            ("vSwitches", Field::Value(Slot::StatusVSwitches)),
        ]),
    ),
];

const LIST: &[(&str, Field)] = &[
    ("apiVersion", Field::Value(Slot::ApiVersion)),
    ("kind", Field::Value(Slot::Kind)),
    ("metadata", Field::Object(&[("continue", Field::Value(Slot::Continue))])),
];

/// The picked fields of one object.
#[derive(Clone, Debug)]
pub(crate) struct Item<'a> {
    slots: [Option<Json<'a>>; SLOTS],
    /// A field that must be an object and is not, with what it is.
    broken: Option<(&'static str, &'static str)>,
    /// A field that is there twice.
    twice: Option<Slot>,
}

impl<'a> Item<'a> {
    fn empty() -> Self {
        Self { slots: [None; SLOTS], broken: None, twice: None }
    }

    /// The field, unless it is absent or null.
    pub(crate) fn get(&self, slot: Slot) -> Option<Json<'a>> {
        self.slots.get(slot as usize).copied().flatten().and_then(Json::present)
    }

    /// Reports what is wrong with the fields that hold the picked ones.
    pub(crate) fn report(&self, faults: &mut Faults) {
        if let Some((field, noun)) = self.broken {
            faults.malformed_kind(&Path::Written(field), "an object", noun);
        }
        if let Some(slot) = self.twice {
            faults.duplicate(&Path::Written(slot.path()));
        }
    }

    /// The name, which every stored object has.
    pub(crate) fn name(&self) -> Result<Cow<'a, str>, String> {
        match self.get(Slot::Name).and_then(Json::as_str) {
            Some(name) if !name.is_empty() => Ok(name),
            _ => Err("an object in the answer has no `metadata.name`".to_owned()),
        }
    }

    /// The labels, which must be a map of strings.
    pub(crate) fn labels(&self) -> Result<Labels<'a>, String> {
        let mut faults = Faults::default();
        self.report(&mut faults);
        let labels = Labels::read(self.get(Slot::Labels), &Path::Written("metadata.labels"), &mut faults);
        match faults.first() {
            Some(fault) => Err(format!("in the answer, {}", fault.message)),
            None => Ok(labels),
        }
    }

    /// Whether the object is of this group and kind; items of lists may lack both.
    pub(crate) fn check_kind(&self, group: &str, kind: &str) -> Result<(), String> {
        let text = |slot| self.get(slot).and_then(Json::as_str);
        let (found_kind, found_version) = (text(Slot::Kind), text(Slot::ApiVersion));
        let found_group =
            found_version.as_deref().map(|version| version.split_once('/').map_or("", |(group, _)| group));
        if found_kind.as_deref().is_none_or(|found| found == kind) && found_group.is_none_or(|found| found == group) {
            return Ok(());
        }
        Err(format!(
            "the answer has an object of kind {} and apiVersion {} where a `{kind}` was asked for",
            quote(&found_kind.unwrap_or_default()),
            quote(&found_version.unwrap_or_default()),
        ))
    }
}

/// Reads one object.
pub(crate) fn read_item(text: &str) -> Result<Item<'_>, String> {
    let mut item = Item::empty();
    let mut deserializer = serde_json::Deserializer::from_str(text);
    Walk { fields: ITEM, name: "", item: &mut item, items: None }
        .deserialize(&mut deserializer)
        .and_then(|()| deserializer.end())
        .map_err(|error| broken_json(&error))?;
    match item.broken {
        Some(("", noun)) => Err(format!("the answer must be an object, found {noun}")),
        _ => Ok(item),
    }
}

/// Reads a list of objects: an array, or a `List`, `<kind>List` or object without kind that has `items`.
pub(crate) fn read_list<'a>(
    text: &'a str,
    kind: &str,
    visit: &mut dyn FnMut(Item<'a>) -> Result<(), String>,
) -> Result<(), String> {
    let mut list = Item::empty();
    let mut items = Items { visit, refused: None, met: false };
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let walked = Walk { fields: LIST, name: "", item: &mut list, items: Some(&mut items) }
        .deserialize(&mut deserializer)
        .and_then(|()| deserializer.end());
    if let Some(reason) = items.refused {
        return Err(reason);
    }
    let met = items.met;
    walked.map_err(|error| broken_json(&error))?;
    if let Some(found) = list.get(Slot::Kind).map(|json| json.as_str().unwrap_or_default())
        && found != "List"
        && found.strip_suffix("List") != Some(kind)
    {
        return Err(format!("the answer is of kind {} where a list of `{kind}` was asked for", quote(&found)));
    }
    if let Some((_, noun)) = list.broken {
        return Err(format!("the answer must be a list of `{kind}`, found {noun}"));
    }
    if !met {
        return Err(format!("the answer must be a list of `{kind}`, found an object without `items`"));
    }
    if list.get(Slot::Continue).and_then(Json::as_str).is_some_and(|token| !token.is_empty()) {
        return Err("the answer is one page of a longer list (`metadata.continue` is set)".to_owned());
    }
    Ok(())
}

fn broken_json(error: &serde_json::Error) -> String {
    if error.is_eof() {
        return format!("the answer is empty or cut off: {error}");
    }
    if error.is_data() {
        return format!("the answer is not what was asked for: {error}");
    }
    format!("the answer is not valid JSON: {error}")
}

/// What is done with the items of a list.
struct Items<'v, 'a> {
    visit: &'v mut dyn FnMut(Item<'a>) -> Result<(), String>,
    /// Why an item was refused.
    refused: Option<String>,
    /// A list was there.
    met: bool,
}

/// Walks over an object and picks its fields; at the top of a list also over its items.
struct Walk<'w, 'v, 'a> {
    fields: &'static [(&'static str, Field)],
    name: &'static str,
    item: &'w mut Item<'a>,
    items: Option<&'w mut Items<'v, 'a>>,
}

impl Walk<'_, '_, '_> {
    fn broken(self, kind: Kind) {
        self.item.broken = Some((self.name, kind.noun()));
    }
}

impl<'a> DeserializeSeed<'a> for Walk<'_, '_, 'a> {
    type Value = ();
    fn deserialize<D: Deserializer<'a>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'a> Visitor<'a> for Walk<'_, '_, 'a> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'a>>(mut self, mut map: A) -> Result<(), A::Error> {
        while let Some(Text(key)) = map.next_key()? {
            let field = self.fields.iter().find(|(name, _)| *name == key);
            match field {
                Some((_, Field::Value(slot))) => {
                    let value: Json<'a> = map.next_value()?;
                    if let Some(place) = self.item.slots.get_mut(*slot as usize)
                        && place.replace(value).is_some()
                    {
                        self.item.twice = Some(*slot);
                    }
                }
                Some((name, Field::Object(fields))) => {
                    map.next_value_seed(Walk { fields, name, item: self.item, items: None })?;
                }
                None if key == "items" && self.items.is_some() => {
                    if let Some(items) = self.items.as_deref_mut() {
                        map.next_value_seed(ItemList(items))?;
                    }
                }
                None => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'a>>(self, mut seq: A) -> Result<(), A::Error> {
        match self.items {
            Some(items) => walk_items(items, seq),
            None => {
                while seq.next_element::<IgnoredAny>()?.is_some() {}
                self.broken(Kind::List);
                Ok(())
            }
        }
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        // null is absent, except as the answer itself.
        if self.name.is_empty() {
            self.broken(Kind::Null);
        }
        Ok(())
    }
    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        self.broken(Kind::Boolean);
        Ok(())
    }
    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        self.broken(Kind::Number);
        Ok(())
    }
    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        self.broken(Kind::Number);
        Ok(())
    }
    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        self.broken(Kind::Number);
        Ok(())
    }
    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        self.broken(Kind::String);
        Ok(())
    }
}

/// The value of `items`.
struct ItemList<'w, 'v, 'a>(&'w mut Items<'v, 'a>);

impl<'a> DeserializeSeed<'a> for ItemList<'_, '_, 'a> {
    type Value = ();
    fn deserialize<D: Deserializer<'a>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'a> Visitor<'a> for ItemList<'_, '_, 'a> {
    type Value = ();
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of objects in `items`")
    }
    fn visit_seq<A: SeqAccess<'a>>(self, seq: A) -> Result<(), A::Error> {
        walk_items(self.0, seq)
    }
    fn visit_unit<E>(self) -> Result<(), E> {
        // Go writes an empty list as null.
        self.0.met = true;
        Ok(())
    }
}

fn walk_items<'a, A: SeqAccess<'a>>(items: &mut Items<'_, 'a>, mut seq: A) -> Result<(), A::Error> {
    items.met = true;
    loop {
        let mut item = Item::empty();
        let walk = Walk { fields: ITEM, name: "", item: &mut item, items: None };
        if seq.next_element_seed(walk)?.is_none() {
            return Ok(());
        }
        let visited = match item.broken {
            Some(("", noun)) => Err(format!("an item of the answer must be an object, found {noun}")),
            _ => (items.visit)(item),
        };
        if let Err(reason) = visited {
            items.refused = Some(reason);
            return Err(A::Error::custom("refused"));
        }
    }
}
