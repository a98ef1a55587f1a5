#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::string_slice, reason = "a test may fail loudly")]
//! Comparison with previous objects has the results of a walk over each object alone.

use podnetworking_walk::{Field, Fields, Picked, PreviousObjects, Walker};
use proptest::prelude::*;
use proptest::strategy::ValueTree;

const SLOTS: usize = 9;

const FIELDS: Fields = &[
    ("a", Field::Value(0)),
    ("b", Field::Object("b", &[("a", Field::Value(1)), ("c", Field::Object("b.c", &[("a", Field::Value(2))]))])),
    (
        "c",
        Field::Both(
            3,
            &[
                ("a", Field::Value(4)),
                ("b", Field::Both(5, &[("a", Field::Value(6))])),
                ("c", Field::Object("c.c", &[("a", Field::Value(8))])),
            ],
        ),
    ),
    ("d", Field::Value(7)),
];

/// What was picked of each object of a list: values, duplicate, and what is not an object.
type Read<'a> = Vec<(Vec<Option<&'a str>>, Option<usize>, Option<(&'static str, &'a str)>)>;

/// Reads a list of objects, by comparison or each object alone. The text is empty if the list has ended.
fn read<'a>(text: &'a str, mut previous: Option<PreviousObjects>) -> (Read<'a>, Result<&'a str, String>) {
    let mut all = Vec::new();
    let mut walker = Walker::new(text);
    let mut walk = || {
        if walker.peek() != b'[' || !walker.enter()? {
            return walker.skip();
        }
        loop {
            let mut values = [None; SLOTS];
            let mut picked = Picked { values: &mut values, duplicate: None, not_an_object: None };
            match &mut previous {
                Some(previous) => walker.pick_by_comparison(previous, FIELDS, &mut picked)?,
                None => walker.pick(FIELDS, &mut picked)?,
            }
            let (duplicate, not_an_object) = (picked.duplicate, picked.not_an_object);
            all.push((values.to_vec(), duplicate, not_an_object));
            if !walker.more_elements()? {
                return Ok("");
            }
        }
    };
    let end = walk().map_err(|error| error.to_string());
    (all, end)
}

/// Checks that both ways to read the text find the same slices of it, or the same error.
fn check(text: &str) {
    let positions = |(all, end): (Read<'_>, Result<&str, String>)| {
        let position = |value: &str| (value.as_ptr() as usize - text.as_ptr() as usize, value.len());
        let all: Vec<_> = all
            .into_iter()
            .map(|(values, duplicate, not_an_object)| {
                let values: Vec<_> = values.into_iter().map(|value| value.map(position)).collect();
                (values, duplicate, not_an_object.map(|(path, value)| (path, position(value))))
            })
            .collect();
        (all, end.map(str::len))
    };
    assert_eq!(positions(read(text, Some(PreviousObjects::default()))), positions(read(text, None)), "{text}");
}

/// One of these texts.
fn of(choices: &'static [&'static str]) -> impl Strategy<Value = String> {
    prop::sample::select(choices).prop_map(str::to_owned)
}

fn leaf() -> impl Strategy<Value = String> {
    of(&[
        "\"\"",
        "\"x\"",
        "\"xy\"",
        "\"xyz-01234567\"",
        "\"xyz-01234568\"",
        "\"x\\n\"",
        "\"x\\n\\u0041\"",
        "\"é\"",
        "0",
        "1",
        "12",
        "123",
        "-1",
        "1.5",
        "true",
        "false",
        "null",
        "[]",
        "{}",
    ])
}

fn key() -> impl Strategy<Value = String> {
    of(&["\"a\"", "\"a\"", "\"b\"", "\"b\"", "\"c\"", "\"c\"", "\"d\"", "\"e\"", "\"ab\"", "\"\\u0061\""])
}

fn space() -> impl Strategy<Value = String> {
    of(&["", "", "", "", "", "", "", " ", "\n  "])
}

fn object(value: impl Strategy<Value = String>) -> impl Strategy<Value = String> {
    prop::collection::vec((key(), space(), value, space()), 0..5).prop_map(|members| {
        let members: Vec<String> =
            members.into_iter().map(|(key, before, value, after)| format!("{before}{key}:{after}{value}")).collect();
        format!("{{{}}}", members.join(","))
    })
}

fn value() -> impl Strategy<Value = String> {
    leaf().prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            1 => prop::collection::vec(inner.clone(), 0..4).prop_map(|elements| format!("[{}]", elements.join(", "))),
            4 => object(inner),
        ]
    })
}

/// A change to the text of an object.
#[derive(Clone, Debug)]
enum Change {
    /// Another value after a colon, or another character of a string or number.
    Other(String),
    /// One more member or element.
    More(String, String),
    /// One member or element less.
    Less,
}

/// The end of the value that `text` begins with.
fn end_of_value(text: &str) -> Option<usize> {
    let mut walker = Walker::new(text);
    let value = walker.skip().ok()?;
    Some(value.as_ptr() as usize - text.as_ptr() as usize + value.len())
}

/// The end of the member or element that `text` begins with, and whether it has a key.
fn end_of_member(text: &str) -> Option<(usize, bool)> {
    let end = end_of_value(text)?;
    let rest = text[end..].trim_start();
    match rest.strip_prefix(':') {
        Some(value) => Some((text.len() - value.len() + end_of_value(value)?, true)),
        None => Some((end, false)),
    }
}

impl Change {
    /// The object with the change at one of the positions where it is possible.
    fn of(&self, object: &str, at: prop::sample::Index) -> Option<String> {
        let marks: &[char] = match self {
            Self::Other(_) => &[':', 'x', '1', '0'],
            Self::More(..) | Self::Less => &['{', '[', ','],
        };
        let positions: Vec<usize> = object.match_indices(marks).map(|(position, _)| position).collect();
        let position = *positions.get(at.index(positions.len().max(1)))?;
        let (before, rest) = object.split_at(position + 1);
        Some(match self {
            Self::Other(value) if before.ends_with(':') => format!("{before}{value}{}", &rest[end_of_value(rest)?..]),
            Self::Other(_) => format!("{}2{rest}", &object[..position]),
            Self::More(key, value) => {
                let (is_empty, has_key) = match end_of_member(rest) {
                    Some((_, has_key)) => (false, has_key),
                    None => (true, before.ends_with('{')),
                };
                let comma = if is_empty { "" } else { "," };
                if has_key {
                    format!("{before}{key}:{value}{comma}{rest}")
                } else {
                    format!("{before}{value}{comma}{rest}")
                }
            }
            Self::Less => {
                let rest = &rest[end_of_member(rest)?.0..];
                match (before.strip_suffix(','), rest.trim_start().strip_prefix(',')) {
                    (_, Some(rest)) => format!("{before}{rest}"),
                    (Some(before), None) => format!("{before}{rest}"),
                    (None, None) => format!("{before}{rest}"),
                }
            }
        })
    }
}

fn change() -> impl Strategy<Value = Change> {
    prop_oneof![
        2 => value().prop_map(Change::Other),
        2 => (key(), value()).prop_map(|(key, value)| Change::More(key, value)),
        2 => Just(Change::Less),
    ]
}

/// Similar objects: copies of one object, each with up to three changes.
fn similar() -> impl Strategy<Value = Vec<String>> {
    let changes = prop::collection::vec((any::<prop::sample::Index>(), change()), 0..4);
    (object(value()), prop::collection::vec(changes, 1..10)).prop_map(|(first, all)| {
        let mut objects = vec![first.clone(), first.clone()];
        for changes in all {
            objects.push(
                changes.iter().fold(first.clone(), |object, (at, change)| change.of(&object, *at).unwrap_or(object)),
            );
        }
        objects
    })
}

fn list() -> impl Strategy<Value = String> {
    let different = prop::collection::vec(value(), 0..4);
    (similar(), different, space()).prop_map(|(mut objects, different, space)| {
        objects.extend(different.iter().cloned());
        objects.extend(objects.clone());
        format!("[{}]", objects.join(&format!(",{space}")))
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn comparison_finds_what_a_plain_walk_finds(text in list()) {
        check(&text);
    }

    #[test]
    fn comparison_finds_the_same_errors(text in list(), at in any::<prop::sample::Index>(), byte in of(&["", "\"", "\\", "{", "}", "[", "]", ",", ":", " ", "0", "x", "\u{1}", "é"])) {
        let mut positions: Vec<usize> = text.char_indices().map(|(position, _)| position).collect();
        positions.push(text.len());
        let position = positions[at.index(positions.len())];
        let rest = text[position..].chars().next().map_or(position, |character| position + character.len_utf8());
        check(&format!("{}{byte}{}", &text[..position], &text[rest..]));
        check(&format!("{}{byte}{}", &text[..position], &text[position..]));
        check(&text[..position]);
    }
}

#[test]
fn the_generated_changes_are_changes() {
    let object = r#"{"a":1,"b":[],"c":{"d":"x"}}"#;
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let mut all = |change: Change| {
        let mut index = || any::<prop::sample::Index>().new_tree(&mut runner).unwrap().current();
        (0..200).filter_map(|_| change.of(object, index())).collect::<Vec<_>>()
    };
    let less = all(Change::Less);
    assert!(less.contains(&r#"{"b":[],"c":{"d":"x"}}"#.to_owned()), "{less:?}");
    assert!(less.contains(&r#"{"a":1,"b":[],"c":{}}"#.to_owned()));
    let more = all(Change::More("\"e\"".to_owned(), "7".to_owned()));
    assert!(more.contains(&r#"{"a":1,"b":[7],"c":{"d":"x"}}"#.to_owned()), "{more:?}");
    assert!(more.contains(&r#"{"a":1,"b":[],"e":7,"c":{"d":"x"}}"#.to_owned()));
}

#[test]
fn objects_that_differ_in_every_way() {
    let objects = [
        r#"{"a":"abcdefghij","b":{"a":1,"c":{"a":true}},"c":{"a":"x","b":{"a":"y"}},"d":[1,2,3]}"#,
        r#"{"a":"abcdefghij","b":{"a":1,"c":{"a":true}},"c":{"a":"x","b":{"a":"y"}},"d":[1,2,3]}"#,
        r#"{"a":"abcdefghijk","b":{"a":12,"c":{"a":false}},"c":{"a":"xx","b":{"a":""}},"d":[1,2,3]}"#,
        r#"{"a":"abcdefghi","b":{"a":-1,"c":{"a":null}},"c":{"a":"\n","b":{"a":"y\u0041"}},"d":[1,2]}"#,
        r#"{"a":{},"b":{"a":[],"c":{}},"c":{"a":"x"},"d":[1,2,3,4]}"#,
        r#"{"a":"abcdefghij","b":{"c":{"a":true},"a":1},"c":{"b":{"a":"y"},"a":"x"},"d":[1,2,3]}"#,
        r#"{"a":"abcdefghij","b":{"a":1,"a":2,"c":{"a":true}},"c":{"a":"x","b":7},"d":{}}"#,
        r#"{"a":"abcdefghij","b":7,"c":8}"#,
        r#"{"b":null}"#,
        r#"{"a":"abcdefghij","a":"abcdefghij","b":{"a":1,"c":3}}"#,
        r#"{"\u0061":"abcdefghij","b":{"\u0061":1,"c":{"a":true}}}"#,
        r#"7"#,
    ];
    for _ in 0..3 {
        check(&format!("[{}]", objects.join(",")));
        check(&format!("[{}, {}]", objects.join(","), objects.join(", ")));
    }
    // Each pair of them, in both orders.
    for first in 0..objects.len() {
        for second in 0..objects.len() {
            check(&format!("[{0},{0},{0},{1},{0},{1}]", objects[first], objects[second]));
        }
    }
}

#[test]
fn a_broken_object_is_an_error_beside_a_valid_one() {
    let model = r#"{"a":[1,2],"b":{"x":1},"e":{"y":{}},"d":[]}"#;
    for broken in [
        r#"{"a":[1,],"b":{"x":1},"e":{"y":{}},"d":[]}"#,
        r#"{"a":[,],"b":{"x":1},"e":{"y":{}},"d":[]}"#,
        r#"{"a":[1 2],"b":{"x":1},"e":{"y":{}},"d":[]}"#,
        r#"{"a":[1,2,],"b":{"x":1},"e":{"y":{}},"d":[]}"#,
        r#"{"a":[1,2],"b":{"x":1,},"e":{"y":{}},"d":[]}"#,
        r#"{"a":[1,2],"b":{,},"e":{"y":{}},"d":[]}"#,
        r#"{"a":[1,2],,"b":{"x":1},"e":{"y":{}},"d":[]}"#,
        r#"{"a":[1,2],"b":{"x":1},"e":{"y":{}},"d":[],}"#,
        r#"{"a":[1,2],"b":{"x":1},"e":{"y":{}} "d":[]}"#,
        r#"{"a":[1,2],"b":{"x":1},"e":{"y":{}},"d":[}"#,
        r#"{"a":[1,2],"b":{"x":1}},"e":{"y":{}},"d":[]}"#,
        r#"{"a":[1,2],"b":{"x":1},"e":{"y":{}},"d":[,1]}"#,
        r#"{"a":[1,2],"b":{"x":1},"e":{"y":{}},"d":[1 2]}"#,
        r#"{"a":[1,2],"b":{"x":1},"e":{"y":{,"z":1}},"d":[]}"#,
        r#"{"a":[1,2 3],"b":{"x":1},"e":{"y":{}},"d":[]}"#,
        // `x` is not in `b` here, nor `y` in `e`.
        r#"{"a":[1,2],"x":5},"e":{"y":{}},"d":[]}"#,
        r#"{"a":[1,2],"b":{"x":1},"y":{}},"d":[]}"#,
        r#"{"a":[1,2],"b":{"x":1},"y":{},"d":[]}}"#,
        r#"{"a":[1,2],"x":5,"d":[]}}"#,
    ] {
        check(&format!("[{model},{model},{model},{broken},{model}]"));
        check(&format!("[{model},{model},{model},{broken}]"));
    }
}

#[test]
fn objects_with_very_many_members_are_read_without_a_model() {
    let many = |value: &str| {
        let members: Vec<String> = (0..3000).map(|index| format!("\"k{index}\":{value}")).collect();
        format!("{{\"a\":1,{},\"d\":{value}}}", members.join(","))
    };
    for values in [["{}", "[]", "{}"], ["1", "2", "12"], ["\"x\"", "{}", "\"y\""]] {
        let objects = values.map(many);
        check(&format!("[{},{},{}]", objects[0], objects.join(","), objects.join(",")));
    }
}
