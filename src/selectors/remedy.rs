//! The one requirement that keeps two pairs of selectors apart.

use crate::selectors::meeting::Compared;
use crate::selectors::requirement::Requirement;
use crate::selectors::selector::Selector;
use crate::selectors::selector_pair::{SelectorPair, Side};

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

/// The one requirement that makes two overlapping PodNetworkings disjoint: the negation of a requirement of one, added
/// to the other. It is looked for first where it leaves pods to select, and first in this one, the newcomer.
#[must_use]
pub fn remedy(this: &SelectorPair<'_>, other: &SelectorPair<'_>) -> Remedy {
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
