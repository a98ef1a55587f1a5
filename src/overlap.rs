//! Whether two PodNetworkings can select one pod, the pod that shows it, and the requirement that keeps them apart.

use crate::cluster::{Facts, Missing, Namespace};
use crate::finding::Witness;
use crate::index::Query;
use crate::label::METADATA_NAME;
use crate::podnetworking::{PodNetworking, Selectors};
use crate::selection::is_opted_out;
use crate::selector::{self, Requirement, Selector, WitnessLabels};
use crate::settings::Settings;

/// Another PodNetworking that can select a pod which this one selects too.
#[derive(Clone, Debug)]
pub struct Overlap {
    /// The name of the other.
    pub other: String,
    /// A pod that both select.
    pub witness: Witness,
    /// Neither has a namespace selector, or an existing namespace satisfies both.
    pub is_real: bool,
    /// What makes them disjoint.
    pub remedy: Remedy,
}

/// Which of the two selectors a requirement is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// `podSelector`.
    Pod,
    /// `namespaceSelector`.
    Namespace,
}

impl Side {
    /// The path of the selector.
    #[must_use]
    pub fn path(self) -> &'static str {
        match self {
            Self::Pod => "spec.selector.podSelector",
            Self::Namespace => "spec.selector.namespaceSelector",
        }
    }

    fn of<'s, 'a>(self, selectors: &'s Selectors<'a>) -> Option<&'s Selector<'a>> {
        match self {
            Self::Pod => selectors.pod.as_ref(),
            Self::Namespace => selectors.namespace.as_ref(),
        }
    }
}

/// What makes two overlapping PodNetworkings disjoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Remedy {
    /// One requirement, added to a selector of one of them.
    Add {
        /// To this one rather than to the other.
        to_this: bool,
        /// To this selector.
        side: Side,
        /// The requirement.
        requirement: Requirement<'static>,
        /// With it the PodNetworking still selects pods; otherwise both select the same pods, and no requirement
        /// on one of them alone would leave it any.
        leaves_pods: bool,
    },
    /// Both select every pod of every namespace.
    Nothing,
}

/// The labels of the pod and of the namespace that both select: the fewest, and of these the bytewise least.
#[must_use]
pub fn meet(a: &Selectors<'_>, b: &Selectors<'_>) -> Option<(WitnessLabels, WitnessLabels)> {
    if a.is_missing() || b.is_missing() {
        return None;
    }
    if selector::exclude(a.pod.as_ref(), b.pod.as_ref()) || selector::exclude(a.namespace.as_ref(), b.namespace.as_ref()) {
        return None;
    }
    let pods: Vec<&Selector<'_>> = [&a.pod, &b.pod].into_iter().flatten().collect();
    let namespaces: Vec<&Selector<'_>> = [&a.namespace, &b.namespace].into_iter().flatten().collect();
    Some((selector::witness(&pods)?, selector::namespace_witness(&namespaces)?))
}

/// The overlaps of a PodNetworking with the stored ones, itself (by name) left out. The namespaces are asked for only
/// when it depends on them whether an overlap is real.
///
/// # Errors
/// [`Missing`], where the host cannot lend what decides.
pub fn find(
    this: &PodNetworking<'_>,
    selectors: &Selectors<'_>,
    settings: &Settings,
    facts: &Facts<'_>,
) -> Result<Vec<Overlap>, Missing> {
    let mut meeting = Vec::new();
    facts.find_pod_networkings(Query::Selectors(selectors), &mut |other| {
        if !this.name().is_empty() && other.name() == this.name() {
            return;
        }
        let Some(others) = other.check(&mut crate::fault::Faults::default()) else {
            return;
        };
        if let Some((pod, namespace)) = meet(selectors, &others) {
            meeting.push((other, others, pod, namespace));
        }
    })?;
    let depends = |others: &Selectors<'_>| selectors.namespace.is_some() || others.namespace.is_some();
    // The namespaces that this one selects, by name; every overlap lies in them.
    let all: Vec<Namespace<'_>>;
    let mut own: Vec<&Namespace<'_>> = Vec::new();
    if meeting.iter().any(|(_, others, ..)| depends(others)) {
        all = facts.namespaces()?;
        own = all
            .iter()
            .filter(|namespace| !is_opted_out(namespace, settings))
            .filter(|namespace| selectors.namespace.as_ref().is_none_or(|s| s.matches(&namespace.labels)))
            .collect();
        // By name they are sorted already.
        crate::sort::by(&mut own, |a, b| a.labels.iter().count().cmp(&b.labels.iter().count()));
    }
    let mut overlaps: Vec<Overlap> = meeting
        .into_iter()
        .map(|(other, others, pod_labels, namespace_labels)| {
            let remedy = remedy(selectors, &others);
            let existing = own
                .iter()
                .find(|namespace| others.namespace.as_ref().is_none_or(|selector| selector.matches(&namespace.labels)));
            let (is_real, witness) = if !depends(&others) {
                (true, in_default(pod_labels))
            } else if let Some(namespace) = existing {
                (true, in_existing(pod_labels, namespace))
            } else {
                let name = namespace_labels.iter().find(|(key, _)| key == METADATA_NAME);
                let namespace = name.map(|(_, name)| name.clone()).unwrap_or_default();
                (false, Witness { pod_labels, namespace, namespace_labels })
            };
            Overlap { other: other.name().to_owned(), witness, is_real, remedy }
        })
        .collect();
    crate::sort::by(&mut overlaps, |a, b| a.other.cmp(&b.other));
    Ok(overlaps)
}

/// Any namespace would do: the one that every cluster has.
fn in_default(pod_labels: WitnessLabels) -> Witness {
    let namespace = "default".to_owned();
    Witness { pod_labels, namespace_labels: vec![(METADATA_NAME.to_owned(), namespace.clone())], namespace }
}

fn in_existing(pod_labels: WitnessLabels, namespace: &Namespace<'_>) -> Witness {
    let namespace_labels = namespace.labels.iter().map(|(key, value)| (key.to_owned(), value.to_owned())).collect();
    Witness { pod_labels, namespace: namespace.name.clone().into_owned(), namespace_labels }
}

/// The one requirement that makes two overlapping PodNetworkings disjoint: the negation of a requirement of one, added
/// to the other. It is looked for first where it leaves pods to select, and first in this one, the newcomer.
#[must_use]
pub fn remedy(this: &Selectors<'_>, other: &Selectors<'_>) -> Remedy {
    let mut candidates = Vec::new();
    for (to_this, to, from) in [(true, this, other), (false, other, this)] {
        for side in [Side::Pod, Side::Namespace] {
            for requirement in side.of(from).map(Selector::requirements).unwrap_or_default() {
                candidates.push((to_this, side, to, requirement));
            }
        }
    }
    let chosen = candidates
        .iter()
        .find(|(_, side, to, requirement)| leaves_pods(to, *side, requirement))
        .map(|candidate| (candidate, true))
        .or_else(|| candidates.first().map(|candidate| (candidate, false)));
    match chosen {
        Some(((to_this, side, _, requirement), leaves_pods)) => {
            Remedy::Add { to_this: *to_this, side: *side, requirement: owned(&requirement.negated()), leaves_pods }
        }
        None => Remedy::Nothing,
    }
}

/// Whether the selectors still match something with the negation of `requirement` added.
fn leaves_pods(to: &Selectors<'_>, side: Side, requirement: &Requirement<'_>) -> bool {
    let negated = Selector::default().with(requirement.negated());
    let selectors: Vec<&Selector<'_>> = side.of(to).into_iter().chain([&negated]).collect();
    match side {
        Side::Pod => selector::witness(&selectors).is_some(),
        Side::Namespace => selector::namespace_witness(&selectors).is_some(),
    }
}

fn owned(requirement: &Requirement<'_>) -> Requirement<'static> {
    Requirement {
        key: requirement.key.clone().into_owned().into(),
        operator: requirement.operator,
        values: requirement.values.iter().map(|value| value.clone().into_owned().into()).collect(),
        origin: requirement.origin,
    }
}
