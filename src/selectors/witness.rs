//! The fewest and least labels that selectors match.

use crate::collections::sort;
use crate::selectors::constraint::Constraint;
use crate::selectors::known_labels::METADATA_NAME;
use crate::selectors::least_value::{least_namespace_name, least_value};
use crate::selectors::requirement::{Operator, Origin, Requirement};
use crate::selectors::selector::Selector;
use crate::selectors::syntax::is_namespace_name;

/// The labels of a witness, by key.
pub type WitnessLabels = Vec<(String, String)>;

/// The labels of a pod that all selectors match: the fewest, and of these the bytewise least. `None` if there are none.
///
/// ```
/// use podnetworking_policy::selectors::requirement::{Operator, Requirement};
/// use podnetworking_policy::selectors::selector::Selector;
/// use podnetworking_policy::selectors::witness::witness;
///
/// let selector = |operator, values| Selector::new(vec![Requirement::new("tier", operator, values).unwrap()]);
/// let [some, not_edge] = [selector(Operator::In, &["web", "edge"]), selector(Operator::NotIn, &["edge"])];
/// assert_eq!(witness(&[&some, &not_edge]), Some(vec![("tier".to_owned(), "web".to_owned())]));
///
/// let absent = selector(Operator::DoesNotExist, &[]);
/// assert_eq!(witness(&[&not_edge, &absent]), Some(vec![]), "no label is needed");
/// assert_eq!(witness(&[&some, &absent]), None);
/// ```
#[must_use]
pub fn witness(selectors: &[&Selector<'_>]) -> Option<WitnessLabels> {
    let mut labels = Vec::new();
    for group in groups(&by_key(selectors)) {
        let constraint = Constraint::of(group);
        if constraint.absent {
            continue;
        }
        let key = group.first()?.key.as_ref();
        labels.push((key.to_owned(), constraint.least(least_value)?));
    }
    Some(labels)
}

/// The labels of a namespace that all selectors match: the fewest, and of these the bytewise least. `None` if there are
/// none.
///
/// A namespace always has the label `kubernetes.io/metadata.name`, and its name is a DNS label.
///
/// ```
/// use podnetworking_policy::selectors::witness::namespace_witness;
///
/// let labels = namespace_witness(&[]).unwrap();
/// assert_eq!(labels, [("kubernetes.io/metadata.name".to_owned(), "0".to_owned())]);
/// ```
#[must_use]
pub fn namespace_witness(selectors: &[&Selector<'_>]) -> Option<WitnessLabels> {
    let name = Selector::new(vec![Requirement {
        key: METADATA_NAME.into(),
        operator: Operator::Exists,
        values: Vec::new(),
        origin: Origin::MatchExpressions(0),
    }]);
    let mut all: Vec<&Selector<'_>> = selectors.to_vec();
    all.push(&name);
    let mut labels = Vec::new();
    for group in groups(&by_key(&all)) {
        let mut constraint = Constraint::of(group);
        if constraint.absent {
            continue;
        }
        let key = group.first()?.key.as_ref();
        let value = if key == METADATA_NAME {
            if let Some(allowed) = &mut constraint.allowed {
                allowed.retain(|value| is_namespace_name(value));
            }
            constraint.least(least_namespace_name)?
        } else {
            constraint.least(least_value)?
        };
        labels.push((key.to_owned(), value));
    }
    Some(labels)
}

/// The requirements of several selectors, sorted by key.
fn by_key<'r, 'a>(selectors: &[&'r Selector<'a>]) -> Vec<&'r Requirement<'a>> {
    let mut all: Vec<&Requirement<'a>> = selectors.iter().flat_map(|selector| selector.requirements()).collect();
    sort::by(&mut all, |a, b| a.key.cmp(&b.key));
    all
}

/// The requirements on each key.
fn groups<'s, 'r, 'a>(sorted: &'s [&'r Requirement<'a>]) -> impl Iterator<Item = &'s [&'r Requirement<'a>]> {
    sorted.chunk_by(|a, b| a.key == b.key)
}
