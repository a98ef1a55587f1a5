//! `pod-annotations`: annotates a pod with the PodNetworking that selects it.

use crate::json::patch::Patch;
use crate::json::value::Json;
use crate::json::writer::string;
use crate::mutations::mutation::Mutation;
use crate::objects::pod::Pod;
use crate::well_known::{POD_ENI, POD_NETWORKING};

/// The mutation.
pub static MUTATION: Mutation = Mutation {
    id: "pod-annotations",
    #[cfg(feature = "catalogue")]
    does: "On CREATE of a Pod that exactly one PodNetworking selects: sets the annotations `k8s.aliyun.com/pod-eni: \"true\"` and `k8s.aliyun.com/pod-networking: <name>`. Not if an annotation or label overrides the selection, or if the PodNetworking is not ready (ACK, ACS).",
};

/// Annotates the pod.
pub fn apply(pod: &Pod<'_>, name: &str, patch: &mut Patch<'_>) {
    let members = [(POD_ENI, string("true")), (POD_NETWORKING, string(name))];
    let object = pod.object;
    let annotations = object.member("metadata").and_then(|json| json.member("annotations")).and_then(Json::present);
    match annotations {
        Some(annotations) => patch.set_members(annotations, &members),
        None => {
            let [(eni_key, eni), (name_key, name)] = members;
            let text = format!("{{\"{eni_key}\":{eni},\"{name_key}\":{name}}}");
            patch.set_nested(object, &["metadata", "annotations"], text);
        }
    }
}
