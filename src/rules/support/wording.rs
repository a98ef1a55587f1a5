//! Nouns that the messages of several rules use.

use crate::answer::finding::Related;
use crate::judgement::subject::pod::PodSubject;
use crate::objects::crd::VSWITCHES_PATH;
use crate::text::quote::{list, quote};

/// The pod that a rule checks, or the pods that its template makes.
pub(crate) fn pod(subject: &PodSubject<'_>) -> &'static str {
    if subject.pod.is_template() { "the pods of this workload" } else { "this pod" }
}

/// Where the zones of a pod come from, as the beginning of a message, and the PodNetworking of which they are.
pub(crate) fn zones(subject: &PodSubject<'_>, zones: &[String]) -> (String, Vec<Related>) {
    let zones = list(zones);
    match subject.owner().ok().flatten() {
        Some(one) => (
            format!("the vSwitches of PodNetworking {} are only in {zones}", quote(one.name())),
            vec![Related::podnetworking(one.name(), VSWITCHES_PATH)],
        ),
        None => (format!("the requested PodNetworkings allow only {zones}"), Vec::new()),
    }
}

/// "PodNetworking `a`", "PodNetworkings `a` and `b`".
pub(crate) fn podnetworkings(names: &[&str]) -> String {
    format!("{} {}", if names.len() == 1 { "PodNetworking" } else { "PodNetworkings" }, list(names))
}
