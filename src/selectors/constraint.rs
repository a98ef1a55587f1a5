//! What the requirements of a selector leave possible for each key, and whether two selectors match common labels.
//!
//! All requirements on one key become one [`Constraint`]. For example, `tier In [a, b]` and `tier NotIn [b]` leave the
//! value `a`, and the label must be there. Two selectors intersect if the constraints on each common key do.

use crate::collections::sort;
use crate::selectors::known_labels::METADATA_NAME;
use crate::selectors::labels::Labels;
use crate::selectors::requirement::{Operator, Requirement};
use crate::selectors::selector::Selector;
use crate::selectors::syntax::is_namespace_name;

/// What all requirements on one key leave possible together.
#[derive(Debug)]
pub(super) struct Constraint<'r> {
    /// The key can be absent.
    pub(super) absent: bool,
    /// The values that the key can have, sorted; `None`: any value that is not excluded.
    pub(super) allowed: Option<Vec<&'r str>>,
    /// The values that the key cannot have, sorted.
    pub(super) excluded: Vec<&'r str>,
    /// The key can be there.
    pub(super) present: bool,
}

impl<'r> Constraint<'r> {
    /// Collects requirements on one key.
    pub(super) fn of(requirements: &[&'r Requirement<'_>]) -> Self {
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
        sort::texts(&mut all.excluded);
        all.excluded.dedup();
        all
    }

    /// Collects requirements on one key, and removes the excluded values from the allowed ones. For namespaces, it also
    /// keeps [`METADATA_NAME`] to what the name of a namespace can be.
    pub(super) fn normalised(requirements: &[&'r Requirement<'_>], of_namespaces: bool) -> Self {
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

    /// Whether a value, or the absence of the key, satisfies the constraint, which is normalised.
    pub(super) fn is_satisfiable(&self) -> bool {
        self.absent || (self.present && self.allowed.as_ref().is_none_or(|allowed| !allowed.is_empty()))
    }

    /// Whether the key can have the value. The constraint is normalised.
    fn allows(&self, value: &str) -> bool {
        self.present
            && match &self.allowed {
                Some(allowed) => allowed.binary_search(&value).is_ok(),
                None => self.excluded.binary_search(&value).is_err(),
            }
    }

    /// Whether a value, or the absence of the key, satisfies both constraints, which are normalised.
    fn intersects(&self, other: &Self) -> bool {
        let any = |few: &[&str], many: &Self| few.iter().any(|value| many.allows(value));
        (self.absent && other.absent)
            || (self.present
                && other.present
                && match (&self.allowed, &other.allowed) {
                    (Some(own), Some(others)) if own.len() <= others.len() => any(own, other),
                    (_, Some(others)) => any(others, self),
                    (Some(own), None) => any(own, other),
                    // There are more values than anybody can list, and only listed ones are excluded.
                    (None, None) => true,
                })
    }

    /// Whether a value, or the absence of the key, satisfies all constraints, which are normalised.
    fn all_intersect(all: &[&Self]) -> bool {
        let allowed = all.iter().filter_map(|one| one.allowed.as_ref()).min_by_key(|allowed| allowed.len());
        all.iter().all(|one| one.absent)
            || (all.iter().all(|one| one.present)
                && match allowed {
                    Some(few) => few.iter().any(|value| all.iter().all(|one| one.allows(value))),
                    // There are more values than anybody can list, and only listed ones are excluded.
                    None => true,
                })
    }

    /// The bytewise least value that the key can have. `least` finds the least value that is not excluded.
    pub(super) fn least(&self, least: impl Fn(&[&str]) -> Option<String>) -> Option<String> {
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

/// What one selector asks of each key, prepared for comparisons with many other selectors.
///
/// ```
/// use podnetworking_policy::selectors::constraint::Constraints;
/// use podnetworking_policy::selectors::requirement::{Operator, Requirement};
/// use podnetworking_policy::selectors::selector::Selector;
///
/// let selector = |operator, values| Selector::new(vec![Requirement::new("tier", operator, values).unwrap()]);
/// let [both, edge] = [selector(Operator::In, &["web", "edge"]), selector(Operator::In, &["edge"])];
/// let [others, none] = [selector(Operator::NotIn, &["edge"]), selector(Operator::DoesNotExist, &[])];
///
/// let both = Constraints::of_pods(Some(&both));
/// assert!(both.intersects(&Constraints::of_pods(Some(&edge))));
/// assert!(both.intersects(&Constraints::of_pods(Some(&others))));
/// assert!(!both.intersects(&Constraints::of_pods(Some(&none))));
/// assert!(!Constraints::of_pods(Some(&edge)).intersects(&Constraints::of_pods(Some(&others))));
/// ```
#[derive(Debug)]
pub struct Constraints<'r> {
    /// Normalised constraints, by key.
    pub(super) keys: Vec<(&'r str, Constraint<'r>)>,
    /// How many keys must be there.
    required: usize,
    /// Some labels satisfy all constraints.
    pub(super) is_satisfiable: bool,
    /// The labels are labels of namespaces.
    of_namespaces: bool,
}

impl<'r> Constraints<'r> {
    /// The constraints of a selector of pods. An absent selector matches everything.
    #[must_use]
    pub fn of_pods(selector: Option<&'r Selector<'_>>) -> Self {
        Self::new(selector, false)
    }

    /// The constraints of a selector of namespaces, which all have [`METADATA_NAME`]. An absent selector matches
    /// everything.
    #[must_use]
    pub fn of_namespaces(selector: Option<&'r Selector<'_>>) -> Self {
        Self::new(selector, true)
    }

    fn new(selector: Option<&'r Selector<'_>>, of_namespaces: bool) -> Self {
        let mut sorted: Vec<&'r Requirement<'_>> = selector.into_iter().flat_map(Selector::requirements).collect();
        sort::by(&mut sorted, |a, b| a.key.cmp(&b.key));
        let keys: Vec<(&'r str, Constraint<'r>)> = sorted
            .chunk_by(|a, b| a.key == b.key)
            .filter_map(|group| Some((group.first()?.key.as_ref(), Constraint::normalised(group, of_namespaces))))
            .collect();
        let required = keys.iter().filter(|(_, constraint)| !constraint.absent).count();
        let is_satisfiable = keys.iter().all(|(_, constraint)| constraint.is_satisfiable());
        Self { keys, required, is_satisfiable, of_namespaces }
    }

    pub(super) fn get(&self, key: &str) -> Option<&Constraint<'r>> {
        let index = self.keys.binary_search_by(|(own, _)| (*own).cmp(key)).ok()?;
        self.keys.get(index).map(|(_, constraint)| constraint)
    }

    /// Whether some labels match both selectors. This takes time that grows with the smaller selector.
    #[must_use]
    pub fn intersects(&self, other: &Self) -> bool {
        let (few, many) = if self.keys.len() <= other.keys.len() { (self, other) } else { (other, self) };
        self.is_satisfiable
            && other.is_satisfiable
            && few.keys.iter().all(|(key, one)| many.get(key).is_none_or(|another| one.intersects(another)))
    }

    /// Whether some labels match the selector and one more requirement.
    #[must_use]
    pub fn intersects_requirement(&self, requirement: &Requirement<'_>) -> bool {
        let one = Constraint::normalised(&[requirement], self.of_namespaces);
        self.is_satisfiable
            && match self.get(&requirement.key) {
                Some(constraint) => constraint.intersects(&one),
                None => one.is_satisfiable(),
            }
    }

    /// Whether some labels match both selectors, which intersect, and one more requirement.
    ///
    /// ```
    /// use podnetworking_policy::selectors::constraint::Constraints;
    /// use podnetworking_policy::selectors::requirement::{Operator, Requirement};
    /// use podnetworking_policy::selectors::selector::Selector;
    ///
    /// let tier = |operator, values| Requirement::new("tier", operator, values).unwrap();
    /// let some = Selector::new(vec![tier(Operator::In, &["web", "edge"])]);
    /// let not_edge = Selector::new(vec![tier(Operator::NotIn, &["edge"])]);
    /// let (some, not_edge) = (Constraints::of_pods(Some(&some)), Constraints::of_pods(Some(&not_edge)));
    /// assert!(some.intersects_with(&not_edge, &tier(Operator::NotIn, &["db"])));
    /// assert!(!some.intersects_with(&not_edge, &tier(Operator::NotIn, &["web"])));
    /// ```
    #[must_use]
    pub fn intersects_with(&self, other: &Self, requirement: &Requirement<'_>) -> bool {
        let one = Constraint::normalised(&[requirement], self.of_namespaces);
        let mut all = vec![&one];
        all.extend(self.get(&requirement.key));
        all.extend(other.get(&requirement.key));
        Constraint::all_intersect(&all)
    }

    /// Whether the selector matches the labels. This takes time that grows with the smaller of the two.
    #[must_use]
    pub fn matches(&self, labels: &Labels<'_>) -> bool {
        if labels.len() > self.keys.len() {
            return self.keys.iter().all(|(key, constraint)| match labels.get(key) {
                Some(value) => constraint.allows(value),
                None => constraint.absent,
            });
        }
        let mut found = 0;
        for (key, value) in labels.iter() {
            let Some(constraint) = self.get(key) else { continue };
            if !constraint.allows(value) {
                return false;
            }
            found += usize::from(!constraint.absent);
        }
        found == self.required
    }
}
