//! Which namespaces an overlap can be in.

use crate::facts::search::prefilter::{MAX_COMPARISONS, labels_of};
use crate::objects::partial::PartialObject;
use crate::objects::slot::Slot;
use crate::selectors::selector::Selector;

/// The namespaces that one of the selectors on each side can match.
#[derive(Debug)]
pub struct Wanted<'w, 'a> {
    one: Option<&'w Selector<'w>>,
    /// Nothing, where one of them is absent and matches every namespace.
    others: Option<Vec<&'w Selector<'w>>>,
    /// Space for the labels of one namespace.
    labels: Vec<(&'a str, &'a str)>,
}

impl<'w> Wanted<'w, '_> {
    /// All namespaces.
    #[must_use]
    pub fn all() -> Self {
        Self { one: None, others: None, labels: Vec::new() }
    }

    /// Those that `one` matches, and one of the `others`. An absent selector matches every namespace.
    #[must_use]
    pub fn by_both(one: Option<&'w Selector<'w>>, others: impl Iterator<Item = Option<&'w Selector<'w>>>) -> Self {
        let comparisons = |selector: &Selector<'_>| 1 + selector.requirements().len();
        let one = one.filter(|one| comparisons(one) <= MAX_COMPARISONS);
        let others: Option<Vec<&Selector<'_>>> = others.collect();
        let are_few = |others: &Vec<&Selector<'_>>| {
            others.iter().map(|other| comparisons(other)).sum::<usize>() <= MAX_COMPARISONS
        };
        Self { one, others: others.filter(are_few), labels: Vec::new() }
    }
}

impl<'a> Wanted<'_, 'a> {
    /// Whether the namespace is surely not wanted.
    pub(crate) fn rules_out(&mut self, object: &PartialObject<'a>, name: &'a str) -> bool {
        let Some(labels) = labels_of(object.get(Slot::Labels), name, &mut self.labels) else { return false };
        self.one.is_some_and(|one| !one.matches_pairs(labels))
            || self.others.as_ref().is_some_and(|others| others.iter().all(|other| !other.matches_pairs(labels)))
    }
}
