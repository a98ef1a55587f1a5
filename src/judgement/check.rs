//! What a rule looks at.

use crate::judgement::judge::Judge;
use crate::judgement::subject::namespace::NamespaceSubject;
use crate::judgement::subject::pod::PodSubject;
use crate::judgement::subject::pod_update::PodUpdateSubject;
use crate::judgement::subject::podnetworking::PodNetworkingSubject;

/// The function of a rule, by the kind of object that it looks at.
#[derive(Clone, Copy, Debug)]
pub enum Check {
    /// A PodNetworking.
    PodNetworking(fn(&PodNetworkingSubject<'_, '_>, &mut Judge<'_>)),
    /// A new Pod, or a pod template. Pods with `hostNetwork` are left out.
    Pod(fn(&PodSubject<'_>, &mut Judge<'_>)),
    /// A new Pod, or a pod template, with `hostNetwork`.
    HostNetworkPod(fn(&PodSubject<'_>, &mut Judge<'_>)),
    /// The zones of a new Pod or a pod template, or of a Pod whose update changes what it asks of its node. Pods with
    /// `hostNetwork` are left out.
    PodZones(fn(&PodSubject<'_>, &mut Judge<'_>)),
    /// The update of a Pod.
    PodUpdate(fn(&PodUpdateSubject<'_>, &mut Judge<'_>)),
    /// A Namespace.
    Namespace(fn(&NamespaceSubject<'_>, &mut Judge<'_>)),
    /// Nothing: the problem is found while fields or facts are read.
    WhileReading,
}
