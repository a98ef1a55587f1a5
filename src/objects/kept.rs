//! A PodNetworking with a text of its own, read once, for programs that keep it while it is stored.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

use crate::json::fault::Faults;
use crate::objects::partial::{PartialObject, read_object};
use crate::objects::podnetworking::{PodNetworking, Prepared};
use crate::objects::slot::SLOTS;

/// A stored PodNetworking with its text.
#[derive(Debug)]
pub struct KeptPodNetworking {
    name: Arc<str>,
    text: Box<str>,
    /// Where the picked fields are in the text.
    slots: [Option<Range<u32>>; SLOTS],
    not_an_object: Option<(&'static str, &'static str)>,
    duplicate: Option<usize>,
    prepared: Option<Arc<Prepared<'static>>>,
}

impl KeptPodNetworking {
    /// Reads a stored PodNetworking from its JSON text.
    ///
    /// # Errors
    /// If it is not a PodNetworking with a name, or has 4 GiB or more.
    pub fn new(text: impl Into<Box<str>>) -> Result<Self, String> {
        let text = text.into();
        let (name, slots, not_an_object, duplicate, prepared) = {
            let read = PodNetworking::stored(read_object(&text)?)?;
            let own = |slot: Option<&str>| slot.map(|slot| range(&text, slot)).transpose();
            let mut slots: [Option<Range<u32>>; SLOTS] = std::array::from_fn(|_| None);
            for (place, slot) in slots.iter_mut().zip(read.object.slots) {
                *place = own(slot)?;
            }
            let prepared = read.selectors(&mut Faults::default()).map(|selectors| {
                let is_sound = read.check(&mut Faults::default()).is_some();
                Arc::new(Prepared { selectors: selectors.into_owned(), is_sound })
            });
            (Arc::from(read.name()), slots, read.object.not_an_object, read.object.duplicate, prepared)
        };
        Ok(Self { name, text, slots, not_an_object, duplicate, prepared })
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &Arc<str> {
        &self.name
    }

    /// Its text, as JSON.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The PodNetworking, borrowed from the text.
    #[must_use]
    pub fn podnetworking(&self) -> PodNetworking<'_> {
        let mut object = PartialObject::empty();
        for (slot, range) in object.slots.iter_mut().zip(&self.slots) {
            *slot = range.as_ref().and_then(|range| self.text.get(range.start as usize..range.end as usize));
        }
        object.not_an_object = self.not_an_object;
        object.duplicate = self.duplicate;
        PodNetworking { name: Cow::Borrowed(&self.name), object, prepared: self.prepared.clone() }
    }
}

/// Where the part is in the text: it is a slice of it.
fn range(text: &str, part: &str) -> Result<Range<u32>, String> {
    let start = (part.as_ptr() as usize).checked_sub(text.as_ptr() as usize);
    let bounds = start.map(|start| (u32::try_from(start), u32::try_from(start + part.len())));
    match bounds {
        Some((Ok(start), Ok(end))) => Ok(start..end),
        _ => Err("an object in the data has 4 GiB or more".to_owned()),
    }
}
