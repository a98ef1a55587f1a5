//! Nouns that the messages of several rules use.

use crate::judgement::subject::pod::PodSubject;
use crate::text::quote::list;

/// The pod that a rule checks, or the pods that its template makes.
pub(crate) fn pod(subject: &PodSubject<'_>) -> &'static str {
    if subject.pod.is_template() { "the pods of this workload" } else { "this pod" }
}

/// "PodNetworking `a`", "PodNetworkings `a` and `b`".
pub(crate) fn podnetworkings(names: &[&str]) -> String {
    format!("{} {}", if names.len() == 1 { "PodNetworking" } else { "PodNetworkings" }, list(names))
}
