//! An object by its kind and name.

use podnetworking_policy::well_known::{API_VERSION, KIND};
use serde::{Deserialize, Serialize};

/// The object of a finding.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ObjectRef {
    /// The apiVersion.
    pub api_version: String,
    /// The kind.
    pub kind: String,
    /// The namespace; empty for cluster-scoped objects.
    #[serde(default)]
    pub namespace: String,
    /// The name.
    pub name: String,
}

impl ObjectRef {
    /// The PodNetworking with this name.
    pub(crate) fn of_podnetworking(name: &str) -> Self {
        let (api_version, kind) = (API_VERSION.to_owned(), KIND.to_owned());
        Self { api_version, kind, namespace: String::new(), name: name.to_owned() }
    }

    /// Kind, namespace and name, for example `Deployment shop/web`.
    pub fn title(&self) -> String {
        if self.namespace.is_empty() {
            format!("{} {}", self.kind, self.name)
        } else {
            format!("{} {}/{}", self.kind, self.namespace, self.name)
        }
    }
}
