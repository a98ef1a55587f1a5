//! The zones of a PodNetworking: for each of its vSwitches the zone in its status, else in the inventory, else in
//! another PodNetworking's status, else unknown.

use std::borrow::Cow;

use crate::collections::text_map::{TextMap, TextSet};
use crate::facts::cache::Facts;
use crate::facts::cluster::MissingFact;
use crate::facts::search::query::Search;
use crate::json::fault::Faults;
use crate::objects::podnetworking::PodNetworking;
use crate::settings::form::Form;
use crate::settings::values::Settings;

/// The zones in which a PodNetworking has vSwitches.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Zones {
    /// The zones that are known, sorted, each once.
    pub known: Vec<String>,
    /// The vSwitches whose zone is unknown, in the order of the spec.
    pub unknown: Vec<String>,
}

impl Zones {
    /// Whether there are vSwitches and the zone of each is known: only then can the zone promise be kept.
    #[must_use]
    pub fn are_complete(&self) -> bool {
        self.unknown.is_empty() && !self.known.is_empty()
    }

    /// The zones of `podnetworking`. Other PodNetworkings are read only for vSwitches that its own status and the inventory
    /// do not know.
    ///
    /// # Errors
    /// [`MissingFact`], where the host cannot provide the other PodNetworkings.
    pub fn of(podnetworking: &PodNetworking<'_>, settings: &Settings, facts: &Facts<'_>) -> Result<Self, MissingFact> {
        Ok(Self::of_all(std::slice::from_ref(podnetworking), settings, facts)?.pop().unwrap_or_default())
    }

    /// The zones of each of some PodNetworkings. The others are read once for all.
    ///
    /// # Errors
    /// [`MissingFact`], where the host cannot provide the other PodNetworkings.
    pub fn of_all(
        podnetworkings: &[PodNetworking<'_>],
        settings: &Settings,
        facts: &Facts<'_>,
    ) -> Result<Vec<Self>, MissingFact> {
        let near: Vec<Vec<(Cow<'_, str>, Option<String>)>> =
            podnetworkings.iter().map(|podnetworking| near(podnetworking, settings)).collect();
        let mut unknown: Vec<&str> =
            near.iter().flatten().filter(|(_, zone)| zone.is_none()).map(|(id, _)| id.as_ref()).collect();
        crate::collections::sort::texts(&mut unknown);
        unknown.dedup();
        let far = look_up(&unknown, facts)?;
        let all = podnetworkings.iter().zip(&near).map(|(podnetworking, near)| {
            let mut zones = Self::default();
            for (id, zone) in near {
                let far = || far.get(id.as_ref())?.iter().find(|(name, _)| name != podnetworking.name());
                match zone.as_ref().or_else(|| far().map(|(_, zone)| zone)) {
                    Some(zone) => zones.known.push(zone.clone()),
                    None => zones.unknown.push(id.clone().into_owned()),
                }
            }
            crate::collections::sort::texts(&mut zones.known);
            zones.known.dedup();
            zones
        });
        Ok(all.collect())
    }
}

/// The vSwitches of a PodNetworking in their order, each once, with the zone in its status or the inventory.
fn near<'a>(podnetworking: &PodNetworking<'a>, settings: &Settings) -> Vec<(Cow<'a, str>, Option<String>)> {
    let own: TextMap<'_, _> = podnetworking.status_zones(&mut Faults::default()).into_iter().collect();
    let mut seen = TextSet::default();
    let vswitches = podnetworking.vswitches(&mut Faults::default());
    let zone = |id: &str| {
        let inventory = || settings.inventory.vswitches.get(id)?.zone.as_deref();
        let reported = own.get(id).map(AsRef::as_ref).filter(|zone| is_zone(zone));
        reported.or_else(inventory).filter(|zone| is_zone(zone)).map(str::to_owned)
    };
    vswitches
        .into_iter()
        .filter(|id| seen.insert(id.clone()))
        .map(|id| (zone(&id), id))
        .map(|(zone, id)| (id, zone))
        .collect()
}

/// Whether a node can have the zone as a label. Any other text would make a node selector term invalid.
#[must_use]
pub fn is_zone(text: &str) -> bool {
    Form::Zone.fits(text)
}

/// The zones of vSwitches (sorted) in the status of PodNetworkings, each with the name of the PodNetworking. The two least
/// names are kept, because a PodNetworking does not count for itself. If two disagree, the least name counts.
fn look_up(unknown: &[&str], facts: &Facts<'_>) -> Result<TextMap<'static, Vec<(String, String)>>, MissingFact> {
    let mut found: TextMap<'_, Vec<(String, String)>> = TextMap::default();
    if unknown.is_empty() {
        return Ok(found);
    }
    facts.pod_networkings(Search::WithVSwitches(unknown), &mut |other| {
        let own = other.vswitches(&mut Faults::default());
        for (id, zone) in other.status_zones(&mut Faults::default()) {
            // A status may keep a vSwitch that the spec no longer has.
            if unknown.binary_search(&id.as_ref()).is_err() || !is_zone(&zone) || !own.contains(&id) {
                continue;
            }
            let candidate = (other.name().to_owned(), zone.into_owned());
            found.change(&id, |least| {
                match least.iter_mut().find(|(name, _)| *name == candidate.0) {
                    Some(same) => *same = candidate.min(std::mem::take(same)),
                    None => least.push(candidate),
                }
                crate::collections::sort::by(least, Ord::cmp);
                least.truncate(2);
            });
        }
    })?;
    Ok(found)
}
