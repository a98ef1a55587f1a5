//! Names that Kubernetes and the platform define: groups, kinds, annotations and labels.

/// The API group of PodNetworkings.
pub const GROUP: &str = "network.alibabacloud.com";
/// The kind `PodNetworking`.
pub const KIND: &str = "PodNetworking";
/// The apiVersion of PodNetworkings.
pub const API_VERSION: &str = "network.alibabacloud.com/v1beta1";
/// The version of PodNetworkings.
pub const VERSION: &str = "v1beta1";

/// The annotation that records the selected PodNetworking, by name.
pub const POD_NETWORKING: &str = "k8s.aliyun.com/pod-networking";
/// The annotation by which a pod gets an ENI of its own; as a label of a namespace, `false` disables PodNetworkings there.
pub const POD_ENI: &str = "k8s.aliyun.com/pod-eni";
/// The annotation with the vSwitches and security groups of a pod's interfaces, as JSON. Terway writes it.
pub const POD_NETWORKS: &str = "k8s.aliyun.com/pod-networks";
/// The annotation with several interfaces for one pod, each by the name of a PodNetworking, as JSON.
pub const POD_NETWORKS_REQUEST: &str = "k8s.aliyun.com/pod-networks-request";
/// The label by which Terway ignores a pod, if its value is `true`.
pub const IGNORE_BY_TERWAY: &str = "k8s.aliyun.com/ignore-by-terway";
/// The annotation with the vSwitches of an ECI pod.
pub const ECI_VSWITCH: &str = "k8s.aliyun.com/eci-vswitch";
/// The annotation with the security groups of an ECI pod.
pub const ECI_SECURITY_GROUP: &str = "k8s.aliyun.com/eci-security-group";
/// The annotation with the vSwitches of an ACS pod.
pub const ACS_VSWITCHES: &str = "network.alibabacloud.com/vswitch-ids";
/// The annotation with the security groups of an ACS pod.
pub const ACS_SECURITY_GROUPS: &str = "network.alibabacloud.com/security-group-ids";

/// The annotations that decide the network of a pod. Besides them only [`IGNORE_BY_TERWAY`] does.
pub const NETWORK_ANNOTATIONS: [&str; 8] = [
    POD_NETWORKING,
    POD_ENI,
    POD_NETWORKS,
    POD_NETWORKS_REQUEST,
    ECI_VSWITCH,
    ECI_SECURITY_GROUP,
    ACS_VSWITCHES,
    ACS_SECURITY_GROUPS,
];
/// Those of them that count at creation only. The virtual node writes them later.
pub const CREATION_ANNOTATIONS: [&str; 4] = [ECI_VSWITCH, ECI_SECURITY_GROUP, ACS_VSWITCHES, ACS_SECURITY_GROUPS];

/// The fields of an expression of a label selector (`metav1.LabelSelectorRequirement`), and of a node selector.
pub const EXPRESSION_FIELDS: [&str; 3] = ["key", "operator", "values"];
