//! A label selector: whether it matches, and which requirement fails.

use crate::selectors::labels::Labels;
use crate::selectors::requirement::{Operator, Origin, Requirement};

/// A label selector that Kubernetes would accept: requirements that must all hold. Without requirements it matches all.
///
/// ```
/// use podnetworking_policy::selectors::labels::Labels;
/// use podnetworking_policy::selectors::requirement::{Operator, Requirement};
/// use podnetworking_policy::selectors::selector::Selector;
///
/// let selector = Selector::new(vec![
///     Requirement::label("app", "shop").unwrap(),
///     Requirement::new("tier", Operator::NotIn, &["db"]).unwrap(),
/// ]);
///
/// let web: Labels<'_> = [("app", "shop"), ("tier", "web")].into_iter().collect();
/// assert!(selector.matches(&web));
///
/// let database: Labels<'_> = [("app", "shop"), ("tier", "db")].into_iter().collect();
/// assert_eq!(selector.failed(&database).unwrap().to_string(), "tier NotIn [db]");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selector<'a> {
    requirements: Vec<Requirement<'a>>,
}

impl<'a> Selector<'a> {
    /// A selector with these requirements. It numbers those of `matchExpressions` in their order.
    #[must_use]
    pub fn new(mut requirements: Vec<Requirement<'a>>) -> Self {
        let expressions = requirements.iter_mut().filter(|requirement| requirement.origin != Origin::MatchLabels);
        for (index, requirement) in expressions.enumerate() {
            requirement.origin = Origin::MatchExpressions(index);
        }
        Self { requirements }
    }

    /// The selector with texts of its own.
    #[must_use]
    pub fn into_owned(self) -> Selector<'static> {
        Selector { requirements: self.requirements.into_iter().map(Requirement::into_owned).collect() }
    }

    /// The requirements, in the order in which the selector has them.
    #[must_use]
    pub fn requirements(&self) -> &[Requirement<'a>] {
        &self.requirements
    }

    /// How many requirements and values there are: a measure of the work that the selector makes.
    #[must_use]
    pub fn size(&self) -> usize {
        self.requirements.iter().map(|requirement| 1 + requirement.values.len()).sum()
    }

    /// Whether the selector matches the labels.
    #[must_use]
    pub fn matches(&self, labels: &Labels<'_>) -> bool {
        self.failed(labels).is_none()
    }

    /// Whether the selector matches labels that are pairs of keys and values. If a key is there twice, the first one
    /// counts.
    ///
    /// ```
    /// use podnetworking_policy::selectors::requirement::Requirement;
    /// use podnetworking_policy::selectors::selector::Selector;
    ///
    /// let selector = Selector::new(vec![Requirement::label("app", "shop").unwrap()]);
    /// assert!(selector.matches_pairs(&[("app", "shop"), ("app", "other")]));
    /// ```
    #[must_use]
    pub fn matches_pairs(&self, labels: &[(&str, &str)]) -> bool {
        self.requirements.iter().all(|requirement| requirement.matches(first_value(labels, &requirement.key)))
    }

    /// The first requirement that the labels do not satisfy, whatever the unknown values of labels are.
    #[must_use]
    pub fn failed(&self, labels: &Labels<'_>) -> Option<&Requirement<'a>> {
        self.requirements.iter().find(|requirement| match labels.is_unknown(&requirement.key) {
            true => requirement.operator == Operator::DoesNotExist,
            false => !requirement.matches(labels.get(&requirement.key)),
        })
    }

    /// The first requirement that holds or not by the unknown value of a label.
    ///
    /// ```
    /// use podnetworking_policy::selectors::labels::Labels;
    /// use podnetworking_policy::selectors::requirement::{Operator, Requirement};
    /// use podnetworking_policy::selectors::selector::Selector;
    ///
    /// let hash = |operator, values| Selector::new(vec![Requirement::new("hash", operator, values).unwrap()]);
    /// let labels = Labels::default().with_unknown(&["hash"]);
    /// assert!(hash(Operator::In, &["1"]).undecided(&labels).is_some());
    /// assert!(hash(Operator::Exists, &[]).undecided(&labels).is_none(), "it matches");
    /// ```
    #[must_use]
    pub fn undecided(&self, labels: &Labels<'_>) -> Option<&Requirement<'a>> {
        self.requirements
            .iter()
            .find(|requirement| requirement.operator.takes_values() && labels.is_unknown(&requirement.key))
    }

    /// The selector with one more requirement, as the last of `matchExpressions`.
    #[must_use]
    pub fn with(&self, requirement: Requirement<'a>) -> Self {
        let mut requirements = self.requirements.clone();
        requirements.push(Requirement { origin: Origin::MatchExpressions(0), ..requirement });
        Self::new(requirements)
    }
}

/// The value of the first pair that has the key.
fn first_value<'a>(pairs: &[(&str, &'a str)], key: &str) -> Option<&'a str> {
    pairs.iter().find(|(one, _)| one.len() == key.len() && *one == key).map(|(_, value)| *value)
}
