//! Label selectors: Kubernetes' semantics to the letter, and the exact decision whether selectors can match one label
//! set.
//!
//! Validation and matching follow apimachinery (`metav1.LabelSelectorAsSelector`, `labels.Requirement`). Whether two
//! selectors can meet is decided key by key, all requirements on a key together: pairwise is not enough
//! (`In [a, b]` with `NotIn [a]` and `NotIn [b]`).

use crate::selectors::labels::Labels;
use crate::selectors::requirement::Requirement;

/// A label selector that Kubernetes would accept. Without requirements it matches everything.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selector<'a> {
    pub(crate) requirements: Vec<Requirement<'a>>,
}

impl<'a> Selector<'a> {
    /// The requirements: those of `matchLabels` by key, then `matchExpressions` in their order.
    #[must_use]
    pub fn requirements(&self) -> &[Requirement<'a>] {
        &self.requirements
    }

    /// How many requirements and values there are: what it costs to look at all of them.
    #[must_use]
    pub fn size(&self) -> usize {
        self.requirements.iter().map(|requirement| 1 + requirement.values.len()).sum()
    }

    /// Whether the selector matches the labels.
    #[must_use]
    pub fn matches(&self, labels: &Labels<'_>) -> bool {
        self.failed(labels).is_none()
    }

    /// Whether the selector matches the labels, of which the first with a key counts.
    pub(crate) fn matches_these(&self, labels: &[(&str, &str)]) -> bool {
        self.requirements
            .iter()
            .all(|requirement| requirement.matches(podnetworking_walk::first_value(labels, &requirement.key)))
    }

    /// The first requirement that the labels do not satisfy.
    #[must_use]
    pub fn failed(&self, labels: &Labels<'_>) -> Option<&Requirement<'a>> {
        self.requirements.iter().find(|requirement| !requirement.matches(labels.get(&requirement.key)))
    }

    /// The selector with one more requirement.
    #[must_use]
    pub fn with(&self, requirement: Requirement<'a>) -> Self {
        let mut requirements = self.requirements.clone();
        requirements.push(requirement);
        Self { requirements }
    }
}
