//! A list of stored objects, walked over once.

use podnetworking_walk::{Error, Field, Fields, PreviousObjects, Walker};

use crate::json::value::{Json, Kind};
use crate::objects::partial::{PartialObject, not_json};
use crate::objects::slot::Slot;
use crate::text::quote::quote;

/// The fields of the metadata of a list.
const LIST_METADATA: Fields = &[
    ("continue", Field::Value(Slot::Continue as usize)),
    ("remainingItemCount", Field::Value(Slot::RemainingItemCount as usize)),
];

/// In a list of so few objects a comparison with one of them does not pay.
const PARSED_FIRST: usize = 16;

/// Reads a list of objects: an array, or a `List`, `<kind>List` or object without kind that has `items`.
pub(crate) fn read_list<'a>(
    text: &'a str,
    kind: &str,
    visit: &mut dyn FnMut(&PartialObject<'a>) -> Result<(), String>,
) -> Result<(), String> {
    let mut list = PartialObject::empty();
    let mut items = Items { visit, found: false };
    let mut walker = Walker::new(text);
    walk_list(&mut walker, &mut list, &mut items).and_then(|()| Ok(walker.end()?)).map_err(Stopped::reason)?;
    let found_items = items.found;
    if let Some(found) = list.get(Slot::Kind).map(|json| json.as_str().unwrap_or_default())
        && found != "List"
        && found.strip_suffix("List") != Some(kind)
    {
        return Err(format!("the data is of kind {}, but must be a list of `{kind}` objects", quote(&found)));
    }
    if let Some((_, noun)) = list.not_an_object {
        return Err(format!("the data must be a list of `{kind}` objects, but is {noun}"));
    }
    if let Some(slot) = list.duplicate.and_then(Slot::at) {
        return Err(format!("{} is set twice in the data", quote(slot.path())));
    }
    if !found_items {
        return Err(format!("the data must be a list of `{kind}` objects, but is an object without `items`"));
    }
    if list.get(Slot::Continue).and_then(Json::as_str).is_some_and(|token| !token.is_empty()) {
        return Err("the data is one page of a longer list (`metadata.continue` is set)".to_owned());
    }
    if list.get(Slot::RemainingItemCount).and_then(Json::present).is_some_and(|count| count.text() != "0") {
        return Err("the data is one page of a longer list (`metadata.remainingItemCount` is set)".to_owned());
    }
    Ok(())
}

/// Why a walk stops early.
enum Stopped {
    /// The text is not JSON.
    Broken(Error),
    /// An item is not what it must be.
    Rejected(String),
}

impl From<Error> for Stopped {
    fn from(error: Error) -> Self {
        Self::Broken(error)
    }
}

impl Stopped {
    fn reason(self) -> String {
        match self {
            Self::Rejected(reason) => reason,
            Self::Broken(error) => not_json(&error),
        }
    }
}

/// What happens with the items of a list.
struct Items<'v, 'a> {
    visit: &'v mut dyn FnMut(&PartialObject<'a>) -> Result<(), String>,
    /// Whether there was a list.
    found: bool,
}

/// Walks over a list of objects.
fn walk_list<'a>(
    walker: &mut Walker<'a>,
    list: &mut PartialObject<'a>,
    items: &mut Items<'_, 'a>,
) -> Result<(), Stopped> {
    match walker.peek() {
        b'{' => {}
        b'[' => return walk_items(walker, items),
        _ => {
            list.not_an_object = Some(("", Json::walk(walker)?.kind().noun()));
            return Ok(());
        }
    }
    let mut more = walker.enter()?;
    while more {
        let key = walker.key()?;
        match walker.decode(key)?.as_ref() {
            "items" if items.found => return Err(Stopped::Rejected("`items` is set twice in the data".to_owned())),
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
        Kind::Null => items.found = true,
        kind => return Err(Stopped::Rejected(format!("`items` of the data must be a list, but is {}", kind.noun()))),
    }
    Ok(())
}

fn walk_items<'a>(walker: &mut Walker<'a>, items: &mut Items<'_, 'a>) -> Result<(), Stopped> {
    items.found = true;
    let mut previous = PreviousObjects::after(PARSED_FIRST);
    let mut item = PartialObject::empty();
    let mut more = walker.enter()?;
    while more {
        item.walk_next(walker, &mut previous)?;
        if let Some(("", noun)) = item.not_an_object {
            return Err(Stopped::Rejected(format!("an item of the data must be an object, but is {noun}")));
        }
        (items.visit)(&item).map_err(Stopped::Rejected)?;
        more = walker.more_elements()?;
    }
    Ok(())
}
