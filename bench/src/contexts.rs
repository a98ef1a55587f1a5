//! Generated clusters of any size, always the same: PodNetworkings as in Kubewarden's cache, namespaces with the labels of a
//! large cluster, and requests that are accepted, so that each decision runs completely.

use std::borrow::Cow;
use std::sync::{Mutex, PoisonError};

use podnetworking_embedded_host::Mask;
use podnetworking_policy::{Cluster, Unavailable};
use serde_json::{Value, json};

/// A cluster, as the bytes of the answers of a host.
#[derive(Debug)]
pub struct Context {
    /// The number of PodNetworkings.
    pub podnetworkings: usize,
    /// The number of namespaces.
    pub namespaces: usize,
    /// Whether the host applies the field masks of the policy.
    pub masked: bool,
    list: Vec<u8>,
    namespace_list: Vec<u8>,
    namespace: Vec<u8>,
    calls: Mutex<Vec<(String, Vec<u8>)>>,
}

/// The masks of the policy's own list call.
const MASKS: [&str; 7] = [
    "spec.allocationType.type",
    "spec.eniOptions.eniType",
    "spec.selector",
    "spec.securityGroupIDs",
    "spec.vSwitchOptions",
    "status.status",
    "status.vSwitches",
];

/// The namespace of the pods.
const NAMESPACE: &str = "team-7-staging";

impl Context {
    /// A cluster of this size.
    #[must_use]
    pub fn new(podnetworkings: usize, namespaces: usize, masked: bool) -> Self {
        let mask = Mask::new(MASKS);
        let items: Vec<Value> = (0..podnetworkings)
            .map(|index| {
                let mut item = podnetworking(index);
                if masked {
                    prune(&mask, &mut item);
                }
                item
            })
            .collect();
        let spaces: Vec<Value> = (0..namespaces)
            .map(|index| {
                let mut item = namespace(index);
                if masked && let Value::Object(fields) = &mut item {
                    fields.retain(|field, _| field == "metadata");
                }
                item
            })
            .collect();
        let list = |api_version: &str, kind: &str, items: Vec<Value>| {
            json!({"apiVersion": api_version, "kind": kind, "metadata": {}, "items": items}).to_string().into_bytes()
        };
        Self {
            podnetworkings,
            namespaces,
            masked,
            list: list("network.alibabacloud.com/v1beta1", "PodNetworkingList", items),
            namespace_list: list("v1", "NamespaceList", spaces),
            namespace: namespace_named(NAMESPACE, 7, "staging").to_string().into_bytes(),
            calls: Mutex::default(),
        }
    }

    /// The calls that were answered since the last call of this function.
    pub fn take_calls(&self) -> Vec<(String, Vec<u8>)> {
        std::mem::take(&mut *self.calls.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// The number of bytes of the answers to the calls in a payload for the floor.
    ///
    /// # Errors
    /// If a call has no answer.
    pub fn bytes_of(&self, payload: &Value) -> anyhow::Result<usize> {
        let calls = payload.pointer("/settings/calls").and_then(Value::as_array).into_iter().flatten();
        let mut bytes = 0;
        for call in calls {
            let operation = call.get(0).and_then(Value::as_str).unwrap_or_default();
            let request = call.get(1).map(Value::to_string).unwrap_or_default();
            bytes += self.answer(operation, request.as_bytes()).map_err(anyhow::Error::msg)?.len();
        }
        Ok(bytes)
    }

    fn text(bytes: &[u8]) -> Result<Cow<'_, str>, Unavailable> {
        std::str::from_utf8(bytes).map(Cow::Borrowed).map_err(|error| Unavailable(error.to_string()))
    }

    /// The answer to a host call.
    ///
    /// # Errors
    /// If the policy does not make such calls.
    pub fn answer(&self, operation: &str, request: &[u8]) -> Result<Vec<u8>, String> {
        let call = (operation.to_owned(), request.to_vec());
        self.calls.lock().unwrap_or_else(PoisonError::into_inner).push(call);
        let names = |kind: &str| {
            let quoted = format!("\"{kind}\"");
            request.windows(quoted.len()).any(|window| window == quoted.as_bytes())
        };
        match operation {
            "list_resources_all" if names("PodNetworking") => Ok(self.list.clone()),
            "list_resources_all" if names("Namespace") => Ok(self.namespace_list.clone()),
            "get_resource" if names("Namespace") => Ok(self.namespace.clone()),
            _ => Err(format!("no answer to `{operation}`")),
        }
    }
}

/// The same facts for the core as native code. It checks that they are UTF-8, as the module does.
impl Cluster for &Context {
    fn pod_networkings(&self) -> Result<Cow<'_, str>, Unavailable> {
        Context::text(&self.list)
    }

    fn namespace(&self, _: &str) -> Result<Option<Cow<'_, str>>, Unavailable> {
        Context::text(&self.namespace).map(Some)
    }

    fn namespaces(&self) -> Result<Cow<'_, str>, Unavailable> {
        Context::text(&self.namespace_list)
    }
}

/// Applies the masks as Kubewarden does: `metadata` and the types always stay.
fn prune(mask: &Mask, item: &mut Value) {
    let Value::Object(fields) = item else { return };
    let kept: Vec<(String, Value)> =
        ["apiVersion", "kind", "metadata"].iter().filter_map(|field| fields.remove_entry(*field)).collect();
    mask.prune(item);
    if let Value::Object(fields) = item {
        fields.extend(kept);
    }
}

fn uid(index: usize) -> String {
    let mixed = (index as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    format!("{:08x}-{:04x}-4c1f-9a3e-{:012x}", mixed >> 32, mixed >> 16 & 0xffff, mixed & 0xffff_ffff_ffff)
}

fn vswitch(index: usize, zone: usize) -> String {
    let zone = ["h", "i", "j"].get(zone).copied().unwrap_or("k");
    format!("vsw-bp1{zone}{:012x}", (index as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 16)
}

/// One PodNetworking. Most select an application by its labels, a third of these only in the namespaces of a team. One in
/// fifty selects the namespaces of a tenant. No two overlap. As in real clusters, fields and numbers of vSwitches differ.
fn podnetworking(index: usize) -> Value {
    let team = index % 40;
    let mut selector = serde_json::Map::new();
    if index % 50 == 49 {
        selector.insert("namespaceSelector".into(), json!({"matchLabels": {"tenant": format!("tenant-{index}")}}));
    } else {
        let mut pods =
            json!({"matchLabels": {"app.kubernetes.io/name": format!("app-{index}"), "network": "dedicated"}});
        if index % 4 == 1 {
            pods = json!({"matchExpressions": [
                {"key": "app.kubernetes.io/name", "operator": "In", "values": [format!("app-{index}"), format!("app-{index}-canary")]},
                {"key": "debug", "operator": "DoesNotExist"},
            ]});
        }
        selector.insert("podSelector".into(), pods);
        if index % 3 == 2 {
            let expressions = json!([{"key": "env", "operator": "NotIn", "values": ["sandbox", "dev"]}]);
            let labels = json!({"team": format!("team-{team}")});
            selector
                .insert("namespaceSelector".into(), json!({"matchLabels": labels, "matchExpressions": expressions}));
        }
    }
    let switches: Vec<String> = (0..1 + index % 7 % 4).map(|zone| vswitch(index, zone)).collect();
    let zones = ["cn-hangzhou-h", "cn-hangzhou-i", "cn-hangzhou-j", "cn-hangzhou-k"];
    let status: Vec<Value> = switches.iter().zip(zones).map(|(id, zone)| json!({"id": id, "zone": zone})).collect();
    let allocation = match index % 6 {
        3 => json!({"type": "Fixed", "releaseStrategy": "TTL", "releaseAfter": format!("{}m", 5 + index % 50)}),
        _ => json!({"type": "Elastic"}),
    };
    let labels = match index % 8 {
        5 => json!({"app.kubernetes.io/instance": format!("app-{index}"), "app.kubernetes.io/managed-by": "Helm",
            "app.kubernetes.io/part-of": "network", "helm.sh/chart": "network-1.2.3"}),
        _ => json!({"app.kubernetes.io/managed-by": "argocd", "team": format!("team-{team}")}),
    };
    let groups: Vec<String> =
        (0..1 + index % 5 % 3).map(|group| format!("sg-bp1{:014x}", index + 4096 + group)).collect();
    let tracking = format!("network:network.alibabacloud.com/PodNetworking:kube-system/app-{index}");
    let metadata = json!({
        "annotations": {"argocd.argoproj.io/tracking-id": tracking},
        "creationTimestamp": format!("2026-03-{:02}T09:26:53Z", 1 + index % 28),
        "finalizers": ["podnetworking.alibabacloud.com/protect"],
        "generation": 1 + index % 11,
        "labels": labels,
        "managedFields": [],
        "name": format!("podnetworking-{index}"),
        "resourceVersion": format!("{}", 81_234_567 + index),
        "uid": uid(index),
    });
    let spec = json!({
        "allocationType": allocation,
        "eniOptions": {"eniType": "Default"},
        "securityGroupIDs": groups,
        "selector": selector,
        "vSwitchOptions": switches,
        "vSwitchSelectOptions": {"vSwitchSelectionPolicy": "ordered"},
    });
    let metadata = if index % 4 == 1 { without(metadata, "annotations") } else { metadata };
    let spec = if index % 3 == 1 { without(spec, "eniOptions") } else { spec };
    json!({
        "apiVersion": "network.alibabacloud.com/v1beta1",
        "kind": "PodNetworking",
        "metadata": metadata,
        "spec": spec,
        "status": {"message": "", "status": "Ready", "updateAt": format!("2026-03-14T09:{:02}:01Z", index % 60), "vSwitches": status},
    })
}

fn without(mut object: Value, field: &str) -> Value {
    if let Some(object) = object.as_object_mut() {
        object.remove(field);
    }
    object
}

fn namespace(index: usize) -> Value {
    let env = ["prod", "staging", "dev", "sandbox"].get(index % 4).copied().unwrap_or("prod");
    namespace_named(&format!("team-{}-{index}", index % 40), index % 40, env)
}

fn namespace_named(name: &str, team: usize, env: &str) -> Value {
    json!({
        "metadata": {
            "annotations": {},
            "creationTimestamp": "2026-01-02T03:04:05Z",
            "labels": {
                "app.kubernetes.io/managed-by": "argocd",
                "cost-center": format!("cc-{}", 1000 + team),
                "env": env,
                "kubernetes.io/metadata.name": name,
                "pod-security.kubernetes.io/enforce": "restricted",
                "team": format!("team-{team}"),
            },
            "managedFields": [],
            "name": name,
            "resourceVersion": "71234567",
            "uid": uid(name.len() * 31 + team),
        },
        "spec": {"finalizers": ["kubernetes"]},
        "status": {"phase": "Active"},
    })
}

/// The requests, each with its kind.
#[must_use]
pub fn requests() -> Vec<(&'static str, Value)> {
    let labels = json!({"app.kubernetes.io/name": "app-6", "network": "dedicated", "pod-template-hash": "5d78c9869d", "version": "v12"});
    let container = json!({
        "name": "app", "image": "registry.example.com/team-7/app:v12",
        "env": [{"name": "POD_NAME", "valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}}}],
        "resources": {"limits": {"cpu": "2", "memory": "4Gi"}, "requests": {"cpu": "500m", "memory": "1Gi"}},
        "ports": [{"containerPort": 8080, "protocol": "TCP"}],
        "volumeMounts": [{"name": "token", "mountPath": "/var/run/secrets/kubernetes.io/serviceaccount", "readOnly": true}],
    });
    let spec = json!({"containers": [container], "nodeSelector": {"topology.kubernetes.io/region": "cn-hangzhou"}, "serviceAccountName": "app"});
    let pod = json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "app-6-5d78c9869d-x2x7k", "namespace": NAMESPACE, "labels": labels,
        "ownerReferences": [{"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": "app-6-5d78c9869d", "uid": uid(1), "controller": true}]}, "spec": spec});
    let deployment = json!({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "app-6", "namespace": NAMESPACE},
        "spec": {"replicas": 3, "selector": {"matchLabels": {"app.kubernetes.io/name": "app-6"}},
            "template": {"metadata": {"labels": labels}, "spec": spec}}});
    let mut new = podnetworking(1_000_000);
    if let Some(metadata) = new.get_mut("metadata") {
        *metadata = json!({"name": "podnetworking-new"});
    }
    // It could overlap with the PodNetworkings of tenants, so the policy lists the namespaces. None of a tenant exists.
    if let Some(selector) = new.pointer_mut("/spec/selector") {
        *selector = json!({
            "podSelector": {"matchLabels": {"app.kubernetes.io/name": "app-new"}},
            "namespaceSelector": {"matchLabels": {"env": "staging"}},
        });
    }
    let namespace = namespace_named("team-7-new", 7, "staging");
    vec![
        ("Pod", request("", "v1", "Pod", Some(NAMESPACE), pod)),
        ("Deployment", request("apps", "v1", "Deployment", Some(NAMESPACE), deployment)),
        ("PodNetworking", request("network.alibabacloud.com", "v1beta1", "PodNetworking", None, new)),
        ("Namespace", request("", "v1", "Namespace", None, namespace)),
    ]
}

fn request(group: &str, version: &str, kind: &str, namespace: Option<&str>, object: Value) -> Value {
    let resource = format!("{}s", kind.to_lowercase());
    json!({
        "uid": uid(2), "operation": "CREATE", "dryRun": false, "namespace": namespace.unwrap_or_default(),
        "name": object.pointer("/metadata/name"),
        "kind": {"group": group, "version": version, "kind": kind},
        "requestKind": {"group": group, "version": version, "kind": kind},
        "resource": {"group": group, "version": version, "resource": resource},
        "requestResource": {"group": group, "version": version, "resource": resource},
        "userInfo": {"username": "system:serviceaccount:kube-system:replicaset-controller", "uid": uid(3),
            "groups": ["system:serviceaccounts", "system:authenticated"]},
        "object": object, "oldObject": null,
        "options": {"apiVersion": "meta.k8s.io/v1", "kind": "CreateOptions"},
    })
}
