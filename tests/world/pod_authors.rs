//! The authors of pods: they create, update and delete them, write their subresources, and claim owners.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::actions::{Change, Facts, Key, Later, Note, Owner, PodPlan, Wish};
use crate::edits::{apply, set_labels, write_key, write_note, write_owner, write_wish};
use crate::exceptions::Exception;
use crate::invariants::{Broken, Invariant, gone};
use crate::platform::history;
use crate::policy::Kind;
use crate::selectors::allows_node;
use crate::terway::{self, POD_ENI, POD_NETWORKING, POD_NETWORKS, POD_NETWORKS_REQUEST, annotation, is_ready};
use crate::universe::{ECI, GATE, NAMESPACES, PODS, Platform, ZONES};
use crate::world::{Network, Pod, PodKey, World, add_finalizer, is_being_deleted};

/// A pod as it is sent.
pub struct Sent {
    pub pod: Value,
    pub user: String,
    pub facts: Facts,
    pub terway_is_away: bool,
    pub later: Later,
    pub is_plain: bool,
}

impl World {
    pub fn create_planned(&mut self, plan: &PodPlan) -> Result<bool, Broken> {
        let namespace = NAMESPACES[plan.namespace];
        let mut pod = json!({
            "apiVersion": "v1", "kind": "Pod",
            "metadata": {"name": PODS[plan.name], "namespace": namespace, "labels": {}},
            "spec": {"containers": [{"name": "c", "image": "nginx"}]},
        });
        set_labels(&mut pod["metadata"], plan.app, plan.tier);
        write_key(&mut pod, plan.key);
        write_wish(&mut pod["spec"], plan.wish);
        write_owner(&mut pod, plan.owner);
        if plan.eci {
            pod["metadata"]["labels"][ECI] = "true".into();
        }
        if plan.gated {
            pod["spec"]["schedulingGates"] = json!([{"name": GATE}]);
        }
        if plan.host_network {
            pod["spec"]["hostNetwork"] = true.into();
        }
        if let Some(zone) = plan.node.filter(|_| !plan.gated) {
            pod["spec"]["nodeName"] = format!("node-{}", ZONES[zone]).into();
        }
        if plan.finalizer {
            add_finalizer(&mut pod);
        }
        if plan.applied {
            pod["metadata"]["deletionTimestamp"] = "2026-01-01T00:00:00Z".into();
            add_finalizer(&mut pod);
        }
        let is_plain = plan.key == Key::None
            && plan.wish == Wish::None
            && matches!(plan.owner, Owner::None | Owner::ReplicaSet | Owner::StatefulSet)
            && !plan.host_network
            && plan.node.is_none()
            && !plan.eci
            && !plan.applied;
        self.create_pod(Sent {
            pod,
            user: format!("author of {namespace}"),
            facts: plan.facts,
            terway_is_away: plan.terway_is_away,
            later: plan.later,
            is_plain,
        })
    }

    pub fn create_pod(&mut self, sent: Sent) -> Result<bool, Broken> {
        let namespace = sent.pod["metadata"]["namespace"].as_str().unwrap().to_owned();
        let key = (namespace, sent.pod["metadata"]["name"].as_str().unwrap().to_owned());
        if !self.store.namespaces.contains_key(&key.0) || self.store.pods.contains_key(&key) {
            return Ok(false);
        }
        let selected = self.selecting(&sent.pod);
        let labels = &self.store.namespaces[&key.0]["metadata"]["labels"];
        // Where no address is kept in another zone, nothing stands against a plain pod.
        let is_plain = sent.is_plain
            && sent.facts == Facts::Fresh
            && sent.later == Later::Nothing
            && labels[POD_ENI] != "false"
            && labels[ECI] != "true"
            && !self.store.addresses.contains_key(&key)
            && matches!(&selected[..], [(name, _)] if is_reconciled(&self.store.podnetworkings[name]));
        let is_behind = self.is_behind(sent.facts);
        let name = sent.pod.to_string();
        let is_late = self.setup.is_unseen_by_terway(sent.later, sent.terway_is_away)
            && sent.pod["metadata"]["labels"]["app"].as_str() != sent.later.label();
        match self.admit_pod(sent.pod, &sent.user, sent.facts, sent.terway_is_away, sent.later) {
            Ok(object) => {
                self.store_pod(&key, object, is_behind, sent.terway_is_away, is_plain);
                if is_late {
                    self.store.pods.get_mut(&key).unwrap().history.insert(Exception::LateLabel);
                }
                self.check_stored(&key, None)?;
                if is_plain {
                    self.premise(Invariant::Plain);
                    let pod = &self.store.pods[&key].object;
                    if !ZONES.iter().any(|zone| allows_node(pod, zone)) {
                        return Err(Broken { invariant: Invariant::Plain, about: format!("no node takes {pod}") });
                    }
                }
                let node = self.store.pods[&key].object["spec"]["nodeName"].as_str().map(str::to_owned);
                if let Some(zone) = node.and_then(|node| ZONES.iter().find(|zone| node.ends_with(**zone))) {
                    self.check_bound(&key, zone)?;
                }
                Ok(true)
            }
            Err(denied) if is_plain => {
                self.premise(Invariant::Plain);
                Err(Broken { invariant: Invariant::Plain, about: format!("{denied:?} denies {name}") })
            }
            Err(_) => Ok(false),
        }
    }

    pub fn store_pod(&mut self, key: &PodKey, object: Value, is_behind: bool, terway_is_away: bool, is_plain: bool) {
        let selected = self.selecting(&object);
        let asked = match self.setup.platform {
            Platform::AckServerless => Vec::new(),
            _ => annotation(&object, POD_NETWORKS_REQUEST)
                .and_then(|text| terway::read_request(text).ok())
                .unwrap_or_default(),
        };
        let zones_of: Vec<String> = match &selected[..] {
            [] => asked.iter().map(|(_, name)| name.clone()).collect(),
            [(name, _)] => vec![name.clone()],
            _ => Vec::new(),
        };
        let zones_each: std::collections::BTreeMap<_, _> =
            zones_of.iter().map(|name| (name.clone(), self.zones_of_name(name))).collect();
        let all: Option<Vec<_>> = zones_of.iter().map(|name| zones_each[name].clone()).collect();
        let zones = all.and_then(|all| all.into_iter().reduce(|a, b| a.intersection(&b).copied().collect()));
        let is_recorded = annotation(&object, POD_NETWORKS).is_some();
        let named = annotation(&object, POD_NETWORKING).map(str::to_owned);
        let read_later = if is_recorded { Vec::new() } else { zones_of.iter().cloned().chain(named).collect() };
        let generation = |name: String| {
            let one = self.store.podnetworkings.get(&name);
            (name, one.map_or(Value::Null, |one| one["metadata"]["generation"].clone()))
        };
        let mut pod = Pod {
            chosen: self.choose(&object, &selected),
            history: history(self, &object, is_behind),
            object,
            selected,
            expected: Network::Default,
            zones,
            zones_of,
            zones_each,
            is_plain,
            terway_was_away: terway_is_away && self.setup.platform == Platform::Ack,
            read_later: read_later.into_iter().map(generation).collect(),
        };
        pod.expected = self.expect(key, &pod);
        self.store.pods.insert(key.clone(), pod);
    }

    pub fn update(&mut self, index: usize, change: &Change, facts: Facts) -> Result<bool, Broken> {
        let Some(key) = self.pick(index) else { return Ok(false) };
        let old = self.store.pods[&key].object.clone();
        let mut new = old.clone();
        apply(&mut new, change);
        if new == old && !matches!(change, Change::Touch) {
            return Ok(false);
        }
        match self.update_pod(&key, new, &format!("author of {}", key.0), facts) {
            Ok(()) => {
                let pod = self.store.pods.get_mut(&key).unwrap();
                // Its author has narrowed it, or it was bound to its node by a claim.
                pod.is_plain &= pod.object["spec"]["nodeSelector"] == old["spec"]["nodeSelector"]
                    && pod.object["spec"]["affinity"] == old["spec"]["affinity"];
                self.check_stored(&key, Some(&old))?;
                Ok(true)
            }
            Err(_) => Ok(false),
        }
    }

    pub fn delete_pod(&mut self, index: usize) -> Result<bool, Broken> {
        let Some(key) = self.pick(index) else { return Ok(false) };
        let mut object = self.store.pods[&key].object.clone();
        let is_deleted = self.delete(Kind::Pod, &key.0, &key.1, &mut object);
        self.premise(Invariant::Stuck);
        self.store.pods.get_mut(&key).unwrap().object = object;
        gone(is_deleted, &key)
    }

    // Subresources of pods: no policy is asked.

    pub fn write_status(&mut self, index: usize, note: Note) -> bool {
        let Some(key) = self.pick(index) else { return false };
        let pod = self.store.pods.get_mut(&key).unwrap();
        let before = pod.object.clone();
        write_note(&mut pod.object, note);
        let is_changed = pod.object != before;
        if is_changed {
            pod.history.insert(Exception::Status);
        }
        is_changed
    }

    pub fn write_binding(&mut self, index: usize, zone: usize, note: Option<Note>) -> Result<bool, Broken> {
        let Some(key) = self.pick(index) else { return Ok(false) };
        let pod = self.store.pods.get_mut(&key).unwrap();
        let is_gated = pod.object["spec"]["schedulingGates"].as_array().is_some_and(|gates| !gates.is_empty());
        if is_gated || !pod.object["spec"]["nodeName"].is_null() || is_being_deleted(&pod.object) {
            return Ok(false);
        }
        pod.history.insert(Exception::Binding);
        if let Some(note) = note {
            write_note(&mut pod.object, note);
        }
        self.bind(&key, zone, false)?;
        Ok(true)
    }
}

/// Whether it is ready, and its status is about the vSwitches of its spec.
fn is_reconciled(podnetworking: &Value) -> bool {
    let of_status = podnetworking["status"]["vSwitches"].as_array().into_iter().flatten();
    let of_status: BTreeSet<_> = of_status.filter_map(|one| one["id"].as_str().map(str::to_owned)).collect();
    is_ready(podnetworking)
        && of_status == terway::strings(&podnetworking["spec"]["vSwitchOptions"]).into_iter().collect()
}
