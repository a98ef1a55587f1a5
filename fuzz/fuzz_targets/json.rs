//! The reading of JSON agrees with serde_json: what is JSON, and what a string says.
#![no_main]

use libfuzzer_sys::fuzz_target;
use podnetworking_policy::json::fault::Faults;
use podnetworking_policy::json::value::{Json, Kind};
use podnetworking_policy::json::path::Path;
use serde_json::value::RawValue;

fuzz_target!(|text: &str| {
    let read = Json::parse(text);
    let raw = serde_json::from_str::<&RawValue>(text);
    assert_eq!(read.is_ok(), raw.is_ok(), "{text:?}: {read:?} {raw:?}");
    if let (Ok(json), Ok(raw)) = (read, raw) {
        assert_eq!(json.text(), raw.get());
        compare(json, 0);
    }
});

fn compare(json: Json<'_>, depth: usize) {
    if depth > 40 {
        return;
    }
    let mut faults = Faults::default();
    match json.kind() {
        Kind::String => {
            let text = serde_json::from_str::<String>(json.text()).ok();
            assert_eq!(json.as_str().map(|text| text.into_owned()), text, "{}", json.text());
        }
        Kind::List => {
            let expected: Vec<&RawValue> = serde_json::from_str(json.text()).expect("a list");
            let found = json.list(&Path::Root, &mut faults);
            assert_eq!(found.len(), expected.len());
            for (found, expected) in found.into_iter().zip(expected) {
                assert_eq!(found.text(), expected.get());
                compare(found, depth + 1);
            }
        }
        Kind::Object => {
            for (_, value) in json.members(&Path::Root, &mut faults) {
                compare(value, depth + 1);
            }
        }
        _ => {}
    }
}
