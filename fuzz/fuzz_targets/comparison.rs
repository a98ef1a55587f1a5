//! Comparison with previous objects has the results of a walk over each object alone. If the walk accepts the text, so
//! does serde_json.
#![no_main]

use libfuzzer_sys::fuzz_target;
use podnetworking_walk::{Error, Field, Fields, Picked, PreviousObjects, Walker};
use serde::de::IgnoredAny;

const FIELDS: Fields = &[
    ("kind", Field::Value(0)),
    ("metadata", Field::Object("metadata", &[("name", Field::Value(1)), ("labels", Field::Value(2))])),
    (
        "spec",
        Field::Object(
            "spec",
            &[
                (
                    "selector",
                    Field::Both(3, &[("podSelector", Field::Value(4)), ("namespaceSelector", Field::Value(5))]),
                ),
                ("vSwitchOptions", Field::Value(6)),
            ],
        ),
    ),
    ("status", Field::Object("status", &[("status", Field::Value(7))])),
];

type Found<'a> = ([Option<&'a str>; 8], Option<usize>, Option<(&'static str, &'a str)>);

fn read<'a>(text: &'a str, mut previous: Option<PreviousObjects>) -> (Vec<Found<'a>>, Result<(), Error>) {
    let mut all = Vec::new();
    let mut walker = Walker::new(text);
    let mut walk = || {
        if walker.peek() != b'[' {
            return walker.skip().map(drop);
        }
        let mut more = walker.enter()?;
        while more {
            let mut values = [None; 8];
            let mut picked = Picked { values: &mut values, duplicate: None, not_an_object: None };
            match &mut previous {
                Some(previous) => walker.pick_by_comparison(previous, FIELDS, &mut picked)?,
                None => walker.pick(FIELDS, &mut picked)?,
            }
            let (duplicate, not_an_object) = (picked.duplicate, picked.not_an_object);
            all.push((values, duplicate, not_an_object));
            more = walker.more_elements()?;
        }
        Ok(())
    };
    let end = walk().and_then(|()| walker.end());
    (all, end)
}

fuzz_target!(|text: &str| {
    let (alone, together) = (read(text, None), read(text, Some(PreviousObjects::default())));
    assert_eq!(together, alone, "{text:?}");
    if alone.1.is_ok() {
        assert!(serde_json::from_str::<IgnoredAny>(text).is_ok(), "{text:?}");
    }
});
