//! Whether two pairs of selectors select a common pod, and the labels that show it.

use crate::selectors::constraint::Constraints;
use crate::selectors::selector::Selector;
use crate::selectors::selector_pair::SelectorPair;
use crate::selectors::witness::{WitnessLabels, namespace_witness, witness};

/// A pair of selectors, prepared for comparisons with many other pairs.
///
/// ```
/// use podnetworking_policy::selectors::meeting::Compared;
/// use podnetworking_policy::selectors::requirement::Requirement;
/// use podnetworking_policy::selectors::selector::Selector;
/// use podnetworking_policy::selectors::selector_pair::SelectorPair;
///
/// let selector = |key, value| Some(Selector::new(vec![Requirement::label(key, value).unwrap()]));
/// let shop = SelectorPair { pod: selector("app", "shop"), namespace: None };
/// let team_a = SelectorPair { pod: None, namespace: selector("team", "a") };
/// let team_b = SelectorPair { pod: selector("app", "shop"), namespace: selector("team", "b") };
///
/// let compared = Compared::new(&team_a);
/// assert!(compared.intersects(&Compared::new(&shop)), "a pod with `app=shop` in a namespace with `team=a`");
/// assert!(!compared.intersects(&Compared::new(&team_b)), "no namespace has two teams");
/// assert!(!compared.intersects(&Compared::new(&SelectorPair::default())), "nothing is selected");
/// ```
#[derive(Debug)]
pub struct Compared<'r> {
    pod: Constraints<'r>,
    namespace: Constraints<'r>,
    are_both_absent: bool,
}

impl<'r> Compared<'r> {
    /// Prepares a pair of selectors.
    #[must_use]
    pub fn new(selectors: &'r SelectorPair<'_>) -> Self {
        Self {
            pod: Constraints::of_pods(selectors.pod.as_ref()),
            namespace: Constraints::of_namespaces(selectors.namespace.as_ref()),
            are_both_absent: selectors.are_both_absent(),
        }
    }

    /// What two pairs of selectors both select, as one.
    #[must_use]
    pub fn of_both(one: &'r SelectorPair<'_>, other: &'r SelectorPair<'_>) -> Self {
        Self {
            pod: Constraints::of_all_pods(&[one.pod.as_ref(), other.pod.as_ref()]),
            namespace: Constraints::of_all_namespaces(&[one.namespace.as_ref(), other.namespace.as_ref()]),
            are_both_absent: one.are_both_absent() || other.are_both_absent(),
        }
    }

    /// The constraints on the labels of pods.
    #[must_use]
    pub fn pod(&self) -> &Constraints<'r> {
        &self.pod
    }

    /// The constraints on the labels of namespaces.
    #[must_use]
    pub fn namespace(&self) -> &Constraints<'r> {
        &self.namespace
    }

    /// Whether both pairs select some pod in some namespace: whether there is a [`pair_witness`].
    #[must_use]
    pub fn intersects(&self, other: &Self) -> bool {
        !self.are_both_absent
            && !other.are_both_absent
            && self.pod.intersects(&other.pod)
            && self.namespace.intersects(&other.namespace)
    }
}

/// The labels of a pod and of its namespace that all pairs select: the fewest, and of these the bytewise least. `None`
/// if there are none.
///
/// ```
/// use podnetworking_policy::selectors::meeting::pair_witness;
/// use podnetworking_policy::selectors::requirement::Requirement;
/// use podnetworking_policy::selectors::selector::Selector;
/// use podnetworking_policy::selectors::selector_pair::SelectorPair;
///
/// let selector = |key, value| Some(Selector::new(vec![Requirement::label(key, value).unwrap()]));
/// let shop = SelectorPair { pod: selector("app", "shop"), namespace: None };
/// let default = SelectorPair { pod: None, namespace: selector("kubernetes.io/metadata.name", "default") };
///
/// let (pod, namespace) = pair_witness(&[&shop, &default]).unwrap();
/// assert_eq!(pod, [("app".to_owned(), "shop".to_owned())]);
/// assert_eq!(namespace, [("kubernetes.io/metadata.name".to_owned(), "default".to_owned())]);
/// ```
#[must_use]
pub fn pair_witness(pairs: &[&SelectorPair<'_>]) -> Option<(WitnessLabels, WitnessLabels)> {
    if pairs.iter().any(|pair| pair.are_both_absent()) {
        return None;
    }
    let pods: Vec<&Selector<'_>> = pairs.iter().filter_map(|pair| pair.pod.as_ref()).collect();
    let namespaces: Vec<&Selector<'_>> = pairs.iter().filter_map(|pair| pair.namespace.as_ref()).collect();
    Some((witness(&pods)?, namespace_witness(&namespaces)?))
}
