//! Whether the annotation `k8s.aliyun.com/pod-networks` is what Terway writes: the vSwitches and security groups of the
//! PodNetworking that selected the pod. Anybody else can write it too, with other ones.

use std::borrow::Cow;

use crate::collections::text_map::TextSet;
use crate::json::fault::Faults;
use crate::objects::pod_networks::{self, PodNetwork};
use crate::objects::podnetworking::PodNetworking;

/// Whether the text has at least one network, and each has the lists of `podnetworking`. Where a list of the PodNetworking
/// is empty, Terway fills in its own, so that any list counts.
#[must_use]
pub fn is_of(podnetworking: &PodNetworking<'_>, text: &str) -> bool {
    pod_networks::read(text).is_some_and(|networks| {
        !networks.is_empty() && networks.iter().all(|network| is_network_of(podnetworking, network))
    })
}

/// Whether the text has one network for each interface of a request, as the PodNetworking that is requested there has it.
#[must_use]
pub fn is_of_request(requested: &[(String, PodNetworking<'_>)], text: &str) -> bool {
    pod_networks::read(text).is_some_and(|networks| {
        networks.len() == requested.len()
            && networks.iter().all(|network| {
                let mut of_interface = requested.iter().filter(|(interface, _)| *interface == network.interface);
                of_interface.any(|(_, podnetworking)| is_network_of(podnetworking, network))
            })
    })
}

fn is_network_of(podnetworking: &PodNetworking<'_>, network: &PodNetwork<'_>) -> bool {
    is_list_of(&network.vswitches, &podnetworking.vswitches(&mut Faults::default()))
        && is_list_of(&network.security_groups, &podnetworking.security_groups(&mut Faults::default()))
}

fn is_list_of(written: &[Cow<'_, str>], own: &[Cow<'_, str>]) -> bool {
    let set = |ids: &[Cow<'_, str>]| ids.iter().map(|id| id.to_string()).collect::<TextSet<'static>>();
    let (written, own) = (set(written), set(own));
    if own.iter().next().is_none() { written.iter().next().is_some() } else { own.iter().eq(written.iter()) }
}
