//! A pod-like object: a Pod, or the template from which a workload makes its pods.

use std::borrow::Cow;

use crate::json::fault::Faults;
use crate::json::path::Path;
use crate::json::value::Json;
use crate::objects::read::labels::read_labels;
use crate::objects::read::node_affinity::read_node_affinity;
use crate::objects::workload::{PodLocation, WORKLOADS, controller_labels};
use crate::selectors::labels::Labels;
use crate::selectors::node_affinity::NodeAffinity;
use crate::settings::values::Settings;

/// The parts of a pod that a decision reads.
#[derive(Clone, Debug)]
pub struct Pod<'a> {
    /// Where the pod is in its object.
    pub place: PodLocation,
    /// The whole object.
    pub object: Json<'a>,
    /// The kind of the object.
    pub kind: Cow<'a, str>,
    /// Its labels.
    pub labels: Labels<'a>,
    /// Its annotations.
    pub annotations: Labels<'a>,
    /// What the pod asks of its node.
    pub affinity: NodeAffinity<'a>,
    /// `spec.hostNetwork`.
    pub host_network: bool,
    /// `spec.nodeName` is set: it is bound.
    pub is_bound: bool,
    /// It is bound to one node by the DaemonSet that is its controller, or it is the template of a DaemonSet.
    pub of_daemon_set: bool,
    /// It keeps its name: no owner, or one that makes pods with fixed names.
    pub has_fixed_name: bool,
    /// Its `spec`.
    pub spec: Option<Json<'a>>,
    /// The `spec` of the object, which is the same unless the pod is a template.
    pub own_spec: Option<Json<'a>>,
    /// The elements of `nodeSelectorTerms`, if there is a required affinity.
    pub terms: Option<Vec<Json<'a>>>,
}

/// The path of the required node affinity, below `spec`.
pub const REQUIRED: [&str; 3] = ["affinity", "nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution"];

impl<'a> Pod<'a> {
    /// Reads the pod of an object.
    pub fn read(
        object: Json<'a>,
        kind: &Cow<'a, str>,
        place: PodLocation,
        settings: &Settings,
        faults: &mut Faults,
    ) -> Self {
        let root = Path::Root;
        let [own_metadata, own_spec] = object.fields(["metadata", "spec"], &root, faults);
        let spec_path = root.field("spec");
        let job_path = spec_path.field("jobTemplate");
        let job_spec_path = job_path.field("spec");
        let (metadata, spec) = match place {
            PodLocation::Object => (own_metadata, own_spec),
            PodLocation::Template => template(own_spec, &spec_path, faults),
            PodLocation::JobTemplate => {
                let [job] = own_spec.map_or([None], |json| json.fields(["jobTemplate"], &spec_path, faults));
                let [job_spec] = job.map_or([None], |json| json.fields(["spec"], &job_path, faults));
                template(job_spec, &job_spec_path, faults)
            }
        };
        let metadata_path = Path::Written(place.metadata());
        let [labels, annotations, owners] = metadata.map_or([None; 3], |json| {
            json.fields(["labels", "annotations", "ownerReferences"], &metadata_path, faults)
        });
        let labels = read_labels(labels, &metadata_path.field("labels"), faults);
        let labels = match place {
            PodLocation::Object => labels,
            _ => labels.with_unknown(controller_labels(object, kind, place)),
        };
        let annotations = read_labels(annotations, &metadata_path.field("annotations"), faults);
        let (owners, has_daemon_set) = match place {
            PodLocation::Object => {
                let owners = read_owners(owners, &metadata_path.field("ownerReferences"), faults);
                (owners.kinds, owners.controller_is_daemon_set)
            }
            _ => {
                let version = object.member("apiVersion").and_then(Json::as_str).unwrap_or_default();
                (vec![owner_kind(kind)], is_daemon_set(&version, kind))
            }
        };
        let spec_path = Path::Written(place.spec());
        let [host_network, node_name, node_selector, affinity] = spec.map_or([None; 4], |json| {
            json.fields(["hostNetwork", "nodeName", "nodeSelector", "affinity"], &spec_path, faults)
        });
        let host_network_path = spec_path.field("hostNetwork");
        let host_network = host_network.and_then(|json| json.boolean(&host_network_path, faults)).unwrap_or(false);
        let node_name = node_name.and_then(|json| json.string(&spec_path.field("nodeName"), faults));
        let path = spec_path.field("affinity");
        let [node_affinity] = affinity.map_or([None], |json| json.fields(["nodeAffinity"], &path, faults));
        let path = path.field("nodeAffinity");
        let required_key = "requiredDuringSchedulingIgnoredDuringExecution";
        let [required] = node_affinity.map_or([None], |json| json.fields([required_key], &path, faults));
        let path = path.field(required_key);
        let selector_path = spec_path.field("nodeSelector");
        // An affinity that cannot be read excludes nothing; it is reported as malformed.
        let affinity = read_node_affinity(node_selector, &selector_path, required, &path, faults).unwrap_or_default();
        let terms = required.map(|required| {
            let terms = required.member("nodeSelectorTerms").and_then(Json::present);
            terms.map(|terms| terms.list(&path, &mut Faults::default())).unwrap_or_default()
        });
        Self {
            place,
            object,
            kind: kind.clone(),
            labels,
            annotations,
            affinity,
            host_network,
            is_bound: node_name.is_some_and(|name| !name.is_empty()),
            of_daemon_set: has_daemon_set
                && (place != PodLocation::Object || terms.as_deref().is_some_and(name_one_node)),
            has_fixed_name: owners.is_empty() || settings.keeps_names_of(&owners),
            spec,
            own_spec,
            terms,
        }
    }

    /// The path of a label.
    #[must_use]
    pub fn label_path(&self, key: &str) -> String {
        format!("{}.labels[{key}]", self.place.metadata())
    }

    /// The path of an annotation.
    #[must_use]
    pub fn annotation_path(&self, key: &str) -> String {
        format!("{}.annotations[{key}]", self.place.metadata())
    }

    /// The path of a field of its spec.
    #[must_use]
    pub fn spec_path(&self, field: &str) -> String {
        format!("{}.{field}", self.place.spec())
    }

    /// Whether the object is a template rather than a pod.
    #[must_use]
    pub fn is_template(&self) -> bool {
        self.place != PodLocation::Object
    }

    /// Whether the object is a workload of one of Kubernetes' own kinds, so that the fields of its `spec` are known.
    #[must_use]
    pub fn is_of_kubernetes(&self) -> bool {
        let version = self.object.member("apiVersion").and_then(Json::as_str).unwrap_or_default();
        let group = version.split_once('/').map_or("", |(group, _)| group);
        WORKLOADS.contains(&(group, self.kind.as_ref()))
    }

    /// Whether a zone constraint may be added. The controller of a DaemonSet has chosen the node already.
    #[must_use]
    pub fn takes_zone_constraint(&self) -> bool {
        !self.is_bound && !self.of_daemon_set
    }
}

/// Metadata and spec of the template below `spec`.
fn template<'a>(spec: Option<Json<'a>>, path: &Path<'_>, faults: &mut Faults) -> (Option<Json<'a>>, Option<Json<'a>>) {
    let [template] = spec.map_or([None], |json| json.fields(["template"], path, faults));
    let path = path.field("template");
    let [metadata, spec] = template.map_or([None; 2], |json| json.fields(["metadata", "spec"], &path, faults));
    (metadata, spec)
}

/// The kind that owns the pods of a workload: a Deployment's pods belong to its ReplicaSet, a CronJob's to its Job.
fn owner_kind<'a>(workload: &Cow<'a, str>) -> Cow<'a, str> {
    match workload.as_ref() {
        "Deployment" => Cow::Borrowed("ReplicaSet"),
        "CronJob" => Cow::Borrowed("Job"),
        _ => workload.clone(),
    }
}

/// Whether objects of this kind are DaemonSets: those of Kubernetes and of OpenKruise.
fn is_daemon_set(api_version: &str, kind: &str) -> bool {
    kind == "DaemonSet" && (api_version == "apps/v1" || api_version.starts_with("apps.kruise.io/"))
}

/// The owners of a pod.
struct Owners<'a> {
    kinds: Vec<Cow<'a, str>>,
    controller_is_daemon_set: bool,
}

fn read_owners<'a>(owners: Option<Json<'a>>, path: &Path<'_>, faults: &mut Faults) -> Owners<'a> {
    let owners = owners.map(|owners| owners.list(path, faults)).unwrap_or_default();
    let mut found = Owners { kinds: Vec::with_capacity(owners.len()), controller_is_daemon_set: false };
    for (index, owner) in owners.into_iter().enumerate() {
        let path = path.index(index);
        let [kind] = owner.fields(["kind"], &path, faults);
        let kind = kind.and_then(|kind| kind.string(&path.field("kind"), faults)).unwrap_or_default();
        let version = owner.member("apiVersion").and_then(Json::as_str).unwrap_or_default();
        let is_controller = owner.member("controller").is_some_and(|controller| controller.text() == "true");
        found.controller_is_daemon_set |= is_controller && is_daemon_set(&version, &kind);
        found.kinds.push(kind);
    }
    found
}

/// Whether each term names one node by `matchFields`, as the controller of a DaemonSet writes it
/// (`ReplaceDaemonSetPodNodeNameNodeAffinity` of Kubernetes).
fn name_one_node(terms: &[Json<'_>]) -> bool {
    !terms.is_empty()
        && terms.iter().all(|term| {
            let fields = members_of(*term, "matchFields");
            let [field] = fields.as_slice() else { return false };
            field.member("key").and_then(Json::as_str).is_some_and(|key| key == "metadata.name")
                && field.member("operator").and_then(Json::as_str).is_some_and(|operator| operator == "In")
                && members_of(*field, "values").len() == 1
        })
}

/// The elements of a list, none where it is no list.
fn members_of<'a>(json: Json<'a>, key: &'static str) -> Vec<Json<'a>> {
    let list = json.member(key).and_then(Json::present);
    list.map(|list| list.list(&Path::Root, &mut Faults::default())).unwrap_or_default()
}
