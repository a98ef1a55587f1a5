//! Field masks: which fields of an object a host call asks for.

use std::collections::BTreeMap;

use serde_json::Value;

/// A set of dotted paths, `spec.selector`, that says which fields of an object stay.
///
/// What Kubewarden makes of them: a list is passed through, each of its items is masked alike; a value that is no object where
/// the path goes on stays; and of two paths that nest the longer one wins, so that `spec.selector` beside
/// `spec.selector.podSelector` loses `namespaceSelector`.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Mask {
    fields: BTreeMap<String, Mask>,
}

impl Mask {
    /// The mask of these paths. Without any path, everything stays.
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

    /// Removes from `value` what the mask does not name.
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
    fn an_emptied_object_stays() {
        check(&["a.b"], json!({"a": {"d": 2}}), &json!({"a": {}}));
    }

    #[test]
    fn each_item_of_a_list_is_masked() {
        check(&["a.b"], json!({"a": [{"b": 1, "c": 2}, {"c": 3}, 4]}), &json!({"a": [{"b": 1}, {}, 4]}));
    }

    #[test]
    fn a_scalar_on_the_way_stays() {
        check(&["a.b"], json!({"a": "x"}), &json!({"a": "x"}));
    }

    #[test]
    fn of_nested_paths_the_longer_wins() {
        check(&["a", "a.b"], json!({"a": {"b": 1, "c": 2}}), &json!({"a": {"b": 1}}));
    }
}
