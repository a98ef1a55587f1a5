//! The annotation `k8s.aliyun.com/pod-networks`: the networks of a pod, each with its vSwitches and security groups.

use std::borrow::Cow;

use crate::json::fault::Faults;
use crate::json::go_keys::misread_key;
use crate::json::path::Path;
use crate::json::value::{Json, Kind};

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

/// One network of a pod.
#[derive(Debug)]
pub struct PodNetwork<'a> {
    /// Its vSwitches.
    pub vswitches: Vec<Cow<'a, str>>,
    /// Its security groups.
    pub security_groups: Vec<Cow<'a, str>>,
}

/// The networks in the text of the annotation; `None` if it cannot be read, or Terway could read it otherwise.
#[must_use]
pub fn read(text: &str) -> Option<Vec<PodNetwork<'_>>> {
    let json = Json::parse(text).ok().filter(|json| json.kind() == Kind::Object)?;
    if misread_key(json, &KNOWN).is_some() {
        return None;
    }
    let mut faults = Faults::default();
    let [networks] = json.fields(["podNetworks"], &Path::Root, &mut faults);
    let networks = networks.map(|networks| networks.list(&Path::Root, &mut faults)).unwrap_or_default();
    let mut found = Vec::with_capacity(networks.len());
    for network in networks {
        let [vswitches, groups] = network.fields(["vSwitchOptions", "securityGroupIDs"], &Path::Root, &mut faults);
        let (vswitches, security_groups) = (strings(vswitches, &mut faults), strings(groups, &mut faults));
        found.push(PodNetwork { vswitches, security_groups });
    }
    faults.is_empty().then_some(found)
}

fn strings<'a>(list: Option<Json<'a>>, faults: &mut Faults) -> Vec<Cow<'a, str>> {
    let list = list.map(|list| list.list(&Path::Root, faults)).unwrap_or_default();
    list.into_iter().filter_map(|id| id.string(&Path::Root, faults)).collect()
}
