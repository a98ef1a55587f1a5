//! A mask leaves the decision as it is, and no string of the owner.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may fail loudly")]

use std::collections::BTreeSet;

use podnetworking_check::mask::Mask;
use podnetworking_check::mask::json::Json;
use podnetworking_policy::facts::inline::NoHost;
use podnetworking_policy::{Decision, decide_payload};
use podnetworking_testing::cases;

/// What must stay: the decision, and each finding by its rule, its severity, and how many objects it names.
fn kept(decision: &Decision) -> (bool, Vec<(String, String, usize)>, bool) {
    let mut findings: Vec<_> = decision
        .findings
        .iter()
        .map(|finding| (finding.rule.to_owned(), finding.severity.name().to_owned(), finding.related.len()))
        .collect();
    findings.sort();
    (decision.is_allowed(), findings, decision.mutated_object.is_some())
}

fn strings(json: &Json<'_>, found: &mut BTreeSet<String>) {
    match json {
        Json::String(Some(text)) => {
            if let Ok(inner) = Json::parse(text) {
                strings(&inner, found);
            }
            found.insert(text.clone());
        }
        Json::List(elements) => elements.iter().for_each(|element| strings(element, found)),
        Json::Object(members) => {
            for (key, value) in members {
                found.insert(key.clone());
                strings(value, found);
            }
        }
        Json::String(None) | Json::Other(_) => {}
    }
}

#[test]
fn the_decision_stays_and_no_string_of_the_owner_is_left() {
    let (mut masked_cases, mut masked_strings) = (0, 0);
    let mut failures = Vec::new();
    for case in cases() {
        let payload = case.payload();
        // What is not JSON cannot be masked.
        let Ok(json) = Json::parse(&payload) else { continue };
        let mut mask = Mask::of(&[&json]);
        let masked = mask.apply(&json);
        let before = decide_payload(payload.as_bytes(), |_| NoHost);
        let after = decide_payload(masked.as_bytes(), |_| NoHost);
        if kept(&before) != kept(&after) {
            failures.push(format!("{}: {:?} became {:?}\n{masked}\n", case.name, kept(&before), kept(&after)));
        }
        let (mut old, mut new) = (BTreeSet::new(), BTreeSet::new());
        strings(&json, &mut old);
        strings(&Json::parse(&masked).expect("JSON"), &mut new);
        for text in old.iter().filter(|text| !mask.is_defined(text)) {
            masked_strings += 1;
            // Whole strings, and longer ones also as a part of others.
            let is_left = new.contains(text) || (text.len() > 8 && new.iter().any(|new| new.contains(text.as_str())));
            if is_left && !is_number(text) && !is_masked_json(text, &mask) {
                failures.push(format!("{}: `{text}` is left", case.name));
            }
        }
        masked_cases += 1;
    }
    assert!(failures.is_empty(), "{} failures\n{}", failures.len(), failures.join("\n"));
    assert!(masked_cases > 600 && masked_strings > 4000, "{masked_cases} cases, {masked_strings} strings");
}

/// Whether it is JSON, as some annotations have it, with words of the platform alone. Its other strings are in the list too.
fn is_masked_json(text: &str, mask: &Mask) -> bool {
    let mut inside = BTreeSet::new();
    let Ok(json) = Json::parse(text) else { return false };
    strings(&json, &mut inside);
    inside.iter().all(|text| mask.is_defined(text))
}

/// Whether it may be a number that is compared.
fn is_number(text: &str) -> bool {
    text.parse::<i64>().is_ok()
}

#[test]
fn a_string_has_one_replacement_in_all_texts() {
    let texts = [r#"{"metadata":{"name":"shop","labels":{"team":"shop"}}}"#, r#"[{"namespace":"shop"},"n1"]"#];
    let texts = texts.map(|text| Json::parse(text).unwrap());
    let mut mask = Mask::of(&[&texts[0], &texts[1]]);
    let (first, second) = (mask.apply(&texts[0]), mask.apply(&texts[1]));
    assert_eq!(first, r#"{"metadata":{"name":"q1","labels":{"q2":"q1"}}}"#);
    assert_eq!(second, r#"[{"namespace":"q1"},"q3"]"#);
}

#[test]
fn numbers_that_are_compared_stay() {
    let text = r#"{"nodeSelector":{"example.com/slots":"8","rack":"8x"},"matchExpressions":[{"key":"example.com/slots","operator":"Gt","values":["5"]},{"key":"rack","operator":"In","values":["12"]}]}"#;
    let json = Json::parse(text).unwrap();
    let masked = Mask::of(&[&json]).apply(&json);
    assert!(masked.contains(r#""values":["5"]"#) && masked.contains(r#":"8""#), "{masked}");
    assert!(!masked.contains("12") && !masked.contains("slots"), "{masked}");
}
