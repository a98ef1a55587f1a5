//! A manifest's object: which one it is, and the request that it would be admitted by.

use std::borrow::Cow;

use podnetworking_manifests::Document;
use podnetworking_policy::json::fault::Faults;
use podnetworking_policy::json::path::Path;
use podnetworking_policy::json::value::Json;
use podnetworking_policy::request::{GroupKind, Operation, Request};
use podnetworking_policy::well_known::{GROUP, KIND};

/// The kinds of Kubernetes that live in no namespace. Of other groups, PodNetworking alone matters here.
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

/// Which object it is.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Identity {
    /// The API group.
    pub group: String,
    /// The kind.
    pub kind: String,
    /// The namespace; none for cluster-scoped objects.
    pub namespace: Option<String>,
    /// The name; empty where the API server is to make one.
    pub name: String,
}

/// An object with its manifest.
#[derive(Clone, Debug)]
pub struct Object {
    /// Which object it is.
    pub identity: Identity,
    /// The name for people: of an object with `generateName` that and `*`.
    pub shown_name: String,
    /// The version of its API group.
    pub version: String,
    /// The manifest.
    pub document: Document,
}

impl Object {
    /// The object of a document; one that names no namespace is in `namespace`.
    pub fn new(document: Document, namespace: &str) -> Self {
        let (group, version) = match document.api_version().split_once('/') {
            Some((group, version)) => (group.to_owned(), version.to_owned()),
            None => (String::new(), document.api_version().to_owned()),
        };
        let kind = document.kind().to_owned();
        // The text is JSON that was just made, and no key is there twice.
        let metadata = Json::trusted(document.json()).first("metadata");
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

    /// The object.
    pub fn json(&self) -> Json<'_> {
        Json::trusted(self.document.json())
    }

    /// Whether it is a PodNetworking of ours.
    pub fn is_podnetworking(&self) -> bool {
        self.identity.kind == KIND && self.identity.group == GROUP
    }

    /// Whether it is a Namespace.
    pub fn is_namespace(&self) -> bool {
        self.identity.kind == "Namespace" && self.identity.group.is_empty()
    }

    /// Its group, version and kind.
    pub fn group_kind(&self) -> GroupKind<'_> {
        GroupKind {
            group: self.identity.group.as_str().into(),
            version: self.version.as_str().into(),
            kind: self.identity.kind.as_str().into(),
        }
    }

    /// "PodNetworking first", "Deployment shop/web".
    pub fn title(&self) -> String {
        let Identity { kind, namespace, .. } = &self.identity;
        let name = &self.shown_name;
        match namespace {
            Some(namespace) => format!("{kind} {namespace}/{name}"),
            None => format!("{kind} {name}"),
        }
    }

    /// The request that creates it, or that makes it of what it was.
    pub fn request<'a>(&'a self, old: Option<&'a Self>) -> Request<'a> {
        Request {
            kind: self.group_kind(),
            operation: if old.is_some() { Operation::Update } else { Operation::Create },
            namespace: self.identity.namespace.as_deref().map(Into::into),
            is_subresource: false,
            object: Some(self.json()),
            old_object: old.map(Self::json),
        }
    }
}
