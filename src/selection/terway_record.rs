//! Whether the annotation `k8s.aliyun.com/pod-networks` is what Terway writes: the vSwitches and security groups of the
//! PodNetworking that selected the pod. Anybody else can write it too, with other ones.

use std::borrow::Cow;

use crate::collections::text_map::TextSet;
use crate::json::fault::Faults;
use crate::objects::pod_networks;
use crate::objects::podnetworking::PodNetworking;

/// Whether the text has at least one network, and each has the lists of `podnetworking`. Where a list of the PodNetworking
/// is empty, Terway fills in its own, so that any list counts.
#[must_use]
pub fn is_of(podnetworking: &PodNetworking<'_>, text: &str) -> bool {
    let vswitches = podnetworking.vswitches(&mut Faults::default());
    let groups = podnetworking.security_groups(&mut Faults::default());
    pod_networks::read(text).is_some_and(|networks| {
        !networks.is_empty()
            && networks.iter().all(|network| {
                is_list_of(&network.vswitches, &vswitches) && is_list_of(&network.security_groups, &groups)
            })
    })
}

fn is_list_of(written: &[Cow<'_, str>], own: &[Cow<'_, str>]) -> bool {
    let set = |ids: &[Cow<'_, str>]| ids.iter().map(|id| id.to_string()).collect::<TextSet<'static>>();
    let (written, own) = (set(written), set(own));
    if own.len() == 0 { written.len() > 0 } else { own.iter().eq(written.iter()) }
}
