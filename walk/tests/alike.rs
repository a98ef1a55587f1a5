#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::string_slice, reason = "a test may fail loudly")]
//! Objects that look alike are accepted, and their fields found, as if each were alone.

use podnetworking_walk::{Alike, Field, Fields, Picked, Walker};
use proptest::prelude::*;

const SLOTS: usize = 8;

const FIELDS: Fields = &[
    ("a", Field::Value(0)),
    ("b", Field::Object("b", &[("a", Field::Value(1)), ("c", Field::Object("b.c", &[("a", Field::Value(2))]))])),
    ("c", Field::Both(3, &[("a", Field::Value(4)), ("b", Field::Both(5, &[("a", Field::Value(6))]))])),
    ("d", Field::Value(7)),
];

/// What was picked of each object of a list, and where it ends or why it does not.
type Read<'a> = Vec<(Vec<Option<&'a str>>, Option<usize>, Option<(&'static str, &'a str)>)>;

fn read<'a>(text: &'a str, mut alike: Option<Alike>) -> (Read<'a>, Result<&'a str, String>) {
    let mut all = Vec::new();
    let mut walker = Walker::new(text);
    let mut walk = || {
        if walker.peek() != b'[' || !walker.enter()? {
            return walker.skip();
        }
        loop {
            let mut values = [None; SLOTS];
            let mut picked = Picked { values: &mut values, twice: None, no_object: None };
            match &mut alike {
                Some(alike) => walker.pick_alike(alike, FIELDS, &mut picked)?,
                None => walker.pick(FIELDS, &mut picked)?,
            }
            let (twice, no_object) = (picked.twice, picked.no_object);
            all.push((values.to_vec(), twice, no_object));
            if !walker.more_elements()? {
                return Ok("");
            }
        }
    };
    let end = walk().map_err(|error| error.to_string());
    (all, end)
}

fn check(text: &str) {
    let places = |(all, end): (Read<'_>, Result<&str, String>)| {
        let place = |value: &str| (value.as_ptr() as usize - text.as_ptr() as usize, value.len());
        let all: Vec<_> = all
            .into_iter()
            .map(|(values, twice, no_object)| {
                let values: Vec<_> = values.into_iter().map(|value| value.map(place)).collect();
                (values, twice, no_object.map(|(path, value)| (path, place(value))))
            })
            .collect();
        (all, end.map(str::len))
    };
    assert_eq!(places(read(text, Some(Alike::default()))), places(read(text, None)), "{text}");
}

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

/// Objects that look alike: the same but for a few bytes of a leaf, or for a value that is another.
fn alike() -> impl Strategy<Value = Vec<String>> {
    let change = (any::<prop::sample::Index>(), value());
    (object(value()), prop::collection::vec(prop::collection::vec(change, 0..3), 1..10)).prop_map(|(first, all)| {
        let mut objects = vec![first.clone(), first.clone()];
        for changes in all {
            let mut object = first.clone();
            for (at, value) in changes {
                // In place of a run of plain characters, or of what follows a colon.
                let places: Vec<usize> = object.match_indices([':', 'x', '1', '0']).map(|(place, _)| place).collect();
                if places.is_empty() {
                    continue;
                }
                let place = places[at.index(places.len())];
                let begins = object[place..].starts_with(':');
                let rest = if begins {
                    let mut walker = Walker::new(&object[place + 1..]);
                    let Ok(old) = walker.skip() else { continue };
                    let end = old.as_ptr() as usize - object.as_ptr() as usize + old.len();
                    object[end..].to_owned()
                } else {
                    object[place + 1..].to_owned()
                };
                let middle = if begins { format!(":{value}") } else { "2".to_owned() };
                object = format!("{}{middle}{rest}", &object[..place]);
            }
            objects.push(object);
        }
        objects
    })
}

fn list() -> impl Strategy<Value = String> {
    let different = prop::collection::vec(value(), 0..4);
    (alike(), different, space()).prop_map(|(mut objects, different, space)| {
        objects.extend(different.iter().cloned());
        objects.extend(objects.clone());
        format!("[{}]", objects.join(&format!(",{space}")))
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3000))]

    #[test]
    fn as_if_each_were_alone(text in list()) {
        check(&text);
    }

    #[test]
    fn also_where_it_is_broken(text in list(), at in any::<prop::sample::Index>(), byte in of(&["", "\"", "\\", "{", "}", "[", "]", ",", ":", " ", "0", "x", "\u{1}", "é"])) {
        let mut places: Vec<usize> = text.char_indices().map(|(place, _)| place).collect();
        places.push(text.len());
        let place = places[at.index(places.len())];
        let rest = text[place..].chars().next().map_or(place, |character| place + character.len_utf8());
        check(&format!("{}{byte}{}", &text[..place], &text[rest..]));
        check(&format!("{}{byte}{}", &text[..place], &text[place..]));
        check(&text[..place]);
    }
}

#[test]
fn what_differs_in_every_way() {
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
    // The same in every order.
    for first in 0..objects.len() {
        for second in 0..objects.len() {
            check(&format!("[{0},{0},{0},{1},{0},{1}]", objects[first], objects[second]));
        }
    }
}

#[test]
fn objects_with_very_many_members_are_no_model() {
    let many = |value: &str| {
        let members: Vec<String> = (0..3000).map(|index| format!("\"k{index}\":{value}")).collect();
        format!("{{\"a\":1,{},\"d\":{value}}}", members.join(","))
    };
    for values in [["{}", "[]", "{}"], ["1", "2", "12"], ["\"x\"", "{}", "\"y\""]] {
        let objects = values.map(many);
        check(&format!("[{},{},{}]", objects[0], objects.join(","), objects.join(",")));
    }
}
