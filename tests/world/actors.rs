//! What each action does.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::actions::{Action, Change, Facts, Forgery, Key, Later, Note, Owner, Plan, PodPlan, Wish};
use crate::counts::Of;
use crate::exceptions::Exception;
use crate::invariants::{Broken, Checked, Invariant};
use crate::platform::{history, on_node};
use crate::policy::{Kind, Request, Role};
use crate::selectors::{REQUIRED, TERMS, ZONE, allows_node};
use crate::terway::{
    self, IGNORE_BY_TERWAY, POD_ENI, POD_NETWORKING, POD_NETWORKS, POD_NETWORKS_REQUEST, annotate, annotation, is_ready,
};
use crate::universe::{
    ACS_GROUPS, ACS_VSWITCHES, ECI, ECI_GROUP, ECI_VSWITCH, FINALIZER, GATE, NAMESPACES, PODNETWORKINGS, PODS,
    Platform, WORKLOADS, ZONES, allocation, forged_record, groups, namespace_selector, pod_selector, vswitches,
};
use crate::world::{self, Denied, Network, Pod, PodKey, World, Written, add_finalizer, is_being_deleted};

/// A pod as it is sent.
struct Sent {
    pod: Value,
    user: String,
    facts: Facts,
    terway_is_away: bool,
    later: Later,
    is_plain: bool,
}

impl World {
    /// Does one action. What an invariant does not allow comes back.
    pub fn step(&mut self, action: &Action) -> Checked {
        self.counts.add(Of::Action, action.name());
        let done = match action {
            Action::CreatePod(plan) => self.create_planned(plan)?,
            Action::UpdatePod { pod, change, facts } => self.update(*pod, change, *facts)?,
            Action::DeletePod { pod } => self.delete_pod(*pod)?,
            Action::CreateWorkload { kind, namespace, name, app, tier, wish, key, facts } => {
                let labels = (*app, *tier);
                self.create_workload(*kind, NAMESPACES[*namespace], WORKLOADS[*name], labels, *wish, *key, *facts)
            }
            Action::DeleteWorkload { workload } => self.delete_workload(*workload)?,
            Action::WriteStatus { pod, note } => self.write_status(*pod, *note),
            Action::BindPod { pod, zone, note } => self.write_binding(*pod, *zone, *note)?,
            Action::CreateNamespace { team, facts } => {
                self.write_namespace("new", world::namespace("new", *team), *facts)?
            }
            Action::LabelNamespace { namespace, team, facts } => {
                let label = |one: &mut Value| set(&mut one["metadata"]["labels"], "team", *team);
                self.change_namespace(NAMESPACES[*namespace], *facts, label)?
            }
            Action::OptOut { namespace, out, facts } => {
                let label = |one: &mut Value| set(&mut one["metadata"]["labels"], POD_ENI, out.then_some("false"));
                self.change_namespace(NAMESPACES[*namespace], *facts, label)?
            }
            Action::EciNamespace { namespace, on } => {
                let label = |one: &mut Value| set(&mut one["metadata"]["labels"], ECI, on.then_some("true"));
                self.change_namespace(NAMESPACES[*namespace], Facts::Fresh, label)?
            }
            Action::CreatePodNetworking { name, plan, applied, finalizer, facts } => {
                self.create_podnetworking(PODNETWORKINGS[*name], plan, *applied, *finalizer, *facts)?
            }
            Action::UpdatePodNetworking { name, plan, facts } => {
                self.update_podnetworking(PODNETWORKINGS[*name], Some(plan), *facts)?
            }
            Action::TouchPodNetworking { name, facts } => {
                self.update_podnetworking(PODNETWORKINGS[*name], None, *facts)?
            }
            Action::DeletePodNetworking { name } => self.delete_podnetworking(PODNETWORKINGS[*name])?,
            Action::Reconcile { name } => self.reconcile(PODNETWORKINGS[*name]),
            Action::RunController { workload, pod, zone, terway_is_away, facts } => {
                self.run_controller(*workload, *pod, *zone, *terway_is_away, *facts)?
            }
            Action::Schedule { pod, zone, is_virtual } => self.schedule(*pod, *zone, *is_virtual)?,
            Action::WriteBack { pod } => self.write_back(*pod)?,
            Action::RecordSelection { pod } => self.record_selection(*pod)?,
            Action::Relabel { pod } => self.relabel(*pod)?,
            Action::Finalize { what, index, facts } => self.finalize(*what, *index, *facts)?,
            Action::ReleaseAddress { pod } => {
                let key = self.store.addresses.keys().nth(*pod % self.store.addresses.len().max(1)).cloned();
                key.is_some_and(|key| self.store.addresses.remove(&key).is_some())
            }
        };
        self.collect_garbage();
        if done {
            self.counts.add(Of::Done, action.name());
        }
        Ok(())
    }

    /// The end of a story: what has a gate loses it, and each pod that can be bound is bound, where the scheduler has a choice in
    /// a zone outside of those of its PodNetworking.
    pub fn settle(&mut self) -> Checked {
        for key in self.store.pods.keys().cloned().collect::<Vec<_>>() {
            let Some(index) = self.store.pods.keys().position(|other| *other == key) else { continue };
            self.update(index, &Change::Ungate, Facts::Fresh)?;
            let pod = &self.store.pods[&key];
            let is_outside = |zone: &str| pod.zones.as_ref().is_some_and(|zones| !zones.contains(zone));
            let wrong = ZONES.iter().position(|zone| is_outside(zone) && allows_node(&pod.object, zone));
            self.schedule(index, wrong.unwrap_or_default(), index.is_multiple_of(2))?;
        }
        Ok(())
    }

    fn pick(&self, index: usize) -> Option<PodKey> {
        self.store.pods.keys().nth(index % self.store.pods.len().max(1)).cloned()
    }

    // Pods.

    fn create_planned(&mut self, plan: &PodPlan) -> Result<bool, Broken> {
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

    fn create_pod(&mut self, sent: Sent) -> Result<bool, Broken> {
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

    fn store_pod(&mut self, key: &PodKey, object: Value, is_behind: bool, terway_is_away: bool, is_plain: bool) {
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

    fn update(&mut self, index: usize, change: &Change, facts: Facts) -> Result<bool, Broken> {
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

    fn delete_pod(&mut self, index: usize) -> Result<bool, Broken> {
        let Some(key) = self.pick(index) else { return Ok(false) };
        let mut object = self.store.pods[&key].object.clone();
        let is_deleted = self.delete(Kind::Pod, &key.0, &key.1, &mut object);
        self.premise(Invariant::Stuck);
        self.store.pods.get_mut(&key).unwrap().object = object;
        gone(is_deleted, &key)
    }

    // Subresources of pods: no policy is asked.

    fn write_status(&mut self, index: usize, note: Note) -> bool {
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

    fn write_binding(&mut self, index: usize, zone: usize, note: Option<Note>) -> Result<bool, Broken> {
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

    // Workloads.

    #[allow(clippy::too_many_arguments, reason = "the fields of one action")]
    fn create_workload(
        &mut self,
        kind: Kind,
        namespace: &str,
        name: &str,
        labels: (Option<&str>, Option<&str>),
        wish: Wish,
        key: Key,
        facts: Facts,
    ) -> bool {
        let at = (namespace.to_owned(), name.to_owned());
        if !self.store.namespaces.contains_key(namespace) || self.store.workloads.contains_key(&at) {
            return false;
        }
        let mut template =
            json!({"metadata": {"labels": {"w": name}}, "spec": {"containers": [{"name": "c", "image": "nginx"}]}});
        set_labels(&mut template["metadata"], labels.0, labels.1);
        write_key(&mut template, key);
        write_wish(&mut template["spec"], wish);
        let mut object = json!({
            "apiVersion": kind.api_version(), "kind": format!("{kind:?}"),
            "metadata": {"name": name, "namespace": namespace}, "spec": {"template": template},
        });
        if kind != Kind::Job {
            object["spec"]["selector"] = json!({"matchLabels": {"w": name}});
        }
        let user = format!("author of {namespace}");
        let request =
            Request { kind, operation: "CREATE", user: &user, namespace, name, object: &object, old: &Value::Null };
        let is_stored = self.ask(Role::Validating, &request, facts).is_ok();
        if is_stored {
            self.store.workloads.insert(at, (kind, object));
        }
        is_stored
    }

    fn delete_workload(&mut self, index: usize) -> Result<bool, Broken> {
        let key = self.store.workloads.keys().nth(index % self.store.workloads.len().max(1)).cloned();
        let Some(key) = key else { return Ok(false) };
        let (kind, mut object) = self.store.workloads[&key].clone();
        let is_deleted = self.delete(kind, &key.0, &key.1, &mut object);
        self.store.workloads.insert(key.clone(), (kind, object));
        gone(is_deleted, &key)
    }

    fn run_controller(
        &mut self,
        index: usize,
        pod: usize,
        zone: usize,
        terway_is_away: bool,
        facts: Facts,
    ) -> Result<bool, Broken> {
        let key = self.store.workloads.keys().nth(index % self.store.workloads.len().max(1)).cloned();
        let Some(key) = key else { return Ok(false) };
        let (kind, workload) = &self.store.workloads[&key];
        let template = &workload["spec"]["template"];
        let is_plain = *kind != Kind::DaemonSet
            && template["metadata"]["annotations"].is_null()
            && template["metadata"]["labels"][IGNORE_BY_TERWAY].is_null()
            && template["spec"]["affinity"].is_null()
            && template["spec"]["nodeSelector"].is_null();
        let user = "system:serviceaccount:kube-system:controller".to_owned();
        let pod = self.pod_of(&key, PODS[pod], zone);
        self.create_pod(Sent { pod, user, facts, terway_is_away, later: Later::Nothing, is_plain })
    }

    // Namespaces.

    fn change_namespace(&mut self, name: &str, facts: Facts, change: impl Fn(&mut Value)) -> Result<bool, Broken> {
        let Some(old) = self.store.namespaces.get(name) else { return Ok(false) };
        let mut new = old.clone();
        change(&mut new);
        self.write_namespace(name, new, facts)
    }

    fn write_namespace(&mut self, name: &str, new: Value, facts: Facts) -> Result<bool, Broken> {
        let old = self.store.namespaces.get(name).cloned().unwrap_or(Value::Null);
        if new == old {
            return Ok(false);
        }
        let operation = if old.is_null() { "CREATE" } else { "UPDATE" };
        let user = format!("admin of {name}");
        let request =
            Request { kind: Kind::Namespace, operation, user: &user, namespace: name, name, object: &new, old: &old };
        let Ok(object) = self.ask_both(new.clone(), &request, facts) else { return Ok(false) };
        let reasons = self.race(facts);
        let probes = self.probes(name);
        let before = self.store.clone();
        self.store.namespaces.insert(name.to_owned(), object);
        self.facts_changed();
        self.check_overlap(&before, &reasons)?;
        self.premise(Invariant::Stopped);
        let now = self.probes(name);
        if probes != now {
            let about = format!("{name} was changed, and other namespaces have {now:?}, not {probes:?}");
            self.broken(Invariant::Stopped, &BTreeSet::new(), about)?;
        }
        Ok(true)
    }

    fn race(&self, facts: Facts) -> BTreeSet<Exception> {
        self.is_behind(facts).then_some(Exception::Race).into_iter().collect()
    }

    /// Whether plain pods of the other namespaces would get in.
    fn probes(&mut self, except: &str) -> Vec<(String, bool)> {
        let mut probes = Vec::new();
        for namespace in self.store.namespaces.keys().filter(|name| *name != except).cloned().collect::<Vec<_>>() {
            let object = json!({
                "apiVersion": "v1", "kind": "Pod",
                "metadata": {"name": "probe", "namespace": namespace, "labels": {"app": "web", "tier": "front"}},
                "spec": {"containers": [{"name": "c", "image": "nginx"}]},
            });
            let request = Request {
                kind: Kind::Pod,
                operation: "CREATE",
                user: "somebody else",
                namespace: &namespace,
                name: "probe",
                object: &object,
                old: &Value::Null,
            };
            let counts = self.counts.clone();
            let gets_in = self.ask(Role::Mutating, &request, Facts::Fresh).is_ok();
            self.counts = counts;
            probes.push((namespace, gets_in));
        }
        probes
    }

    /// No possible pod of an existing namespace is selected by two now that was not before.
    fn check_overlap(&mut self, before: &world::Store, reasons: &BTreeSet<Exception>) -> Checked {
        self.premise(Invariant::Overlap);
        let old = self.overlaps(before);
        let new = self.overlaps(&self.store);
        let has_no_namespace_selector =
            |name: &String| self.store.podnetworkings[name]["spec"]["selector"]["namespaceSelector"].is_null();
        let found = new.difference(&old).find(|found| {
            // In a namespace that is new, the two overlap no more than elsewhere.
            let is_everywhere = has_no_namespace_selector(&found.pair.0) && has_no_namespace_selector(&found.pair.1);
            !(is_everywhere
                && self.store.podnetworkings.len() == before.podnetworkings.len()
                && self.store.namespaces != before.namespaces)
        });
        match found {
            Some(found) => {
                let about = format!("{found:?}");
                self.broken(Invariant::Overlap, reasons, about)
            }
            None => Ok(()),
        }
    }

    // PodNetworkings.

    fn create_podnetworking(
        &mut self,
        name: &str,
        plan: &Plan,
        applied: bool,
        finalizer: bool,
        facts: Facts,
    ) -> Result<bool, Broken> {
        if self.store.podnetworkings.contains_key(name) {
            return Ok(false);
        }
        let mut object = json!({
            "apiVersion": "network.alibabacloud.com/v1beta1", "kind": "PodNetworking",
            "metadata": {"name": name, "generation": self.new_generation()}, "spec": spec_of(plan, name),
        });
        if finalizer || applied {
            add_finalizer(&mut object);
        }
        if applied {
            object["metadata"]["deletionTimestamp"] = "2026-01-01T00:00:00Z".into();
        }
        self.write_podnetworking(name, object, facts)
    }

    fn update_podnetworking(&mut self, name: &str, plan: Option<&Plan>, facts: Facts) -> Result<bool, Broken> {
        let Some(old) = self.store.podnetworkings.get(name) else { return Ok(false) };
        let mut object = old.clone();
        match plan {
            Some(plan) => {
                object["spec"] = spec_of(plan, name);
                object["metadata"]["generation"] = self.new_generation().into();
            }
            None => object["metadata"]["labels"]["touched"] = "yes".into(),
        }
        self.write_podnetworking(name, object, facts)
    }

    fn write_podnetworking(&mut self, name: &str, object: Value, facts: Facts) -> Result<bool, Broken> {
        let old = self.store.podnetworkings.get(name).cloned().unwrap_or(Value::Null);
        let operation = if old.is_null() { "CREATE" } else { "UPDATE" };
        let request = Request {
            kind: Kind::PodNetworking,
            operation,
            user: "administrator of PodNetworkings",
            namespace: "",
            name,
            object: &Value::Null,
            old: &old,
        };
        let Ok(object) = self.ask_both(object, &request, facts) else { return Ok(false) };
        let reasons = self.race(facts);
        let before = self.store.clone();
        self.store.podnetworkings.insert(name.to_owned(), object);
        self.facts_changed();
        self.check_overlap(&before, &reasons)?;
        Ok(true)
    }

    fn delete_podnetworking(&mut self, name: &str) -> Result<bool, Broken> {
        let Some(mut object) = self.store.podnetworkings.get(name).cloned() else { return Ok(false) };
        let is_deleted = self.delete(Kind::PodNetworking, "", name, &mut object);
        self.store.podnetworkings.insert(name.to_owned(), object);
        self.facts_changed();
        gone(is_deleted, name)
    }

    // The platform.

    fn schedule(&mut self, index: usize, zone: usize, is_virtual: bool) -> Result<bool, Broken> {
        let Some(key) = self.pick(index) else { return Ok(false) };
        let pod = &self.store.pods[&key];
        let object = &pod.object;
        let is_gated = object["spec"]["schedulingGates"].as_array().is_some_and(|gates| !gates.is_empty());
        if is_gated || !object["spec"]["nodeName"].is_null() || is_being_deleted(object) {
            return Ok(false);
        }
        let overrides_affinity = self.is_eci(&key, object)
            || (self.setup.platform == Platform::Acs && annotation(object, ACS_VSWITCHES).is_some());
        // The nearest zone that the pod allows.
        let allowed = (0..ZONES.len())
            .map(|step| (zone + step) % ZONES.len())
            .find(|zone| overrides_affinity || allows_node(object, ZONES[*zone]));
        let Some(zone) = allowed else {
            return match pod.is_plain {
                true => Err(Broken { invariant: Invariant::Plain, about: format!("no node takes {object}") }),
                false => Ok(false),
            };
        };
        let has_own = annotation(object, ECI_VSWITCH).or(annotation(object, ECI_GROUP)).is_some();
        let is_virtual = is_virtual && self.setup.platform == Platform::Ack && has_own;
        self.bind(&key, zone, is_virtual)?;
        Ok(true)
    }

    /// A write of the platform to a pod, which must not be denied.
    fn platform_update(&mut self, key: &PodKey, new: Value, user: &str) -> Result<bool, Broken> {
        let old = self.store.pods[key].object.clone();
        if new == old {
            return Ok(false);
        }
        self.premise(Invariant::Platform);
        match self.update_pod(key, new, user, Facts::Fresh) {
            Ok(()) => {
                self.check_stored(key, Some(&old))?;
                Ok(true)
            }
            Err(Denied::Policy(rules)) => {
                let about = format!("{rules:?} denies {user} an update of {key:?}");
                let reasons = self.reasons(key, &self.store.pods[key].clone());
                self.broken(Invariant::Platform, &reasons, about)?;
                Ok(false)
            }
            Err(Denied::Api) => Ok(false),
        }
    }

    /// What Terway's daemon and virtual-kubelet write to a pod that is bound.
    fn write_back(&mut self, index: usize) -> Result<bool, Broken> {
        let Some(key) = self.pick(index) else { return Ok(false) };
        let pod = &self.store.pods[&key].object;
        if pod["spec"]["nodeName"].is_null() {
            return Ok(false);
        }
        let mut new = pod.clone();
        let is_virtual = self.setup.platform == Platform::AckServerless || pod["spec"]["nodeName"] == "virtual";
        if is_virtual {
            for (note, value) in [
                ("k8s.aliyun.com/eci-instance-id", "eci-1"),
                (ECI_VSWITCH, "vsw-h"),
                (ECI_GROUP, "sg-n0"),
                ("k8s.aliyun.com/eci-vpc", "vpc-1"),
            ] {
                annotate(&mut new, note, value);
            }
            return self.platform_update(&key, new, "system:serviceaccount:kube-system:virtual-kubelet");
        }
        annotate(&mut new, "k8s.aliyun.com/pod-ips", "10.0.0.7");
        self.platform_update(&key, new, "system:serviceaccount:kube-system:terway")
    }

    /// ACK Serverless and ACS annotate a pod after its creation with the PodNetworking that selected it.
    fn record_selection(&mut self, index: usize) -> Result<bool, Broken> {
        let Some(key) = self.pick(index).filter(|_| self.setup.platform != Platform::Ack) else { return Ok(false) };
        let pod = &self.store.pods[&key];
        let [(name, _)] = &pod.selected[..] else { return Ok(false) };
        // What was changed in the meantime is not the platform's write.
        let is_current = self.selecting(&pod.object) == pod.selected;
        let is_own = annotation(&pod.object, POD_NETWORKING).is_some_and(|named| named != name);
        if !is_current || is_own {
            return Ok(false);
        }
        let mut new = pod.object.clone();
        annotate(&mut new, POD_NETWORKING, name);
        annotate(&mut new, POD_ENI, "true");
        self.platform_update(&key, new, "system:serviceaccount:kube-system:platform")
    }

    /// The controller of StatefulSets writes its labels again, and takes a pod over.
    fn relabel(&mut self, index: usize) -> Result<bool, Broken> {
        let Some(key) = self.pick(index) else { return Ok(false) };
        let mut new = self.store.pods[&key].object.clone();
        new["metadata"]["labels"]["statefulset.kubernetes.io/pod-name"] = key.1.as_str().into();
        new["metadata"]["labels"]["apps.kubernetes.io/pod-index"] = "0".into();
        self.platform_update(&key, new, "system:serviceaccount:kube-system:statefulset-controller")
    }

    /// A finalizer is taken away, also while facts are missing.
    fn finalize(&mut self, what: usize, index: usize, facts: Facts) -> Result<bool, Broken> {
        let user = "system:serviceaccount:kube-system:controller";
        if what == 0 {
            let held = self.store.pods.iter().filter(|(_, pod)| pod.object["metadata"]["finalizers"].is_array());
            let held: Vec<PodKey> = held.map(|(key, _)| key.clone()).collect();
            let Some(key) = held.get(index % held.len().max(1)) else { return Ok(false) };
            let mut new = self.store.pods[key].object.clone();
            new["metadata"].as_object_mut().unwrap().remove("finalizers");
            self.premise(Invariant::Stuck);
            let written: Written<()> = self.update_pod(key, new, user, facts);
            return gone(written.is_ok(), key);
        }
        let held = self.store.podnetworkings.iter().filter(|(_, one)| one["metadata"]["finalizers"].is_array());
        let held: Vec<String> = held.map(|(name, _)| name.clone()).collect();
        let Some(name) = held.get(index % held.len().max(1)) else { return Ok(false) };
        let old = self.store.podnetworkings[name].clone();
        let mut new = old.clone();
        new["metadata"].as_object_mut().unwrap().remove("finalizers");
        self.premise(Invariant::Stuck);
        let request = Request {
            kind: Kind::PodNetworking,
            operation: "UPDATE",
            user,
            namespace: "",
            name,
            object: &Value::Null,
            old: &old,
        };
        let written = self.ask_both(new, &request, facts);
        let is_written = written.is_ok();
        if let Ok(new) = written {
            self.store.podnetworkings.insert(name.clone(), new);
            self.facts_changed();
        }
        gone(is_written, name)
    }
}

/// Whether it is ready, and its status is about the vSwitches of its spec.
fn is_reconciled(podnetworking: &Value) -> bool {
    let of_status = podnetworking["status"]["vSwitches"].as_array().into_iter().flatten();
    let of_status: BTreeSet<_> = of_status.filter_map(|one| one["id"].as_str().map(str::to_owned)).collect();
    is_ready(podnetworking)
        && of_status == terway::strings(&podnetworking["spec"]["vSwitchOptions"]).into_iter().collect()
}

fn gone(is_gone: bool, name: impl std::fmt::Debug) -> Result<bool, Broken> {
    match is_gone {
        true => Ok(true),
        false => Err(Broken { invariant: Invariant::Stuck, about: format!("{name:?} cannot be deleted") }),
    }
}

fn set(labels: &mut Value, key: &str, value: Option<&str>) {
    match value {
        Some(value) => labels[key] = value.into(),
        None => {
            if let Some(labels) = labels.as_object_mut() {
                labels.remove(key);
            }
        }
    }
}

fn set_labels(metadata: &mut Value, app: Option<&str>, tier: Option<&str>) {
    set(&mut metadata["labels"], "app", app);
    set(&mut metadata["labels"], "tier", tier);
}

fn name_of(index: usize) -> &'static str {
    PODNETWORKINGS[index]
}

fn write_key(pod: &mut Value, key: Key) {
    let request = |names: &[&str]| {
        let list = names.iter().enumerate();
        let list: Vec<Value> =
            list.map(|(index, name)| json!({"interfaceName": format!("eth{index}"), "network": name})).collect();
        json!(list).to_string()
    };
    match key {
        Key::None => {}
        Key::Networking(n) => annotate(pod, POD_NETWORKING, name_of(n)),
        Key::Record => annotate(pod, POD_NETWORKS, &forged_record(0, Forgery::All)),
        Key::Forged(n, how) => {
            annotate(pod, POD_NETWORKING, name_of(n));
            annotate(pod, POD_NETWORKS, &forged_record(n, how));
        }
        Key::Request(n) => annotate(pod, POD_NETWORKS_REQUEST, &request(&[name_of(n)])),
        Key::RequestTwo(n, m) => annotate(pod, POD_NETWORKS_REQUEST, &request(&[name_of(n), name_of(m)])),
        Key::Folded(n, m) => {
            let text = format!(r#"[{{"network":"{}","Network":"{}"}}]"#, name_of(n), name_of(m));
            annotate(pod, POD_NETWORKS_REQUEST, &text);
        }
        Key::Repeated(n, m) => {
            let text = format!(r#"[{{"network":"{}","network":"{}"}}]"#, name_of(n), name_of(m));
            annotate(pod, POD_NETWORKS_REQUEST, &text);
        }
        Key::Kelvin(n, m) => {
            let text = format!("[{{\"network\":\"{}\",\"networ\u{212a}\":\"{}\"}}]", name_of(n), name_of(m));
            annotate(pod, POD_NETWORKS_REQUEST, &text);
        }
        Key::EciVSwitch => annotate(pod, ECI_VSWITCH, "vsw-evil"),
        Key::EciGroup => annotate(pod, ECI_GROUP, "sg-evil"),
        Key::AcsVSwitch => annotate(pod, ACS_VSWITCHES, "vsw-evil"),
        Key::AcsGroup => annotate(pod, ACS_GROUPS, "sg-evil"),
        Key::Ignore => pod["metadata"]["labels"][IGNORE_BY_TERWAY] = "true".into(),
        Key::Eni => annotate(pod, POD_ENI, "true"),
    }
}

fn requirement(operator: &str, zone: usize) -> Value {
    json!({"key": ZONE, "operator": operator, "values": [ZONES[zone]]})
}

fn write_wish(spec: &mut Value, wish: Wish) {
    let term = |operator: &str, zone: usize| json!({"matchExpressions": [requirement(operator, zone)]});
    let terms = match wish {
        Wish::None => return,
        Wish::Selector(zone) => {
            spec["nodeSelector"] = json!({ZONE: ZONES[zone]});
            return;
        }
        Wish::In(zone) => json!([term("In", zone)]),
        Wish::NotIn(zone) => json!([term("NotIn", zone)]),
        Wish::EmptyTerm => json!([{}]),
        Wish::EmptyList => json!([]),
        Wish::EmptyTermAnd(zone) => json!([{}, term("In", zone)]),
        Wish::TwoTerms(a, b) => json!([term("In", a), term("In", b)]),
    };
    spec["affinity"]["nodeAffinity"]["requiredDuringSchedulingIgnoredDuringExecution"] =
        json!({"nodeSelectorTerms": terms});
}

fn write_owner(pod: &mut Value, owner: Owner) {
    let (api_version, kind, controller, zone) = match owner {
        Owner::None => return,
        Owner::ReplicaSet => ("apps/v1", "ReplicaSet", true, None),
        Owner::StatefulSet => ("apps/v1", "StatefulSet", true, None),
        Owner::DaemonSet(zone) => ("apps/v1", "DaemonSet", true, Some(zone)),
        Owner::Claimed => ("example.com/v1", "DaemonSet", true, None),
        Owner::ClaimedOnNode(zone) => ("example.com/v1", "DaemonSet", true, Some(zone)),
        Owner::NotController(zone) => ("apps/v1", "DaemonSet", false, Some(zone)),
        Owner::NoNode => ("apps/v1", "DaemonSet", true, None),
    };
    pod["metadata"]["ownerReferences"] =
        json!([{"apiVersion": api_version, "kind": kind, "name": "o", "uid": "u", "controller": controller}]);
    if let Some(zone) = zone
        && pod.pointer(REQUIRED).is_none()
    {
        pod["spec"]["affinity"]["nodeAffinity"]["requiredDuringSchedulingIgnoredDuringExecution"] =
            json!({"nodeSelectorTerms": [{"matchFields": [on_node(zone)]}]});
    }
}

fn write_note(pod: &mut Value, note: Note) {
    match note {
        Note::Record => annotate(pod, POD_NETWORKS, &forged_record(0, Forgery::All)),
        Note::NoRecord => remove(pod, POD_NETWORKS),
        Note::Networking(n) => annotate(pod, POD_NETWORKING, name_of(n)),
        Note::NoNetworking => remove(pod, POD_NETWORKING),
        Note::Both(n) => {
            annotate(pod, POD_NETWORKING, name_of(n));
            annotate(pod, POD_ENI, "true");
        }
        Note::Eni(is_on) => annotate(pod, POD_ENI, if is_on { "true" } else { "false" }),
        Note::NoEni => remove(pod, POD_ENI),
        Note::Request(n) => write_key(pod, Key::Request(n)),
        Note::EciVSwitch => write_key(pod, Key::EciVSwitch),
        Note::EciGroup => write_key(pod, Key::EciGroup),
        Note::AcsVSwitch => write_key(pod, Key::AcsVSwitch),
        Note::AcsGroup => write_key(pod, Key::AcsGroup),
        Note::Ignore => write_key(pod, Key::Ignore),
    }
}

fn remove(pod: &mut Value, annotation: &str) {
    if let Some(annotations) = pod["metadata"]["annotations"].as_object_mut() {
        annotations.remove(annotation);
    }
}

fn apply(pod: &mut Value, change: &Change) {
    match change {
        Change::Touch => {}
        Change::Label(key, value) => set(&mut pod["metadata"]["labels"], key, *value),
        Change::Annotate(note) => write_note(pod, *note),
        Change::AddSelector(zone) => pod["spec"]["nodeSelector"][ZONE] = ZONES[*zone].into(),
        Change::Append(zone) => {
            if pod.pointer(TERMS).and_then(Value::as_array).is_none_or(Vec::is_empty) {
                write_wish(&mut pod["spec"], Wish::In(*zone));
                return;
            }
            for term in pod.pointer_mut(TERMS).unwrap().as_array_mut().unwrap() {
                if term["matchExpressions"].is_null() {
                    term["matchExpressions"] = json!([]);
                }
                term["matchExpressions"].as_array_mut().unwrap().push(requirement("In", *zone));
            }
        }
        Change::Ungate => {
            pod["spec"].as_object_mut().unwrap().remove("schedulingGates");
        }
        Change::Adopt(owner) => {
            let mut adopted = json!({"metadata": {}, "spec": {}});
            write_owner(&mut adopted, *owner);
            pod["metadata"]["ownerReferences"] = adopted["metadata"]["ownerReferences"].clone();
            // Where the pod has a gate, its affinity takes the node, too.
            let fields = adopted.pointer(&format!("{TERMS}/0/matchFields")).cloned();
            let is_gated = pod["spec"]["schedulingGates"].is_array();
            let terms = pod.pointer_mut(TERMS).and_then(Value::as_array_mut).filter(|_| is_gated);
            if let (Some(fields), Some(terms)) = (fields, terms) {
                terms.iter_mut().for_each(|term| term["matchFields"] = fields.clone());
            }
        }
        Change::Finalizer => pod["metadata"]["finalizers"] = json!([FINALIZER]),
        Change::SetNode(zone) => pod["spec"]["nodeName"] = format!("node-{}", ZONES[*zone]).into(),
        Change::RemoveSelector => {
            pod["spec"].as_object_mut().unwrap().remove("nodeSelector");
        }
        Change::Gate => pod["spec"]["schedulingGates"] = json!([{"name": "example.com/another"}]),
    }
}

fn spec_of(plan: &Plan, name: &str) -> Value {
    let mut spec = json!({
        "selector": {}, "vSwitchOptions": vswitches(plan.vswitches), "securityGroupIDs": groups(plan.groups, name),
    });
    for (side, selector) in
        [("podSelector", pod_selector(plan.pods)), ("namespaceSelector", namespace_selector(plan.namespaces))]
    {
        if !selector.is_null() {
            spec["selector"][side] = selector;
        }
    }
    let allocation = allocation(plan.allocation);
    if !allocation.is_null() {
        spec["allocationType"] = allocation;
    }
    spec
}
