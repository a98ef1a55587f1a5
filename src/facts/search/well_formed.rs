//! Which stored PodNetworkings surely have no fault, decided from their text.

use podnetworking_walk::Shape;

use crate::facts::search::prefilter;
use crate::objects::partial::{PartialObject, Slot};

/// The fields that [`crate::objects::podnetworking::PodNetworking::check`] reads, as they are where it finds no fault.
const WELL_FORMED: [(Slot, Shape); 6] = [
    (
        Slot::Selector,
        Shape::Object(&[("podSelector", prefilter::SELECTOR), ("namespaceSelector", prefilter::SELECTOR)]),
    ),
    (Slot::AllocationType, Shape::Object(&[("type", Shape::Text)])),
    (Slot::VSwitchOptions, Shape::List(&Shape::Text)),
    (Slot::EniOptions, Shape::Object(&[("eniType", Shape::Text)])),
    (Slot::StatusStatus, Shape::Text),
    (Slot::StatusVSwitches, Shape::List(&Shape::Object(&[("id", Shape::Text), ("zone", Shape::Text)]))),
];

/// Tells at a glance which of many PodNetworkings [`crate::objects::podnetworking::PodNetworking::check`] finds no fault with.
#[derive(Debug, Default)]
pub(crate) struct WellFormed<'a> {
    /// The text of each field that was sound last: many have the same.
    last: [&'a str; WELL_FORMED.len()],
}

impl<'a> WellFormed<'a> {
    /// Whether it surely has none.
    pub(crate) fn surely(&mut self, object: &PartialObject<'a>) -> bool {
        object.is_sound()
            && WELL_FORMED.iter().zip(&mut self.last).all(|((slot, shape), last)| {
                let Some(json) = object.get(*slot) else { return true };
                let is_sound = *last == json.text() || shape.is_of(json.text());
                if is_sound {
                    *last = json.text();
                }
                is_sound
            })
    }
}
