//! What a decision looks for among the stored PodNetworkings, and which of them a search rules out.

use crate::collections::text_map::TextSet;
use crate::facts::search::prefilter::surely_fails;
use crate::facts::search::selector_set::SelectorSet;
use crate::facts::search::well_formed::WellFormed;
use crate::objects::partial::PartialObject;
use crate::selectors::labels::Labels;
use crate::selectors::selector_pair::SelectorPair;

/// What a decision looks for among the stored PodNetworkings. A search may find more than that, never less.
#[derive(Clone, Copy, Debug)]
pub enum Search<'q> {
    /// All of them.
    All,
    /// Those that can select a pod.
    ForPod {
        /// The labels of the pod.
        labels: &'q Labels<'q>,
        /// The name of its namespace, if the request names one.
        namespace: Option<&'q str>,
    },
    /// Those that can select a pod which one with these selectors selects too.
    Meeting(&'q SelectorPair<'q>),
    /// Those that can select pods of a namespace with these labels.
    InNamespace(&'q Labels<'q>),
    /// Those with one of these names.
    Named(&'q TextSet<'q>),
    /// Those that have one of these vSwitches (sorted) in their status.
    WithVSwitches(&'q [&'q str]),
    /// Those with a field that cannot be read.
    Broken,
}

/// A search, prepared for one walk over a list.
#[derive(Debug)]
pub(crate) struct Filter<'q, 'a> {
    search: Search<'q>,
    /// The two selectors of [`Search::Meeting`].
    own: [SelectorSet<'q>; 2],
    well_formed: WellFormed<'a>,
    /// Every object so far is surely well-formed. Only [`Search::Meeting`] keeps count.
    pub(crate) are_well_formed: bool,
}

impl<'q, 'a> Filter<'q, 'a> {
    pub(crate) fn new(search: Search<'q>) -> Self {
        let (own, are_well_formed) = match search {
            Search::Meeting(selectors) => {
                let set = |own: &'q Option<_>| SelectorSet::new([own.as_ref()].into_iter());
                ([set(&selectors.pod), set(&selectors.namespace)], true)
            }
            _ => (Default::default(), false),
        };
        Self { search, own, well_formed: WellFormed::default(), are_well_formed }
    }

    /// Whether the object surely does not matter to the search. `namespace` has the labels of the pod's namespace, where
    /// they are known already: a filter never asks for them.
    pub(crate) fn rules_out(&mut self, object: &PartialObject<'a>, namespace: Option<&Labels<'_>>) -> bool {
        match self.search {
            Search::All | Search::WithVSwitches(_) => false,
            Search::ForPod { labels, .. } => {
                let [pod, by_namespace] = object.written_selectors();
                pod.is_some_and(|selector| surely_fails(selector, labels))
                    || by_namespace.zip(namespace).is_some_and(|(selector, labels)| surely_fails(selector, labels))
            }
            Search::Meeting(_) => {
                let is_well_formed = self.well_formed.surely(object);
                self.are_well_formed &= is_well_formed;
                // A malformed one is visited, so that it is reported.
                is_well_formed && self.meets_none(object)
            }
            Search::InNamespace(labels) => match object.written_selectors() {
                [_, Some(selector)] => surely_fails(selector, labels),
                [pod, None] => pod.is_none(),
            },
            Search::Named(names) => object.plain_name().is_some_and(|name| !names.contains(name)),
            Search::Broken => self.well_formed.surely(object),
        }
    }

    /// Whether surely no pod is selected by the object and by the selectors of the search.
    fn meets_none(&mut self, object: &PartialObject<'_>) -> bool {
        let sides = object.written_selectors();
        sides.iter().all(Option::is_none)
            || sides
                .into_iter()
                .zip(&mut self.own)
                .any(|(theirs, own)| theirs.is_some_and(|theirs| own.surely_meets_none(theirs)))
    }
}
