//! Whatever a host sends: an answer that is JSON, one line for each denying finding, and no mutation in a denial; what
//! was mutated is not mutated again.
#![no_main]

use std::collections::BTreeMap;

use libfuzzer_sys::fuzz_target;
use podnetworking_policy::facts::inline::NoHost;
use podnetworking_policy::decide_payload;
use podnetworking_policy::settings::severity::Severity;
use serde_json::Value;
use serde_json::value::RawValue;

fuzz_target!(|payload: &[u8]| {
    let decision = decide_payload(payload, |_| NoHost);
    let full = members(&decision.to_json());
    let answer = members(&decision.to_validation_response());
    let denying = decision.findings.iter().filter(|finding| finding.severity == Severity::Deny).count();
    assert_eq!(full["decision"] == "deny", denying > 0);
    assert_eq!(answer["accepted"], denying == 0);
    if denying > 0 {
        assert!(decision.mutated_object.is_none());
        let message = answer["message"].as_str().expect("a denial has a message");
        assert_eq!(message.split('\n').count(), denying, "{message}");
        assert!(message.split('\n').all(|line| line.starts_with('[')), "{message}");
        assert!(!message.chars().any(|c| c.is_control() && c != '\n'), "{message}");
    }
    for warning in answer["warnings"].as_array().into_iter().flatten() {
        let text = warning.as_str().expect("a warning is text");
        assert!(text.len() <= 256 && !text.chars().any(char::is_control), "{text}");
    }
    if let Some(mutated) = &decision.mutated_object {
        let _: &RawValue = serde_json::from_str(mutated).expect("the mutated object is JSON");
        let text = std::str::from_utf8(payload).expect("only text is mutated");
        let Some(object) = object(text) else { return };
        // The same payload with the mutated object in it.
        let start = object.as_ptr() as usize - text.as_ptr() as usize;
        let again = format!("{}{mutated}{}", &text[..start], &text[start + object.len()..]);
        let second = decide_payload(again.as_bytes(), |_| NoHost);
        assert!(second.is_allowed(), "what was mutated is accepted: {}", second.to_json());
        assert_eq!(second.mutated_object, None, "mutating twice changes nothing more");
    }
});

/// The members of an answer but the mutated object: what is kept of that, half of a pair of surrogates say, or a number
/// beyond any range, is JSON but not for `Value`.
fn members(text: &str) -> Value {
    let raw: BTreeMap<String, &RawValue> = serde_json::from_str(text).expect("the answer is JSON");
    let known = raw.into_iter().filter(|(key, _)| key != "mutatedObject" && key != "mutated_object");
    known.map(|(key, value)| (key, serde_json::from_str::<Value>(value.get()).expect("the answer is JSON"))).collect()
}

/// The text of `request.object`.
fn object(text: &str) -> Option<&str> {
    #[derive(serde::Deserialize)]
    struct Payload<'a> {
        #[serde(borrow)]
        request: Request<'a>,
    }
    #[derive(serde::Deserialize)]
    struct Request<'a> {
        #[serde(borrow)]
        object: &'a RawValue,
    }
    serde_json::from_str::<Payload<'_>>(text).ok().map(|payload| payload.request.object.get())
}
