//! A decision in one shape, whether the core or the module made it, so that the same code shows both.

use std::collections::BTreeMap;

use podnetworking_policy::answer::decision::Decision;
use podnetworking_policy::answer::finding;
use podnetworking_policy::settings::severity;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::edit::Fix;
use crate::object_ref::ObjectRef;

/// The decision on one request.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Answer {
    /// The findings, in the order of the catalogue.
    pub findings: Vec<Finding>,
    /// The object as it would be stored; none if no mutation changed it.
    pub mutated_object: Option<Box<RawValue>>,
    /// Why there is no decision, although nothing is wrong with the object.
    #[serde(skip)]
    pub undecided: Option<String>,
}

/// The effect of a finding on the request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The request is accepted, with a warning.
    Warn,
    /// The request is denied.
    Deny,
}

impl Severity {
    /// None for `off`.
    pub(crate) fn of(severity: severity::Severity) -> Option<Self> {
        match severity {
            severity::Severity::Off => None,
            severity::Severity::Warn => Some(Self::Warn),
            severity::Severity::Deny => Some(Self::Deny),
        }
    }
}

/// One finding.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Finding {
    /// The id of the rule.
    pub rule: String,
    /// The effect on the request.
    pub severity: Severity,
    /// The object that the finding is about.
    pub object: ObjectRef,
    /// The path of the field, as Kubernetes writes paths.
    pub path: String,
    /// What is wrong with the value of the field.
    pub message: String,
    /// How to fix it.
    pub help: String,
    /// Labels of a pod that shows the problem.
    pub witness: Option<Witness>,
    /// Other objects that take part.
    #[serde(default)]
    pub related: Vec<Related>,
    /// Edits that remove the finding.
    pub fix: Option<Box<Fix>>,
}

/// Another object that takes part in a finding.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Related {
    /// The apiVersion.
    pub api_version: String,
    /// The kind.
    pub kind: String,
    /// The name.
    pub name: String,
    /// The path of the field in that object.
    pub path: String,
}

/// An example pod that two PodNetworkings select.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Witness {
    /// The labels of the pod.
    pub pod_labels: BTreeMap<String, String>,
    /// The namespace of the pod.
    pub namespace: String,
    /// The labels of the namespace.
    pub namespace_labels: BTreeMap<String, String>,
}

impl From<Decision> for Answer {
    fn from(decision: Decision) -> Self {
        Self {
            findings: decision.findings.into_iter().filter_map(Finding::of).collect(),
            mutated_object: decision.mutated_object.and_then(|text| RawValue::from_string(text).ok()),
            undecided: None,
        }
    }
}

impl Finding {
    /// None if the rule is off. The core reports no such finding.
    fn of(finding: finding::Finding) -> Option<Self> {
        let severity = Severity::of(finding.severity)?;
        let fix = finding.fix.as_ref().map(Fix::of);
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
            fix: fix.map(Box::new),
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
