//! Generators: few keys and values, so that they meet often.

use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use serde_json::{Map, Value, json};

/// The keys of labels of pods and namespaces.
pub const KEYS: [&str; 3] = ["a", "b", "kubernetes.io/metadata.name"];
/// Their values.
pub const VALUES: [&str; 5] = ["", "0", "1", "x", "Y_y"];
/// The names of namespaces.
pub const NAMESPACES: [&str; 3] = ["0", "1", "x"];
/// Zones.
pub const ZONES: [&str; 4] = ["h", "i", "k", "7"];

fn values() -> impl Strategy<Value = Vec<&'static str>> {
    subsequence(VALUES.to_vec(), 1..=3).prop_shuffle()
}

/// A valid requirement of a label selector.
pub fn requirement() -> impl Strategy<Value = Value> {
    requirement_on(&KEYS)
}

/// A valid requirement on one of these keys.
pub fn requirement_on(keys: &[&'static str]) -> impl Strategy<Value = Value> + use<> {
    let key = select(keys.to_vec());
    (key, select(vec!["In", "NotIn", "In", "NotIn", "Exists", "DoesNotExist"]), values()).prop_map(
        |(key, operator, values)| {
            if operator.ends_with("In") {
                json!({"key": key, "operator": operator, "values": values})
            } else {
                json!({"key": key, "operator": operator})
            }
        },
    )
}

/// Labels.
pub fn labels() -> impl Strategy<Value = Map<String, Value>> {
    proptest::collection::vec((select(KEYS[..2].to_vec()), select(VALUES.to_vec())), 0..3)
        .prop_map(|labels| labels.into_iter().map(|(key, value)| (key.to_owned(), json!(value))).collect())
}

/// A valid label selector: of requirements on any keys, or of several on one.
pub fn selector() -> impl Strategy<Value = Value> {
    let on_any = proptest::collection::vec(requirement(), 0..4);
    let any = (prop::option::of(labels()), on_any).prop_map(|(labels, expressions)| {
        let mut selector = Map::new();
        selector.extend(labels.map(|labels| ("matchLabels".to_owned(), Value::Object(labels))));
        if !expressions.is_empty() {
            selector.insert("matchExpressions".to_owned(), Value::Array(expressions));
        }
        Value::Object(selector)
    });
    prop_oneof![2 => any.boxed(), 1 => select(KEYS.to_vec()).prop_flat_map(selector_on).boxed()]
}

/// A valid label selector of one to three requirements on one key.
pub fn selector_on(key: &'static str) -> impl Strategy<Value = Value> {
    proptest::collection::vec(requirement_on(&[key]), 1..4)
        .prop_map(|expressions| json!({"matchExpressions": expressions}))
}

/// A label selector that Kubernetes refuses, or something that is none.
fn broken_selector() -> impl Strategy<Value = Value> {
    select(vec![
        json!({"matchLabels": {"a": "-"}}),
        json!({"matchLabels": {"a": 1}}),
        json!({"matchExpressions": [{"key": "a", "operator": "In"}]}),
        json!({"matchExpressions": [{"key": "a", "operator": "in", "values": ["x"]}]}),
        json!({"matchExpressions": [{"key": "", "operator": "Exists"}]}),
        json!(7),
    ])
}

/// The two selectors of a PodNetworking, most of them valid.
pub fn selectors() -> impl Strategy<Value = Value> {
    let side = || prop_oneof![3 => Just(Value::Null), 8 => selector(), 1 => broken_selector()];
    (side(), side()).prop_map(|(pod, namespace)| json!({"podSelector": pod, "namespaceSelector": namespace}))
}

/// A PodNetworking with this name.
pub fn podnetworking(name: String) -> impl Strategy<Value = Value> {
    let ids = subsequence(["vsw-h", "vsw-i", "vsw-k", "vsw-7", "vsw-unknown", "VSW"].map(Value::from).to_vec(), 0..4);
    let groups = subsequence(vec!["sg-1", "sg-2", "sg_3"], 0..3).prop_shuffle();
    let kind = select(vec![Value::Null, json!("Elastic"), json!("Elastic"), json!("Fixed"), json!("Static")]);
    let status = select(vec![json!("Ready"), json!("Ready"), json!("Ready"), json!("Fail"), Value::Null]);
    // Where a status knows what no other source does, two may disagree.
    let unknown = prop::option::of(select(ZONES.to_vec()));
    let has_status = prop::bool::weighted(0.9);
    let wild = (selectors(), ids.prop_shuffle(), groups, kind, status, unknown, has_status, 0..40);
    let wild = wild.prop_map(|(selector, mut ids, groups, mut kind, mut status, unknown, has_status, broken)| {
        match broken {
            0 => ids.push(json!(7)),
            1 => kind = json!(1),
            2 => status = json!({}),
            _ => {}
        }
        let mut zones = known_zones(&ids);
        zones.extend(unknown.map(|zone| json!({"id": "vsw-unknown", "zone": zone})));
        let mut object = json!({"spec": {
            "selector": selector, "allocationType": {"type": kind}, "vSwitchOptions": ids, "securityGroupIDs": groups,
        }});
        if has_status {
            object["status"] = json!({"status": status, "vSwitches": zones});
        }
        object
    });
    let ids = subsequence(["vsw-h", "vsw-i", "vsw-k", "vsw-unknown"].map(Value::from).to_vec(), 1..=3);
    let sound = (selectors(), ids.prop_shuffle()).prop_map(|(selector, ids)| {
        let zones = known_zones(&ids);
        json!({
            "spec": {"selector": selector, "vSwitchOptions": ids, "securityGroupIDs": ["sg-1"]},
            "status": {"status": "Ready", "vSwitches": zones},
        })
    });
    prop_oneof![wild.boxed(), sound.boxed()].prop_map(move |mut object| {
        object["apiVersion"] = json!("network.alibabacloud.com/v1beta1");
        object["kind"] = json!("PodNetworking");
        object["metadata"] = json!({"name": name});
        object
    })
}

/// The zones that the ids of vSwitches name, as a status has them.
fn known_zones(ids: &[Value]) -> Vec<Value> {
    let zone = |id: &Value| Some(id.as_str()?.strip_prefix("vsw-").filter(|zone| zone.len() == 1)?.to_owned());
    ids.iter().filter_map(|id| Some(json!({"id": id, "zone": zone(id)?}))).collect()
}

/// A requirement of a node selector term.
fn node_requirement() -> impl Strategy<Value = Value> {
    let keys = [
        "topology.kubernetes.io/zone",
        "topology.kubernetes.io/zone",
        "failure-domain.beta.kubernetes.io/zone",
        "topology.diskplugin.csi.alibabacloud.com/zone",
        "a",
        "b",
    ];
    let operators = vec!["In", "In", "NotIn", "NotIn", "Exists", "DoesNotExist", "Gt", "Lt"];
    let values = subsequence(vec!["h", "i", "k", "7", "8"], 1..=3).prop_shuffle();
    let bound = select(vec!["6", "7", "8", "-1", "07", "9223372036854775807", "-9223372036854775808", "x"]);
    (select(keys.to_vec()), select(operators), values, bound).prop_map(
        |(key, operator, values, bound)| match operator {
            "In" | "NotIn" => json!({"key": key, "operator": operator, "values": values}),
            "Gt" | "Lt" => json!({"key": key, "operator": operator, "values": [bound]}),
            _ => json!({"key": key, "operator": operator}),
        },
    )
}

fn node_field() -> impl Strategy<Value = Value> {
    let key = select(vec!["metadata.name", "metadata.name", "metadata.uid"]);
    (key, select(vec!["In", "NotIn"]), select(vec!["n1", "n2", ""]))
        .prop_map(|(key, operator, value)| json!({"key": key, "operator": operator, "values": [value]}))
}

fn term() -> impl Strategy<Value = Value> {
    let expressions = proptest::collection::vec(node_requirement(), 0..4);
    let fields = prop_oneof![4 => Just(Vec::new()), 1 => proptest::collection::vec(node_field(), 1..3)];
    (expressions, fields).prop_map(|(expressions, fields)| {
        let mut term = Map::new();
        if !expressions.is_empty() {
            term.insert("matchExpressions".to_owned(), Value::Array(expressions));
        }
        if !fields.is_empty() {
            term.insert("matchFields".to_owned(), Value::Array(fields));
        }
        Value::Object(term)
    })
}

/// `nodeSelector` and the required node affinity, each there or null.
pub fn node_affinity() -> impl Strategy<Value = (Value, Value)> {
    let key = select(vec!["topology.kubernetes.io/zone", "failure-domain.beta.kubernetes.io/zone", "a", "b"]);
    let node_selector = proptest::collection::btree_map(key, select(vec!["h", "i", "7"]), 0..2);
    let terms = prop::option::weighted(0.8, proptest::collection::vec(term(), 0..3));
    (node_selector, terms).prop_map(|(selector, terms)| {
        let selector = if selector.is_empty() { Value::Null } else { json!(selector) };
        (selector, terms.map_or(Value::Null, |terms| json!({"nodeSelectorTerms": terms})))
    })
}

fn pod_spec() -> impl Strategy<Value = Value> {
    let host_network = prop::bool::weighted(0.05);
    let node = prop::bool::weighted(0.05);
    // How far the way to the required affinity is there, where that is not.
    (node_affinity(), host_network, node, 0..6).prop_map(|((node_selector, required), host_network, node, way)| {
        let mut spec = json!({
            "containers": [{"name": "c", "image": "nginx", "unknown": {"deep": [1, null]}}],
            "nodeSelector": node_selector,
        });
        match (required.is_null(), way) {
            (true, 0) => spec["affinity"] = json!({}),
            (true, 1) => spec["affinity"] = json!({"podAffinity": {}}),
            (true, 2) => spec["affinity"] = json!({"nodeAffinity": null, "podAffinity": {}}),
            (true, 3) => {
                spec["affinity"] = json!({"nodeAffinity": {"preferredDuringSchedulingIgnoredDuringExecution": []}})
            }
            (true, _) => {}
            (false, _) => {
                spec["affinity"] =
                    json!({"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": required}});
            }
        }
        if host_network {
            spec["hostNetwork"] = json!(true);
        }
        if node {
            spec["nodeName"] = json!("n1");
        }
        spec
    })
}

/// Metadata of a pod.
fn pod_metadata() -> impl Strategy<Value = Value> {
    let annotation = prop::option::weighted(
        0.3,
        select(vec![
            ("k8s.aliyun.com/pod-networking", "pn-0"),
            ("k8s.aliyun.com/pod-eni", "false"),
            (
                "k8s.aliyun.com/pod-networks-request",
                r#"[{"network":"pn-1"},{"network":"pn-2","interfaceName":"eth1"}]"#,
            ),
            ("k8s.aliyun.com/pod-networks-request", "[{"),
            ("k8s.aliyun.com/eci-vswitch", "vsw-1"),
            ("other", "x"),
        ]),
    );
    let owner = select(vec!["ReplicaSet", "StatefulSet", "DaemonSet"]);
    let owner = prop::option::weighted(0.75, proptest::collection::vec(owner, 1..=2));
    (labels(), annotation, owner).prop_map(|(labels, annotation, owner)| {
        let mut metadata = json!({"name": "p", "labels": labels, "unknown": "kept"});
        if let Some((key, value)) = annotation {
            metadata["annotations"] = json!({key: value});
        }
        if let Some(kinds) = owner {
            metadata["ownerReferences"] = kinds.into_iter().map(|kind| json!({"kind": kind})).collect();
        }
        metadata
    })
}

/// An object with its group and kind, and the namespace it is in.
pub fn object() -> impl Strategy<Value = (&'static str, &'static str, Option<&'static str>, Value)> {
    let namespace = || select(NAMESPACES.to_vec());
    let pod = (pod_metadata(), pod_spec(), namespace()).prop_map(|(metadata, spec, namespace)| {
        ("", "Pod", Some(namespace), json!({"metadata": metadata, "spec": spec}))
    });
    let deployment = (pod_metadata(), pod_spec(), namespace()).prop_map(|(metadata, spec, namespace)| {
        let object = json!({
            "metadata": {"name": "d"},
            "spec": {"replicas": 2, "selector": {"matchLabels": {"a": "x"}}, "template": {"metadata": metadata, "spec": spec}},
        });
        ("apps", "Deployment", Some(namespace), object)
    });
    let own = select(vec!["pn-0".to_owned(), "new".to_owned()])
        .prop_flat_map(podnetworking)
        .prop_map(|object| ("network.alibabacloud.com", "PodNetworking", None, object));
    let of_namespace = (namespace(), labels())
        .prop_map(|(name, labels)| ("", "Namespace", None, json!({"metadata": {"name": name, "labels": labels}})));
    prop_oneof![4 => pod.boxed(), 1 => deployment.boxed(), 3 => own.boxed(), 1 => of_namespace.boxed()]
}

/// All that a decision depends on.
#[derive(Clone, Debug)]
pub struct World {
    /// The settings.
    pub settings: Value,
    /// Group, kind, namespace and object.
    pub object: (&'static str, &'static str, Option<&'static str>, Value),
    /// The object before an update.
    pub old: Option<Value>,
    /// The stored PodNetworkings.
    pub podnetworkings: Vec<Value>,
    /// The namespaces.
    pub namespaces: Vec<Value>,
}

impl World {
    /// The payload, with this text as the object.
    pub fn payload_of(&self, object: &str) -> String {
        let (group, kind, namespace, _) = &self.object;
        let operation = if self.old.is_some() { "UPDATE" } else { "CREATE" };
        let mut request = json!({
            "uid": "u", "kind": {"group": group, "version": "v1", "kind": kind}, "operation": operation,
            "namespace": namespace, "object": "\u{1}",
        });
        if let Some(old) = &self.old {
            request["oldObject"] = old.clone();
        }
        let payload = json!({
            "settings": self.settings, "request": request,
            "context": {"podNetworkings": self.podnetworkings, "namespaces": self.namespaces},
        });
        payload.to_string().replacen("\"\\u0001\"", object, 1)
    }

    /// Labels the object, or the pods of a workload.
    fn label(&mut self, key: &str, value: &str) {
        let (_, kind, _, object) = &mut self.object;
        let metadata =
            if *kind == "Deployment" { &mut object["spec"]["template"]["metadata"] } else { &mut object["metadata"] };
        metadata["labels"][key] = json!(value);
    }

    /// The payload.
    pub fn payload(&self) -> String {
        self.payload_of(&self.object.3.to_string())
    }
}

/// Worlds like these, but of up to fifty PodNetworkings, most of which ask for a label of their own, and up to fifty
/// namespaces, among them all that objects are in; every stored object also has fields that nothing reads.
pub fn crowd() -> impl Strategy<Value = World> {
    let own = (podnetworking(String::new()), prop::bool::weighted(0.8));
    let own = proptest::collection::vec(own, 0..=46).prop_map(|all| {
        all.into_iter()
            .enumerate()
            .map(|(index, (mut one, is_apart))| {
                one["metadata"]["name"] = json!(format!("crowd-{index}"));
                if is_apart {
                    one["spec"]["selector"]["podSelector"] = json!({"matchLabels": {"own": index.to_string()}});
                }
                one
            })
            .collect::<Vec<_>>()
    });
    let namespaces = proptest::collection::vec(labels(), NAMESPACES.len()..=50);
    (world(), own, namespaces, prop::option::weighted(0.9, 0..46_usize)).prop_map(
        |(mut world, own, namespaces, one)| {
            let crowd = own.len();
            world.podnetworkings.extend(own);
            world.namespaces = namespaces
                .into_iter()
                .enumerate()
                .map(|(index, labels)| {
                    let name = NAMESPACES.get(index).map_or_else(|| format!("ns-{index}"), |name| (*name).to_owned());
                    json!({"metadata": {"name": name, "labels": labels}})
                })
                .collect();
            for stored in world.podnetworkings.iter_mut().chain(&mut world.namespaces) {
                stored["metadata"]["annotations"] = json!({"note": "{\"spec\":[\\ \"}"});
                stored["metadata"]["managedFields"] = json!([{"manager": "m", "fieldsV1": {"f:spec": {}}}]);
                stored["status"]["message"] = json!("é\n\u{1}");
            }
            if let Some(one) = one {
                world.label("own", &(one % crowd.max(1)).to_string());
            }
            world
        },
    )
}

/// Worlds of a few PodNetworkings and namespaces.
pub fn world() -> impl Strategy<Value = World> {
    let podnetworkings = (0..5usize)
        .prop_flat_map(|count| (0..count).map(|index| podnetworking(format!("pn-{index}"))).collect::<Vec<_>>());
    let namespaces = (labels(), labels(), subsequence(vec![0, 1], 0..=2)).prop_map(|(a, b, there)| {
        let all = [json!({"metadata": {"name": "0", "labels": a}}), json!({"metadata": {"name": "x", "labels": b}})];
        there.into_iter().map(|index| all[index].clone()).collect::<Vec<_>>()
    });
    let settings = select(vec![
        json!({}),
        json!({"platform": "ack"}),
        json!({"platform": "acs", "fixedNameKinds": ["ReplicaSet"]}),
        json!({"inventory": {"vSwitches": {"vsw-unknown": {"zone": "k", "availableIPs": 1}}}}),
        json!({"defaults": {"securityGroupIDs": ["sg-1"], "vSwitchOptions": ["vsw-h", "vsw-h"]}}),
        json!({"rules": {"latent-overlap": "deny", "overlap": "warn"}}),
    ]);
    let old = prop_oneof![3 => Just(None), 1 => Just(Some(()))];
    let apart = prop::option::of(0..VALUES.len());
    (settings, object(), object(), old, podnetworkings, namespaces, apart).prop_map(
        |(settings, object, other, old, podnetworkings, namespaces, apart)| {
            let old = old.and_then(|()| (other.1 == object.1).then_some(other.3));
            let mut world = World { settings, object, old, podnetworkings, namespaces };
            // In every other world each PodNetworking asks for another value of a label, so that one selects a pod.
            if let Some(value) = apart {
                for (stored, value) in world.podnetworkings.iter_mut().zip(VALUES) {
                    stored["spec"]["selector"] = json!({"podSelector": {"matchLabels": {"a": value}}});
                }
                world.label("a", VALUES[value % world.podnetworkings.len().max(1)]);
            }
            world
        },
    )
}
