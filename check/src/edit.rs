//! The edits of objects that remove findings.

use podnetworking_policy::answer::fix::{self, Change};
use podnetworking_policy::selectors::requirement::Requirement;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::object_ref::ObjectRef;

/// Edits that remove a finding.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Fix {
    /// Whether the edits only write what was meant. Otherwise they choose one of several ways.
    pub safe: bool,
    /// The edits.
    pub edits: Vec<Edit>,
}

/// One edit of an object.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Edit {
    /// The path of the field.
    pub path: String,
    /// What is done with it.
    pub op: Op,
    /// The new value, the new name of the field, or the element that is added to a list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<Value>,
    /// The object, if it is not the one of the finding.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub object: Option<ObjectRef>,
}

/// What an edit does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Op {
    /// Adds an element to a list, which may be missing.
    Add,
    /// Removes a field or an element.
    Remove,
    /// Renames a field in its place.
    Rename,
    /// Replaces a value.
    Replace,
}

impl Fix {
    /// The fix of a finding of the core.
    pub(crate) fn of(fix: &fix::Fix) -> Self {
        let (op, value, object) = match &fix.change {
            Change::Remove => (Op::Remove, None, None),
            Change::Rename(name) => (Op::Rename, Some(json!(name)), None),
            Change::Add { requirement, other } => {
                (Op::Add, Some(expression(requirement)), other.as_deref().map(ObjectRef::of_podnetworking))
            }
        };
        Self { safe: fix.is_safe, edits: vec![Edit { path: fix.path.clone(), op, value, object }] }
    }
}

/// A requirement as an element of `matchExpressions`.
fn expression(requirement: &Requirement<'_>) -> Value {
    let operator = requirement.operator();
    let mut expression = json!({"key": requirement.key(), "operator": operator.name()});
    if operator.takes_values()
        && let Some(members) = expression.as_object_mut()
    {
        members.insert("values".to_owned(), json!(requirement.values()));
    }
    expression
}

impl Edit {
    pub(crate) fn new(path: impl Into<String>, op: Op, value: Option<Value>) -> Self {
        Self { path: path.into(), op, value, object: None }
    }
}
