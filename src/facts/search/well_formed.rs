//! Which stored PodNetworkings surely have no fault, decided from their text.

use crate::objects::crd::STORED;
use crate::objects::partial::PartialObject;

/// Recognises PodNetworkings without a fault, one after another.
#[derive(Debug, Default)]
pub(crate) struct WellFormed<'a> {
    /// The text of each field that was well-formed last. Many objects have the same text, which is not read again.
    last: [&'a str; STORED.len()],
}

impl<'a> WellFormed<'a> {
    /// Whether [`crate::objects::podnetworking::PodNetworking::check`] surely finds no fault.
    pub(crate) fn surely(&mut self, object: &PartialObject<'a>) -> bool {
        object.is_well_formed()
            && STORED.iter().zip(&mut self.last).all(|(field, last)| {
                let Some(json) = object.get(field.slot) else { return true };
                let is_well_formed = *last == json.text() || field.shape.surely_fits(json.text());
                if is_well_formed {
                    *last = json.text();
                }
                is_well_formed
            })
    }
}
