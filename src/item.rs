//! One walk over an object, or over a list of objects, that picks out the fields the decision reads.
//!
//! What is not read is walked over as JSON and never kept: a list of thousands of objects costs little more than the
//! walk. It is the hot path: see docs/architecture.md.

use std::borrow::Cow;

use podnetworking_walk::Walker;

use crate::fault::Faults;
use crate::json::{Error, Json, Kind};
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

/// Where a walk over an object is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    /// In the object itself.
    Object,
    Metadata,
    Spec,
    Status,
    /// In a list of objects.
    List,
    ListMetadata,
}

/// What a field is to a walk.
enum Field {
    Value(Slot),
    Object(Place),
    Items,
    Other,
}

impl Place {
    /// The path of the place in its object.
    fn path(self) -> &'static str {
        match self {
            Self::Object | Self::List => "",
            Self::Metadata | Self::ListMetadata => "metadata",
            Self::Spec => "spec",
            Self::Status => "status",
        }
    }

    fn field(self, key: &str) -> Field {
        let slot = match (self, key) {
            (Self::Object | Self::List, "apiVersion") => Slot::ApiVersion,
            (Self::Object | Self::List, "kind") => Slot::Kind,
            (Self::Object, "metadata") => return Field::Object(Self::Metadata),
            (Self::Object, "spec") => return Field::Object(Self::Spec),
            (Self::Object, "status") => return Field::Object(Self::Status),
            (Self::Metadata, "name") => Slot::Name,
            (Self::Metadata, "generateName") => Slot::GenerateName,
            (Self::Metadata, "labels") => Slot::Labels,
            (Self::Metadata, "deletionTimestamp") => Slot::DeletionTimestamp,
            (Self::Spec, "selector") => Slot::Selector,
            (Self::Spec, "allocationType") => Slot::AllocationType,
            (Self::Spec, "vSwitchOptions") => Slot::VSwitchOptions,
            (Self::Spec, "eniOptions") => Slot::EniOptions,
            (Self::Status, "status") => Slot::StatusStatus,
            (Self::Status, "vSwitches") => Slot::StatusVSwitches,
            (Self::List, "metadata") => return Field::Object(Self::ListMetadata),
            (Self::List, "items") => return Field::Items,
            (Self::ListMetadata, "continue") => Slot::Continue,
            _ => return Field::Other,
        };
        Field::Value(slot)
    }
}

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
    let mut walker = Walker::new(text);
    walk(&mut walker, Place::Object, &mut item, None)
        .and_then(|()| Ok(walker.end()?))
        .map_err(|stopped| stopped.reason())?;
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
    let mut items = Items { visit, met: false };
    let mut walker = Walker::new(text);
    walk(&mut walker, Place::List, &mut list, Some(&mut items))
        .and_then(|()| Ok(walker.end()?))
        .map_err(|stopped| stopped.reason())?;
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
    visit: &'v mut dyn FnMut(Item<'a>) -> Result<(), String>,
    /// A list was there.
    met: bool,
}

/// Walks over an object and picks its fields; at the top of a list also over its items.
fn walk<'a>(
    walker: &mut Walker<'a>,
    place: Place,
    item: &mut Item<'a>,
    mut items: Option<&mut Items<'_, 'a>>,
) -> Result<(), Stopped> {
    if walker.peek() != b'{' {
        if walker.peek() == b'['
            && let Some(items) = items
        {
            return walk_items(walker, items);
        }
        let kind = Json::walk(walker)?.kind();
        // null is absent, except as the answer itself.
        if kind != Kind::Null || place.path().is_empty() {
            item.broken = Some((place.path(), kind.noun()));
        }
        return Ok(());
    }
    let mut more = walker.enter()?;
    while more {
        let key = walker.key()?;
        match place.field(&walker.decode(key)?) {
            Field::Other => {
                walker.skip()?;
            }
            Field::Value(slot) => {
                let value = Json::walk(walker)?;
                if let Some(place) = item.slots.get_mut(slot as usize)
                    && place.replace(value).is_some()
                {
                    item.twice = Some(slot);
                }
            }
            Field::Object(place) => walk(walker, place, item, None)?,
            Field::Items => {
                if let Some(items) = items.as_deref_mut() {
                    walk_item_list(walker, items)?;
                }
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
    let mut more = walker.enter()?;
    while more {
        let mut item = Item::empty();
        walk(walker, Place::Object, &mut item, None)?;
        if let Some(("", noun)) = item.broken {
            return Err(Stopped::Refused(format!("an item of the answer must be an object, found {noun}")));
        }
        (items.visit)(item).map_err(Stopped::Refused)?;
        more = walker.more_elements()?;
    }
    Ok(())
}
