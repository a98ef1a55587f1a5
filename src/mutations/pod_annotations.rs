//! `pod-annotations`: a pod that exactly one PodNetworking selects is annotated with it.

use super::Mutation;
use crate::json::patch::{Patch, string};
use crate::json::value::Json;
use crate::judgement::subject::pod::PodSubject;
use crate::selection::selects::POD_ENI;

/// The mutation.
pub static MUTATION: Mutation = Mutation {
    id: "pod-annotations",
    #[cfg(feature = "catalogue")]
    does: "Pod CREATE, where exactly one PodNetworking selects the pod: sets the annotations `k8s.aliyun.com/pod-eni: \"true\"` and `k8s.aliyun.com/pod-networking: <name>`.",
};

/// The annotation that records the selected PodNetworking.
pub const POD_NETWORKING: &str = "k8s.aliyun.com/pod-networking";

/// Annotates the pod.
pub fn apply(subject: &PodSubject<'_>, name: &str, patch: &mut Patch<'_>) {
    let members = [(POD_ENI, string("true")), (POD_NETWORKING, string(name))];
    let object = subject.pod.object;
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
