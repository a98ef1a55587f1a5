//! PodNetworkings without a namespace selector: they select pods in every namespace.

use crate::facts::search::selector_set::SelectorSet;
use crate::objects::podnetworking::PodNetworking;
use crate::selectors::selector::Selector;

/// PodNetworkings without a namespace selector, not read yet.
#[derive(Debug, Default)]
pub struct Everywhere<'a> {
    pub(crate) podnetworkings: Vec<PodNetworking<'a>>,
    /// All of them are wanted, whatever is asked.
    pub(crate) is_exhaustive: bool,
}

impl<'a> Everywhere<'a> {
    /// At least those that can select a pod which one of these pod selectors matches too. An absent selector matches
    /// every pod.
    pub fn that_can_meet(self, pods: &[Option<&Selector<'_>>], visit: &mut dyn FnMut(PodNetworking<'a>)) {
        let mut set = SelectorSet::new(pods.iter().copied());
        for podnetworking in self.podnetworkings {
            let [pod, _] = podnetworking.object().written_selectors();
            if self.is_exhaustive || !pod.is_some_and(|selector| set.surely_meets_none(selector)) {
                visit(podnetworking);
            }
        }
    }
}
