//! What must never happen. Each check compares the store with what a second, simple reading of the rules expects.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::counts::Of;
use crate::exceptions::{Exception, LIST};
use crate::selectors::{Labels, allows_zone, labels_of};
use crate::terway::selects;
use crate::universe::{APPS, ECI, Platform, TIERS};
use crate::world::{Network as Net, Pod, PodKey, Store, World};

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Invariant {
    /// A pod is stored that two PodNetworkings select.
    Several,
    /// A possible pod in an existing namespace is selected by two after a write, and was not before.
    Overlap,
    /// The network of a pod is another than the one that selected it when it was created.
    Network,
    /// A pod is bound outside of the zones of its PodNetworking.
    Zone,
    /// A write is admitted that leaves a pod without a zone of its PodNetworking.
    Pending,
    /// Somebody who may not write PodNetworkings stops pods of another namespace.
    Stopped,
    /// A plain pod that one ready PodNetworking selects is denied or cannot be bound.
    Plain,
    /// A write of the platform is denied.
    Platform,
    /// A deleted object cannot go.
    Stuck,
}

impl Invariant {
    pub fn name(self) -> &'static str {
        match self {
            Self::Several => "one PodNetworking for a pod",
            Self::Overlap => "no new overlap",
            Self::Network => "the network of the selected one",
            Self::Zone => "bound in a zone of it",
            Self::Pending => "a zone of it is left",
            Self::Stopped => "others are not stopped",
            Self::Plain => "plain pods get in and run",
            Self::Platform => "the platform is not denied",
            Self::Stuck => "what is deleted can go",
        }
    }

    pub const ALL: [Self; 9] = [
        Self::Several,
        Self::Overlap,
        Self::Network,
        Self::Zone,
        Self::Pending,
        Self::Stopped,
        Self::Plain,
        Self::Platform,
        Self::Stuck,
    ];
}

/// A broken invariant, with what is known about it.
#[derive(Clone, Debug)]
pub struct Broken {
    pub invariant: Invariant,
    pub about: String,
}

pub type Checked = Result<(), Broken>;

impl World {
    /// The premise of an invariant was there.
    pub fn premise(&mut self, invariant: Invariant) {
        self.counts.add(Of::Premise, invariant.name());
    }

    /// Reports a broken invariant, except for a reason of the list.
    pub fn broken(&mut self, invariant: Invariant, reasons: &BTreeSet<Exception>, about: String) -> Checked {
        let reason = LIST.iter().find(|row| row.breaks.contains(&invariant) && reasons.contains(&row.exception));
        match reason {
            Some(row) => {
                self.counts.add(Of::Exception, row.what);
                self.reached.insert((invariant, row.exception));
                Ok(())
            }
            None => Err(Broken { invariant, about }),
        }
    }

    /// The reasons of the list that apply to a pod now.
    pub fn reasons(&self, key: &PodKey, pod: &Pod) -> BTreeSet<Exception> {
        let mut reasons = pod.history.clone();
        let spec = &pod.object["spec"];
        let mut add = |exception, applies: bool| {
            if applies {
                reasons.insert(exception);
            }
        };
        add(Exception::HostNetwork, spec["hostNetwork"] == true);
        add(Exception::DaemonSet, is_bound_by_daemon_set(&pod.object));
        let namespace = self.store.namespaces.get(&key.0).map(labels_of).unwrap_or_default();
        let is_eci = |labels: &Labels| labels.get(ECI).is_some_and(|value| value == "true");
        add(Exception::EciLabel, is_eci(&labels_of(&pod.object)) || is_eci(&namespace));
        add(
            Exception::ZonesChanged,
            pod.zones_of.iter().any(|one| self.zones_of_name(one) != pod.zones_each.get(one).cloned().flatten()),
        );
        let is_edited = |(name, generation): &(String, Value)| {
            self.store.podnetworkings.get(name).is_none_or(|one| one["metadata"]["generation"] != *generation)
        };
        add(Exception::TerwayAway, pod.terway_was_away && pod.read_later.iter().any(is_edited));
        reasons
    }

    /// A pod was stored, or changed.
    pub fn check_stored(&mut self, key: &PodKey, before: Option<&Value>) -> Checked {
        let pod = self.store.pods[key].clone();
        let reasons = self.reasons(key, &pod);
        if before.is_none() {
            self.premise(Invariant::Several);
            if pod.selected.len() > 1 {
                self.broken(Invariant::Several, &reasons, format!("{key:?} is selected by {:?}", pod.selected))?;
            }
        }
        if let Some(zones) = pod.zones.as_ref().filter(|zones| !zones.is_empty()) {
            let is_left = |object: &Value| zones.iter().any(|zone| allows_zone(object, zone));
            if pod.object["spec"]["nodeName"].is_null() {
                self.premise(Invariant::Pending);
            }
            if before.is_none_or(is_left) && !is_left(&pod.object) {
                self.broken(Invariant::Pending, &reasons, format!("{key:?} has no zone of {zones:?} left"))?;
            }
        }
        Ok(())
    }

    /// A pod was bound to a node of this zone.
    pub fn check_bound(&mut self, key: &PodKey, zone: &str) -> Checked {
        let pod = self.store.pods[key].clone();
        let reasons = self.reasons(key, &pod);
        if let Some(zones) = pod.zones.as_ref().filter(|zones| !zones.is_empty()) {
            self.premise(Invariant::Zone);
            if !zones.contains(zone) {
                // What changed later does not excuse a zone that was wrong from the start.
                let mut reasons = reasons.clone();
                reasons.remove(&Exception::ZonesChanged);
                self.broken(Invariant::Zone, &reasons, format!("{key:?} is bound in {zone}, outside of {zones:?}"))?;
            }
        }
        let now: Option<Vec<_>> = pod.zones_of.iter().map(|name| self.zones_of_name(name)).collect();
        let is_outside = |zones: &BTreeSet<&str>| !zones.is_empty() && !zones.contains(zone);
        if now.is_some_and(|now| now.iter().any(is_outside)) {
            self.broken(Invariant::Zone, &reasons, format!("{key:?} is bound in {zone}, outside of today's zones"))?;
        }
        if !pod.selected.is_empty() {
            self.premise(Invariant::Network);
        }
        let network = self.network(key, &pod);
        if network != pod.expected {
            let about = format!("{key:?} gets {network:?}, not {:?} of {:?}", pod.expected, pod.selected);
            self.broken(Invariant::Network, &reasons, about)?;
        }
        Ok(())
    }

    /// The pairs of PodNetworkings that both select a possible pod of an existing namespace.
    pub fn overlaps(&self, store: &Store) -> BTreeSet<Possible> {
        let mut found = BTreeSet::new();
        if store.podnetworkings.len() < 2 {
            return found;
        }
        for (name, namespace) in &store.namespaces {
            let labels = labels_of(namespace);
            let is_out = labels.get("k8s.aliyun.com/pod-eni").is_some_and(|value| value == "false");
            if self.setup.platform == Platform::Ack && is_out {
                continue;
            }
            for (app, tier) in APPS.iter().flat_map(|app| TIERS.iter().map(move |tier| (app, tier))) {
                let mut pod = Labels::new();
                pod.extend(app.map(|app| ("app".to_owned(), app.to_owned())));
                pod.extend(tier.map(|tier| ("tier".to_owned(), tier.to_owned())));
                for fixed_name in [true, false] {
                    let selecting: Vec<&String> = store
                        .podnetworkings
                        .iter()
                        .filter(|(_, one)| {
                            let is_left_out = self.setup.platform.keeps_addresses() && crate::terway::is_fixed(one);
                            (fixed_name || !is_left_out) && selects(one, &pod, &labels) == Ok(true)
                        })
                        .map(|(name, _)| name)
                        .collect();
                    for (index, a) in selecting.iter().enumerate() {
                        for b in &selecting[index + 1..] {
                            found.insert(Possible {
                                pair: ((*a).clone(), (*b).clone()),
                                labels: (*app, *tier),
                                namespace: name.clone(),
                                fixed_name,
                            });
                        }
                    }
                }
            }
        }
        found
    }
}

/// A possible pod that two PodNetworkings select.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Possible {
    pub pair: (String, String),
    labels: (Option<&'static str>, Option<&'static str>),
    pub namespace: String,
    fixed_name: bool,
}

/// As design and facts describe it: an owner that is the controller, of kind DaemonSet, and a node in `matchFields`.
pub fn is_bound_by_daemon_set(pod: &Value) -> bool {
    let owners = pod["metadata"]["ownerReferences"].as_array().into_iter().flatten();
    let is_owned = owners
        .into_iter()
        .any(|owner| owner["kind"] == "DaemonSet" && owner["apiVersion"] == "apps/v1" && owner["controller"] == true);
    let terms = pod.pointer(crate::selectors::TERMS).and_then(Value::as_array).into_iter().flatten();
    is_owned && terms.into_iter().any(|term| term["matchFields"].as_array().is_some_and(|fields| !fields.is_empty()))
}

/// Networks are equal when their interfaces have the same sets.
pub fn normal(interfaces: Vec<crate::terway::Interface>) -> Net {
    let mut interfaces = interfaces;
    for interface in &mut interfaces {
        for list in [&mut interface.vswitches, &mut interface.groups] {
            list.sort();
            list.dedup();
        }
    }
    Net::Of(interfaces)
}

/// Whatever was deleted, or whose finalizer was taken away, can go.
pub fn gone(is_gone: bool, name: impl std::fmt::Debug) -> Result<bool, Broken> {
    match is_gone {
        true => Ok(true),
        false => Err(Broken { invariant: Invariant::Stuck, about: format!("{name:?} cannot be deleted") }),
    }
}
