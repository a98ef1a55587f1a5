//! Why a selector matches nothing: requirements that contradict each other.

use crate::collections::sort;
use crate::selectors::constraint::Constraint;
use crate::selectors::requirement::Requirement;
use crate::selectors::selector::Selector;

/// With more requirements on one key than this, all of them are named.
const MAX_MINIMISED_REQUIREMENTS: usize = 64;
/// With more values on one key than this, all requirements on it are named.
const MAX_MINIMISED_VALUES: usize = 10_000;

/// Requirements of a selector of pods that contradict each other, none of which can be left out. They are on the first
/// key that has such requirements. There are none if some labels match.
///
/// ```
/// use podnetworking_policy::selectors::contradiction::contradiction;
/// use podnetworking_policy::selectors::requirement::{Operator, Requirement};
/// use podnetworking_policy::selectors::selector::Selector;
///
/// let mut requirements = vec![
///     Requirement::label("app", "shop").unwrap(),
///     Requirement::new("tier", Operator::In, &["web", "edge"]).unwrap(),
///     Requirement::new("tier", Operator::Exists, &[]).unwrap(),
///     Requirement::new("tier", Operator::NotIn, &["edge"]).unwrap(),
/// ];
/// assert!(contradiction(&Selector::new(requirements.clone())).is_empty(), "`tier=web` matches");
///
/// requirements.push(Requirement::new("tier", Operator::NotIn, &["db", "web"]).unwrap());
/// let selector = Selector::new(requirements);
/// let contradicting: Vec<String> = contradiction(&selector).iter().map(ToString::to_string).collect();
/// assert_eq!(contradicting, ["tier In [edge, web]", "tier NotIn [edge]", "tier NotIn [db, web]"]);
/// ```
#[must_use]
pub fn contradiction<'r, 'a>(selector: &'r Selector<'a>) -> Vec<&'r Requirement<'a>> {
    find(selector, false)
}

/// As [`contradiction`], for a selector of namespaces: the label `kubernetes.io/metadata.name` is always there, and is the
/// name of a namespace.
///
/// ```
/// use podnetworking_policy::selectors::contradiction::namespace_contradiction;
/// use podnetworking_policy::selectors::requirement::Requirement;
/// use podnetworking_policy::selectors::selector::Selector;
///
/// let selector = Selector::new(vec![Requirement::label("kubernetes.io/metadata.name", "Shop").unwrap()]);
/// assert_eq!(namespace_contradiction(&selector).len(), 1, "no namespace has a name with a capital letter");
/// ```
#[must_use]
pub fn namespace_contradiction<'r, 'a>(selector: &'r Selector<'a>) -> Vec<&'r Requirement<'a>> {
    find(selector, true)
}

fn find<'r, 'a>(selector: &'r Selector<'a>, of_namespaces: bool) -> Vec<&'r Requirement<'a>> {
    let is_satisfiable = |group: &[&Requirement<'a>]| Constraint::normalised(group, of_namespaces).is_satisfiable();
    let mut sorted: Vec<&Requirement<'a>> = selector.requirements().iter().collect();
    sort::by(&mut sorted, |a, b| a.key.cmp(&b.key));
    let Some(group) = sorted.chunk_by(|a, b| a.key == b.key).find(|group| !is_satisfiable(group)) else {
        return Vec::new();
    };
    let mut needed: Vec<&Requirement<'a>> = group.to_vec();
    let values: usize = group.iter().map(|requirement| requirement.values.len()).sum();
    if needed.len() > MAX_MINIMISED_REQUIREMENTS || values > MAX_MINIMISED_VALUES {
        return needed;
    }
    // Leave out each requirement without which the others still contradict each other.
    let mut index = 0;
    while index < needed.len() {
        let mut without = needed.clone();
        without.remove(index);
        if is_satisfiable(&without) {
            index += 1;
        } else {
            needed = without;
        }
    }
    needed
}
