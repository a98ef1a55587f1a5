//! What an actor writes into an object.

use serde_json::{Value, json};

use crate::actions::{Change, Forgery, Key, Note, Owner, Plan, Wish};
use crate::platform::on_node;
use crate::selectors::{REQUIRED, TERMS, ZONE};
use crate::terway::{IGNORE_BY_TERWAY, POD_ENI, POD_NETWORKING, POD_NETWORKS, POD_NETWORKS_REQUEST, annotate};
use crate::universe::{
    ACS_GROUPS, ACS_VSWITCHES, ECI_GROUP, ECI_VSWITCH, FINALIZER, PODNETWORKINGS, ZONES, allocation, forged_record,
    groups, namespace_selector, pod_selector, vswitches,
};

pub fn set(labels: &mut Value, key: &str, value: Option<&str>) {
    match value {
        Some(value) => labels[key] = value.into(),
        None => {
            if let Some(labels) = labels.as_object_mut() {
                labels.remove(key);
            }
        }
    }
}

pub fn set_labels(metadata: &mut Value, app: Option<&str>, tier: Option<&str>) {
    set(&mut metadata["labels"], "app", app);
    set(&mut metadata["labels"], "tier", tier);
}

pub fn name_of(index: usize) -> &'static str {
    PODNETWORKINGS[index]
}

pub fn write_key(pod: &mut Value, key: Key) {
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

pub fn requirement(operator: &str, zone: usize) -> Value {
    json!({"key": ZONE, "operator": operator, "values": [ZONES[zone]]})
}

pub fn write_wish(spec: &mut Value, wish: Wish) {
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

pub fn write_owner(pod: &mut Value, owner: Owner) {
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

pub fn write_note(pod: &mut Value, note: Note) {
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

pub fn remove(pod: &mut Value, annotation: &str) {
    if let Some(annotations) = pod["metadata"]["annotations"].as_object_mut() {
        annotations.remove(annotation);
    }
}

pub fn apply(pod: &mut Value, change: &Change) {
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

pub fn spec_of(plan: &Plan, name: &str) -> Value {
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
