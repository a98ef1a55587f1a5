//! The two selectors of a PodNetworking.

use crate::selectors::selector::Selector;

/// The two selectors, each absent or not null.
#[derive(Clone, Debug, Default)]
pub struct SelectorPair<'a> {
    /// `spec.selector.podSelector`.
    pub pod: Option<Selector<'a>>,
    /// `spec.selector.namespaceSelector`.
    pub namespace: Option<Selector<'a>>,
}

impl SelectorPair<'_> {
    /// Neither is set: nothing is selected.
    #[must_use]
    pub fn is_missing(&self) -> bool {
        self.pod.is_none() && self.namespace.is_none()
    }

    /// How many requirements and values there are in both.
    #[must_use]
    pub fn size(&self) -> usize {
        [&self.pod, &self.namespace].into_iter().flatten().map(Selector::size).sum()
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
    pub(super) fn of<'s, 'a>(self, selectors: &'s SelectorPair<'a>) -> Option<&'s Selector<'a>> {
        match self {
            Self::Pod => selectors.pod.as_ref(),
            Self::Namespace => selectors.namespace.as_ref(),
        }
    }
}
