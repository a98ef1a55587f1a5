//! One requirement of a node selector.

use std::borrow::Cow;

use crate::collections::sort;
use crate::selectors::syntax::{is_key, is_value};
use crate::selectors::written_requirement::WrittenRequirement;

/// The one field of a node that `matchFields` can read.
pub(super) const NODE_NAME: &str = "metadata.name";

/// An operator of a node selector.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NodeOperator {
    In,
    NotIn,
    Exists,
    DoesNotExist,
    /// Greater than this number.
    Gt(i64),
    /// Less than this number.
    Lt(i64),
}

/// One requirement of a node selector, which Kubernetes would accept.
#[derive(Clone, Debug)]
pub(super) struct NodeRequirement<'a> {
    pub(super) key: Cow<'a, str>,
    pub(super) operator: NodeOperator,
    /// Sorted.
    pub(super) values: Vec<Cow<'a, str>>,
}

impl<'a> NodeRequirement<'a> {
    /// A requirement of `matchExpressions`, on a label; `None` if Kubernetes would not accept it.
    pub(super) fn expression(written: WrittenRequirement<'a>) -> Option<Self> {
        if !is_key(&written.key) || !written.values.iter().all(|value| is_value(value)) {
            return None;
        }
        let number = || match written.values.as_slice() {
            [value] => value.parse::<i64>().ok(),
            _ => None,
        };
        let operator = match written.operator.as_ref() {
            "In" if !written.values.is_empty() => NodeOperator::In,
            "NotIn" if !written.values.is_empty() => NodeOperator::NotIn,
            "Exists" if written.values.is_empty() => NodeOperator::Exists,
            "DoesNotExist" if written.values.is_empty() => NodeOperator::DoesNotExist,
            "Gt" => NodeOperator::Gt(number()?),
            "Lt" => NodeOperator::Lt(number()?),
            _ => return None,
        };
        let mut values = written.values;
        sort::texts(&mut values);
        Some(Self { key: written.key, operator, values })
    }

    /// A requirement of `matchFields`: `In` or `NotIn` with exactly one value; `None` if Kubernetes would not accept it.
    pub(super) fn field(written: WrittenRequirement<'a>) -> Option<Self> {
        let operator = match written.operator.as_ref() {
            "In" => NodeOperator::In,
            "NotIn" => NodeOperator::NotIn,
            _ => return None,
        };
        (written.values.len() == 1).then_some(Self { key: written.key, operator, values: written.values })
    }

    /// Whether the value is listed.
    pub(super) fn has(&self, value: &str) -> bool {
        self.values.binary_search_by(|candidate| candidate.as_ref().cmp(value)).is_ok()
    }

    /// Whether a label with this value, or an absent label, satisfies the requirement.
    pub(super) fn matches(&self, value: Option<&str>) -> bool {
        let number = || value.and_then(|value| value.parse::<i64>().ok());
        match self.operator {
            NodeOperator::In => value.is_some_and(|value| self.has(value)),
            NodeOperator::NotIn => !value.is_some_and(|value| self.has(value)),
            NodeOperator::Exists => value.is_some(),
            NodeOperator::DoesNotExist => value.is_none(),
            NodeOperator::Gt(bound) => number().is_some_and(|number| number > bound),
            NodeOperator::Lt(bound) => number().is_some_and(|number| number < bound),
        }
    }
}

/// Whether the name of some node satisfies all requirements of `matchFields`.
pub(super) fn names_can_match(fields: &[NodeRequirement<'_>]) -> bool {
    let (names, others): (Vec<_>, Vec<_>) = fields.iter().partition(|requirement| requirement.key == NODE_NAME);
    // Kubernetes reads any other field as the empty text.
    if !others.iter().all(|requirement| requirement.matches(Some(""))) {
        return false;
    }
    match names.iter().find(|requirement| requirement.operator == NodeOperator::In) {
        Some(listed) => listed
            .values
            .iter()
            .any(|name| !name.is_empty() && names.iter().all(|requirement| requirement.matches(Some(name)))),
        None => true,
    }
}
