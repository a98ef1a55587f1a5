//! Annotations and labels of a pod that override which PodNetworking it gets.

use crate::objects::pod::Pod;
use crate::settings::platform::Platform;
use crate::well_known::{
    ACS_SECURITY_GROUPS, ACS_VSWITCHES, ECI_SECURITY_GROUP, ECI_VSWITCH, IGNORE_BY_TERWAY, POD_NETWORKING,
    POD_NETWORKS, POD_NETWORKS_REQUEST,
};

/// The annotations that override, and whether they have an effect on virtual nodes only.
const ANNOTATIONS: [(&str, bool); 6] = [
    (POD_NETWORKS, false),
    (POD_NETWORKS_REQUEST, false),
    (ECI_VSWITCH, true),
    (ECI_SECURITY_GROUP, true),
    (ACS_VSWITCHES, false),
    (ACS_SECURITY_GROUPS, false),
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
    /// It has an effect on virtual nodes only, and the platform has other nodes too.
    pub on_virtual_nodes_only: bool,
}

/// What overrides the selection of a pod that `selected` selects.
#[must_use]
pub fn on_pod<'p>(pod: &'p Pod<'_>, selected: Option<&str>, platform: Platform) -> Vec<Override<'p>> {
    let is_by_terway = |key: &str| {
        let recorded = pod.annotations.get(POD_NETWORKING);
        key == POD_NETWORKS && platform.records_pod_networks() && recorded.is_some() && recorded == selected
    };
    let mut all = Vec::new();
    all.extend(ANNOTATIONS.iter().filter(|(key, _)| !is_by_terway(key)).filter_map(|(key, virtual_nodes)| {
        let on_virtual_nodes_only = *virtual_nodes && platform.has_other_nodes_than_virtual();
        Some(Override { key, value: pod.annotations.get(key)?, is_label: false, on_virtual_nodes_only })
    }));
    if let Some(value) = pod.labels.get(IGNORE_BY_TERWAY).filter(|value| *value == "true") {
        all.push(Override { key: IGNORE_BY_TERWAY, value, is_label: true, on_virtual_nodes_only: false });
    }
    all
}
