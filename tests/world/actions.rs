//! What can be done in the world.

use std::fmt;

use crate::policy::Kind;
use crate::universe::{NAMESPACES, PODS, allocation, namespace_selector, pod_selector, vswitches};

pub type Label = Option<&'static str>;

/// What the policies see of the cluster.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Facts {
    #[default]
    Fresh,
    /// The store as it was before its last change: two requests at once.
    Stale,
    NoPodNetworkings,
    NoNamespaces,
}

/// The network keys that the author of a pod sends. Numbers are PodNetworkings.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Key {
    #[default]
    None,
    Networking(usize),
    Record,
    /// A record of another network beside the name of a PodNetworking.
    Forged(usize, Forgery),
    Request(usize),
    RequestTwo(usize, usize),
    /// `network`, and `Network` after it.
    Folded(usize, usize),
    /// `network` twice.
    Repeated(usize, usize),
    /// `networK` with the sign of Kelvin after `network`.
    Kelvin(usize, usize),
    EciVSwitch,
    EciGroup,
    AcsVSwitch,
    AcsGroup,
    Ignore,
    Eni,
}

/// How a record differs from the one that Terway would write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Forgery {
    All,
    GroupsAlone,
    VSwitchesAlone,
    /// A second network.
    Second,
    /// The right list, and the same key in other letters after it.
    Folded,
    /// The right list, and the same key after it.
    Repeated,
}

/// What the author of a pod wishes about zones.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Wish {
    #[default]
    None,
    Selector(usize),
    In(usize),
    NotIn(usize),
    EmptyTerm,
    EmptyList,
    EmptyTermAnd(usize),
    TwoTerms(usize, usize),
}

/// The owner that a pod names.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Owner {
    #[default]
    None,
    ReplicaSet,
    StatefulSet,
    /// As the controller of DaemonSets writes it, with the node of a zone.
    DaemonSet(usize),
    /// Another group.
    Claimed,
    /// Another group, and the node of a zone.
    ClaimedOnNode(usize),
    /// `apps/v1`, but not the controller.
    NotController(usize),
    /// `apps/v1` and the controller, but without a node.
    NoNode,
}

/// A mutating webhook that comes behind the policy.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Later {
    #[default]
    Nothing,
    AddsLabel(Label),
    TakesZones,
}

impl Later {
    pub fn label(self) -> Label {
        if let Self::AddsLabel(label) = self { label } else { None }
    }
}

#[derive(Clone, Default)]
pub struct PodPlan {
    pub namespace: usize,
    pub name: usize,
    pub app: Label,
    pub tier: Label,
    pub key: Key,
    pub wish: Wish,
    pub owner: Owner,
    pub gated: bool,
    pub host_network: bool,
    /// `spec.nodeName`: a zone.
    pub node: Option<usize>,
    pub eci: bool,
    pub finalizer: bool,
    pub later: Later,
    pub terway_is_away: bool,
    /// Server-side apply, with a `deletionTimestamp`.
    pub applied: bool,
    pub facts: Facts,
}

/// Only what is not plain.
impl fmt::Debug for PodPlan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plain = Self::default();
        write!(f, "{}/{}", NAMESPACES[self.namespace], PODS[self.name])?;
        for (name, value) in [("app", self.app), ("tier", self.tier)] {
            if let Some(value) = value {
                write!(f, " {name}={value}")?;
            }
        }
        for (is_there, value) in [
            (self.key != plain.key, format!("{:?}", self.key)),
            (self.wish != plain.wish, format!("{:?}", self.wish)),
            (self.owner != plain.owner, format!("owner {:?}", self.owner)),
            (self.gated, "gated".to_owned()),
            (self.host_network, "hostNetwork".to_owned()),
            (self.node.is_some(), format!("nodeName {:?}", self.node)),
            (self.eci, "eci=true".to_owned()),
            (self.finalizer, "finalizer".to_owned()),
            (self.later != plain.later, format!("later webhook {:?}", self.later)),
            (self.terway_is_away, "terway is away".to_owned()),
            (self.applied, "applied with a deletionTimestamp".to_owned()),
            (self.facts != plain.facts, format!("{:?} facts", self.facts)),
        ] {
            if is_there {
                write!(f, ", {value}")?;
            }
        }
        Ok(())
    }
}

#[derive(Clone, Debug)]
pub enum Change {
    Touch,
    Label(&'static str, Label),
    Annotate(Note),
    AddSelector(usize),
    /// A requirement that is appended to each term, or a term where there is none.
    Append(usize),
    Ungate,
    Adopt(Owner),
    Finalizer,
    /// The API server denies these.
    SetNode(usize),
    RemoveSelector,
    Gate,
}

/// An annotation or label that an update writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Note {
    Record,
    NoRecord,
    Networking(usize),
    NoNetworking,
    /// `pod-networking` and `pod-eni`.
    Both(usize),
    Eni(bool),
    NoEni,
    Request(usize),
    EciVSwitch,
    EciGroup,
    AcsVSwitch,
    AcsGroup,
    Ignore,
}

#[derive(Clone, Default)]
pub struct Plan {
    pub pods: usize,
    pub namespaces: usize,
    pub vswitches: usize,
    pub groups: usize,
    pub allocation: usize,
}

impl fmt::Debug for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (pods, namespaces) = (pod_selector(self.pods), namespace_selector(self.namespaces));
        write!(f, "{{pods {pods}, namespaces {namespaces}, {}, ", vswitches(self.vswitches))?;
        write!(f, "groups {}, allocation {}}}", self.groups, allocation(self.allocation))
    }
}

#[derive(Clone, Debug)]
pub enum Action {
    // Authors of pods and workloads.
    CreatePod(PodPlan),
    UpdatePod {
        pod: usize,
        change: Change,
        facts: Facts,
    },
    DeletePod {
        pod: usize,
    },
    CreateWorkload {
        kind: Kind,
        namespace: usize,
        name: usize,
        app: Label,
        tier: Label,
        wish: Wish,
        key: Key,
        facts: Facts,
    },
    DeleteWorkload {
        workload: usize,
    },
    // Who has the permission for a subresource.
    WriteStatus {
        pod: usize,
        note: Note,
    },
    BindPod {
        pod: usize,
        zone: usize,
        note: Option<Note>,
    },
    // Administrators of namespaces.
    CreateNamespace {
        team: Label,
        facts: Facts,
    },
    LabelNamespace {
        namespace: usize,
        team: Label,
        facts: Facts,
    },
    OptOut {
        namespace: usize,
        out: bool,
        facts: Facts,
    },
    EciNamespace {
        namespace: usize,
        on: bool,
    },
    // Administrators of PodNetworkings.
    CreatePodNetworking {
        name: usize,
        plan: Plan,
        applied: bool,
        finalizer: bool,
        facts: Facts,
    },
    UpdatePodNetworking {
        name: usize,
        plan: Plan,
        facts: Facts,
    },
    TouchPodNetworking {
        name: usize,
        facts: Facts,
    },
    DeletePodNetworking {
        name: usize,
    },
    // The platform and the controllers.
    Reconcile {
        name: usize,
    },
    RunController {
        workload: usize,
        pod: usize,
        zone: usize,
        terway_is_away: bool,
        facts: Facts,
    },
    Schedule {
        pod: usize,
        zone: usize,
        is_virtual: bool,
    },
    WriteBack {
        pod: usize,
    },
    RecordSelection {
        pod: usize,
    },
    Relabel {
        pod: usize,
    },
    Finalize {
        what: usize,
        index: usize,
        facts: Facts,
    },
    ReleaseAddress {
        pod: usize,
    },
}

impl Action {
    /// The number by which the action finds its pod or workload.
    pub fn index(&mut self) -> Option<&mut usize> {
        match self {
            Self::UpdatePod { pod, .. }
            | Self::DeletePod { pod }
            | Self::WriteStatus { pod, .. }
            | Self::BindPod { pod, .. }
            | Self::Schedule { pod, .. }
            | Self::WriteBack { pod }
            | Self::RecordSelection { pod }
            | Self::Relabel { pod }
            | Self::ReleaseAddress { pod } => Some(pod),
            Self::RunController { workload, .. } | Self::DeleteWorkload { workload } => Some(workload),
            Self::Finalize { index, .. } => Some(index),
            _ => None,
        }
    }

    pub fn name(&self) -> &'static str {
        match self {
            Self::CreatePod(_) => "create pod",
            Self::UpdatePod { change, .. } => match change {
                Change::Touch => "touch pod",
                Change::Label(..) => "relabel pod",
                Change::Annotate(_) => "annotate pod",
                Change::AddSelector(_) => "add nodeSelector",
                Change::Append(_) => "append affinity",
                Change::Ungate => "ungate pod",
                Change::Adopt(_) => "adopt pod",
                Change::Finalizer => "add finalizer",
                Change::SetNode(_) | Change::RemoveSelector | Change::Gate => "update that is not allowed",
            },
            Self::DeletePod { .. } => "delete pod",
            Self::CreateWorkload { .. } => "create workload",
            Self::DeleteWorkload { .. } => "delete workload",
            Self::WriteStatus { .. } => "write pods/status",
            Self::BindPod { .. } => "write pods/binding",
            Self::CreateNamespace { .. } => "create namespace",
            Self::LabelNamespace { .. } => "label namespace",
            Self::OptOut { .. } => "opt namespace out or in",
            Self::EciNamespace { .. } => "label namespace for eci",
            Self::CreatePodNetworking { applied: true, .. } => "apply podnetworking, deleted",
            Self::CreatePodNetworking { .. } => "create podnetworking",
            Self::UpdatePodNetworking { .. } => "update podnetworking",
            Self::TouchPodNetworking { .. } => "touch podnetworking",
            Self::DeletePodNetworking { .. } => "delete podnetworking",
            Self::Reconcile { .. } => "reconcile podnetworking",
            Self::RunController { .. } => "run controller",
            Self::Schedule { .. } => "schedule pod",
            Self::WriteBack { .. } => "platform writes to pod",
            Self::RecordSelection { .. } => "platform records selection",
            Self::Relabel { .. } => "controller relabels pod",
            Self::Finalize { .. } => "take finalizer away",
            Self::ReleaseAddress { .. } => "release address",
        }
    }

    /// All names.
    pub const NAMES: [&str; 32] = [
        "create pod",
        "touch pod",
        "relabel pod",
        "annotate pod",
        "add nodeSelector",
        "append affinity",
        "ungate pod",
        "adopt pod",
        "add finalizer",
        "update that is not allowed",
        "delete pod",
        "create workload",
        "delete workload",
        "write pods/status",
        "write pods/binding",
        "create namespace",
        "label namespace",
        "opt namespace out or in",
        "label namespace for eci",
        "apply podnetworking, deleted",
        "create podnetworking",
        "update podnetworking",
        "touch podnetworking",
        "delete podnetworking",
        "reconcile podnetworking",
        "run controller",
        "schedule pod",
        "platform writes to pod",
        "platform records selection",
        "controller relabels pod",
        "take finalizer away",
        "release address",
    ];
}
