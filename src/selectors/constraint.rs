//! What the requirements of a selector leave possible for each key, and whether two selectors can match the same labels.

use crate::selectors::known_labels::METADATA_NAME;
use crate::selectors::labels::Labels;
use crate::selectors::requirement::{Operator, Requirement};
use crate::selectors::selector::Selector;
use crate::selectors::syntax::is_namespace_name;

/// What all requirements on one key together leave possible.
#[derive(Debug)]
pub(crate) struct Constraint<'r> {
    /// The key may be absent.
    pub(crate) absent: bool,
    /// The values it may have, sorted; `None`: any but the excluded ones.
    pub(crate) allowed: Option<Vec<&'r str>>,
    /// The values that it may not have, sorted.
    pub(crate) excluded: Vec<&'r str>,
    /// The key may be there.
    pub(crate) present: bool,
}

impl<'r> Constraint<'r> {
    pub(crate) fn of(requirements: &[&'r Requirement<'_>]) -> Self {
        let mut all = Self { absent: true, allowed: None, excluded: Vec::new(), present: true };
        for requirement in requirements {
            let values = requirement.values.iter().map(AsRef::as_ref);
            match requirement.operator {
                Operator::In => {
                    all.absent = false;
                    all.allowed = Some(match all.allowed.take() {
                        None => values.collect(),
                        Some(allowed) => allowed.into_iter().filter(|value| requirement.has(value)).collect(),
                    });
                }
                Operator::NotIn => all.excluded.extend(values),
                Operator::Exists => all.absent = false,
                Operator::DoesNotExist => all.present = false,
            }
        }
        crate::collections::sort::texts(&mut all.excluded);
        all.excluded.dedup();
        all
    }

    /// With the excluded values left out of the allowed ones, and, of namespaces, with what all their names have.
    fn settled(requirements: &[&'r Requirement<'_>], of_namespaces: bool) -> Self {
        let mut constraint = Self::of(requirements);
        let is_name = of_namespaces && requirements.first().is_some_and(|one| one.key == METADATA_NAME);
        constraint.absent &= !is_name;
        if let Some(allowed) = &mut constraint.allowed {
            allowed.retain(|value| {
                constraint.excluded.binary_search(value).is_err() && (!is_name || is_namespace_name(value))
            });
            constraint.excluded.clear();
        }
        constraint
    }

    /// Of a settled one: whether some value, or the absence of the key, satisfies it.
    fn is_possible(&self) -> bool {
        self.absent || (self.present && self.allowed.as_ref().is_none_or(|allowed| !allowed.is_empty()))
    }

    /// Of a settled one: whether the key may have the value.
    fn allows(&self, value: &str) -> bool {
        self.present
            && match &self.allowed {
                Some(allowed) => allowed.binary_search(&value).is_ok(),
                None => self.excluded.binary_search(&value).is_err(),
            }
    }

    /// Of two settled ones: whether some value, or the absence of the key, satisfies both.
    fn meets(&self, other: &Self) -> bool {
        let any = |few: &[&str], many: &Self| few.iter().any(|value| many.allows(value));
        (self.absent && other.absent)
            || (self.present
                && other.present
                && match (&self.allowed, &other.allowed) {
                    (Some(own), Some(others)) if own.len() <= others.len() => any(own, other),
                    (_, Some(others)) => any(others, self),
                    (Some(own), None) => any(own, other),
                    // Finitely many values are excluded, and there are more than anybody could list.
                    (None, None) => true,
                })
    }

    /// The bytewise least value that the key may have; `least` gives the least of all values.
    pub(crate) fn least(&self, least: impl Fn(&[&str]) -> Option<String>) -> Option<String> {
        if !self.present {
            return None;
        }
        match &self.allowed {
            Some(allowed) => allowed
                .iter()
                .find(|value| self.excluded.binary_search(value).is_err())
                .map(|value| (*value).to_owned()),
            None => least(&self.excluded),
        }
    }
}

/// What one selector asks of each key, ready to be compared with many others.
#[derive(Debug)]
pub struct Constraints<'r> {
    /// By key.
    pub(crate) keys: Vec<(&'r str, Constraint<'r>)>,
    /// How many keys must be there.
    required: usize,
    /// Some labels satisfy all of them.
    pub(crate) possible: bool,
    /// The labels are those of namespaces.
    are_namespaces: bool,
}

impl<'r> Constraints<'r> {
    /// Of a selector of pods; without one everything matches.
    #[must_use]
    pub fn of_pods(selector: Option<&'r Selector<'_>>) -> Self {
        Self::new(selector, false)
    }

    /// Of a selector of namespaces, which all have a name in their labels.
    #[must_use]
    pub fn of_namespaces(selector: Option<&'r Selector<'_>>) -> Self {
        Self::new(selector, true)
    }

    fn new(selector: Option<&'r Selector<'_>>, are_namespaces: bool) -> Self {
        let mut sorted: Vec<&'r Requirement<'_>> = selector.into_iter().flat_map(Selector::requirements).collect();
        crate::collections::sort::by(&mut sorted, |a, b| a.key.cmp(&b.key));
        let keys: Vec<(&'r str, Constraint<'r>)> = sorted
            .chunk_by(|a, b| a.key == b.key)
            .filter_map(|group| Some((group.first()?.key.as_ref(), Constraint::settled(group, are_namespaces))))
            .collect();
        let required = keys.iter().filter(|(_, constraint)| !constraint.absent).count();
        let possible = keys.iter().all(|(_, constraint)| constraint.is_possible());
        Self { keys, required, possible, are_namespaces }
    }

    pub(crate) fn get(&self, key: &str) -> Option<&Constraint<'r>> {
        let index = self.keys.binary_search_by(|(own, _)| (*own).cmp(key)).ok()?;
        self.keys.get(index).map(|(_, constraint)| constraint)
    }

    /// Whether some labels match both: in time that grows with the smaller one.
    #[must_use]
    pub fn meet(&self, other: &Self) -> bool {
        let (few, many) = if self.keys.len() <= other.keys.len() { (self, other) } else { (other, self) };
        self.possible
            && other.possible
            && few.keys.iter().all(|(key, one)| many.get(key).is_none_or(|another| one.meets(another)))
    }

    /// Whether some labels match with one more requirement.
    #[must_use]
    pub fn meet_requirement(&self, requirement: &Requirement<'_>) -> bool {
        let one = Constraint::settled(&[requirement], self.are_namespaces);
        self.possible
            && match self.get(&requirement.key) {
                Some(constraint) => constraint.meets(&one),
                None => one.is_possible(),
            }
    }

    /// Whether the selector matches the labels: in time that grows with the smaller one.
    #[must_use]
    pub fn match_labels(&self, labels: &Labels<'_>) -> bool {
        if labels.len() > self.keys.len() {
            return self.keys.iter().all(|(key, constraint)| match labels.get(key) {
                Some(value) => constraint.allows(value),
                None => constraint.absent,
            });
        }
        let mut met = 0;
        for (key, value) in labels.iter() {
            let Some(constraint) = self.get(key) else { continue };
            if !constraint.allows(value) {
                return false;
            }
            met += usize::from(!constraint.absent);
        }
        met == self.required
    }
}
