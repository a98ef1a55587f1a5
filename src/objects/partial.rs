//! One walk over an object, or over a list of objects, that picks out the fields the decision reads.
//!
//! What is not read is walked over as JSON and never kept: a list of thousands of objects costs little more than the
//! walk. It is the hot path: see docs/architecture.md.

use std::borrow::Cow;

use podnetworking_walk::{Alike, Field, Fields, Picked, Walker, plain_string};

use crate::json::fault::Faults;
use crate::json::path::Path;
use crate::json::value::{Error, Json, Kind};
use crate::selectors::labels::Labels;
use crate::text::quote::quote;

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
    /// As it is written, for a glance: of two the last.
    PodSelector,
    /// Likewise.
    NamespaceSelector,
    AllocationType,
    VSwitchOptions,
    EniOptions,
    StatusStatus,
    StatusVSwitches,
    Continue,
}

impl Slot {
    /// The slots whose fields are there once.
    const ONCE: [Self; 13] = [
        Self::ApiVersion,
        Self::Kind,
        Self::Name,
        Self::GenerateName,
        Self::Labels,
        Self::DeletionTimestamp,
        Self::Selector,
        Self::AllocationType,
        Self::VSwitchOptions,
        Self::EniOptions,
        Self::StatusStatus,
        Self::StatusVSwitches,
        Self::Continue,
    ];

    fn at(index: usize) -> Option<Self> {
        Self::ONCE.into_iter().find(|slot| *slot as usize == index)
    }

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
            Self::PodSelector => "spec.selector.podSelector",
            Self::NamespaceSelector => "spec.selector.namespaceSelector",
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

/// The fields of an object that are picked.
const ITEM: Fields = &[
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

/// The fields of the metadata of a list.
const LIST_METADATA: Fields = &[("continue", Field::Value(Slot::Continue as usize))];

/// The picked fields of one object.
#[derive(Clone, Debug)]
pub(crate) struct Item<'a> {
    slots: [Option<&'a str>; SLOTS],
    /// A field that must be an object and is not, with what it is.
    broken: Option<(&'static str, &'static str)>,
    /// A field that is there twice.
    twice: Option<usize>,
}

impl<'a> Item<'a> {
    fn empty() -> Self {
        Self { slots: [None; SLOTS], broken: None, twice: None }
    }

    /// Walks over an object.
    fn walk(walker: &mut Walker<'a>, fields: Fields) -> Result<Self, Error> {
        let mut item = Self::empty();
        item.pick(walker, fields)?;
        Ok(item)
    }

    /// Walks over the next object of a list, in place of the one before.
    fn walk_alike(&mut self, walker: &mut Walker<'a>, alike: &mut Alike) -> Result<(), Error> {
        self.slots.fill(None);
        self.broken = None;
        self.twice = None;
        self.picked(|picked| walker.pick_alike(alike, ITEM, picked))
    }

    fn pick(&mut self, walker: &mut Walker<'a>, fields: Fields) -> Result<(), Error> {
        self.picked(|picked| walker.pick(fields, picked))
    }

    fn picked(&mut self, pick: impl FnOnce(&mut Picked<'_, 'a>) -> Result<(), Error>) -> Result<(), Error> {
        let mut picked = Picked { values: &mut self.slots, twice: self.twice, no_object: None };
        pick(&mut picked)?;
        self.twice = picked.twice;
        if let Some((path, text)) = picked.no_object {
            self.broken = Some((path, Json::walked(text).kind().noun()));
        }
        Ok(())
    }

    fn put(&mut self, slot: Slot, text: &'a str) {
        if let Some(place) = self.slots.get_mut(slot as usize)
            && place.replace(text).is_some()
        {
            self.twice = Some(slot as usize);
        }
    }

    /// The field, unless it is absent or null.
    pub(crate) fn get(&self, slot: Slot) -> Option<Json<'a>> {
        self.slots.get(slot as usize).copied().flatten().and_then(|text| Json::walked(text).present())
    }

    /// Whether nothing is wrong with the fields that hold the picked ones.
    pub(crate) fn is_sound(&self) -> bool {
        self.broken.is_none() && self.twice.is_none()
    }

    /// Reports what is wrong with the fields that hold the picked ones.
    pub(crate) fn report(&self, faults: &mut Faults) {
        if let Some((field, noun)) = self.broken {
            faults.malformed_kind(&Path::Written(field), "an object", noun);
        }
        if let Some(slot) = self.twice.and_then(Slot::at) {
            faults.duplicate(&Path::Written(slot.path()));
        }
    }

    /// Whether the object is being deleted.
    pub(crate) fn is_deleting(&self) -> bool {
        self.get(Slot::DeletionTimestamp).is_some()
    }

    /// The name, where nothing is escaped in it.
    pub(crate) fn plain_name(&self) -> Option<&'a str> {
        self.slots.get(Slot::Name as usize).copied().flatten().and_then(plain_string)
    }

    /// The selectors of a PodNetworking as they are written, pod and namespace, for a glance: there and not null.
    pub(crate) fn selectors_at_a_glance(&self) -> [Option<Json<'a>>; 2] {
        [self.get(Slot::PodSelector), self.get(Slot::NamespaceSelector)]
    }

    /// The name, which every stored object has.
    pub(crate) fn name(&self) -> Result<Cow<'a, str>, String> {
        if let Some(name) = self.plain_name().filter(|name| !name.is_empty()) {
            return Ok(Cow::Borrowed(name));
        }
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
        let written = |slot| self.slots.get(slot as usize).copied().flatten();
        // What is equal as it is written has no escapes, and behind a quotation mark it is a string.
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
        Err(format!(
            "the answer has an object of kind {} and apiVersion {} where a `{kind}` was asked for",
            quote(&found_kind.unwrap_or_default()),
            quote(&found_version.unwrap_or_default()),
        ))
    }
}

/// Reads one object.
pub(crate) fn read_item(text: &str) -> Result<Item<'_>, String> {
    let mut walker = Walker::new(text);
    let item = Item::walk(&mut walker, ITEM)
        .and_then(|item| walker.end().map(|()| item))
        .map_err(|error| Stopped::Broken(error).reason())?;
    match item.broken {
        Some(("", noun)) => Err(format!("the answer must be an object, found {noun}")),
        _ => Ok(item),
    }
}

/// Reads a list of objects: an array, or a `List`, `<kind>List` or object without kind that has `items`.
pub(crate) fn read_list<'a>(
    text: &'a str,
    kind: &str,
    visit: &mut dyn FnMut(&Item<'a>) -> Result<(), String>,
) -> Result<(), String> {
    let mut list = Item::empty();
    let mut items = Items { visit, met: false };
    let mut walker = Walker::new(text);
    walk_list(&mut walker, &mut list, &mut items).and_then(|()| Ok(walker.end()?)).map_err(Stopped::reason)?;
    let met = items.met;
    if let Some(found) = list.get(Slot::Kind).map(|json| json.as_str().unwrap_or_default())
        && found != "List"
        && found.strip_suffix("List") != Some(kind)
    {
        return Err(format!("the answer is of kind {} where a list of `{kind}` was asked for", quote(&found)));
    }
    if let Some((_, noun)) = list.broken {
        return Err(format!("the answer must be a list of `{kind}`, found {noun}"));
    }
    if let Some(slot) = list.twice.and_then(Slot::at) {
        return Err(format!("the answer has {} twice", quote(slot.path())));
    }
    if !met {
        return Err(format!("the answer must be a list of `{kind}`, found an object without `items`"));
    }
    if list.get(Slot::Continue).and_then(Json::as_str).is_some_and(|token| !token.is_empty()) {
        return Err("the answer is one page of a longer list (`metadata.continue` is set)".to_owned());
    }
    Ok(())
}

/// Why a walk stops before the end.
enum Stopped {
    /// The text is not JSON.
    Broken(Error),
    /// An item is not what it must be.
    Refused(String),
}

impl From<Error> for Stopped {
    fn from(error: Error) -> Self {
        Self::Broken(error)
    }
}

impl Stopped {
    fn reason(self) -> String {
        match self {
            Self::Refused(reason) => reason,
            Self::Broken(error) if error.is_eof() => format!("the answer is empty or cut off: {error}"),
            Self::Broken(error) => format!("the answer is not valid JSON: {error}"),
        }
    }
}

/// What is done with the items of a list.
struct Items<'v, 'a> {
    visit: &'v mut dyn FnMut(&Item<'a>) -> Result<(), String>,
    /// A list was there.
    met: bool,
}

/// Walks over a list of objects.
fn walk_list<'a>(walker: &mut Walker<'a>, list: &mut Item<'a>, items: &mut Items<'_, 'a>) -> Result<(), Stopped> {
    match walker.peek() {
        b'{' => {}
        b'[' => return walk_items(walker, items),
        _ => {
            list.broken = Some(("", Json::walk(walker)?.kind().noun()));
            return Ok(());
        }
    }
    let mut more = walker.enter()?;
    while more {
        let key = walker.key()?;
        match walker.decode(key)?.as_ref() {
            "items" if items.met => return Err(Stopped::Refused("the answer has `items` twice".to_owned())),
            "items" => walk_item_list(walker, items)?,
            "metadata" => list.pick(walker, LIST_METADATA)?,
            "kind" => list.put(Slot::Kind, walker.skip()?),
            "apiVersion" => list.put(Slot::ApiVersion, walker.skip()?),
            _ => {
                walker.skip()?;
            }
        }
        more = walker.more_members()?;
    }
    Ok(())
}

/// Walks over the value of `items`.
fn walk_item_list<'a>(walker: &mut Walker<'a>, items: &mut Items<'_, 'a>) -> Result<(), Stopped> {
    if walker.peek() == b'[' {
        return walk_items(walker, items);
    }
    match Json::walk(walker)?.kind() {
        // Go writes an empty list as null.
        Kind::Null => items.met = true,
        kind => return Err(Stopped::Refused(format!("`items` of the answer must be a list, found {}", kind.noun()))),
    }
    Ok(())
}

fn walk_items<'a>(walker: &mut Walker<'a>, items: &mut Items<'_, 'a>) -> Result<(), Stopped> {
    items.met = true;
    let mut alike = Alike::default();
    let mut item = Item::empty();
    let mut more = walker.enter()?;
    while more {
        item.walk_alike(walker, &mut alike)?;
        if let Some(("", noun)) = item.broken {
            return Err(Stopped::Refused(format!("an item of the answer must be an object, found {noun}")));
        }
        (items.visit)(&item).map_err(Stopped::Refused)?;
        more = walker.more_elements()?;
    }
    Ok(())
}
