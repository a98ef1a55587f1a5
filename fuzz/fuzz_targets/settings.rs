//! Whatever the settings are: read, or refused with faults of one line each.
#![no_main]

use libfuzzer_sys::fuzz_target;
use podnetworking_policy::answer::decision::settings_response;
use serde_json::Value;

fuzz_target!(|text: &str| {
    let faults = podnetworking_policy::parse_settings(Some(text)).err().unwrap_or_default();
    let answer: Value = serde_json::from_str(&settings_response(&faults)).expect("the answer is JSON");
    assert_eq!(answer["valid"], faults.is_empty());
    if let Some(message) = answer["message"].as_str() {
        assert_eq!(message.split('\n').count(), faults.len(), "{message}");
    }
});
