//! A PodNetworking in a request, as its rules see it.

use std::cell::OnceCell;

use crate::facts::cache::Facts;
use crate::facts::cluster::MissingFact;
use crate::json::fault::Faults;
use crate::json::path::Path;
use crate::json::value::Json;
use crate::objects::podnetworking::PodNetworking;
use crate::selection::overlap::{self, Overlap};
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
    /// Its `spec`.
    pub spec: Option<Json<'a>>,
    /// Its selectors, if they can be read.
    pub selectors: Option<SelectorPair<'a>>,
    /// `spec.allocationType.type`.
    pub allocation_type: Option<String>,
    /// `spec.allocationType.releaseStrategy`.
    pub release_strategy: Option<String>,
    /// `spec.allocationType.releaseAfter`.
    pub release_after: Option<String>,
    /// `spec.securityGroupIDs`.
    pub security_groups: Vec<String>,
    /// `spec.vSwitchOptions`.
    pub vswitches: Vec<String>,
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
        let root = Path::Root;
        let [spec] = object.fields(["spec"], &root, &mut Faults::default());
        let spec = spec.filter(|spec| spec.kind() == crate::json::value::Kind::Object);
        let selectors = podnetworking.selectors(&mut faults);
        // The fields that only a request is read for come below.
        podnetworking.eni_type(&mut faults);
        podnetworking.status(&mut faults);
        podnetworking.status_zones(&mut faults);
        let path = Path::Written("spec");
        let [allocation, groups, vswitches] = spec.map_or([None; 3], |spec| {
            spec.fields(["allocationType", "securityGroupIDs", "vSwitchOptions"], &path, &mut faults)
        });
        let allocation_path = path.field("allocationType");
        let [kind, strategy, after] = allocation.map_or([None; 3], |json| {
            json.fields(["type", "releaseStrategy", "releaseAfter"], &allocation_path, &mut faults)
        });
        let mut text = |json: Option<Json<'a>>, name: &'static str| {
            json.and_then(|json| json.string(&allocation_path.field(name), &mut faults))
                .map(std::borrow::Cow::into_owned)
        };
        let allocation_type = text(kind, "type");
        let release_strategy = text(strategy, "releaseStrategy");
        let release_after = text(after, "releaseAfter");
        let mut ids = |json: Option<Json<'a>>, name: &'static str| {
            let path = path.field(name);
            let list = json.map(|json| json.list(&path, &mut faults)).unwrap_or_default();
            list.into_iter()
                .enumerate()
                .filter_map(|(index, json)| json.string(&path.index(index), &mut faults))
                .map(std::borrow::Cow::into_owned)
                .collect::<Vec<_>>()
        };
        let security_groups = ids(groups, "securityGroupIDs");
        let vswitches = ids(vswitches, "vSwitchOptions");
        let subject = Self {
            podnetworking,
            object,
            spec,
            selectors,
            allocation_type,
            release_strategy,
            release_after,
            security_groups,
            vswitches,
            settings,
            facts,
            overlaps: OnceCell::new(),
        };
        (Some(subject), faults)
    }

    /// Its overlaps with the stored PodNetworkings. With a selector that cannot be read it has none.
    ///
    /// # Errors
    /// [`MissingFact`], where the host cannot provide what decides.
    pub fn overlaps(&self) -> Result<&[Overlap], MissingFact> {
        let found = self.overlaps.get_or_init(|| match &self.selectors {
            Some(selectors) if !selectors.is_missing() => {
                overlap::find(&self.podnetworking, selectors, self.settings, self.facts)
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
