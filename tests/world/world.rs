//! The store and the API server: which writes it allows, what it wipes, and whom it asks.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use crate::actions::{Facts, Later};
use crate::counts::{Counts, Of};
use crate::exceptions::Exception;
use crate::invariants::Invariant;
use crate::policy::{self, Answer, Kind, Request, Role};
use crate::selectors::{TERMS, labels_of, texts};
use crate::terway::{self, Interface};
use crate::universe::{FINALIZER, Platform, ZONES, pod_selector, zone_of};

/// What does not change during a story.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Setup {
    pub platform: Platform,
    pub order: Order,
    pub start: Start,
}

/// What is there at the start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Start {
    /// `n0`, `n1` and `n2`, which do not overlap.
    Plain,
    /// Also `n3`, which overlaps with `n0` from the time before the policy.
    Overlap,
    /// `n0` and `n1` keep the addresses of their pods, and on ACK two addresses are kept.
    Fixed,
}

impl Setup {
    /// Whether this webhook adds a label that neither Terway's webhook nor the mutating policy sees.
    pub fn is_unseen_by_terway(self, later: Later, terway_is_away: bool) -> bool {
        self.platform == Platform::Ack
            && (terway_is_away || self.order != Order::PolicyLaterTerway)
            && matches!(later, Later::AddsLabel(_))
    }
}

/// The order of the mutating webhooks, which is the one of their names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    PolicyTerwayLater,
    TerwayPolicyLater,
    PolicyLaterTerway,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hook {
    Policy,
    Terway,
    Later,
}

impl Order {
    pub const ALL: [Self; 3] = [Self::PolicyTerwayLater, Self::TerwayPolicyLater, Self::PolicyLaterTerway];

    fn hooks(self) -> [Hook; 3] {
        match self {
            Self::PolicyTerwayLater => [Hook::Policy, Hook::Terway, Hook::Later],
            Self::TerwayPolicyLater => [Hook::Terway, Hook::Policy, Hook::Later],
            Self::PolicyLaterTerway => [Hook::Policy, Hook::Later, Hook::Terway],
        }
    }
}

/// What a pod gets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Network {
    /// The one of the cluster.
    Default,
    /// Of the node.
    Host,
    /// Terway leaves the pod alone.
    Unmanaged,
    /// The annotation cannot be read: the pod does not start.
    Broken,
    /// The one of ECI's own profile.
    Profile,
    Of(Vec<Interface>),
}

/// A PodNetworking that selected a pod when it was created, by name and generation.
pub type Selected = (String, Value);
/// Namespace and name.
pub type PodKey = (String, String);
pub type Zones = BTreeSet<&'static str>;

/// A pod, and what was true when it was created.
#[derive(Clone, Debug)]
pub struct Pod {
    pub object: Value,
    pub selected: Vec<Selected>,
    /// The network that it has to get.
    pub expected: Network,
    /// What the platform chose, where it chooses at creation (ACS; on ACK Serverless this is an assumption).
    pub chosen: Network,
    /// The zones in which it has to run, where all are known.
    pub zones: Option<Zones>,
    /// The PodNetworkings that these zones come from, and the zones of each.
    pub zones_of: Vec<String>,
    pub zones_each: BTreeMap<String, Option<Zones>>,
    pub history: BTreeSet<Exception>,
    /// Nothing but its labels decides its network and zone, and one ready PodNetworking selected it.
    pub is_plain: bool,
    pub terway_was_away: bool,
    /// The PodNetworkings that are read by name when the pod is bound, since no record of them was made.
    pub read_later: Vec<Selected>,
}

#[derive(Clone, Debug, Default)]
pub struct Store {
    pub namespaces: BTreeMap<String, Value>,
    pub podnetworkings: BTreeMap<String, Value>,
    pub pods: BTreeMap<PodKey, Pod>,
    pub workloads: BTreeMap<PodKey, (Kind, Value)>,
    /// The zones of the addresses that Terway keeps: PodENIs.
    pub addresses: BTreeMap<PodKey, &'static str>,
}

pub struct World {
    pub setup: Setup,
    pub store: Store,
    /// What the policies see: the store now, and before its last change.
    now: String,
    before: String,
    settings: [String; 2],
    generations: u64,
    pub counts: Counts,
    /// The exceptions that were reached.
    pub reached: BTreeSet<(Invariant, Exception)>,
}

/// A write that was not made.
#[derive(Clone, Debug)]
pub enum Denied {
    /// By the API server or another webhook.
    Api,
    /// By these rules of a policy.
    Policy(Vec<&'static str>),
}

pub type Written<T> = Result<T, Denied>;

impl World {
    pub fn new(setup: Setup) -> Self {
        let mut world = Self {
            setup,
            store: Store::default(),
            now: String::new(),
            before: String::new(),
            settings: [
                policy::settings(setup.platform, Role::Mutating),
                policy::settings(setup.platform, Role::Validating),
            ],
            generations: 0,
            counts: Counts::default(),
            reached: BTreeSet::new(),
        };
        for (name, team) in [("shop", Some("red")), ("bank", Some("blue")), ("kube-system", None)] {
            world.store.namespaces.insert(name.into(), namespace(name, team));
        }
        for (name, selector, vswitch) in [
            ("n0", json!({"podSelector": pod_selector(0)}), "vsw-h"),
            ("n1", json!({"podSelector": pod_selector(1)}), "vsw-i"),
            ("n2", json!({}), "vsw-k"),
            ("n3", json!({"podSelector": pod_selector(5)}), "vsw-h"),
        ] {
            if name == "n3" && setup.start != Start::Overlap {
                continue;
            }
            let is_fixed = name < "n2" && setup.start == Start::Fixed;
            let generation = world.new_generation();
            let one = json!({
                "apiVersion": "network.alibabacloud.com/v1beta1", "kind": "PodNetworking",
                "metadata": {"name": name, "generation": generation},
                "spec": {
                    "selector": selector, "vSwitchOptions": [vswitch], "securityGroupIDs": [format!("sg-{name}")],
                    "allocationType": {"type": if is_fixed { "Fixed" } else { "Elastic" }},
                },
            });
            world.store.podnetworkings.insert(name.into(), one);
            // One that stays for a while when it is deleted.
            if name == "n1" {
                add_finalizer(world.store.podnetworkings.get_mut(name).unwrap());
            }
            world.reconcile(name);
        }
        if setup.platform == Platform::Ack && setup.start == Start::Fixed {
            // Pods that are gone: one in the zone of its PodNetworking, and one from the time when it had another.
            world.store.addresses.insert(("shop".into(), "p-0".into()), ZONES[2]);
            world.store.addresses.insert(("bank".into(), "p-1".into()), ZONES[0]);
        }
        world.facts_changed();
        world.facts_changed();
        world
    }

    /// A generation that no PodNetworking had, also none of the same name that is gone.
    pub fn new_generation(&mut self) -> u64 {
        self.generations += 1;
        self.generations
    }

    /// Namespaces or PodNetworkings changed.
    pub fn facts_changed(&mut self) {
        let list = |map: &BTreeMap<String, Value>| map.values().map(Value::to_string).collect::<Vec<_>>().join(",");
        let (podnetworkings, namespaces) = (list(&self.store.podnetworkings), list(&self.store.namespaces));
        let now = format!(r#"{{"podNetworkings":[{podnetworkings}],"namespaces":[{namespaces}]}}"#);
        self.before = std::mem::replace(&mut self.now, now);
    }

    /// Whether these facts are another state of the cluster than today's.
    pub fn is_behind(&self, facts: Facts) -> bool {
        facts == Facts::Stale && self.before != self.now
    }

    /// Asks a policy. A request that one of its rules denies is counted.
    pub fn ask(&mut self, role: Role, request: &Request<'_>, facts: Facts) -> Answer {
        let settings = &self.settings[usize::from(role == Role::Validating)];
        let answer = match facts {
            Facts::Fresh => policy::ask(settings, request, &self.now),
            Facts::Stale => policy::ask(settings, request, &self.before),
            Facts::NoPodNetworkings => policy::ask(settings, request, r#"{"namespaces":[]}"#),
            Facts::NoNamespaces => {
                let end = self.now.rfind(r#","namespaces":"#).unwrap();
                policy::ask(settings, request, &format!("{}}}", &self.now[..end]))
            }
        };
        if let Err(rules) = &answer {
            for rule in rules {
                self.counts.add(Of::Denial, rule);
            }
        }
        answer
    }

    /// The mutating policy, then the validating one, for what has no other webhooks.
    pub fn ask_both(&mut self, mut object: Value, request: &Request<'_>, facts: Facts) -> Written<Value> {
        let is_mutated = request.kind == Kind::PodNetworking;
        if is_mutated {
            let asked = Request { object: &object, ..*request };
            if let Some(mutated) = self.ask(Role::Mutating, &asked, facts).map_err(Denied::Policy)? {
                object = mutated;
            }
            if self.setup.platform == Platform::Ack && request.operation == "CREATE" {
                terway::admit_podnetworking(&mut object);
            }
            if !is_of_schema(&object) {
                return Err(Denied::Api);
            }
            // `status` sent on creation is dropped, and kept on update.
            object.as_object_mut().unwrap().remove("status");
            if let Some(status) = request.old.get("status") {
                object["status"] = status.clone();
            }
        }
        let asked = Request { object: &object, ..*request };
        self.ask(Role::Validating, &asked, facts).map_err(Denied::Policy)?;
        Ok(object)
    }

    /// All that comes between the request that creates a pod and the store.
    pub fn admit_pod(
        &mut self,
        mut pod: Value,
        user: &str,
        facts: Facts,
        terway_is_away: bool,
        later: Later,
    ) -> Written<Value> {
        let namespace = pod["metadata"]["namespace"].as_str().unwrap().to_owned();
        let name = pod["metadata"]["name"].as_str().unwrap().to_owned();
        let kind = Kind::Pod;
        let operation = "CREATE";
        for hook in self.setup.order.hooks() {
            match hook {
                Hook::Policy => {
                    let (namespace, name, old) = (&*namespace, &*name, &Value::Null);
                    let request = Request { kind, operation, user, namespace, name, object: &pod, old };
                    let answer = self.ask(Role::Mutating, &request, facts).map_err(Denied::Policy)?;
                    if let Some(mutated) = answer {
                        pod = mutated;
                    }
                }
                Hook::Terway => {
                    let its_namespace = &self.store.namespaces[&namespace];
                    let is_out = labels_of(its_namespace).get(terway::POD_ENI).is_some_and(|value| value == "false");
                    if self.setup.platform != Platform::Ack || terway_is_away || is_out {
                        continue;
                    }
                    let key = (namespace.clone(), name.clone());
                    let kept = self.store.addresses.get(&key).copied().filter(|_| terway::has_fixed_name(&pod));
                    let answer = terway::admit(&pod, its_namespace, &self.store.podnetworkings, kept);
                    if !answer.allowed {
                        return Err(Denied::Api);
                    }
                    pod = answer.pod;
                }
                Hook::Later => match later {
                    Later::Nothing => {}
                    Later::AddsLabel(app) => pod["metadata"]["labels"]["app"] = app.into(),
                    Later::TakesZones => {
                        pod["spec"].as_object_mut().unwrap().remove("affinity");
                    }
                },
            }
        }
        let (namespace, name, old) = (&*namespace, &*name, &Value::Null);
        let request = Request { kind, operation, user, namespace, name, object: &pod, old };
        self.ask(Role::Validating, &request, facts).map_err(Denied::Policy)?;
        Ok(pod)
    }

    /// An update of a pod through `pods`: by the validating policy alone.
    pub fn update_pod(&mut self, key: &PodKey, new: Value, user: &str, facts: Facts) -> Written<()> {
        let old = self.store.pods[key].object.clone();
        if !is_allowed_update(&old, &new) {
            return Err(Denied::Api);
        }
        let request = Request {
            kind: Kind::Pod,
            operation: "UPDATE",
            user,
            namespace: &key.0,
            name: &key.1,
            object: &new,
            old: &old,
        };
        self.ask(Role::Validating, &request, facts).map_err(Denied::Policy)?;
        let is_behind = self.is_behind(facts);
        let pod = self.store.pods.get_mut(key).unwrap();
        if is_behind {
            pod.history.insert(Exception::Race);
        }
        pod.object = new;
        Ok(())
    }

    /// The PodNetworkings whose selectors match, as Terway reads them, ready or not.
    pub fn selecting(&self, pod: &Value) -> Vec<Selected> {
        let Some(namespace) = pod["metadata"]["namespace"].as_str().and_then(|name| self.store.namespaces.get(name))
        else {
            return Vec::new();
        };
        let (labels, namespace) = (labels_of(pod), labels_of(namespace));
        let needs_name = |one: &Value| self.setup.platform.keeps_addresses() && terway::is_fixed(one);
        let all = self.store.podnetworkings.iter();
        all.filter(|(_, one)| !needs_name(one) || terway::has_fixed_name(pod))
            .filter(|(_, one)| terway::selects(one, &labels, &namespace) == Ok(true))
            .map(|(name, one)| (name.clone(), one["metadata"]["generation"].clone()))
            .collect()
    }

    /// The zones of a PodNetworking, if all are known: by a status that has the vSwitch in its spec, or the inventory.
    pub fn zones_of_name(&self, name: &str) -> Option<Zones> {
        let one = self.store.podnetworkings.get(name)?;
        let is_known = |vswitch: &String| {
            let in_inventory =
                self.setup.platform == Platform::AckServerless && ["vsw-h", "vsw-i", "vsw-k"].contains(&&**vswitch);
            let has_status = |other: &Value| {
                let statuses = other["status"]["vSwitches"].as_array();
                terway::strings(&other["spec"]["vSwitchOptions"]).contains(vswitch)
                    && statuses.is_some_and(|all| all.iter().any(|status| status["id"] == **vswitch))
            };
            in_inventory || self.store.podnetworkings.values().any(has_status)
        };
        let vswitches = terway::strings(&one["spec"]["vSwitchOptions"]);
        vswitches.iter().map(|vswitch| zone_of(vswitch).filter(|_| is_known(vswitch))).collect()
    }

    /// Removes what is being deleted and has no finalizer left.
    pub fn collect_garbage(&mut self) {
        let is_gone = |object: &Value| {
            !object["metadata"]["deletionTimestamp"].is_null()
                && object["metadata"]["finalizers"].as_array().is_none_or(Vec::is_empty)
        };
        self.store.pods.retain(|_, pod| !is_gone(&pod.object));
        self.store.workloads.retain(|_, (_, object)| !is_gone(object));
        let count = self.store.podnetworkings.len();
        self.store.podnetworkings.retain(|_, one| !is_gone(one));
        if self.store.podnetworkings.len() < count {
            self.facts_changed();
        }
    }

    /// A deletion: at once, or with a `deletionTimestamp` while finalizers are there. A policy would not be asked; it is
    /// here, since it must not deny.
    pub fn delete(&mut self, kind: Kind, namespace: &str, name: &str, object: &mut Value) -> bool {
        let null = Value::Null;
        let request =
            Request { kind, operation: "DELETE", user: "author", namespace, name, object: &null, old: object };
        if self.ask(Role::Validating, &request, Facts::NoPodNetworkings).is_err() {
            return false;
        }
        object["metadata"]["deletionTimestamp"] = "2026-01-01T00:00:00Z".into();
        true
    }
}

pub fn namespace(name: &str, team: Option<&str>) -> Value {
    let mut labels = json!({"kubernetes.io/metadata.name": name});
    if let Some(team) = team {
        labels["team"] = team.into();
    }
    json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "labels": labels}})
}

pub fn is_being_deleted(object: &Value) -> bool {
    !object["metadata"]["deletionTimestamp"].is_null()
}

pub fn add_finalizer(object: &mut Value) {
    object["metadata"]["finalizers"] = json!([FINALIZER]);
}

/// The schema of the CRD, as far as the model breaks it.
fn is_of_schema(podnetworking: &Value) -> bool {
    let spec = &podnetworking["spec"];
    let is_type = |name: &Value| name.is_null() || *name == "Elastic" || *name == "Fixed";
    spec["vSwitchOptions"].is_array() && is_type(&spec["allocationType"]["type"])
}

/// What of a pod may change after its creation.
fn is_allowed_update(old: &Value, new: &Value) -> bool {
    let gates = |pod: &Value| pod["spec"]["schedulingGates"].as_array().cloned().unwrap_or_default();
    let (old_gates, new_gates) = (gates(old), gates(new));
    if !new_gates.iter().all(|gate| old_gates.contains(gate)) {
        return false;
    }
    let finalizers = |pod: &Value| terway::strings(&pod["metadata"]["finalizers"]);
    if is_being_deleted(old) && !finalizers(new).iter().all(|one| finalizers(old).contains(one)) {
        return false;
    }
    let rest = |pod: &Value| {
        let mut spec = pod["spec"].clone();
        let fields = spec.as_object_mut().unwrap();
        for field in ["schedulingGates", "nodeSelector", "affinity"] {
            fields.remove(field);
        }
        spec
    };
    let (before, after) = (texts(&old["spec"]["nodeSelector"]), texts(&new["spec"]["nodeSelector"]));
    let selector = before.iter().all(|(key, value)| after.get(key) == Some(value));
    let terms = |pod: &Value| pod.pointer(TERMS).and_then(Value::as_array).cloned().unwrap_or_default();
    let (old_terms, new_terms) = (terms(old), terms(new));
    let is_prefix = |(old, new): (&Value, &Value)| {
        let list = |term: &Value, field: &str| term[field].as_array().cloned().unwrap_or_default();
        let is_empty = ["matchExpressions", "matchFields"].iter().all(|field| list(old, field).is_empty());
        let all = ["matchExpressions", "matchFields"];
        (!is_empty || old == new) && all.iter().all(|field| list(new, field).starts_with(&list(old, field)))
    };
    let affinity =
        old_terms.is_empty() || (old_terms.len() == new_terms.len() && old_terms.iter().zip(&new_terms).all(is_prefix));
    let is_same = old["spec"]["nodeSelector"] == new["spec"]["nodeSelector"]
        && old["spec"]["affinity"] == new["spec"]["affinity"];
    rest(old) == rest(new) && (is_same || (!old_gates.is_empty() && selector && affinity))
}
