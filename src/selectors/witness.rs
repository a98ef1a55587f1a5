//! The smallest labels that selectors match, and why there are none.

use std::borrow::Cow;

use crate::selectors::constraint::Constraint;
use crate::selectors::known_labels::METADATA_NAME;
use crate::selectors::least_value::{least_namespace_name, least_value};
use crate::selectors::requirement::{Operator, Origin, Requirement};
use crate::selectors::selector::Selector;
use crate::selectors::syntax::is_namespace_name;

/// Labels that a witness has, by key.
pub type WitnessLabels = Vec<(String, String)>;

/// The requirements of several selectors, all of which must hold, grouped by key.
fn by_key<'r, 'a>(selectors: &[&'r Selector<'a>]) -> Vec<&'r Requirement<'a>> {
    let mut all: Vec<&Requirement<'a>> = selectors.iter().flat_map(|selector| selector.requirements()).collect();
    crate::collections::sort::by(&mut all, |a, b| a.key.cmp(&b.key));
    all
}

fn groups<'s, 'r, 'a>(sorted: &'s [&'r Requirement<'a>]) -> impl Iterator<Item = &'s [&'r Requirement<'a>]> {
    sorted.chunk_by(|a, b| a.key == b.key)
}

/// The smallest label set of a pod that all selectors match: the fewest labels, and of these the bytewise least;
/// `None` if there is none.
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

/// The smallest label set of a namespace that all selectors match. A namespace always has the label
/// `kubernetes.io/metadata.name`, and its name is a DNS-1123 label.
#[must_use]
pub fn namespace_witness(selectors: &[&Selector<'_>]) -> Option<WitnessLabels> {
    let name = Selector {
        requirements: vec![Requirement {
            key: Cow::Borrowed(METADATA_NAME),
            operator: Operator::Exists,
            values: Vec::new(),
            origin: Origin::MatchLabels,
        }],
    };
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

/// The requirements that contradict each other, as few as possible, in the first key that has such; empty if labels
/// can match. `satisfiable` decides whether labels can match a selector.
#[must_use]
pub fn contradiction<'r, 'a>(
    selector: &'r Selector<'a>,
    satisfiable: impl Fn(&Selector<'a>) -> bool,
) -> Vec<&'r Requirement<'a>> {
    let sorted = by_key(&[selector]);
    for group in groups(&sorted) {
        let holds = |group: &[&Requirement<'a>]| {
            satisfiable(&Selector { requirements: group.iter().map(|requirement| (*requirement).clone()).collect() })
        };
        if holds(group) {
            continue;
        }
        // Leave out what is not needed for the contradiction. Few requirements with few values stand on one key; where
        // there are many, naming them all is better than trying them all.
        let mut rest: Vec<&Requirement<'a>> = group.to_vec();
        let values: usize = group.iter().map(|requirement| requirement.values.len()).sum();
        let is_tried = rest.len() <= 64 && values <= 10_000;
        let mut index = 0;
        while is_tried && index < rest.len() {
            let mut without = rest.clone();
            without.remove(index);
            if holds(&without) {
                index += 1;
            } else {
                rest = without;
            }
        }
        return rest;
    }
    Vec::new()
}
