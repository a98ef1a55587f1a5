//! A glance at a selector as it is written, without reading it: whether it surely does not match, or surely cannot meet
//! another one. It copies nothing, and it is what most stored PodNetworkings get in a decision about something else.
//!
//! Where a glance says so, the selector that is read says the same or is broken, and what is broken selects nothing
//! either. Where it does not, nothing is known and the selector is to be read. A property test compares the two.

use podnetworking_walk::{Walker, is_plain};

use crate::json::{Error, Json};
use crate::label::Labels;
use crate::selector::Operator;

/// The values of a requirement, as they are written.
#[derive(Clone, Copy)]
pub(crate) enum Values<'a> {
    /// The one of an entry of `matchLabels`.
    One(&'a str),
    /// A list, or whatever stands there.
    Listed(Option<Json<'a>>),
}

impl<'a> Values<'a> {
    /// Visits the values until one is found; `None` where something is no plain string.
    pub(crate) fn any(self, is_wanted: &mut dyn FnMut(&'a str) -> bool) -> Option<bool> {
        match self {
            Self::One(value) => Some(is_wanted(value)),
            Self::Listed(None) => Some(false),
            Self::Listed(Some(list)) => any_of(list, is_wanted).ok()?,
        }
    }
}

fn any_of<'a>(list: Json<'a>, is_wanted: &mut dyn FnMut(&'a str) -> bool) -> Result<Option<bool>, Error> {
    let mut walker = Walker::new(list.text());
    let mut more = walker.enter()?;
    while more {
        let Some(value) = plain(walker.skip()?) else { return Ok(None) };
        if is_wanted(value) {
            return Ok(Some(true));
        }
        more = walker.more_elements()?;
    }
    Ok(Some(false))
}

/// What a string without escapes says.
fn plain(json: &str) -> Option<&str> {
    let inside = json.strip_prefix('"')?.strip_suffix('"')?;
    is_plain(inside).then_some(inside)
}

/// One requirement, as it is written.
pub(crate) type Test<'t> = dyn FnMut(&str, Operator, Values<'_>) -> bool + 't;

/// Whether some requirement of the selector passes the test; those that cannot be read at a glance do not.
fn some(selector: Json<'_>, test: &mut Test<'_>) -> bool {
    some_in(&mut Walker::new(selector.text()), test).unwrap_or(false)
}

fn some_in(walker: &mut Walker<'_>, test: &mut Test<'_>) -> Result<bool, Error> {
    if walker.peek() != b'{' {
        return Ok(false);
    }
    let mut more = walker.enter()?;
    while more {
        let found = match (walker.key()?.written(), walker.peek()) {
            ("matchLabels", b'{') => some_label(walker, test)?,
            ("matchExpressions", b'[') => some_expression(walker, test)?,
            _ => {
                walker.skip()?;
                false
            }
        };
        if found {
            return Ok(true);
        }
        more = walker.more_members()?;
    }
    Ok(false)
}

fn some_label(walker: &mut Walker<'_>, test: &mut Test<'_>) -> Result<bool, Error> {
    let mut more = walker.enter()?;
    while more {
        let key = walker.key()?.written();
        if let Some(value) = plain(walker.skip()?)
            && is_plain(key)
            && test(key, Operator::In, Values::One(value))
        {
            return Ok(true);
        }
        more = walker.more_members()?;
    }
    Ok(false)
}

fn some_expression(walker: &mut Walker<'_>, test: &mut Test<'_>) -> Result<bool, Error> {
    let mut more = walker.enter()?;
    while more {
        if walker.peek() != b'{' {
            return Ok(false);
        }
        let (mut key, mut operator, mut values) = (None, None, None);
        let mut more_members = walker.enter()?;
        while more_members {
            let name = walker.key()?.written();
            let value = walker.skip()?;
            match name {
                "key" => key = plain(value),
                "operator" => operator = plain(value).and_then(Operator::read),
                "values" => values = Some(Json::walk(&mut Walker::new(value))?),
                _ => {}
            }
            more_members = walker.more_members()?;
        }
        if let (Some(key), Some(operator)) = (key, operator)
            && test(key, operator, Values::Listed(values))
        {
            return Ok(true);
        }
        more = walker.more_elements()?;
    }
    Ok(false)
}

/// Whether a requirement of the selector surely fails on the labels.
pub(crate) fn fails(selector: Json<'_>, labels: &Labels<'_>) -> bool {
    some(selector, &mut |key, operator, values| {
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

/// The two selectors of `spec.selector`, pod and namespace, as they are written; `None` if it has escapes in its keys, or is
/// no object.
pub(crate) fn sides(selector: Json<'_>) -> [Option<Json<'_>>; 2] {
    let mut sides = [None, None];
    // What cannot be walked over has no sides.
    let _ = walk_sides(selector, &mut sides);
    sides.map(|side: Option<Json<'_>>| side.and_then(Json::present))
}

fn walk_sides<'a>(selector: Json<'a>, sides: &mut [Option<Json<'a>>; 2]) -> Result<(), Error> {
    let mut walker = Walker::new(selector.text());
    let mut more = walker.enter()?;
    while more {
        let key = walker.key()?.written();
        let value = Json::walk(&mut walker)?;
        let [pod, namespace] = &mut *sides;
        match key {
            "podSelector" => *pod = Some(value),
            "namespaceSelector" => *namespace = Some(value),
            _ => {}
        }
        more = walker.more_members()?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::fault::Faults;
    use crate::path::Path;
    use crate::selector::Selector;

    fn text(choices: &'static [&'static str]) -> impl Strategy<Value = String> {
        prop::sample::select(choices).prop_map(str::to_owned)
    }

    fn joined(parts: impl Strategy<Value = String>) -> impl Strategy<Value = String> {
        prop::collection::vec(parts, 0..4).prop_map(|parts| parts.join(","))
    }

    /// Selectors, most of them valid.
    fn selector() -> impl Strategy<Value = String> {
        let key = || text(&["\"a\"", "\"b\"", "\"c\"", "\"\\u0061\"", "\"bad key\"", "\"a\"", "\"b\""]);
        let value = || text(&["\"1\"", "\"2\"", "\"\"", "\"\\u0031\"", "\"-\"", "1", "null", "\"1\"", "\"2\""]);
        let label = (key(), value()).prop_map(|(key, value)| format!("{key}:{value}"));
        let values = prop_oneof![
            6 => joined(value()).prop_map(|values| format!("[{values}]")),
            1 => text(&["null", "{}", "\"1\"", "[]"]),
        ];
        let operator = text(&["\"In\"", "\"NotIn\"", "\"Exists\"", "\"DoesNotExist\"", "\"in\"", "\"I\\u006e\"", "3", "null"]);
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
        fn what_fails_at_a_glance_fails_when_it_is_read(
            text in selector(),
            labels in prop::collection::btree_map("[abc]", "[12]?", 0..3),
        ) {
            let labels: Labels<'_> = labels.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
            let json = Json::parse(&text).unwrap();
            let read = Selector::read(json, &Path::Root, &mut Faults::default());
            if fails(json, &labels) {
                prop_assert!(read.is_none_or(|selector| !selector.matches(&labels)), "{}", text);
            } else if !text.contains('\\') && let Some(selector) = read {
                // Of what is valid and plain a glance tells all.
                prop_assert!(selector.matches(&labels), "{}", text);
            }
        }
    }
}
