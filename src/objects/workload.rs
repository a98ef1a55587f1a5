//! The kinds that carry a pod template, and where the pod is in each.

use crate::json::value::{Json, Kind};
use crate::request::GroupKind;

/// The kinds that carry a pod template, with their API groups and where the template is.
pub const WORKLOADS: [(&str, &str); 7] = [
    ("apps", "Deployment"),
    ("apps", "ReplicaSet"),
    ("apps", "StatefulSet"),
    ("apps", "DaemonSet"),
    ("", "ReplicationController"),
    ("batch", "Job"),
    ("batch", "CronJob"),
];

/// Where a pod is in its object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PodLocation {
    /// The object is the pod.
    Object,
    /// `spec.template`.
    Template,
    /// `spec.jobTemplate.spec.template`, of a CronJob.
    JobTemplate,
}

impl PodLocation {
    /// Where objects of this kind carry a pod; `None` for kinds that are not known. Any other namespaced kind may have a
    /// `spec.template`.
    #[must_use]
    pub fn of(kind: &GroupKind<'_>) -> Option<Self> {
        if kind.is("", "Pod") {
            return Some(Self::Object);
        }
        if kind.is("batch", "CronJob") {
            return Some(Self::JobTemplate);
        }
        WORKLOADS.iter().any(|(group, name)| kind.is(group, name)).then_some(Self::Template)
    }

    /// The path of the pod's `metadata`.
    #[must_use]
    pub fn metadata(self) -> &'static str {
        match self {
            Self::Object => "metadata",
            Self::Template => "spec.template.metadata",
            Self::JobTemplate => "spec.jobTemplate.spec.template.metadata",
        }
    }

    /// The path of the pod's `spec`.
    #[must_use]
    pub fn spec(self) -> &'static str {
        match self {
            Self::Object => "spec",
            Self::Template => "spec.template.spec",
            Self::JobTemplate => "spec.jobTemplate.spec.template.spec",
        }
    }
}

/// The label of the pods of an indexed Job.
const COMPLETION_INDEX: &str = "batch.kubernetes.io/job-completion-index";

/// The labels that the controller of a workload adds to its pods. Their values are not known before it does so.
#[must_use]
pub fn controller_labels(object: Json<'_>, kind: &str, place: PodLocation) -> &'static [&'static str] {
    let version = object.member("apiVersion").and_then(Json::as_str).unwrap_or_default();
    let group = version.split_once('/').map_or("", |(group, _)| group);
    match (group, kind) {
        ("apps", "Deployment") => &["pod-template-hash"],
        ("apps", "StatefulSet") => {
            &["statefulset.kubernetes.io/pod-name", "apps.kubernetes.io/pod-index", "controller-revision-hash"]
        }
        ("apps", "DaemonSet") => &["controller-revision-hash", "pod-template-generation"],
        ("batch", "Job" | "CronJob") => {
            static JOB: [&str; 5] = [
                COMPLETION_INDEX,
                "job-name",
                "batch.kubernetes.io/job-name",
                "controller-uid",
                "batch.kubernetes.io/controller-uid",
            ];
            let path = if place == PodLocation::JobTemplate { "spec.jobTemplate.spec" } else { "spec" };
            let spec = object.at(path.split('.'));
            let has = |key, text| spec.and_then(|spec| spec.member(key)).is_some_and(|json| json.text() == text);
            match (has("completionMode", "\"Indexed\""), has("manualSelector", "true")) {
                (true, false) => &JOB,
                (true, true) => &[COMPLETION_INDEX],
                (false, false) => JOB.split_first().map_or(&[], |(_, others)| others),
                (false, true) => &[],
            }
        }
        _ => &[],
    }
}

/// Whether the object carries a pod template as the built-in workloads do: `spec.template.spec.containers` is a list.
#[must_use]
pub fn has_template(object: Json<'_>) -> bool {
    let containers = object.at(["spec", "template", "spec", "containers"]);
    containers.is_some_and(|json| json.kind() == Kind::List)
}
