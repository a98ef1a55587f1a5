//! What can still happen: the one list of the reasons for which an invariant may be broken. docs/threat-model.md has the
//! same table, and a test compares the two. Each has a story that reaches it.

use crate::invariants::Invariant::{self, Network, Overlap, Pending, Platform, Several, Zone};

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Exception {
    HostNetwork,
    Exempt,
    OptedOut,
    NodeName,
    DaemonSet,
    Binding,
    Status,
    EciLabel,
    EciAnnotations,
    ZonesChanged,
    TerwayAway,
    LateLabel,
    Race,
}

pub struct Row {
    pub exception: Exception,
    /// The invariants that it may break.
    pub breaks: &'static [Invariant],
    pub what: &'static str,
    pub why: &'static str,
    pub what_to_do: &'static str,
}

/// The list. The narrow ones come first.
pub static LIST: &[Row] = &[
    Row {
        exception: Exception::HostNetwork,
        breaks: &[Several, Network, Zone, Pending],
        what: "a pod with `hostNetwork: true`",
        why: "it uses the network of its node, so no PodNetworking has an effect; nodes depend on such pods",
        what_to_do: "decide with Pod Security who may use it",
    },
    Row {
        exception: Exception::Exempt,
        breaks: &[Several, Network, Zone, Pending],
        what: "a pod in a namespace of `exemptNamespaces`",
        why: "nothing is checked there",
        what_to_do: "keep the list short, and give few people permissions in these namespaces",
    },
    Row {
        exception: Exception::OptedOut,
        breaks: &[Several, Network, Zone, Pending],
        what: "on ACK, a pod in a namespace with the label `k8s.aliyun.com/pod-eni: \"false\"`",
        why: "the platform does not use PodNetworkings there",
        what_to_do: "set `namespace-override` to `deny`, or decide who may label namespaces",
    },
    Row {
        exception: Exception::NodeName,
        breaks: &[Zone, Pending],
        what: "a pod that is created with `spec.nodeName`, outside of the zones",
        why: "the scheduler does not see such a pod",
        what_to_do: "decide who may set it, for example with a ValidatingAdmissionPolicy",
    },
    Row {
        exception: Exception::DaemonSet,
        breaks: &[Zone, Pending],
        what: "a pod that is bound by its DaemonSet, outside of the zones",
        why: "its controller has chosen the node; who claims the owner and the node has done the same",
        what_to_do: "restrict the template of the DaemonSet to the zones",
    },
    Row {
        exception: Exception::Binding,
        breaks: &[Network, Zone, Platform],
        what: "a pod that somebody binds through `pods/binding`",
        why: "a subresource reaches no policy; it chooses the node and can write annotations",
        what_to_do: "give this permission to the scheduler only",
    },
    Row {
        exception: Exception::Status,
        breaks: &[Network, Zone, Pending, Platform],
        what: "a pod whose labels or annotations somebody writes through `pods/status`",
        why: "a subresource reaches no policy, and this one can change labels and annotations",
        what_to_do: "give this permission to kubelets and controllers only",
    },
    Row {
        exception: Exception::EciLabel,
        breaks: &[Network, Zone],
        what: "a pod with the label `alibabacloud.com/eci: \"true\"`, also from its namespace",
        why: "the label sends the pod to a virtual node and overrides its affinity; on ACK the network is then the one of ECI",
        what_to_do: "decide who may set the label on pods and namespaces",
    },
    Row {
        exception: Exception::EciAnnotations,
        breaks: &[Network, Zone, Pending],
        what: "on ACK, a pod that is created with `k8s.aliyun.com/eci-vswitch` or `k8s.aliyun.com/eci-security-group`",
        why: "the policy only warns, because the annotations have no effect on other nodes than virtual ones, and neither restricts such a pod to its zones nor records its PodNetworking",
        what_to_do: "where virtual nodes exist, decide who may use them",
    },
    Row {
        exception: Exception::ZonesChanged,
        breaks: &[Zone, Pending],
        what: "a pod whose PodNetworking got other zones, or was deleted, after the pod was admitted",
        why: "the zones of a pod are fixed when it is created",
        what_to_do: "create the pods again",
    },
    Row {
        exception: Exception::TerwayAway,
        breaks: &[Network],
        what: "on ACK, a pod that is created while Terway's webhook does not answer, and whose PodNetworking is changed before the pod is bound",
        why: "Terway's webhook has `failurePolicy: Ignore`; without its record the network is read when the pod is bound",
        what_to_do: "watch Terway's webhook; on ACK, a selected pod without the annotation `k8s.aliyun.com/pod-networking` was created without it",
    },
    Row {
        exception: Exception::LateLabel,
        breaks: &[Network],
        what: "on ACK, a pod that gets the label that selects it from a webhook behind Terway's and behind the policy, and whose zones are right",
        why: "neither saw the pod with the label, so the pod gets the network of the cluster",
        what_to_do: "name webhooks that add labels so that they come before Terway's",
    },
    Row {
        exception: Exception::Race,
        breaks: &[Several, Network, Zone, Pending, Overlap],
        what: "two requests at the same time",
        why: "each is checked against a cluster without the other; labels of a namespace can be five seconds old under Kubewarden",
        what_to_do: "see \"The race of two creations\" above; audits report what was admitted",
    },
];
