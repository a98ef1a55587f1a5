//! A decision as it comes from the core or from the module: one shape, so that both are shown by the same code.

use std::collections::BTreeMap;

use podnetworking_policy::answer::decision::Decision;
use podnetworking_policy::answer::finding;
use podnetworking_policy::settings::severity;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

/// The decision on one request.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Answer {
    /// What was found.
    pub findings: Vec<Finding>,
    /// The object as it would be stored, if a mutation changed it.
    pub mutated_object: Option<Box<RawValue>>,
}

/// What a finding does to the request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// It is accepted with a warning.
    Warn,
    /// It is refused.
    Deny,
}

/// One finding.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Finding {
    /// The id of the rule.
    pub rule: String,
    /// What it does to the request.
    pub severity: Severity,
    /// The object.
    pub object: ObjectRef,
    /// The field at fault.
    pub path: String,
    /// What is wrong with the value in it.
    pub message: String,
    /// What to do.
    pub help: String,
    /// A pod that shows it.
    pub witness: Option<Witness>,
    /// The other objects it is about.
    #[serde(default)]
    pub related: Vec<Related>,
}

/// The object of a finding.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ObjectRef {
    /// Its apiVersion.
    pub api_version: String,
    /// Its kind.
    pub kind: String,
    /// Its namespace, empty for cluster-scoped objects.
    #[serde(default)]
    pub namespace: String,
    /// Its name.
    pub name: String,
}

impl ObjectRef {
    /// "Deployment shop/web".
    pub fn title(&self) -> String {
        if self.namespace.is_empty() {
            format!("{} {}", self.kind, self.name)
        } else {
            format!("{} {}/{}", self.kind, self.namespace, self.name)
        }
    }
}

/// Another object that a finding is about.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Related {
    /// Its apiVersion.
    pub api_version: String,
    /// Its kind.
    pub kind: String,
    /// Its name.
    pub name: String,
    /// The field.
    pub path: String,
}

/// A pod that two PodNetworkings select.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Witness {
    /// Its labels.
    pub pod_labels: BTreeMap<String, String>,
    /// Its namespace.
    pub namespace: String,
    /// The labels of its namespace.
    pub namespace_labels: BTreeMap<String, String>,
}

impl From<Decision> for Answer {
    fn from(decision: Decision) -> Self {
        Self {
            findings: decision.findings.into_iter().filter_map(Finding::of).collect(),
            mutated_object: decision.mutated_object.and_then(|text| RawValue::from_string(text).ok()),
        }
    }
}

impl Finding {
    /// Nothing for a finding of a rule that is off, of which there are none.
    fn of(finding: finding::Finding) -> Option<Self> {
        let severity = match finding.severity {
            severity::Severity::Off => return None,
            severity::Severity::Warn => Severity::Warn,
            severity::Severity::Deny => Severity::Deny,
        };
        let object = finding.object;
        Some(Self {
            rule: finding.rule.to_owned(),
            severity,
            object: ObjectRef {
                api_version: object.api_version,
                kind: object.kind,
                namespace: object.namespace,
                name: object.name,
            },
            path: finding.problem.path,
            message: finding.problem.message,
            help: finding.problem.help,
            witness: finding.witness.map(Witness::from),
            related: finding
                .related
                .into_iter()
                .map(|related| Related {
                    api_version: related.api_version,
                    kind: related.kind,
                    name: related.name,
                    path: related.path,
                })
                .collect(),
        })
    }
}

impl From<finding::Witness> for Witness {
    fn from(witness: finding::Witness) -> Self {
        Self {
            pod_labels: witness.pod_labels.into_iter().collect(),
            namespace: witness.namespace,
            namespace_labels: witness.namespace_labels.into_iter().collect(),
        }
    }
}
