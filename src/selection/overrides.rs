//! Annotations and labels of a pod that override which PodNetworking it gets.

use crate::objects::pod::Pod;
use crate::objects::podnetworking::PodNetworking;
use crate::selection::terway_record;
use crate::settings::platform::Platform;
use crate::well_known::{
    ACS_SECURITY_GROUPS, ACS_VSWITCHES, ECI_SECURITY_GROUP, ECI_VSWITCH, IGNORE_BY_TERWAY, POD_NETWORKS,
    POD_NETWORKS_REQUEST,
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

/// What overrides the selection of a pod. `recorded` is the PodNetworking that the annotation `pod-networking` names, if it
/// is one that selects the pod. In an audit, a bound pod also has what the platform wrote later, and the PodNetworking may
/// have changed since.
#[must_use]
pub fn on_pod<'p>(
    pod: &'p Pod<'_>,
    recorded: Option<&PodNetworking<'_>>,
    platform: Platform,
    is_audit: bool,
) -> Vec<Override<'p>> {
    let is_running = is_audit && pod.is_bound;
    let is_by_terway = |text: &str| {
        platform.records_pod_networks()
            && !pod.is_template()
            && recorded.is_some_and(|one| is_running || terway_record::is_of(one, text))
    };
    let mut all = Vec::new();
    for (key, on_virtual_nodes) in ANNOTATIONS {
        let Some(value) = pod.annotations.get(key) else { continue };
        let is_by_platform = (key == POD_NETWORKS && is_by_terway(value)) || (on_virtual_nodes && is_running);
        if !is_by_platform {
            let on_virtual_nodes_only = on_virtual_nodes && platform.has_other_nodes_than_virtual();
            all.push(Override { key, value, is_label: false, on_virtual_nodes_only });
        }
    }
    if let Some(value) = pod.labels.get(IGNORE_BY_TERWAY).filter(|value| *value == "true") {
        all.push(Override { key: IGNORE_BY_TERWAY, value, is_label: true, on_virtual_nodes_only: false });
    }
    all
}
