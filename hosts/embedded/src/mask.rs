//! Field masks: which fields of an object a host call asks for.

use std::collections::BTreeMap;

use serde_json::Value;

/// A set of dotted paths, for example `spec.selector`: the fields of an object that stay.
///
/// It works as in Kubewarden. The items of a list are masked one by one. A value stays if the path continues but the value
/// is not an object. If two paths nest, the longer one counts: with `spec.selector` and `spec.selector.podSelector`,
/// `namespaceSelector` is removed.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Mask {
    fields: BTreeMap<String, Mask>,
}

impl Mask {
    /// The mask of these paths. Without paths, everything stays.
    pub fn new<P: AsRef<str>>(paths: impl IntoIterator<Item = P>) -> Self {
        let mut mask = Self::default();
        for path in paths {
            let mut at = &mut mask;
            for field in path.as_ref().split('.') {
                at = at.fields.entry(field.to_owned()).or_default();
            }
        }
        mask
    }

    /// Removes the fields of `value` that the mask does not name.
    pub fn prune(&self, value: &mut Value) {
        if self.fields.is_empty() {
            return;
        }
        match value {
            Value::Object(fields) => fields.retain(|name, value| match self.fields.get(name) {
                Some(mask) => {
                    mask.prune(value);
                    true
                }
                None => false,
            }),
            Value::Array(items) => items.iter_mut().for_each(|item| self.prune(item)),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn check(paths: &[&str], before: Value, after: &Value) {
        let mut value = before;
        Mask::new(paths).prune(&mut value);
        assert_eq!(&value, after);
    }

    #[test]
    fn no_path_keeps_everything() {
        check(&[], json!({"a": 1}), &json!({"a": 1}));
    }

    #[test]
    fn a_path_keeps_all_that_is_below_it() {
        check(&["a.b"], json!({"a": {"b": {"c": 1}, "d": 2}, "e": 3}), &json!({"a": {"b": {"c": 1}}}));
    }

    #[test]
    fn an_object_that_becomes_empty_stays() {
        check(&["a.b"], json!({"a": {"d": 2}}), &json!({"a": {}}));
    }

    #[test]
    fn each_item_of_a_list_is_masked() {
        check(&["a.b"], json!({"a": [{"b": 1, "c": 2}, {"c": 3}, 4]}), &json!({"a": [{"b": 1}, {}, 4]}));
    }

    #[test]
    fn a_scalar_stays_where_the_path_continues() {
        check(&["a.b"], json!({"a": "x"}), &json!({"a": "x"}));
    }

    #[test]
    fn the_longer_of_two_nested_paths_counts() {
        check(&["a", "a.b"], json!({"a": {"b": 1, "c": 2}}), &json!({"a": {"b": 1}}));
    }
}
