//! The objects of a cluster in memory, served as Kubewarden serves them.

use std::{
    collections::{BTreeMap, HashMap},
    error, fmt,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use serde_json::{Map, Value, json};

use crate::{
    calls::{self, HostCalls},
    mask::Mask,
    request::{AccessReview, Get, Request},
};

/// An object that cannot be added to the facts.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct FactsError(String);

impl fmt::Display for FactsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl error::Error for FactsError {}

/// Serves `kubernetes/list_resources_all`, `list_resources_by_namespace`, `get_resource` and `can_i` from objects in memory.
///
/// A list has the content of Kubewarden's watch cache. Field masks prune all fields except apiVersion, kind and `metadata`.
/// `managedFields` is `[]`. `annotations` is always present, without kubectl's last-applied. Items of built-in kinds have no
/// apiVersion and kind. `get_resource` returns the object as the API server has it. Both drop fields of `metadata` that
/// Kubernetes does not know. Numbers that do not fit into 64 bits become floats, as in Kubewarden.
///
/// PodNetworking exists even without objects, and so do the kinds of `v1`, `apps/v1` and `batch/v1` that a policy may need.
/// Another kind exists if an object or [`ClusterFacts::with_kind`] adds it.
#[derive(Debug)]
pub struct ClusterFacts {
    kinds: BTreeMap<(String, String), Kind>,
    forbidden: Vec<(String, String)>,
    shuffle: Option<AtomicU64>,
    answers: Mutex<Answers>,
}

/// The answers so far, by operation and payload. They are kept so that measurements do not include their serialization.
type Answers = HashMap<(String, Vec<u8>), Vec<u8>>;

#[derive(Debug)]
struct Kind {
    plural: String,
    namespaced: bool,
    objects: BTreeMap<(Option<String>, String), Map<String, Value>>,
}

/// apiVersion, kind, plural, and whether the kind is namespaced.
const KINDS: [(&str, &str, &str, bool); 14] = [
    ("apps/v1", "DaemonSet", "daemonsets", true),
    ("apps/v1", "Deployment", "deployments", true),
    ("apps/v1", "ReplicaSet", "replicasets", true),
    ("apps/v1", "StatefulSet", "statefulsets", true),
    ("batch/v1", "CronJob", "cronjobs", true),
    ("batch/v1", "Job", "jobs", true),
    (NETWORK, "PodNetworking", "podnetworkings", false),
    ("v1", "ConfigMap", "configmaps", true),
    ("v1", "Namespace", "namespaces", false),
    ("v1", "Node", "nodes", false),
    ("v1", "Pod", "pods", true),
    ("v1", "ReplicationController", "replicationcontrollers", true),
    ("v1", "Service", "services", true),
    ("v1", "ServiceAccount", "serviceaccounts", true),
];

const NETWORK: &str = "network.alibabacloud.com/v1beta1";

/// The fields of ObjectMeta.
const METADATA: [&str; 15] = [
    "annotations",
    "creationTimestamp",
    "deletionGracePeriodSeconds",
    "deletionTimestamp",
    "finalizers",
    "generateName",
    "generation",
    "labels",
    "managedFields",
    "name",
    "namespace",
    "ownerReferences",
    "resourceVersion",
    "selfLink",
    "uid",
];

impl Default for ClusterFacts {
    fn default() -> Self {
        let facts = Self { kinds: BTreeMap::new(), forbidden: Vec::new(), shuffle: None, answers: Mutex::default() };
        KINDS.into_iter().fold(facts, |facts, (api_version, kind, plural, namespaced)| {
            facts.with_kind(api_version, kind, plural, namespaced)
        })
    }
}

impl ClusterFacts {
    /// A cluster without objects.
    pub fn new() -> Self {
        Self::default()
    }

    /// A cluster with these objects. A `List` or `<Kind>List` adds its items.
    pub fn from_objects(objects: impl IntoIterator<Item = Value>) -> Result<Self, FactsError> {
        objects.into_iter().try_fold(Self::default(), Self::with_object)
    }

    /// A cluster with the objects of this JSON: one object, a list, or an array of objects.
    pub fn from_json(text: &str) -> Result<Self, FactsError> {
        let value =
            serde_json::from_str(text).map_err(|fault| FactsError(format!("the facts are not JSON: {fault}")))?;
        match value {
            Value::Array(objects) => Self::from_objects(objects),
            object => Self::from_objects([object]),
        }
    }

    /// A cluster with the objects of the inline `context` of a request. Its items may lack apiVersion and kind.
    pub fn from_context(context: &Value) -> Result<Self, FactsError> {
        let mut facts = Self::default();
        for (key, api_version, kind) in
            [("podNetworkings", NETWORK, "PodNetworking"), ("namespaces", "v1", "Namespace")]
        {
            let list = context.get(key).unwrap_or(&Value::Null);
            let items = match list {
                Value::Null => continue,
                Value::Array(items) => Some(items),
                list => list.get("items").and_then(Value::as_array),
            };
            let items = items.ok_or_else(|| FactsError(format!("`{key}` must be an array or a list")))?;
            for item in items {
                facts.add(item.clone(), Some((api_version, kind)))?;
            }
        }
        Ok(facts)
    }

    /// Adds an object, or the items of a list.
    pub fn with_object(mut self, object: Value) -> Result<Self, FactsError> {
        self.add(object, None)?;
        Ok(self.changed())
    }

    /// Adds a kind, so that its list is empty instead of an error.
    #[must_use]
    pub fn with_kind(mut self, api_version: &str, kind: &str, plural: &str, namespaced: bool) -> Self {
        let objects = BTreeMap::new();
        let added = Kind { plural: plural.to_owned(), namespaced, objects };
        self.kinds.entry((api_version.to_owned(), kind.to_owned())).or_insert(added);
        self.changed()
    }

    /// Removes a kind with its objects, as if the CRD were not installed.
    #[must_use]
    pub fn without_kind(mut self, api_version: &str, kind: &str) -> Self {
        self.kinds.remove(&(api_version.to_owned(), kind.to_owned()));
        self.changed()
    }

    /// Removes a permission: `can_i` then returns false for this verb and resource (a plural, or `*`), for every user. Without
    /// `get`, `get_resource` fails. Without `list`, a list fails here; in Kubewarden such a list call never returns.
    #[must_use]
    pub fn forbidding(mut self, verb: &str, resource: &str) -> Self {
        self.forbidden.push((verb.to_owned(), resource.to_owned()));
        self.changed()
    }

    /// Lists objects in a different order at each call, as Kubewarden does.
    #[must_use]
    pub fn shuffled(mut self, seed: u64) -> Self {
        // The generator never leaves the state zero.
        self.shuffle = Some(AtomicU64::new(seed.max(1)));
        self.changed()
    }

    /// Drops the kept answers after a change.
    fn changed(mut self) -> Self {
        self.answers = Mutex::default();
        self
    }

    fn add(&mut self, object: Value, otherwise: Option<(&str, &str)>) -> Result<(), FactsError> {
        let Value::Object(mut object) = object else {
            return Err(FactsError(format!("expected an object, found `{object}`")));
        };
        let text =
            |object: &Map<String, Value>, field: &str| object.get(field).and_then(Value::as_str).map(str::to_owned);
        let api_version = text(&object, "apiVersion").or(otherwise.map(|(version, _)| version.to_owned()));
        let kind = text(&object, "kind").or(otherwise.map(|(_, kind)| kind.to_owned()));
        let (Some(api_version), Some(kind)) = (api_version, kind) else {
            return Err(FactsError(format!("an object has no `apiVersion` or no `kind`: `{}`", Value::Object(object))));
        };
        if let (Some(item), Some(Value::Array(_))) = (kind.strip_suffix("List"), object.get("items")) {
            let Some(Value::Array(items)) = object.remove("items") else {
                return Ok(());
            };
            let otherwise = (!item.is_empty()).then_some((api_version.as_str(), item));
            return items.into_iter().try_for_each(|item| self.add(item, otherwise));
        }
        let metadata = object.get("metadata");
        let name = metadata.and_then(|metadata| metadata.get("name")).and_then(Value::as_str);
        let Some(name) = name.map(str::to_owned) else {
            return Err(FactsError(format!("a `{kind}` has no `metadata.name`")));
        };
        let namespace = metadata.and_then(|metadata| metadata.get("namespace")).and_then(Value::as_str);
        let namespace = namespace.filter(|namespace| !namespace.is_empty()).map(str::to_owned);
        object.insert("apiVersion".to_owned(), Value::String(api_version.clone()));
        object.insert("kind".to_owned(), Value::String(kind.clone()));

        let of_kind = self.kinds.entry((api_version, kind.clone())).or_insert_with(|| Kind {
            plural: format!("{}s", kind.to_lowercase()),
            namespaced: namespace.is_some(),
            objects: BTreeMap::new(),
        });
        let namespace = match (of_kind.namespaced, namespace) {
            (true, None) => {
                if let Some(Value::Object(metadata)) = object.get_mut("metadata") {
                    metadata.insert("namespace".to_owned(), json!("default"));
                }
                Some("default".to_owned())
            }
            (true, namespace) => namespace,
            (false, _) => None,
        };
        if of_kind.objects.insert((namespace, name.clone()), object).is_some() {
            return Err(FactsError(format!("duplicate object: `{kind}` `{name}`")));
        }
        Ok(())
    }

    fn answer(&self, request: &Request) -> Result<Value, String> {
        match request {
            Request::CanI { review, .. } => Ok(self.can_i(review)),
            Request::Get(get) => self.get(get),
            Request::ListAll(list) => {
                selectors(list.label_selector.as_ref(), list.field_selector.as_ref())?;
                let kind = self.kind(&list.api_version, &list.kind)?;
                self.list(&list.api_version, &list.kind, kind, None, list.field_masks.as_ref())
            }
            Request::ListByNamespace(list) => {
                selectors(list.label_selector.as_ref(), list.field_selector.as_ref())?;
                let kind = self.kind(&list.api_version, &list.kind)?;
                if !kind.namespaced {
                    return Err(calls::cluster_wide(&list.api_version, &list.kind));
                }
                let namespace = Some(list.namespace.as_str());
                self.list(&list.api_version, &list.kind, kind, namespace, list.field_masks.as_ref())
            }
        }
    }

    fn kind(&self, api_version: &str, kind: &str) -> Result<&Kind, String> {
        let known = self.kinds.get(&(api_version.to_owned(), kind.to_owned()));
        known.ok_or_else(|| {
            if api_version == "v1" || self.kinds.keys().any(|(version, _)| version == api_version) {
                calls::no_such_kind(api_version, kind)
            } else {
                calls::no_such_group(api_version, kind)
            }
        })
    }

    fn is_forbidden(&self, verb: &str, resource: &str) -> bool {
        let hits = |pattern: &str, value: &str| pattern == "*" || pattern == value;
        self.forbidden.iter().any(|(verbs, resources)| hits(verbs, verb) && hits(resources, resource))
    }

    fn can_i(&self, review: &AccessReview) -> Value {
        let attributes = &review.resource_attributes;
        if self.is_forbidden(&attributes.verb, &attributes.resource) {
            json!({"allowed": false})
        } else {
            json!({"allowed": true, "reason": format!("RBAC: allowed for `{}`", review.user)})
        }
    }

    fn get(&self, get: &Get) -> Result<Value, String> {
        let kind = self.kind(&get.api_version, &get.kind)?;
        let namespace = match (kind.namespaced, get.namespace.as_deref()) {
            (true, None) => return Err(calls::namespace_missing(&get.api_version, &get.kind)),
            (true, namespace) => namespace,
            (false, _) => None,
        };
        if self.is_forbidden("get", &kind.plural) {
            let group = group(&get.api_version);
            return Err(calls::forbidden("get", group, &kind.plural, &get.name, namespace));
        }
        let found = kind.objects.get(&(namespace.map(str::to_owned), get.name.clone()));
        let object =
            found.ok_or_else(|| calls::not_found(&get.api_version, &get.kind, &get.name, get.namespace.as_deref()))?;
        let types = ["apiVersion", "kind"].into_iter();
        let mut served = masked(object, get.field_masks.as_ref());
        served.extend(types.filter_map(|field| Some((field.to_owned(), object.get(field)?.clone()))));
        served.insert("metadata".to_owned(), Value::Object(metadata(object)));
        Ok(Value::Object(served))
    }

    fn list<'a>(
        &self,
        api_version: &str,
        name: &str,
        kind: &Kind,
        namespace: Option<&str>,
        masks: Option<impl IntoIterator<Item = &'a String> + Copy>,
    ) -> Result<Value, String> {
        if self.is_forbidden("list", &kind.plural) {
            return Err(calls::forbidden("list", group(api_version), &kind.plural, "", namespace));
        }
        let listed =
            kind.objects.iter().filter(|((within, _), _)| namespace.is_none() || within.as_deref() == namespace);
        let mut items: Vec<Value> = listed.map(|(_, object)| item(api_version, object, masks)).collect();
        if let Some(state) = &self.shuffle {
            reorder(&mut items, state);
        }
        Ok(json!({"apiVersion": api_version, "kind": format!("{name}List"), "metadata": {}, "items": items}))
    }
}

impl HostCalls for ClusterFacts {
    fn call(&self, binding: &str, namespace: &str, operation: &str, payload: &[u8]) -> Result<Vec<u8>, String> {
        if binding == "kubewarden" && matches!(namespace, "oci" | "net" | "crypto") {
            return Err(calls::callback_failure(&format!("this host does not serve `{namespace}/{operation}`")));
        }
        let request = Request::parse(binding, namespace, operation, payload)?;
        let key = (operation.to_owned(), payload.to_vec());
        let kept = || self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(answer) = kept().get(&key) {
            return Ok(answer.clone());
        }
        let answer = serde_json::to_vec(&self.answer(&request)?).map_err(|fault| fault.to_string())?;
        if self.shuffle.is_none() {
            kept().insert(key, answer.clone());
        }
        Ok(answer)
    }
}

fn selectors(label: Option<&String>, field: Option<&String>) -> Result<(), String> {
    match [label, field].into_iter().flatten().find(|selector| !selector.is_empty()) {
        Some(selector) => Err(calls::callback_failure(&format!("this host does not serve the selector `{selector}`"))),
        None => Ok(()),
    }
}

fn group(api_version: &str) -> &str {
    api_version.split_once('/').map_or("", |(group, _)| group)
}

/// Whether the API server leaves apiVersion and kind out of the items of a list, as it does for its built-in types.
fn is_built_in(api_version: &str) -> bool {
    let group = group(api_version);
    !group.contains('.') || group.ends_with(".k8s.io")
}

/// The object pruned by the masks, without its types and metadata, which masks never prune.
fn masked<'a>(object: &Map<String, Value>, masks: Option<impl IntoIterator<Item = &'a String>>) -> Map<String, Value> {
    let data = object.iter().filter(|(field, _)| !matches!(field.as_str(), "apiVersion" | "kind" | "metadata"));
    let mut data = Value::Object(data.map(|(field, value)| (field.clone(), value.clone())).collect());
    if let Some(masks) = masks {
        Mask::new(masks).prune(&mut data);
    }
    match data {
        Value::Object(data) => data,
        _ => Map::new(),
    }
}

/// The metadata of an object as ObjectMeta keeps it.
fn metadata(object: &Map<String, Value>) -> Map<String, Value> {
    let fields = object.get("metadata").and_then(Value::as_object).into_iter().flatten();
    fields
        .filter(|(field, value)| METADATA.contains(&field.as_str()) && !value.is_null())
        .map(|(field, value)| (field.clone(), value.clone()))
        .collect()
}

fn item<'a>(
    api_version: &str,
    object: &Map<String, Value>,
    masks: Option<impl IntoIterator<Item = &'a String>>,
) -> Value {
    let mut metadata = metadata(object);
    metadata.insert("managedFields".to_owned(), json!([]));
    let annotations = metadata.entry("annotations").or_insert_with(|| json!({}));
    if let Value::Object(annotations) = annotations {
        annotations.remove("kubectl.kubernetes.io/last-applied-configuration");
    }
    let mut served = masked(object, masks);
    if !is_built_in(api_version) {
        let types = ["apiVersion", "kind"].into_iter();
        served.extend(types.filter_map(|field| Some((field.to_owned(), object.get(field)?.clone()))));
    }
    served.insert("metadata".to_owned(), Value::Object(metadata));
    Value::Object(served)
}

/// Shuffles by Fisher and Yates, with a xorshift generator. The order only has to differ between calls.
fn reorder(items: &mut [Value], state: &AtomicU64) {
    let mut random = state.load(Ordering::Relaxed);
    for last in (1..items.len()).rev() {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        let bound = u64::try_from(last).unwrap_or(u64::MAX - 1) + 1;
        items.swap(last, usize::try_from(random % bound).unwrap_or(last));
    }
    state.store(random, Ordering::Relaxed);
}
