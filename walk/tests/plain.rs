#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may fail loudly")]
//! `pick` and `plain_pairs` find the members that the text was made of.

use podnetworking_walk::{Field, Fields, Picked, Walker, plain_pairs};
use proptest::prelude::*;

/// A JSON value with its members and elements. A text of a leaf or key may have escapes.
#[derive(Clone, Debug)]
enum Tree {
    Leaf(&'static str),
    List(Vec<Tree>),
    Object(Vec<(&'static str, Tree)>),
}

impl Tree {
    /// The JSON text, with this white space between the tokens.
    fn text(&self, space: &str) -> String {
        let joined = |parts: Vec<String>| parts.join(&format!("{space},{space}"));
        match self {
            Self::Leaf(text) => (*text).to_owned(),
            Self::List(elements) => {
                format!("[{space}{}{space}]", joined(elements.iter().map(|one| one.text(space)).collect()))
            }
            Self::Object(members) => {
                let member = |(key, value): &(&str, Self)| format!("\"{key}\"{space}:{space}{}", value.text(space));
                format!("{{{space}{}{space}}}", joined(members.iter().map(member).collect()))
            }
        }
    }

    /// The content, if this is a string without escapes.
    fn plain(&self) -> Option<&'static str> {
        let Self::Leaf(text) = self else { return None };
        text.strip_prefix('"')?.strip_suffix('"').filter(|text| !text.contains('\\'))
    }

    fn members(&self) -> Option<&[(&'static str, Self)]> {
        if let Self::Object(members) = self { Some(members) } else { None }
    }
}

fn tree() -> impl Strategy<Value = Tree> {
    let leaves = vec!["\"\"", "\"x\"", "\"y-012345678\"", "\"\\u0078\"", "\"\\\"\"", "1", "true", "null", "[]", "{}"];
    let keys = vec!["a", "b", "c", "d", "a", "b", "c", "d", "ab", "", "\\u0061", "\\u0062x"];
    let key = prop::sample::select(keys);
    prop::sample::select(leaves).prop_map(Tree::Leaf).prop_recursive(4, 32, 4, move |inner| {
        prop_oneof![
            1 => prop::collection::vec(inner.clone(), 0..4).prop_map(Tree::List),
            4 => prop::collection::vec((key.clone(), inner), 0..5).prop_map(Tree::Object),
        ]
    })
}

/// An object of strings, with its keys in any order.
fn labels() -> impl Strategy<Value = Tree> {
    let key = prop::sample::select(vec!["a", "b", "c", "d", "e", "f", "", "\\u0061"]);
    let value = prop::sample::select(vec!["\"\"", "\"x\"", "\"x\"", "\"y\"", "\"\\n\"", "1"]).prop_map(Tree::Leaf);
    let members = prop::collection::vec((key, value), 0..5);
    (members, any::<bool>()).prop_map(|(mut members, ascend)| {
        if ascend {
            members.sort_by_key(|(key, _)| *key);
        }
        Tree::Object(members)
    })
}

fn space() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec!["", "", " ", "\n\t"])
}

const FIELDS: Fields = &[
    ("a", Field::Value(0)),
    ("b", Field::Object("b", &[("a", Field::Value(1)), ("c", Field::Object("b.c", &[("a", Field::Value(2))]))])),
    ("c", Field::Both(3, &[("a", Field::Value(4)), ("b", Field::Both(5, &[("a", Field::Value(6))]))])),
    ("d", Field::Value(7)),
];

/// What should be picked, with owned texts. See [`Picked`].
#[derive(Debug, Default, PartialEq)]
struct Expected {
    values: [Option<String>; 8],
    duplicate: Option<usize>,
    not_an_object: Option<(&'static str, String)>,
}

impl Expected {
    /// Picks the fields as the documentation of [`Picked`] describes. If `must_be_object` is false, the value is inside of a [`Field::Both`].
    fn pick(&mut self, tree: &Tree, space: &str, path: &'static str, fields: Fields, must_be_object: bool) {
        let text = tree.text(space);
        // The leaf `{}` is an object too.
        let Some(members) = tree.members() else {
            if must_be_object && text != "{}" && (path.is_empty() || text != "null") {
                self.not_an_object = Some((path, text));
            }
            return;
        };
        for (written, value) in members {
            let key: String = serde_json::from_str(&format!("\"{written}\"")).unwrap();
            let Some((_, field)) = fields.iter().find(|(name, _)| *name == key) else { continue };
            let slot = match field {
                Field::Object(path, fields) => {
                    self.pick(value, space, path, fields, must_be_object);
                    continue;
                }
                Field::Both(slot, fields) => {
                    self.pick(value, space, "", fields, false);
                    *slot
                }
                Field::Value(slot) => *slot,
            };
            if self.values[slot].replace(value.text(space)).is_some() && must_be_object {
                self.duplicate = Some(slot);
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4096, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_fields_that_are_named_are_picked(tree in tree(), space in space()) {
        let text = tree.text(space);
        let mut values = [None; 8];
        let mut picked = Picked { values: &mut values, duplicate: None, not_an_object: None };
        let mut walker = Walker::new(&text);
        walker.pick(FIELDS, &mut picked).unwrap();
        let (duplicate, not_an_object) = (picked.duplicate, picked.not_an_object.map(|(path, text)| (path, text.to_owned())));
        walker.end().unwrap();
        let found = Expected { values: values.map(|value| value.map(str::to_owned)), duplicate, not_an_object };
        let mut expected = Expected::default();
        expected.pick(&tree, space, "", FIELDS, true);
        prop_assert_eq!(found, expected, "{}", text);
    }

    #[test]
    fn plain_pairs_are_the_members_of_the_object(tree in prop_oneof![4 => labels(), 1 => tree()], space in space()) {
        let text = tree.text(space);
        let mut found = Vec::new();
        let are_plain = plain_pairs(&text, &mut found);
        let pairs = tree.members().unwrap_or_default().iter().map(|(key, value)| Some((*key, value.plain()?)).filter(|_| !key.contains('\\')));
        let pairs: Option<Vec<_>> = pairs.collect();
        // A key that is there twice is an error that the reader of the labels reports.
        let pairs = pairs.filter(|pairs| text.starts_with('{') && pairs.is_sorted_by(|a, b| a.0 < b.0) && pairs.iter().all(|(key, _)| !key.is_empty()));
        prop_assert_eq!(are_plain.then_some(found), pairs, "{}", text);
    }
}
