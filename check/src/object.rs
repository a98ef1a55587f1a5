//! The object of a manifest: its identity, and the admission request for it.

use std::borrow::Cow;

use podnetworking_manifests::Document;
use podnetworking_policy::json::fault::Faults;
use podnetworking_policy::json::path::Path;
use podnetworking_policy::json::value::Json;
use podnetworking_policy::request::{GroupKind, Operation, Request};
use podnetworking_policy::well_known::{GROUP, KIND};

/// The cluster-scoped kinds of Kubernetes. Of the kinds of other groups only PodNetworking matters here.
const CLUSTER_SCOPED: [&str; 21] = [
    "APIService",
    "CSIDriver",
    "CSINode",
    "CertificateSigningRequest",
    "ClusterRole",
    "ClusterRoleBinding",
    "ComponentStatus",
    "CustomResourceDefinition",
    "FlowSchema",
    "IngressClass",
    "MutatingWebhookConfiguration",
    "Namespace",
    "Node",
    "PersistentVolume",
    "PriorityClass",
    "PriorityLevelConfiguration",
    "RuntimeClass",
    "StorageClass",
    "ValidatingAdmissionPolicy",
    "ValidatingAdmissionPolicyBinding",
    "ValidatingWebhookConfiguration",
];

/// What identifies an object.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Identity {
    /// The API group.
    pub group: String,
    /// The kind.
    pub kind: String,
    /// The namespace; none if the kind is cluster-scoped.
    pub namespace: Option<String>,
    /// The name; empty if the API server is to generate it.
    pub name: String,
}

impl Identity {
    /// The identity of a PodNetworking.
    #[must_use]
    pub fn of_podnetworking(name: &str) -> Self {
        Self { group: GROUP.to_owned(), kind: KIND.to_owned(), namespace: None, name: name.to_owned() }
    }
}

/// An object with its manifest.
#[derive(Clone, Debug)]
pub struct Object {
    /// The identity.
    pub identity: Identity,
    /// The name for messages. For an object with `generateName` it is that prefix and `*`.
    pub shown_name: String,
    /// The version of its API group.
    pub version: String,
    /// The manifest.
    pub document: Document,
}

impl Object {
    /// The object of a document. `namespace` is for objects without `metadata.namespace`.
    pub fn new(document: Document, namespace: &str) -> Self {
        let (group, version) = match document.api_version().split_once('/') {
            Some((group, version)) => (group.to_owned(), version.to_owned()),
            None => (String::new(), document.api_version().to_owned()),
        };
        let kind = document.kind().to_owned();
        // The reader of manifests wrote this JSON, so it is valid and has no duplicate keys.
        let metadata = Json::trusted(document.json()).member("metadata");
        let keys = ["namespace", "name", "generateName"];
        let [own_namespace, name, generate_name] =
            metadata.map_or([None; 3], |json| json.fields(keys, &Path::Root, &mut Faults::default()));
        let text = |json: Option<Json<'_>>| json?.as_str().map(Cow::into_owned).filter(|text| !text.is_empty());
        let own_kind = kind == KIND && group == GROUP;
        let built_in = group.is_empty() || !group.contains('.') || group.ends_with(".k8s.io");
        let is_cluster_scoped = own_kind || (built_in && CLUSTER_SCOPED.contains(&kind.as_str()));
        let namespace = (!is_cluster_scoped).then(|| text(own_namespace).unwrap_or_else(|| namespace.to_owned()));
        let name = text(name).unwrap_or_default();
        let generated = || text(generate_name).map(|prefix| format!("{prefix}*")).unwrap_or_default();
        let shown_name = if name.is_empty() { generated() } else { name.clone() };
        Self { identity: Identity { group, kind, namespace, name }, shown_name, version, document }
    }

    /// The object as JSON.
    pub fn json(&self) -> Json<'_> {
        Json::trusted(self.document.json())
    }

    /// Whether it is a PodNetworking of `network.alibabacloud.com`.
    pub fn is_podnetworking(&self) -> bool {
        self.identity.kind == KIND && self.identity.group == GROUP
    }

    /// Whether it is a Namespace.
    pub fn is_namespace(&self) -> bool {
        self.identity.kind == "Namespace" && self.identity.group.is_empty()
    }

    /// The group, version and kind.
    pub fn group_kind(&self) -> GroupKind<'_> {
        GroupKind {
            group: self.identity.group.as_str().into(),
            version: self.version.as_str().into(),
            kind: self.identity.kind.as_str().into(),
        }
    }

    /// Kind, namespace and name, for example `Deployment shop/web`.
    pub fn title(&self) -> String {
        let Identity { kind, namespace, .. } = &self.identity;
        let name = &self.shown_name;
        match namespace {
            Some(namespace) => format!("{kind} {namespace}/{name}"),
            None => format!("{kind} {name}"),
        }
    }

    /// The request that creates the object, or that updates `old` to it.
    pub fn request<'a>(&'a self, old: Option<&'a Self>) -> Request<'a> {
        Request {
            kind: self.group_kind(),
            operation: if old.is_some() { Operation::Update } else { Operation::Create },
            namespace: self.identity.namespace.as_deref().map(Into::into),
            is_subresource: false,
            is_audit: false,
            object: Some(self.json()),
            old_object: old.map(Self::json),
        }
    }
}
