//! Which two of several PodNetworkings select a common pod.

use crate::facts::search::index::View;
use crate::selectors::constraint::Constraints;
use crate::selectors::overlap_matrix::OverlapMatrix;
use crate::selectors::selector_pair::SelectorPair;

/// Up to so many PodNetworkings are compared with each other even if there is an index.
const PAIRWISE_UP_TO: usize = 8;

/// How the pairs are found.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Method<'v> {
    /// Each is compared with each.
    Pairwise,
    /// All are compared at once.
    Matrix,
    /// Those that the index finds are compared.
    Index(View<'v>),
}

/// Visits the pairs of places in `all`, which is sorted by name, whose pod selectors match a common pod.
pub(crate) fn that_meet(all: &[(&str, &SelectorPair<'_>)], method: Method<'_>, visit: &mut dyn FnMut(usize, usize)) {
    let candidates = match method {
        Method::Index(index) if all.len() > PAIRWISE_UP_TO => Some(index.pairs(all)),
        _ => None,
    };
    if candidates.as_ref().is_some_and(Vec::is_empty) {
        return;
    }
    let pods: Vec<Constraints<'_>> = all.iter().map(|(_, one)| Constraints::of_pods(one.pod.as_ref())).collect();
    let meet = |one: usize, other: usize| pods.get(one).zip(pods.get(other)).is_some_and(|(a, b)| a.intersects(b));
    if let Some(candidates) = candidates {
        for (one, other) in candidates {
            if meet(one, other) {
                visit(one, other);
            }
        }
        return;
    }
    let matrix = (!matches!(method, Method::Pairwise)).then(|| OverlapMatrix::new(&pods));
    for one in 0..all.len() {
        for other in one + 1..all.len() {
            if matrix.as_ref().map_or_else(|| meet(one, other), |matrix| matrix.intersects(one, other)) {
                visit(one, other);
            }
        }
    }
}
