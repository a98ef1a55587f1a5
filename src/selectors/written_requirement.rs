//! A requirement as it is written, of a label selector or of a node selector.

use std::borrow::Cow;

/// A requirement as it is written: not validated.
///
/// [`crate::selectors::requirement::Requirement`] and [`crate::selectors::node_term::NodeTerm`] validate it, each by
/// Kubernetes' rules for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrittenRequirement<'a> {
    /// The label key, or the name of a field of a node.
    pub key: Cow<'a, str>,
    /// The name of the operator.
    pub operator: Cow<'a, str>,
    /// The values, in their order.
    pub values: Vec<Cow<'a, str>>,
}

impl<'a> WrittenRequirement<'a> {
    /// A requirement of borrowed texts.
    #[must_use]
    pub fn new(key: &'a str, operator: &'a str, values: &[&'a str]) -> Self {
        Self {
            key: key.into(),
            operator: operator.into(),
            values: values.iter().map(|value| (*value).into()).collect(),
        }
    }
}
