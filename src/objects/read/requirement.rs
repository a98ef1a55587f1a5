//! Reads one requirement of a selector.

use std::borrow::Cow;

use crate::json::fault::Faults;
use crate::json::path::Path;
use crate::json::value::Json;
use crate::selectors::requirement::{InvalidRequirement, Origin, Requirement, RequirementProblem};
use crate::selectors::syntax::{KEY_FORM, VALUE_FORM};
use crate::selectors::written_requirement::WrittenRequirement;
use crate::text::quote::quote;

/// The path of a requirement of the selector at `selector`.
#[must_use]
pub fn requirement_path(requirement: &Requirement<'_>, selector: &Path<'_>) -> String {
    match requirement.origin() {
        Origin::MatchLabels => selector.field("matchLabels").key(requirement.key()).to_string(),
        Origin::MatchExpressions(index) => selector.field("matchExpressions").index(index).to_string(),
    }
}

/// Reads an entry of `matchLabels`, which are at `labels`.
pub(super) fn entry<'a>(
    key: Cow<'a, str>,
    value: Json<'a>,
    labels: &Path<'_>,
    faults: &mut Faults,
) -> Option<Requirement<'a>> {
    let value = value.string(&labels.key(&key), faults)?;
    match Requirement::label(key, value) {
        Ok(requirement) => Some(requirement),
        Err(InvalidRequirement { written, problems }) => {
            for problem in problems {
                report(problem, &written, &labels.key(&written.key), faults);
            }
            None
        }
    }
}

/// Reads an element of `matchExpressions`.
pub(super) fn expression<'a>(json: Json<'a>, path: &Path<'_>, faults: &mut Faults) -> Option<Requirement<'a>> {
    match Requirement::from_written(written_requirement(json, path, faults)?) {
        Ok(requirement) => Some(requirement),
        Err(InvalidRequirement { written, problems }) => {
            let values = path.field("values");
            for problem in problems {
                let path = match problem {
                    RequirementProblem::Key => path.field("key"),
                    RequirementProblem::Operator => path.field("operator"),
                    RequirementProblem::Value(index) => values.index(index),
                    RequirementProblem::ValuesMissing | RequirementProblem::ValuesUnwanted => values,
                };
                report(problem, &written, &path, faults);
            }
            None
        }
    }
}

fn report(problem: RequirementProblem, written: &WrittenRequirement<'_>, path: &Path<'_>, faults: &mut Faults) {
    let WrittenRequirement { key, operator, values } = written;
    let (value, message, help) = match problem {
        RequirementProblem::Key => {
            (key.to_string(), format!("{} is not a valid label key", quote(key)), format!("use {KEY_FORM}"))
        }
        RequirementProblem::Value(index) => {
            let value = values.get(index).map(AsRef::as_ref).unwrap_or_default();
            (value.to_owned(), format!("{} is not a valid label value", quote(value)), format!("use {VALUE_FORM}"))
        }
        RequirementProblem::Operator => (
            operator.to_string(),
            format!("{} is not an operator of a label selector", quote(operator)),
            "use `In`, `NotIn`, `Exists` or `DoesNotExist`".to_owned(),
        ),
        RequirementProblem::ValuesMissing => (
            format!("{key} {operator}"),
            format!("`{operator}` on {} needs at least one value", quote(key)),
            "add a value, or use `Exists` or `DoesNotExist`".to_owned(),
        ),
        RequirementProblem::ValuesUnwanted => (
            format!("{key} {operator} {}", values.join(",")),
            format!("`{operator}` on {} must not have values, but has {}", quote(key), values.len()),
            "remove the values, or use `In` or `NotIn`".to_owned(),
        ),
    };
    faults.invalid_selector(path, &value, message, help);
}

/// Reads `key`, `operator` and `values`, without validating them. A missing string is the empty one, as in Go.
pub(super) fn written_requirement<'a>(
    json: Json<'a>,
    path: &Path<'_>,
    faults: &mut Faults,
) -> Option<WrittenRequirement<'a>> {
    let before = faults.len();
    let [key, operator, values] = json.fields(["key", "operator", "values"], path, faults);
    let key = key.map_or(Some(Cow::Borrowed("")), |key| key.string(&path.field("key"), faults));
    let operator = operator.map_or(Some(Cow::Borrowed("")), |text| text.string(&path.field("operator"), faults));
    let values_path = path.field("values");
    let list = values.map(|values| values.list(&values_path, faults)).unwrap_or_default();
    let mut values = Vec::with_capacity(list.len());
    for (index, value) in list.into_iter().enumerate() {
        values.extend(value.string(&values_path.index(index), faults));
    }
    if faults.len() != before {
        return None;
    }
    Some(WrittenRequirement { key: key?, operator: operator?, values })
}
