//! Whether two PodNetworkings can select one pod, the pod that shows it, and the requirement that keeps them apart.

use crate::answer::finding::Witness;
use crate::facts::cache::Facts;
use crate::facts::cluster::MissingFact;
use crate::facts::search::namespaces::Wanted;
use crate::facts::search::query::Search;
use crate::objects::namespace::Namespace;
use crate::objects::podnetworking::{PodNetworking, Selectors};
use crate::selectors::constraint::Constraints;
use crate::selectors::labels::METADATA_NAME;
use crate::selectors::selector::{Requirement, Selector};
use crate::selectors::witness::{self, WitnessLabels};
use crate::settings::values::Settings;
use crate::text::overflow::MAX_LISTED;

/// Another PodNetworking that can select a pod which this one selects too.
#[derive(Clone, Debug)]
pub struct Overlap {
    /// The name of the other.
    pub other: String,
    /// A pod that both select, and what makes them disjoint; of very many overlaps only the first have it.
    pub detail: Option<(Witness, Remedy)>,
    /// Neither has a namespace selector, or an existing namespace satisfies both.
    pub is_real: bool,
}

/// How many requirements, values and labels are looked at to detail overlaps, witnesses and remedies, beyond the first.
pub const DETAIL_BUDGET: usize = 100_000;

/// Two selectors, ready to be compared with many others.
#[derive(Debug)]
pub struct Compared<'r> {
    pod: Constraints<'r>,
    namespace: Constraints<'r>,
    is_missing: bool,
}

impl<'r> Compared<'r> {
    /// Makes them ready.
    #[must_use]
    pub fn new(selectors: &'r Selectors<'_>) -> Self {
        Self {
            pod: Constraints::of_pods(selectors.pod.as_ref()),
            namespace: Constraints::of_namespaces(selectors.namespace.as_ref()),
            is_missing: selectors.is_missing(),
        }
    }

    /// Whether some pod in some namespace could be selected by both: whether [`meet`] finds one.
    #[must_use]
    pub fn meets(&self, other: &Self) -> bool {
        !self.is_missing && !other.is_missing && self.pod.meet(&other.pod) && self.namespace.meet(&other.namespace)
    }
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
    let pods: Vec<&Selector<'_>> = [&a.pod, &b.pod].into_iter().flatten().collect();
    let namespaces: Vec<&Selector<'_>> = [&a.namespace, &b.namespace].into_iter().flatten().collect();
    Some((witness::witness(&pods)?, witness::namespace_witness(&namespaces)?))
}

/// The overlaps of a PodNetworking with the stored ones, itself (by name) left out. The namespaces are asked for only
/// when it depends on them whether an overlap is real.
///
/// # Errors
/// [`MissingFact`], where the host cannot lend what decides.
pub fn find(
    this: &PodNetworking<'_>,
    selectors: &Selectors<'_>,
    settings: &Settings,
    facts: &Facts<'_>,
) -> Result<Vec<Overlap>, MissingFact> {
    let this_compared = Compared::new(selectors);
    let mut meeting = Vec::new();
    facts.pod_networkings(Search::Meeting(selectors), &mut |other| {
        let is_itself = !this.name().is_empty() && other.name() == this.name();
        if !is_itself
            && let Some(theirs) = other.well_formed_selectors()
            && this_compared.meets(&Compared::new(&theirs))
        {
            meeting.push((other, theirs));
        }
    })?;
    crate::collections::sort::by(&mut meeting, |(a, _), (b, _)| a.name().cmp(b.name()));
    let depends = |others: &Selectors<'_>| selectors.namespace.is_some() || others.namespace.is_some();
    // The namespaces that this one selects; every overlap lies in them.
    let all: Vec<Namespace<'_>>;
    let mut own: Vec<&Namespace<'_>> = Vec::new();
    if meeting.iter().any(|(_, others)| depends(others)) {
        let others = meeting.iter().map(|(_, others)| others.namespace.as_ref());
        all = facts.namespaces(Wanted::by_both(selectors.namespace.as_ref(), others))?;
        own = all
            .iter()
            .filter(|namespace| !namespace.is_opted_out(settings.platform))
            .filter(|namespace| this_compared.namespace.match_labels(&namespace.labels))
            .collect();
        // By name they are sorted already.
        crate::collections::sort::by(&mut own, |a, b| a.labels.len().cmp(&b.labels.len()));
    }
    let (own_size, mut detailed) = (selectors.size(), 0);
    let overlaps = meeting.into_iter().enumerate().map(|(index, (other, others))| {
        let namespaces = Constraints::of_namespaces(others.namespace.as_ref());
        let existing = own.iter().find(|namespace| namespaces.match_labels(&namespace.labels));
        let is_real = !depends(&others) || existing.is_some();
        detailed += own_size + others.size() + existing.map_or(0, |namespace| namespace.labels.len());
        let is_detailed = index == 0 || (index < MAX_LISTED && detailed <= DETAIL_BUDGET);
        let detail = is_detailed.then(|| detail(selectors, &others, existing.copied())).flatten();
        Overlap { other: other.name().to_owned(), detail, is_real }
    });
    Ok(overlaps.collect())
}

fn detail(this: &Selectors<'_>, other: &Selectors<'_>, existing: Option<&Namespace<'_>>) -> Option<(Witness, Remedy)> {
    let (pod_labels, namespace_labels) = meet(this, other)?;
    let witness = if this.namespace.is_none() && other.namespace.is_none() {
        in_default(pod_labels)
    } else if let Some(namespace) = existing {
        in_existing(pod_labels, namespace)
    } else {
        let name = namespace_labels.iter().find(|(key, _)| key == METADATA_NAME);
        let namespace = name.map(|(_, name)| name.clone()).unwrap_or_default();
        Witness { pod_labels, namespace, namespace_labels }
    };
    Some((witness, remedy(this, other)))
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
    for (to_this, from) in [(true, other), (false, this)] {
        for side in [Side::Pod, Side::Namespace] {
            for requirement in side.of(from).map(Selector::requirements).unwrap_or_default() {
                candidates.push((to_this, side, requirement));
            }
        }
    }
    let compared = [Compared::new(this), Compared::new(other)];
    let [this_compared, other_compared] = &compared;
    let leaves_pods = |(to_this, side, requirement): &(bool, Side, &Requirement<'_>)| {
        let to = if *to_this { this_compared } else { other_compared };
        match side {
            Side::Pod => to.pod.meet_requirement(&requirement.negated()),
            Side::Namespace => to.namespace.meet_requirement(&requirement.negated()),
        }
    };
    let chosen = candidates
        .iter()
        .find(|candidate| leaves_pods(candidate))
        .map(|candidate| (candidate, true))
        .or_else(|| candidates.first().map(|candidate| (candidate, false)));
    match chosen {
        Some(((to_this, side, requirement), leaves_pods)) => {
            Remedy::Add { to_this: *to_this, side: *side, requirement: owned(&requirement.negated()), leaves_pods }
        }
        None => Remedy::Nothing,
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
