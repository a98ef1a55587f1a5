//! Terway's webhooks for pods and PodNetworkings, and how it reads what they write: a model of it. It is right when it agrees
//! with every row of `tests/world/terway.jsonl.gz`, which holds 3,000 answers of Terway's own code [tests/world/terway.rs].

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use crate::go_json::Go;
use crate::label_selectors::{Labels, REQUIRED, TERMS, ZONE, labels_of, matches};

/// The annotation with the PodNetworking of a pod.
pub const POD_NETWORKING: &str = "k8s.aliyun.com/pod-networking";
/// The annotation that a pod has an interface of its own.
pub const POD_ENI: &str = "k8s.aliyun.com/pod-eni";
/// The annotation with the networks of a pod, which Terway writes.
pub const POD_NETWORKS: &str = "k8s.aliyun.com/pod-networks";
/// The annotation with the PodNetworkings that a pod asks for.
pub const POD_NETWORKS_REQUEST: &str = "k8s.aliyun.com/pod-networks-request";
/// The label of pods that Terway leaves alone.
pub const IGNORE_BY_TERWAY: &str = "k8s.aliyun.com/ignore-by-terway";
/// The vSwitch of `eni-config`.
pub const DEFAULT_VSWITCH: &str = "vsw-default";
/// The security group of `eni-config`.
pub const DEFAULT_GROUP: &str = "sg-default";

/// What the webhook makes of a pod.
#[derive(Clone, Debug)]
pub struct Answer {
    /// Whether the pod is let through.
    pub allowed: bool,
    /// What it says.
    pub message: String,
    /// The pod as it is now.
    pub pod: Value,
}

/// An annotation of an object.
#[must_use]
pub fn annotation<'a>(object: &'a Value, key: &str) -> Option<&'a str> {
    object["metadata"]["annotations"][key].as_str()
}

/// Whether a PodNetworking is ready.
#[must_use]
pub fn is_ready(podnetworking: &Value) -> bool {
    podnetworking["status"]["status"] == "Ready"
}

/// Whether the addresses of its pods are fixed.
#[must_use]
pub fn is_fixed(podnetworking: &Value) -> bool {
    podnetworking["spec"]["allocationType"]["type"] == "Fixed"
}

/// Whether a pod keeps its name, as Terway reads it.
#[must_use]
pub fn has_fixed_name(pod: &Value) -> bool {
    let owners = pod["metadata"]["ownerReferences"].as_array();
    owners.is_none_or(|owners| owners.is_empty() || owners.iter().any(|owner| owner["kind"] == "StatefulSet"))
}

/// Whether both selectors match, as far as they are there.
///
/// # Errors
/// Why a selector cannot be used.
pub fn selects(podnetworking: &Value, pod: &Labels, namespace: &Labels) -> Result<bool, String> {
    let selector = &podnetworking["spec"]["selector"];
    let sides = [("podSelector", pod, "pod"), ("namespaceSelector", namespace, "namespace")];
    let mut is_there = false;
    for (side, labels, name) in sides {
        if selector[side].is_null() {
            continue;
        }
        if !matches(&selector[side], labels).map_err(|error| format!("error match {name} selector, {error}"))? {
            return Ok(false);
        }
        is_there = true;
    }
    Ok(is_there)
}

/// Whether one of the two selectors is there.
#[must_use]
pub fn has_selector(podnetworking: &Value) -> bool {
    let selector = &podnetworking["spec"]["selector"];
    !selector["podSelector"].is_null() || !selector["namespaceSelector"].is_null()
}

/// One interface of a pod: its vSwitches and security groups.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Interface {
    /// Its name in the pod.
    pub name: String,
    /// Its vSwitches.
    pub vswitches: Vec<String>,
    /// Its security groups.
    pub groups: Vec<String>,
}

/// The texts of a list.
#[must_use]
pub fn strings(list: &Value) -> Vec<String> {
    list.as_array().into_iter().flatten().filter_map(|one| one.as_str().map(str::to_owned)).collect()
}

impl Interface {
    /// The interface that a PodNetworking gives.
    #[must_use]
    pub fn of(podnetworking: &Value, name: &str) -> Self {
        let spec = &podnetworking["spec"];
        let (vswitches, groups) = (strings(&spec["vSwitchOptions"]), strings(&spec["securityGroupIDs"]));
        Self { name: name.to_owned(), vswitches, groups }
    }

    /// Fills empty lists from `eni-config`, as Terway does for `eth0` alone.
    #[must_use]
    pub fn filled(mut self) -> Self {
        if self.name == "eth0" {
            if self.vswitches.is_empty() {
                self.vswitches = vec![DEFAULT_VSWITCH.into()];
            }
            if self.groups.is_empty() {
                self.groups = vec![DEFAULT_GROUP.into()];
            }
        }
        self
    }
}

/// The interfaces of the annotation `pod-networks`, as Go reads it.
///
/// # Errors
/// If Go cannot read it.
pub fn read_record(text: &str) -> Result<Vec<Interface>, String> {
    let wrong = || format!("parse {POD_NETWORKS} from pod annotataion");
    let json = Go::parse(text).ok_or_else(wrong)?;
    let list = match json.field("podNetworks") {
        _ if matches!(json, Go::List(_)) => return Err(wrong()),
        None => return Ok(Vec::new()),
        Some(Go::List(list)) => list,
        Some(_) => return Err(wrong()),
    };
    list.iter()
        .map(|one| {
            Some(Interface {
                name: Go::text(one.field("interface"))?,
                vswitches: Go::texts(one.field("vSwitchOptions"))?,
                groups: Go::texts(one.field("securityGroupIDs"))?,
            })
        })
        .collect::<Option<_>>()
        .ok_or_else(wrong)
}

/// Interface and name of each PodNetworking that `pod-networks-request` asks for, as Go reads it.
///
/// # Errors
/// If Go cannot read it.
pub fn read_request(text: &str) -> Result<Vec<(String, String)>, String> {
    let wrong = || format!("parse {POD_NETWORKS_REQUEST} from pod annotataion");
    match Go::parse(text).ok_or_else(wrong)? {
        json if json.is_null() => Ok(Vec::new()),
        Go::List(list) => list
            .iter()
            .map(|one| {
                let name = Go::text(one.field("interfaceName"))?;
                let name = if name.is_empty() { "eth0".to_owned() } else { name };
                Some((name, Go::text(one.field("network"))?))
            })
            .collect::<Option<_>>()
            .ok_or_else(wrong),
        _ => Err(wrong()),
    }
}

/// What Terway takes for the zones of a PodNetworking: those of its status.
fn zones(podnetworking: &Value) -> BTreeSet<String> {
    let all = podnetworking["status"]["vSwitches"].as_array().into_iter().flatten();
    all.filter_map(|one| one["zone"].as_str().map(str::to_owned)).collect()
}

/// The pod webhook. Its list of PodNetworkings is in the order of names.
#[must_use]
pub fn admit(
    pod: &Value,
    namespace: &Value,
    podnetworkings: &BTreeMap<String, Value>,
    previous_zone: Option<&str>,
) -> Answer {
    let mut changed = pod.clone();
    match change(&mut changed, namespace, podnetworkings, previous_zone) {
        Ok(message) if message == "ok" => Answer { allowed: true, message, pod: changed },
        Ok(message) => Answer { allowed: true, message, pod: pod.clone() },
        Err(message) => Answer { allowed: false, message, pod: pod.clone() },
    }
}

fn change(
    pod: &mut Value,
    namespace: &Value,
    podnetworkings: &BTreeMap<String, Value>,
    previous_zone: Option<&str>,
) -> Result<String, String> {
    if pod["spec"]["hostNetwork"] == true {
        return Ok("host network".into());
    }
    let labels = labels_of(pod);
    if labels.get(IGNORE_BY_TERWAY).is_some_and(|value| value == "true") {
        return Ok("pod is not managed by terway".into());
    }
    let text = |key: &str| annotation(pod, key).filter(|text| !text.is_empty());
    let keys = [POD_NETWORKS, POD_NETWORKS_REQUEST, POD_NETWORKING];
    if keys.iter().filter(|key| text(key).is_some()).count() > 1 {
        return Err(format!("pod annotations {POD_NETWORKS}, {POD_NETWORKS_REQUEST}, and {POD_NETWORKING}"));
    }
    let (mut networks, mut zone_sets, mut selected) = (Vec::new(), Vec::new(), None);
    if let Some(text) = text(POD_NETWORKS) {
        let interfaces =
            read_record(text).map_err(|error| format!("unable parse annotation field {POD_NETWORKS}, {error}"))?;
        networks.extend(interfaces.into_iter().map(|interface| (interface, json!({"type": "Elastic"}), json!(""))));
    } else if let Some(text) = text(POD_NETWORKS_REQUEST) {
        let wrong = |error: String| format!("unable parse annotation {POD_NETWORKS_REQUEST}, {error}");
        for (interface, name) in read_request(text).map_err(wrong)? {
            let found = podnetworkings.get(&name);
            let one =
                found.ok_or_else(|| wrong(format!("podnetworkings.network.alibabacloud.com \"{name}\" not found")))?;
            if !is_ready(one) {
                return Err(wrong(format!("pod networking {name} is not ready")));
            }
            if has_selector(one) {
                return Err(wrong(format!("pod networking {name} should not have selector")));
            }
            networks.push(network(one, &interface));
            zone_sets.push(zones(one));
        }
    }
    if networks.is_empty() {
        let namespace = labels_of(namespace);
        for (name, one) in podnetworkings {
            if !is_ready(one) || (is_fixed(one) && !has_fixed_name(pod)) {
                continue;
            }
            if selects(one, &labels, &namespace)? {
                networks.push(network(one, "eth0"));
                zone_sets.push(zones(one));
                selected = Some(name.clone());
                break;
            }
        }
    }
    if networks.is_empty() {
        // As Go's ParseBool.
        if !text(POD_ENI).is_some_and(|text| ["1", "t", "T", "true", "TRUE", "True"].contains(&text)) {
            return Ok("not match".into());
        }
        networks.push((Interface::of(&Value::Null, "eth0"), json!({"type": "Elastic"}), json!("")));
    }
    let mut names = BTreeSet::new();
    for (interface, _, _) in &networks {
        if interface.groups.len() > 10 {
            return Err("security group can not more than 10".into());
        }
        if interface.name.is_empty() || interface.name.len() > 5 {
            return Err("interface name should >0 and <6 ".into());
        }
        if !names.insert(interface.name.clone()) {
            return Err("duplicated interface".into());
        }
    }
    let mut previous = BTreeSet::new();
    if let Some(zone) = previous_zone
        && networks.iter().any(|(_, allocation, _)| allocation["type"] == "Fixed")
    {
        previous.insert(zone.to_owned());
    }
    let record: Vec<Value> = networks
        .into_iter()
        .map(|(interface, allocation, eni_type)| {
            let interface = interface.filled();
            json!({
                "interface": interface.name, "vSwitchOptions": interface.vswitches,
                "securityGroupIDs": interface.groups, "eniOptions": {"eniType": eni_type}, "vSwitchSelectOptions": {},
                "resourceGroupID": "", "networkInterfaceTrafficMode": "", "defaultRoute": false,
                "allocationType": allocation,
            })
        })
        .collect();
    if let Some(name) = selected {
        annotate(pod, POD_NETWORKING, &name);
    }
    annotate(pod, POD_NETWORKS, &json!({"podNetworks": record}).to_string());
    annotate(pod, POD_ENI, "true");
    let common = zone_sets.into_iter().reduce(|a, b| a.intersection(&b).cloned().collect()).unwrap_or_default();
    restrict(pod, &[previous, common]);
    Ok("ok".into())
}

fn network(podnetworking: &Value, interface: &str) -> (Interface, Value, Value) {
    let spec = &podnetworking["spec"];
    let allocation = if spec["allocationType"].is_null() { json!({}) } else { spec["allocationType"].clone() };
    let eni_type =
        if spec["eniOptions"]["eniType"].is_null() { json!("") } else { spec["eniOptions"]["eniType"].clone() };
    (Interface::of(podnetworking, interface), allocation, eni_type)
}

/// Writes an annotation.
pub fn annotate(object: &mut Value, key: &str, value: &str) {
    object["metadata"]["annotations"][key] = value.into();
}

/// Appends the zones to every term, also to an empty one. Pods of a DaemonSet are left alone.
fn restrict(pod: &mut Value, zone_sets: &[BTreeSet<String>]) {
    let owners = pod["metadata"]["ownerReferences"].as_array();
    let is_of_daemon_set = owners.is_some_and(|owners| owners.iter().any(|owner| owner["kind"] == "DaemonSet"));
    if is_of_daemon_set || zone_sets.iter().all(BTreeSet::is_empty) {
        return;
    }
    if pod.pointer(TERMS).and_then(Value::as_array).is_none_or(Vec::is_empty) {
        pod["spec"]["affinity"]["nodeAffinity"]["requiredDuringSchedulingIgnoredDuringExecution"] =
            json!({"nodeSelectorTerms": [{}]});
    }
    for term in pod.pointer_mut(REQUIRED).unwrap()["nodeSelectorTerms"].as_array_mut().unwrap() {
        for zones in zone_sets.iter().filter(|zones| !zones.is_empty()) {
            if term["matchExpressions"].is_null() {
                term["matchExpressions"] = json!([]);
            }
            let requirement = json!({"key": ZONE, "operator": "In", "values": zones});
            term["matchExpressions"].as_array_mut().unwrap().push(requirement);
        }
    }
}

/// The webhook for PodNetworkings: it fills empty lists on creation.
pub fn admit_podnetworking(podnetworking: &mut Value) {
    let filled = Interface::of(podnetworking, "eth0").filled();
    podnetworking["spec"]["vSwitchOptions"] = json!(filled.vswitches);
    podnetworking["spec"]["securityGroupIDs"] = json!(filled.groups);
}
