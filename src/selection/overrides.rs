//! Annotations and labels of a pod that override which PodNetworking it gets.

use crate::mutations::pod_annotations::POD_NETWORKING;
use crate::objects::pod::Pod;
use crate::selection::network_request;
use crate::settings::values::Platform;

/// What Terway writes on every pod that it selects, and what a pod author can write to override the selection.
const POD_NETWORKS: &str = "k8s.aliyun.com/pod-networks";
/// The label by which Terway leaves a pod alone.
const IGNORE: &str = "k8s.aliyun.com/ignore-by-terway";

/// The annotations that override, and whether they act on virtual nodes only.
const ANNOTATIONS: [(&str, bool); 6] = [
    (POD_NETWORKS, false),
    (network_request::ANNOTATION, false),
    ("k8s.aliyun.com/eci-vswitch", true),
    ("k8s.aliyun.com/eci-security-group", true),
    ("network.alibabacloud.com/vswitch-ids", false),
    ("network.alibabacloud.com/security-group-ids", false),
];

/// One overriding annotation or label.
#[derive(Clone, Copy, Debug)]
pub struct Override<'p> {
    /// Its key.
    pub key: &'static str,
    /// Its value.
    pub value: &'p str,
    /// It is a label.
    pub is_label: bool,
    /// It acts on virtual nodes only, and the platform has others too.
    pub on_virtual_nodes_only: bool,
}

/// What overrides the selection of a pod that `selected` selects.
#[must_use]
pub fn of<'p>(pod: &'p Pod<'_>, selected: Option<&str>, platform: Platform) -> Vec<Override<'p>> {
    let is_by_terway = |key: &str| {
        let recorded = pod.annotations.get(POD_NETWORKING);
        key == POD_NETWORKS && platform == Platform::Ack && recorded.is_some() && recorded == selected
    };
    let mut all = Vec::new();
    all.extend(ANNOTATIONS.iter().filter(|(key, _)| !is_by_terway(key)).filter_map(|(key, virtual_nodes)| {
        let on_virtual_nodes_only = *virtual_nodes && platform == Platform::Ack;
        Some(Override { key, value: pod.annotations.get(key)?, is_label: false, on_virtual_nodes_only })
    }));
    if let Some(value) = pod.labels.get(IGNORE).filter(|value| *value == "true") {
        all.push(Override { key: IGNORE, value, is_label: true, on_virtual_nodes_only: false });
    }
    all
}
