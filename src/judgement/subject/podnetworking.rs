//! A PodNetworking in a request, as its rules see it.

use std::cell::OnceCell;

use crate::facts::cache::Facts;
use crate::facts::cluster::MissingFact;
use crate::json::fault::Faults;
use crate::json::path::Path;
use crate::json::value::Json;
use crate::objects::podnetworking::PodNetworking;
use crate::objects::spec::Spec;
use crate::selection::overlap::{self, Before, Overlap};
use crate::selection::zones::Zones;
use crate::selectors::selector_pair::SelectorPair;
use crate::settings::values::Settings;

/// What the rules about PodNetworkings check.
#[derive(Debug)]
pub struct PodNetworkingSubject<'a, 'f> {
    /// The PodNetworking.
    pub podnetworking: PodNetworking<'a>,
    /// The whole object.
    pub object: Json<'a>,
    /// The object before it got defaults.
    pub written: Json<'a>,
    /// Its spec.
    pub spec: Spec<'a>,
    /// Its selectors, if they can be read.
    pub selectors: Option<SelectorPair<'a>>,
    /// What it selected before an update, if it selected anything.
    before: Option<Before<'a>>,
    settings: &'f Settings,
    facts: &'f Facts<'f>,
    overlaps: OnceCell<Result<Vec<Overlap>, MissingFact>>,
}

impl<'a, 'f> PodNetworkingSubject<'a, 'f> {
    /// Reads what the rules need, and what is wrong with it. An object that cannot be read at all has no subject.
    #[must_use]
    pub fn read(object: Json<'a>, settings: &'f Settings, facts: &'f Facts<'f>) -> (Option<Self>, Faults) {
        let mut faults = Faults::default();
        let Ok(podnetworking) = PodNetworking::requested(object) else {
            faults.malformed(&Path::Root, "an object", object);
            return (None, faults);
        };
        let selectors = podnetworking.selectors(&mut faults);
        // A request is also checked for the fields that are read of stored PodNetworkings.
        podnetworking.eni_type(&mut faults);
        podnetworking.status(&mut faults);
        podnetworking.status_zones(&mut faults);
        let spec = Spec::read(object, &mut faults);
        let subject = Self {
            podnetworking,
            object,
            written: object,
            spec,
            selectors,
            before: None,
            settings,
            facts,
            overlaps: OnceCell::new(),
        };
        (Some(subject), faults)
    }

    /// The same PodNetworking, of which `old` is the object before an update. An old object that cannot be read selected
    /// nothing.
    #[must_use]
    pub fn with_old(self, old: Json<'a>) -> Self {
        let old = PodNetworking::requested(old).ok();
        let before = old.and_then(|old| {
            let selectors = old.well_formed_selectors().filter(|selectors| !selectors.are_both_absent())?;
            Some(Before { selectors, is_fixed: old.is_fixed() })
        });
        Self { before, ..self }
    }

    /// The same PodNetworking, as it was before it got defaults.
    #[must_use]
    pub fn with_written(self, written: Json<'a>) -> Self {
        Self { written, ..self }
    }

    /// Its overlaps with the stored PodNetworkings. With a selector that cannot be read it has none.
    ///
    /// # Errors
    /// [`MissingFact`], where the host cannot provide what decides.
    pub fn overlaps(&self) -> Result<&[Overlap], MissingFact> {
        let found = self.overlaps.get_or_init(|| match &self.selectors {
            Some(selectors) if !selectors.are_both_absent() => {
                overlap::find(&self.podnetworking, selectors, self.before.as_ref(), self.settings, self.facts)
            }
            _ => Ok(Vec::new()),
        });
        found.as_deref().map_err(Clone::clone)
    }

    /// Its zones.
    ///
    /// # Errors
    /// [`MissingFact`], where the host cannot provide the other PodNetworkings.
    pub fn zones(&self) -> Result<Zones, MissingFact> {
        Zones::of(&self.podnetworking, self.settings, self.facts)
    }
}
