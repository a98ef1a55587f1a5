//! The update of a Pod, as its rules see it.

use std::borrow::Cow;

use crate::json::fault::Faults;
use crate::json::path::Path;
use crate::json::value::Json;
use crate::judgement::subject::pod::PodSubject;
use crate::objects::pod::REQUIRED;
use crate::objects::read::labels::read_labels;
use crate::selectors::labels::Labels;
use crate::well_known::{IGNORE_BY_TERWAY, NETWORK_ANNOTATIONS, POD_NETWORKING};

/// What the rules about updates of Pods check.
#[derive(Debug)]
pub struct PodUpdateSubject<'a> {
    /// The pod as it is to be.
    pub pod: PodSubject<'a>,
    /// What changes.
    pub changes: PodChanges<'a>,
}

/// What an update changes of all that decides the network and the zones of a pod.
#[derive(Debug)]
pub struct PodChanges<'a> {
    /// The annotations and the label that decide the network of a pod: each that is added, changed or removed.
    pub network_keys: Vec<KeyChange<'a>>,
    /// `spec.nodeSelector` or the required node affinity. Only a pod with a scheduling gate may change them.
    pub of_nodes: bool,
    /// The pod was bound to a node before the update.
    pub was_bound: bool,
    /// The PodNetworking that was recorded on the pod before the update.
    pub recorded: Option<Cow<'a, str>>,
}

/// A key that an update adds, changes or removes.
#[derive(Debug)]
pub struct KeyChange<'a> {
    /// The key.
    pub key: &'static str,
    /// It is a label rather than an annotation.
    pub is_label: bool,
    /// Its value before the update.
    pub old: Option<Cow<'a, str>>,
    /// Its value after the update.
    pub new: Option<Cow<'a, str>>,
}

impl<'a> PodChanges<'a> {
    /// Compares both objects. What is wrong with the annotations of the new one is a fault.
    #[must_use]
    pub fn read(object: Json<'a>, old: Json<'a>) -> (Self, Faults) {
        let mut faults = Faults::default();
        let [new_annotations, new_labels] = maps(object, &mut faults);
        let [old_annotations, old_labels] = maps(old, &mut Faults::default());
        let annotations = NETWORK_ANNOTATIONS.into_iter().map(|key| (key, false, &old_annotations, &new_annotations));
        let label = [(IGNORE_BY_TERWAY, true, &old_labels, &new_labels)];
        let owned = |labels: &Labels<'a>, key: &str| labels.get(key).map(|value| Cow::Owned(value.to_owned()));
        let network_keys = annotations
            .chain(label)
            .filter(|(key, _, old, new)| old.get(key) != new.get(key))
            .map(|(key, is_label, old, new)| KeyChange { key, is_label, old: owned(old, key), new: owned(new, key) })
            .collect();
        let changes = Self {
            network_keys,
            of_nodes: node_fields(object) != node_fields(old),
            was_bound: old.at(["spec", "nodeName"]).and_then(Json::as_str).is_some_and(|name| !name.is_empty()),
            recorded: owned(&old_annotations, POD_NETWORKING).filter(|name| !name.is_empty()),
        };
        (changes, faults)
    }
}

/// The annotations and labels of an object.
fn maps<'a>(object: Json<'a>, faults: &mut Faults) -> [Labels<'a>; 2] {
    let path = Path::Written("metadata");
    let metadata = object.member("metadata").and_then(Json::present);
    let [annotations, labels] =
        metadata.map_or([None; 2], |json| json.fields(["annotations", "labels"], &path, faults));
    [read_labels(annotations, &path.field("annotations"), faults), read_labels(labels, &path.field("labels"), faults)]
}

/// The fields that ask something of the node, as they are written.
fn node_fields(object: Json<'_>) -> [Option<Json<'_>>; 2] {
    let required = object.at(["spec"].into_iter().chain(REQUIRED));
    [object.at(["spec", "nodeSelector"]), required].map(|json| json.and_then(Json::present))
}
