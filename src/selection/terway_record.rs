//! The annotation `k8s.aliyun.com/pod-networks` as Terway writes it: the vSwitches and security groups of the PodNetworking
//! that selected the pod. Anybody else can write it too, with other ones.

use crate::collections::text_map::TextSet;
use crate::json::fault::Faults;
use crate::json::go_keys::misread_key;
use crate::json::path::Path;
use crate::json::value::{Json, Kind};
use crate::objects::podnetworking::PodNetworking;

/// The keys that Terway knows, at any depth (`PodNetworksAnnotation` in terway, `types/controlplane`).
const KNOWN: [&str; 17] = [
    "podNetworks",
    "vSwitchOptions",
    "securityGroupIDs",
    "interface",
    "eniOptions",
    "eniType",
    "vSwitchSelectOptions",
    "vSwitchSelectionPolicy",
    "resourceGroupID",
    "networkInterfaceTrafficMode",
    "defaultRoute",
    "extraRoutes",
    "dst",
    "allocationType",
    "type",
    "releaseStrategy",
    "releaseAfter",
];

/// Whether the text has the lists of `podnetworking` in each of its networks, and cannot be read otherwise. Where a list of
/// the PodNetworking is empty, Terway fills in its own, so that any list counts.
#[must_use]
pub fn is_of(podnetworking: &PodNetworking<'_>, text: &str) -> bool {
    let Some(json) = Json::parse(text).ok().filter(|json| json.kind() == Kind::Object) else { return false };
    if misread_key(json, &KNOWN).is_some() {
        return false;
    }
    let mut faults = Faults::default();
    let [networks] = json.fields(["podNetworks"], &Path::Root, &mut faults);
    let networks = networks.map(|networks| networks.list(&Path::Root, &mut faults)).unwrap_or_default();
    let vswitches = podnetworking.vswitches(&mut faults);
    let groups = podnetworking.security_groups(&mut faults);
    let has_lists = networks.iter().all(|network| {
        let lists = network.fields(["vSwitchOptions", "securityGroupIDs"], &Path::Root, &mut faults);
        lists.into_iter().zip([&vswitches, &groups]).all(|(written, own)| {
            let list = written.map(|list| list.list(&Path::Root, &mut faults)).unwrap_or_default();
            let written: TextSet<'_> = list.iter().filter_map(|id| id.string(&Path::Root, &mut faults)).collect();
            let own: TextSet<'_> = own.iter().map(AsRef::as_ref).collect();
            if own.is_empty() { !written.is_empty() } else { own.iter().eq(written.iter()) }
        })
    });
    !networks.is_empty() && has_lists && faults.is_empty()
}
