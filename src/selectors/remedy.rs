//! The one requirement that keeps two pairs of selectors apart.

use crate::selectors::meeting::Compared;
use crate::selectors::requirement::Requirement;
use crate::selectors::selector::Selector;
use crate::selectors::selector_pair::{SelectorPair, Side};

/// What makes two pairs of selectors disjoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Remedy {
    /// One requirement, added to a selector of one pair.
    Add {
        /// The pair is this one, rather than the other one.
        to_this: bool,
        /// The selector of the pair.
        side: Side,
        /// The requirement.
        requirement: Requirement<'static>,
        /// With the requirement, the pair still selects pods. Otherwise both pairs select the same pods, and each
        /// requirement that keeps them apart would leave one of them none.
        leaves_pods: bool,
    },
    /// No requirement does: both pairs select every pod of every namespace.
    Nothing,
}

/// The one requirement that makes two pairs of selectors, which intersect, disjoint: the negation of a requirement of one
/// pair, added to the other pair. A requirement that leaves pods to select comes first; then one for `this` pair.
///
/// ```
/// use podnetworking_policy::selectors::remedy::{Remedy, remedy};
/// use podnetworking_policy::selectors::requirement::Requirement;
/// use podnetworking_policy::selectors::selector::Selector;
/// use podnetworking_policy::selectors::selector_pair::{SelectorPair, Side};
///
/// let selector = |labels: &[(&'static str, &'static str)]| {
///     Some(Selector::new(labels.iter().map(|(key, value)| Requirement::label(*key, *value).unwrap()).collect()))
/// };
/// let this = SelectorPair { pod: selector(&[("app", "shop")]), namespace: None };
/// let other = SelectorPair { pod: selector(&[("app", "shop"), ("tier", "web")]), namespace: None };
///
/// // `app NotIn [shop]` would leave `this` no pods; `tier NotIn [web]` leaves it the shop's other tiers.
/// let Remedy::Add { to_this, side, requirement, leaves_pods } = remedy(&this, &other) else { panic!() };
/// assert_eq!((to_this, side, leaves_pods), (true, Side::Pod, true));
/// assert_eq!(requirement.to_string(), "tier NotIn [web]");
/// ```
#[must_use]
pub fn remedy(this: &SelectorPair<'_>, other: &SelectorPair<'_>) -> Remedy {
    let mut candidates = Vec::new();
    for (to_this, from) in [(true, other), (false, this)] {
        for side in [Side::Pod, Side::Namespace] {
            for requirement in from.on(side).map(Selector::requirements).unwrap_or_default() {
                candidates.push((to_this, side, requirement));
            }
        }
    }
    let compared = [Compared::new(this), Compared::new(other)];
    let [this_compared, other_compared] = &compared;
    let leaves_pods = |(to_this, side, requirement): &(bool, Side, &Requirement<'_>)| {
        let to = if *to_this { this_compared } else { other_compared };
        match side {
            Side::Pod => to.pod().intersects_requirement(&requirement.negated()),
            Side::Namespace => to.namespace().intersects_requirement(&requirement.negated()),
        }
    };
    let chosen = candidates
        .iter()
        .find(|candidate| leaves_pods(candidate))
        .map(|candidate| (candidate, true))
        .or_else(|| candidates.first().map(|candidate| (candidate, false)));
    match chosen {
        Some(((to_this, side, requirement), leaves_pods)) => {
            let requirement = requirement.negated().into_owned();
            Remedy::Add { to_this: *to_this, side: *side, requirement, leaves_pods }
        }
        None => Remedy::Nothing,
    }
}
