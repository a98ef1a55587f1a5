//! Terway: its webhook for pods and PodNetworkings, and what its controllers read and write. It is right when it agrees
//! with every row of `terway.jsonl.gz`, which holds 3,000 answers of Terway's own code.

use std::collections::{BTreeMap, BTreeSet};

use podnetworking_policy::decide_payload;
use podnetworking_policy::facts::inline::NoHost;
use serde_json::{Value, json};

use crate::go_json::Go;
use crate::selectors::{Labels, REQUIRED, TERMS, ZONE, labels_of, matches};

pub const POD_NETWORKING: &str = "k8s.aliyun.com/pod-networking";
pub const POD_ENI: &str = "k8s.aliyun.com/pod-eni";
pub const POD_NETWORKS: &str = "k8s.aliyun.com/pod-networks";
pub const POD_NETWORKS_REQUEST: &str = "k8s.aliyun.com/pod-networks-request";
pub const IGNORE_BY_TERWAY: &str = "k8s.aliyun.com/ignore-by-terway";
pub const DEFAULT_VSWITCH: &str = "vsw-default";
pub const DEFAULT_GROUP: &str = "sg-default";

/// What the webhook makes of a pod.
pub struct Answer {
    pub allowed: bool,
    pub message: String,
    pub pod: Value,
}

pub fn annotation<'a>(object: &'a Value, key: &str) -> Option<&'a str> {
    object["metadata"]["annotations"][key].as_str()
}

pub fn is_ready(podnetworking: &Value) -> bool {
    podnetworking["status"]["status"] == "Ready"
}

pub fn is_fixed(podnetworking: &Value) -> bool {
    podnetworking["spec"]["allocationType"]["type"] == "Fixed"
}

pub fn has_fixed_name(pod: &Value) -> bool {
    let owners = pod["metadata"]["ownerReferences"].as_array();
    owners.is_none_or(|owners| owners.is_empty() || owners.iter().any(|owner| owner["kind"] == "StatefulSet"))
}

/// Whether both selectors match, as far as they are there; or why a selector cannot be used.
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

pub fn has_selector(podnetworking: &Value) -> bool {
    let selector = &podnetworking["spec"]["selector"];
    !selector["podSelector"].is_null() || !selector["namespaceSelector"].is_null()
}

/// One interface of a pod: its vSwitches and security groups.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Interface {
    pub name: String,
    pub vswitches: Vec<String>,
    pub groups: Vec<String>,
}

pub fn strings(list: &Value) -> Vec<String> {
    list.as_array().into_iter().flatten().filter_map(|one| one.as_str().map(str::to_owned)).collect()
}

impl Interface {
    pub fn of(podnetworking: &Value, name: &str) -> Self {
        let spec = &podnetworking["spec"];
        let (vswitches, groups) = (strings(&spec["vSwitchOptions"]), strings(&spec["securityGroupIDs"]));
        Self { name: name.to_owned(), vswitches, groups }
    }

    /// Fills empty lists from `eni-config`, as Terway does for `eth0` alone.
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

/// The answers of Terway's own code: `{"namespace", "pod", "podNetworkings", "terway"}`.
fn answers() -> Vec<Value> {
    use std::io::Read as _;

    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/world/terway.jsonl.gz");
    let mut text = String::new();
    flate2::read::GzDecoder::new(std::fs::File::open(path).unwrap()).read_to_string(&mut text).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn the_webhook_agrees_with_every_answer_of_terways_own_code() {
    let record = |annotations: &Value| {
        let mut annotations = annotations.clone();
        if let Some(text) = annotations[POD_NETWORKS].as_str()
            && let Ok(json) = serde_json::from_str::<Value>(text)
        {
            annotations[POD_NETWORKS] = json;
        }
        annotations
    };
    let (mut rows, mut wrong) = (0, Vec::new());
    for row in answers() {
        rows += 1;
        let list = row["podNetworkings"].as_array().unwrap();
        let list = list.iter().map(|one| (one["metadata"]["name"].as_str().unwrap().to_owned(), one.clone())).collect();
        let answer = admit(&row["pod"], &row["namespace"], &list, None);
        let theirs = &row["terway"];
        let is_same = theirs["allowed"] == answer.allowed
            && theirs["message"].as_str().unwrap().starts_with(&answer.message)
            && record(&theirs["annotations"]) == record(&answer.pod["metadata"]["annotations"])
            && theirs["affinity"] == answer.pod["spec"]["affinity"];
        if !is_same {
            wrong.push(format!("{row}\nours: {} {} {}", answer.allowed, answer.message, answer.pod));
        }
    }
    assert_eq!(rows, 3000);
    assert!(wrong.is_empty(), "{} rows differ, the first:\n{}", wrong.len(), wrong[..wrong.len().min(3)].join("\n"));
}

/// What Terway recorded for the PodNetworking that selects the pod is no override. It recorded none where that one is not
/// ready, so that the pod gets the network of Terway's own configuration, or where the pod has a request: if one selects the
/// pod, the author or Terway has overridden that.
#[test]
fn every_record_that_terways_own_code_wrote_is_let_through() {
    let (mut of_selected, mut of_requests) = (0, 0);
    for row in answers() {
        let written = &row["terway"]["annotations"];
        let has_own = !row["pod"]["metadata"]["annotations"][POD_NETWORKS].is_null();
        if row["terway"]["allowed"] != true || written[POD_NETWORKS].is_null() || has_own {
            continue;
        }
        let mut pod = row["pod"].clone();
        pod["metadata"]["annotations"] = written.clone();
        pod["spec"]["affinity"] = row["terway"]["affinity"].clone();
        let payload = json!({
            "settings": {"platform": "ack", "rules": {"zone-unconstrained": "deny"}},
            "request": {
                "uid": "u", "kind": {"group": "", "version": "v1", "kind": "Pod"}, "operation": "CREATE",
                "namespace": "team", "userInfo": {"username": "alice"}, "object": pod,
            },
            "context": {"podNetworkings": row["podNetworkings"], "namespaces": [row["namespace"]]},
        });
        let decision = decide_payload(payload.to_string().as_bytes(), |_| NoHost).to_json();
        let decision: Value = serde_json::from_str(&decision).unwrap();
        let findings = decision["findings"].as_array().unwrap();
        let overrides = |finding: &&Value| {
            finding["rule"] == "selection-override" && finding["path"].as_str().unwrap().ends_with("/pod-networks]")
        };
        let overriding = findings.iter().find(overrides);
        // Terway took its default for a pod that a PodNetworking selects: this the rule is right to name.
        let is_default = written[POD_NETWORKING].is_null()
            && overriding.is_some_and(|finding| finding["related"].as_array().is_some_and(|of| !of.is_empty()));
        assert!(is_default || overriding.is_none(), "{row}");
        if !written[POD_NETWORKING].is_null() {
            of_selected += 1;
        } else if !written[POD_NETWORKS_REQUEST].is_null() {
            of_requests += 1;
        }
    }
    assert!(of_selected > 600 && of_requests > 3, "{of_selected} {of_requests}");
}
