//! One requirement of a node selector.

use std::borrow::Cow;

use crate::collections::sort;
use crate::selectors::syntax;
use crate::selectors::written_requirement::RawRequirement;

/// The one field of a node that `matchFields` can read.
pub(super) const NODE_NAME: &str = "metadata.name";

/// An operator of a node selector.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Operator {
    In,
    NotIn,
    Exists,
    DoesNotExist,
    /// Greater than this number.
    Gt(i64),
    /// Less than this number.
    Lt(i64),
}

/// A valid requirement of a term.
#[derive(Clone, Debug)]
pub(crate) struct NodeRequirement<'a> {
    pub(super) key: Cow<'a, str>,
    pub(super) operator: Operator,
    pub(super) values: Vec<Cow<'a, str>>,
}

impl<'a> NodeRequirement<'a> {
    /// A requirement on labels; `None` if Kubernetes would refuse it.
    pub(crate) fn expression(raw: RawRequirement<'a>) -> Option<Self> {
        if !syntax::is_key(&raw.key) || !raw.values.iter().all(|value| syntax::is_value(value)) {
            return None;
        }
        let number = || match raw.values.as_slice() {
            [value] => value.parse::<i64>().ok(),
            _ => None,
        };
        let operator = match raw.operator.as_ref() {
            "In" if !raw.values.is_empty() => Operator::In,
            "NotIn" if !raw.values.is_empty() => Operator::NotIn,
            "Exists" if raw.values.is_empty() => Operator::Exists,
            "DoesNotExist" if raw.values.is_empty() => Operator::DoesNotExist,
            "Gt" => Operator::Gt(number()?),
            "Lt" => Operator::Lt(number()?),
            _ => return None,
        };
        let mut values = raw.values;
        sort::texts(&mut values);
        Some(Self { key: raw.key, operator, values })
    }

    /// A requirement on fields: `In` or `NotIn` with exactly one value.
    pub(crate) fn field(raw: RawRequirement<'a>) -> Option<Self> {
        let operator = match raw.operator.as_ref() {
            "In" => Operator::In,
            "NotIn" => Operator::NotIn,
            _ => return None,
        };
        (raw.values.len() == 1).then_some(Self { key: raw.key, operator, values: raw.values })
    }

    pub(super) fn has(&self, value: &str) -> bool {
        self.values.binary_search_by(|candidate| candidate.as_ref().cmp(value)).is_ok()
    }

    pub(super) fn matches(&self, value: Option<&str>) -> bool {
        let number = || value.and_then(|value| value.parse::<i64>().ok());
        match self.operator {
            Operator::In => value.is_some_and(|value| self.has(value)),
            Operator::NotIn => !value.is_some_and(|value| self.has(value)),
            Operator::Exists => value.is_some(),
            Operator::DoesNotExist => value.is_none(),
            Operator::Gt(bound) => number().is_some_and(|number| number > bound),
            Operator::Lt(bound) => number().is_some_and(|number| number < bound),
        }
    }
}

/// Whether some node name satisfies all requirements on fields.
pub(super) fn names_can_match(fields: &[NodeRequirement<'_>]) -> bool {
    let (names, others): (Vec<_>, Vec<_>) = fields.iter().partition(|requirement| requirement.key == NODE_NAME);
    // Kubernetes reads any other field as the empty text.
    if !others.iter().all(|requirement| requirement.matches(Some(""))) {
        return false;
    }
    match names.iter().find(|requirement| requirement.operator == Operator::In) {
        Some(listed) => listed
            .values
            .iter()
            .any(|name| !name.is_empty() && names.iter().all(|requirement| requirement.matches(Some(name)))),
        None => true,
    }
}
