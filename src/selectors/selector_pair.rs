//! Two selectors that select pods together: one by the labels of the pod, one by the labels of its namespace.

use crate::selectors::requirement::Requirement;
use crate::selectors::selector::Selector;

/// Two selectors, each of which can be absent. Both together select a pod if each that is there matches. If both are
/// absent, they select nothing.
#[derive(Clone, Debug, Default)]
pub struct SelectorPair<'a> {
    /// Matches the labels of the pod.
    pub pod: Option<Selector<'a>>,
    /// Matches the labels of the pod's namespace.
    pub namespace: Option<Selector<'a>>,
}

impl<'a> SelectorPair<'a> {
    /// Whether both selectors are absent, so that nothing is selected.
    #[must_use]
    pub fn are_both_absent(&self) -> bool {
        self.pod.is_none() && self.namespace.is_none()
    }

    /// The pair with texts of its own.
    #[must_use]
    pub fn into_owned(self) -> SelectorPair<'static> {
        SelectorPair { pod: self.pod.map(Selector::into_owned), namespace: self.namespace.map(Selector::into_owned) }
    }

    /// The selector on one side.
    #[must_use]
    pub fn on(&self, side: Side) -> Option<&Selector<'a>> {
        match side {
            Side::Pod => self.pod.as_ref(),
            Side::Namespace => self.namespace.as_ref(),
        }
    }

    /// A pair that asks for one requirement on one side.
    ///
    /// ```
    /// use podnetworking_policy::selectors::requirement::Requirement;
    /// use podnetworking_policy::selectors::selector_pair::{SelectorPair, Side};
    ///
    /// let shops = SelectorPair::of_one(Side::Pod, Requirement::label("app", "shop").unwrap());
    /// assert!(shops.pod.is_some() && shops.namespace.is_none());
    /// ```
    #[must_use]
    pub fn of_one(side: Side, requirement: Requirement<'a>) -> Self {
        let selector = Some(Selector::new(vec![requirement]));
        match side {
            Side::Pod => Self { pod: selector, namespace: None },
            Side::Namespace => Self { pod: None, namespace: selector },
        }
    }

    /// How many requirements and values there are in both: a measure of the work that they make.
    #[must_use]
    pub fn size(&self) -> usize {
        [&self.pod, &self.namespace].into_iter().flatten().map(Selector::size).sum()
    }
}

/// One of the two selectors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The selector of pods.
    Pod,
    /// The selector of namespaces.
    Namespace,
}
