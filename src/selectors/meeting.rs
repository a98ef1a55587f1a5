//! Whether two pairs of selectors can select one pod, and the labels that show it.

use crate::selectors::constraint::Constraints;
use crate::selectors::selector::Selector;
use crate::selectors::selector_pair::SelectorPair;
use crate::selectors::witness::{self, WitnessLabels};

/// Two selectors, ready to be compared with many others.
#[derive(Debug)]
pub struct Compared<'r> {
    pub(super) pod: Constraints<'r>,
    pub(super) namespace: Constraints<'r>,
    is_missing: bool,
}

impl<'r> Compared<'r> {
    /// Makes them ready.
    #[must_use]
    pub fn new(selectors: &'r SelectorPair<'_>) -> Self {
        Self {
            pod: Constraints::of_pods(selectors.pod.as_ref()),
            namespace: Constraints::of_namespaces(selectors.namespace.as_ref()),
            is_missing: selectors.is_missing(),
        }
    }

    /// What the two namespace selectors are compared by.
    #[must_use]
    pub fn namespace(&self) -> &Constraints<'r> {
        &self.namespace
    }

    /// Whether some pod in some namespace could be selected by both: whether [`meet`] finds one.
    #[must_use]
    pub fn meets(&self, other: &Self) -> bool {
        !self.is_missing && !other.is_missing && self.pod.meet(&other.pod) && self.namespace.meet(&other.namespace)
    }
}

/// The labels of the pod and of the namespace that both select: the fewest, and of these the bytewise least.
#[must_use]
pub fn meet(a: &SelectorPair<'_>, b: &SelectorPair<'_>) -> Option<(WitnessLabels, WitnessLabels)> {
    if a.is_missing() || b.is_missing() {
        return None;
    }
    let pods: Vec<&Selector<'_>> = [&a.pod, &b.pod].into_iter().flatten().collect();
    let namespaces: Vec<&Selector<'_>> = [&a.namespace, &b.namespace].into_iter().flatten().collect();
    Some((witness::witness(&pods)?, witness::namespace_witness(&namespaces)?))
}
