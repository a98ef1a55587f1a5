//! The zones of a PodNetworking: for each of its vSwitches the zone in its status, else in the inventory, else in
//! another PodNetworking's status, else unknown.

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::cluster::{Facts, Missing};
use crate::fault::Faults;
use crate::index::Query;
use crate::label;
use crate::podnetworking::PodNetworking;
use crate::settings::Settings;

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

    /// The zones of `podnetworking`. Others are looked at only for vSwitches that nothing nearer knows.
    ///
    /// # Errors
    /// [`Missing`], where the host cannot lend the other PodNetworkings.
    pub fn of(podnetworking: &PodNetworking<'_>, settings: &Settings, facts: &Facts<'_>) -> Result<Self, Missing> {
        let vswitches = podnetworking.vswitches(&mut Faults::default());
        let own: BTreeMap<_, _> = podnetworking.status_zones(&mut Faults::default()).into_iter().collect();
        let near = |id: &str| {
            let inventory = || settings.inventory.vswitches.get(id)?.zone.as_deref();
            own.get(id).map(AsRef::as_ref).or_else(inventory).filter(|zone| is_zone(zone)).map(str::to_owned)
        };
        let mut zones: BTreeMap<&str, Option<String>> = vswitches.iter().map(|id| (id.as_ref(), near(id))).collect();
        if zones.values().any(Option::is_none) {
            look_up(podnetworking.name(), &mut zones, facts)?;
        }
        let mut known: Vec<String> = zones.values().flatten().cloned().collect();
        crate::sort::texts(&mut known);
        known.dedup();
        let mut unknown: Vec<String> = Vec::new();
        for id in &vswitches {
            // Said once, also where the id is listed twice.
            if zones.insert(id, Some(String::new())).is_some_and(|zone| zone.is_none()) {
                unknown.push(id.clone().into_owned());
            }
        }
        Ok(Self { known, unknown })
    }
}

/// Whether a node can have the zone in its label; a requirement with any other text would make its term invalid.
fn is_zone(text: &str) -> bool {
    !text.is_empty() && label::is_value(text)
}

/// Fills in zones from the status of other PodNetworkings; where two disagree, the one with the least name counts.
fn look_up(name: &str, zones: &mut BTreeMap<&str, Option<String>>, facts: &Facts<'_>) -> Result<(), Missing> {
    let unknown: Vec<&str> = zones.iter().filter(|(_, zone)| zone.is_none()).map(|(id, _)| *id).collect();
    let mut found: BTreeMap<String, (Cow<'_, str>, Cow<'_, str>)> = BTreeMap::new();
    facts.find_pod_networkings(Query::VSwitches(&unknown), &mut |other| {
        if other.name() == name {
            return;
        }
        for (id, zone) in other.status_zones(&mut Faults::default()) {
            if zones.get(id.as_ref()).is_some_and(Option::is_none) && is_zone(&zone) {
                let candidate = (Cow::Owned(other.name().to_owned()), zone);
                let place = found.entry(id.into_owned()).or_insert_with(|| candidate.clone());
                if candidate < *place {
                    *place = candidate;
                }
            }
        }
    })?;
    for (id, (_, zone)) in found {
        if let Some(place) = zones.get_mut(id.as_str()) {
            *place = Some(zone.into_owned());
        }
    }
    Ok(())
}
