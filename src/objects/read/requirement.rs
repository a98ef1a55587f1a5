//! Reading a requirement, and what is wrong with it.

use std::borrow::Cow;

use crate::collections::sort;
use crate::json::fault::Faults;
use crate::json::path::Path;
use crate::json::value::Json;
use crate::selectors::requirement::{Operator, Origin, Requirement};
use crate::selectors::syntax;
use crate::selectors::written_requirement::RawRequirement;
use crate::text::quote::quote;

impl Requirement<'_> {
    /// The path of the requirement below its selector's.
    #[must_use]
    pub fn path(&self, selector: &Path<'_>) -> String {
        match self.origin {
            Origin::MatchLabels => selector.field("matchLabels").key(&self.key).to_string(),
            Origin::MatchExpressions(index) => selector.field("matchExpressions").index(index).to_string(),
        }
    }
}

pub(super) fn expression<'a>(
    json: Json<'a>,
    origin: Origin,
    path: &Path<'_>,
    faults: &mut Faults,
) -> Option<Requirement<'a>> {
    let raw = RawRequirement::read(json, path, faults)?;
    check_key(&raw.key, &path.field("key"), faults);
    let values_path = path.field("values");
    for (index, value) in raw.values.iter().enumerate() {
        check_value(value, &values_path.index(index), faults);
    }
    let Some(operator) = Operator::read(&raw.operator) else {
        faults.invalid_selector(
            &path.field("operator"),
            &raw.operator,
            format!("{} is not an operator of a label selector", quote(&raw.operator)),
            "use `In`, `NotIn`, `Exists` or `DoesNotExist`".to_owned(),
        );
        return None;
    };
    let takes_values = matches!(operator, Operator::In | Operator::NotIn);
    if takes_values && raw.values.is_empty() {
        faults.invalid_selector(
            &values_path,
            &format!("{} {}", raw.key, operator.name()),
            format!("`{}` on {} needs at least one value", operator.name(), quote(&raw.key)),
            "add a value, or use `Exists` or `DoesNotExist`".to_owned(),
        );
    }
    if !takes_values && !raw.values.is_empty() {
        faults.invalid_selector(
            &values_path,
            &format!("{} {} {}", raw.key, operator.name(), raw.values.join(",")),
            format!("`{}` on {} must not have values, but has {}", operator.name(), quote(&raw.key), raw.values.len()),
            "remove the values, or use `In` or `NotIn`".to_owned(),
        );
    }
    let mut values = raw.values;
    sort::texts(&mut values);
    values.dedup();
    Some(Requirement { key: raw.key, operator, values, origin })
}

pub(super) fn check_key(key: &str, path: &Path<'_>, faults: &mut Faults) {
    if !syntax::is_key(key) {
        faults.invalid_selector(
            path,
            key,
            format!("{} is not a valid label key", quote(key)),
            format!("use {}", syntax::KEY_FORM),
        );
    }
}

pub(super) fn check_value(value: &str, path: &Path<'_>, faults: &mut Faults) {
    if !syntax::is_value(value) {
        faults.invalid_selector(
            path,
            value,
            format!("{} is not a valid label value", quote(value)),
            format!("use {}", syntax::VALUE_FORM),
        );
    }
}

impl<'a> RawRequirement<'a> {
    /// Reads `key`, `operator` and `values`; a missing string is the empty one, as in Go.
    pub(crate) fn read(json: Json<'a>, path: &Path<'_>, faults: &mut Faults) -> Option<Self> {
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
        Some(Self { key: key?, operator: operator?, values })
    }
}
