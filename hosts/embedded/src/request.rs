//! The requests of host calls, in the shapes of Kubewarden's SDK. The SDK's own types need k8s-openapi.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

/// A host call that reaches Kubewarden's callback handler. Names and order of variants and fields are the same as in the
/// sessions that `kwctl` writes.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub(crate) enum Request {
    #[serde(rename = "KubernetesListResourceNamespace")]
    ListByNamespace(ListByNamespace),
    #[serde(rename = "KubernetesListResourceAll")]
    ListAll(ListAll),
    #[serde(rename = "KubernetesGetResource")]
    Get(Get),
    #[serde(rename = "KubernetesCanI")]
    CanI {
        #[serde(rename = "request")]
        review: AccessReview,
        disable_cache: bool,
    },
}

#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub(crate) struct ListByNamespace {
    pub(crate) api_version: String,
    pub(crate) kind: String,
    pub(crate) namespace: String,
    pub(crate) label_selector: Option<String>,
    pub(crate) field_selector: Option<String>,
    pub(crate) field_masks: Option<BTreeSet<String>>,
}

#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub(crate) struct ListAll {
    pub(crate) api_version: String,
    pub(crate) kind: String,
    pub(crate) label_selector: Option<String>,
    pub(crate) field_selector: Option<String>,
    pub(crate) field_masks: Option<BTreeSet<String>>,
}

#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub(crate) struct Get {
    pub(crate) api_version: String,
    pub(crate) kind: String,
    pub(crate) name: String,
    pub(crate) namespace: Option<String>,
    pub(crate) disable_cache: bool,
    pub(crate) field_masks: Option<BTreeSet<String>>,
}

#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub(crate) struct AccessReview {
    pub(crate) groups: Option<Vec<String>>,
    pub(crate) resource_attributes: ResourceAttributes,
    pub(crate) user: String,
}

#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub(crate) struct ResourceAttributes {
    pub(crate) group: Option<String>,
    pub(crate) name: Option<String>,
    pub(crate) namespace: Option<String>,
    pub(crate) resource: String,
    pub(crate) subresource: Option<String>,
    pub(crate) verb: String,
    pub(crate) version: Option<String>,
}

/// The payload of `can_i`, which has other fields than its entry in a session.
#[derive(Deserialize)]
struct CanIPayload {
    subject_access_review: AccessReview,
    disable_cache: bool,
}

impl Request {
    /// Reads a call as Kubewarden does, with Kubewarden's error messages.
    pub(crate) fn parse(binding: &str, namespace: &str, operation: &str, payload: &[u8]) -> Result<Self, String> {
        if binding != "kubewarden" {
            return Err(format!("unknown binding: {binding}"));
        }
        if namespace != "kubernetes" {
            return Err(format!("unknown namespace: {namespace}"));
        }
        match operation {
            "list_resources_by_namespace" => read(payload).map(Self::ListByNamespace),
            "list_resources_all" => read(payload).map(Self::ListAll),
            "get_resource" => read(payload).map(Self::Get),
            "can_i" => read(payload).map(|payload: CanIPayload| Self::CanI {
                review: payload.subject_access_review,
                disable_cache: payload.disable_cache,
            }),
            _ => Err(format!("unknown operation: {operation}")),
        }
    }

    /// The apiVersion and kind that the call is about; none for `can_i`.
    pub(crate) fn about(&self) -> Option<(&str, &str)> {
        match self {
            Self::ListByNamespace(list) => Some((&list.api_version, &list.kind)),
            Self::ListAll(list) => Some((&list.api_version, &list.kind)),
            Self::Get(get) => Some((&get.api_version, &get.kind)),
            Self::CanI { .. } => None,
        }
    }
}

fn read<'a, T: Deserialize<'a>>(payload: &'a [u8]) -> Result<T, String> {
    serde_json::from_slice(payload).map_err(|fault| fault.to_string())
}
