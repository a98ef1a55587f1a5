//! A cheap test on the text of a selector that may only rule out: whether it surely does not match some labels. It copies
//! nothing. For most stored PodNetworkings it is all that a decision does with them.
//!
//! If the prefilter says that a selector fails, the selector as it is read fails too, or it is broken and selects nothing.
//! If the prefilter says nothing, the selector must be read. For example, `{"matchLabels":{"app":"web"}}` surely fails on
//! `app=db`. A property test compares the two.

use podnetworking_walk::{Values, plain_pairs};

use crate::json::value::Json;
use crate::selectors::known_labels::METADATA_NAME;
use crate::selectors::labels::Labels;
use crate::selectors::requirement::Operator;

/// The most requirements that are compared with every object of a list.
pub(crate) const MAX_COMPARISONS: usize = 64;

/// Whether some requirement of the selector passes the test. Requirements that are not plain text do not.
pub(crate) fn any_requirement(selector: Json<'_>, test: &mut dyn FnMut(&str, Operator, Values<'_>) -> bool) -> bool {
    podnetworking_walk::any_requirement(selector.text(), &mut |key, operator, values| {
        Operator::parse(operator).is_some_and(|operator| test(key, operator, values))
    })
}

/// Whether a requirement of the selector surely fails on the labels.
pub(crate) fn surely_fails(selector: Json<'_>, labels: &Labels<'_>) -> bool {
    any_requirement(selector, &mut |key, operator, values| {
        if labels.is_unknown(key) {
            return operator == Operator::DoesNotExist;
        }
        let value = labels.get(key);
        let listed = |value: &str| values.any(&mut |one| one == value);
        match (operator, value) {
            (Operator::In, None) => true,
            (Operator::In, Some(value)) => listed(value) == Some(false),
            (Operator::NotIn, Some(value)) => listed(value) == Some(true),
            (Operator::NotIn, None) => false,
            (Operator::Exists, value) => value.is_none(),
            (Operator::DoesNotExist, value) => value.is_some(),
        }
    })
}

/// The labels of a namespace, if they are plain strings. `found` is space that is used again.
pub(crate) fn labels_of<'f, 'a>(
    labels: Option<Json<'a>>,
    name: &'a str,
    found: &'f mut Vec<(&'a str, &'a str)>,
) -> Option<&'f [(&'a str, &'a str)]> {
    found.clear();
    // The first value of a key counts, so the real name comes first.
    found.push((METADATA_NAME, name));
    let are_plain = labels.is_none_or(|labels| plain_pairs(labels.text(), found));
    are_plain.then_some(found.as_slice())
}

#[cfg(test)]
pub(crate) mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::json::fault::Faults;
    use crate::json::path::Path;
    use crate::objects::crd::SELECTOR;
    use crate::objects::read::selector::read_selector;

    fn text(choices: &'static [&'static str]) -> impl Strategy<Value = String> {
        prop::sample::select(choices).prop_map(str::to_owned)
    }

    fn joined(parts: impl Strategy<Value = String>) -> impl Strategy<Value = String> {
        prop::collection::vec(parts, 0..4).prop_map(|parts| parts.join(","))
    }

    /// Selectors, most of them valid.
    pub(crate) fn selector() -> impl Strategy<Value = String> {
        let key = || text(&["\"a\"", "\"b\"", "\"c\"", "\"\\u0061\"", "\"bad key\"", "\"a\"", "\"b\""]);
        let value =
            || text(&["\"1\"", "\"2\"", "\"\"", "\"\\u0031\"", "\"\\u0032\"", "\"-\"", "1", "null", "\"1\"", "\"2\""]);
        let label = (key(), value()).prop_map(|(key, value)| format!("{key}:{value}"));
        let values = prop_oneof![
            6 => joined(value()).prop_map(|values| format!("[{values}]")),
            1 => text(&["null", "{}", "\"1\"", "[]"]),
        ];
        let operator =
            text(&["\"In\"", "\"NotIn\"", "\"Exists\"", "\"DoesNotExist\"", "\"in\"", "\"I\\u006e\"", "3", "null"]);
        let expression = (key(), operator, values, 0..20).prop_map(|(key, operator, values, shape)| match shape {
            0 => "7".to_owned(),
            1 => format!("{{\"key\":{key},\"operator\":{operator}}}"),
            2 => format!("{{\"operator\":{operator},\"values\":{values}}}"),
            3 => format!("{{\"key\":{key},\"operator\":{operator},\"values\":{values},\"key\":\"c\"}}"),
            4 => format!("{{\"values\":{values}, \"x\":[{{}}] , \"operator\":{operator},\"key\":{key}}}"),
            _ => format!("{{\"key\":{key},\"operator\":{operator},\"values\":{values}}}"),
        });
        (joined(label), joined(expression), 0..20).prop_map(|(labels, expressions, shape)| match shape {
            0 => "[]".to_owned(),
            1 => format!("{{\"matchLabels\":{{{labels}}},\"matchLabels\":null}}"),
            2 => format!("{{\"matchLabels\":[{expressions}]}}"),
            3 => format!("{{\"matchExpressions\":{{{labels}}}}}"),
            4..8 => format!("{{\"matchLabels\":{{{labels}}}}}"),
            8..12 => format!("{{ \"matchExpressions\" : [{expressions}] }}"),
            12 => format!("{{\"m\\u0061tchLabels\":{{{labels}}},\"matchExpressions\":[{expressions}]}}"),
            _ => format!("{{\"matchExpressions\":[{expressions}],\"matchLabels\":{{{labels}}}}}"),
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 20_000, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn a_selector_that_surely_fails_does_not_match(
            text in selector(),
            labels in prop::collection::btree_map("[abc]", "[12]?", 0..3),
        ) {
            let labels: Labels<'_> = labels.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
            let json = Json::parse(&text).unwrap();
            let read = read_selector(json, &Path::Root, &mut Faults::default());
            if SELECTOR.surely_fits(&text) {
                prop_assert!(read.is_some(), "{}", text);
            }
            if surely_fails(json, &labels) {
                prop_assert!(read.is_none_or(|selector| !selector.matches(&labels)), "{}", text);
            } else if !text.contains('\\') && let Some(selector) = read {
                // For valid selectors without escapes the prefilter is exact.
                prop_assert!(selector.matches(&labels), "{}", text);
            }
        }
    }
}
