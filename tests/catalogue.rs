//! The catalogue is whole: every rule says what it is, its manifests show it, and there are cases for it.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test may fail loudly"
)]

use std::collections::BTreeSet;

use podnetworking_policy::decide_payload;
use podnetworking_policy::facts::inline::NoHost;
use podnetworking_policy::judgement::rule::Rule;
use podnetworking_policy::mutations::MUTATIONS;
use podnetworking_policy::rules::{all, find};
use podnetworking_testing::{Case, cases, created};
use serde_json::Value;

/// The folders of cases that are about no one rule or mutation.
const TOPICS: [&str; 8] = ["context", "document", "payloads", "requests", "settings", "stored", "terway", "workloads"];

/// The rules without a case `update-keeps-it`: an update never keeps what they report, or has cases of its own there.
const JUDGED_AGAIN: [&str; 4] = ["facts-unavailable", "host-network", "pinned-annotation", "vswitch-capacity"];

/// The findings on each of the manifests, which are created one after another.
fn judge(rule: &Rule, manifests: &str) -> Vec<Value> {
    let mut findings = Vec::new();
    for payload in created(rule.id, manifests, rule.docs.settings) {
        let decision = decide_payload(payload.as_bytes(), |_| NoHost).to_json();
        let decision: Value = serde_json::from_str(&decision).unwrap();
        findings.extend(decision["findings"].as_array().unwrap().iter().cloned());
    }
    findings
}

#[test]
fn rules_are_found_by_their_ids() {
    for rule in all() {
        assert_eq!(find(rule.id).map(|found| found.id), Some(rule.id));
    }
    assert!(find("settings-invalid").is_none());
}

#[test]
fn every_rule_says_what_it_is() {
    let mut ids = BTreeSet::new();
    for rule in all() {
        let docs = &rule.docs;
        assert!(ids.insert(rule.id), "{} is there twice", rule.id);
        for (name, text) in [("title", docs.title), ("reason", docs.reason), ("remedy", docs.remedy)] {
            assert!(!text.is_empty(), "{} has no {name}", rule.id);
            assert!(!text.contains('\n'), "the {name} of {} is more than a line", rule.id);
        }
        for (name, text) in [("reason", docs.reason), ("remedy", docs.remedy)] {
            assert!(text.ends_with('.'), "the {name} of {} is not a sentence", rule.id);
        }
        // Sentences, or a sentence with a list.
        let paragraphs: Vec<&str> =
            docs.fires.lines().filter(|line| !line.starts_with("- ") && !line.is_empty()).collect();
        assert!(!paragraphs.is_empty(), "{} has no fires", rule.id);
        for paragraph in paragraphs {
            let is_sentence = paragraph.starts_with(|c: char| c.is_uppercase() || c == '`');
            assert!(is_sentence && paragraph.ends_with(['.', ':']), "{}: {paragraph}", rule.id);
        }
    }
}

#[test]
fn good_manifests_do_not_fire_and_bad_ones_do() {
    for rule in all() {
        let of_rule = |manifests: &str| -> Vec<Value> {
            judge(rule, manifests).into_iter().filter(|finding| finding["rule"] == rule.id).collect()
        };
        let good = judge(rule, rule.docs.good);
        let refused: Vec<&Value> = good.iter().filter(|finding| finding["severity"] == "deny").collect();
        assert!(refused.is_empty(), "the good manifests of {} are refused: {refused:#?}", rule.id);
        assert!(of_rule(rule.docs.good).is_empty(), "the good manifests of {} fire it", rule.id);
        assert!(!of_rule(rule.docs.bad).is_empty(), "the bad manifests of {} do not fire it", rule.id);
    }
}

/// What a finding must be, whatever the rule: it names the field, says what is wrong in at most two sentences, in lower
/// case, and what to do.
#[test]
fn findings_are_worded_alike() {
    for rule in all() {
        for finding in judge(rule, rule.docs.bad).iter().filter(|finding| finding["rule"] == rule.id) {
            let text = |key: &str| finding[key].as_str().unwrap().to_owned();
            let (message, help) = (text("message"), text("help"));
            assert!(!message.is_empty() && !help.is_empty(), "{finding:#}");
            assert!(!finding["object"]["kind"].as_str().unwrap().is_empty(), "{finding:#}");
            // Of missing facts no field is at fault.
            assert!(rule.id == "facts-unavailable" || !text("path").is_empty(), "{finding:#}");
            for part in [&message, &help] {
                assert!(!part.starts_with(|c: char| c.is_uppercase()), "{part}");
                assert!(!part.ends_with('.') && !part.contains(['\n', '"']), "{part}");
                assert!(part.matches('`').count() % 2 == 0, "{part}");
            }
        }
    }
}

#[test]
fn every_rule_and_mutation_has_cases() {
    let cases = cases();
    let mut missing: Vec<String> = Vec::new();
    for rule in all() {
        let mut ask = |is_there: bool, what: &str| {
            if !is_there {
                missing.push(format!("tests/cases/{}: {what}", rule.id));
            }
        };
        let of_rule: Vec<_> = cases.iter().filter(|case| case.folder() == rule.id).collect();
        let fires = of_rule.iter().filter(|case| case.expects(rule.id)).count();
        ask(fires > 0, "a case in which the rule fires");
        ask(of_rule.len() > fires, "a case in which the rule does not fire");
        let names: BTreeSet<&str> = of_rule.iter().filter_map(|case| case.name.split('/').nth(1)).collect();
        for name in ["fires", "beside", "overridden-to-off"] {
            ask(names.contains(name), &format!("{name}.yaml"));
        }
        let overrides = ["overridden-to-warn", "overridden-to-deny"];
        ask(overrides.iter().any(|name| names.contains(name)), "overridden-to-warn.yaml or overridden-to-deny.yaml");
        // What an update keeps is not denied.
        ask(names.contains("update-keeps-it") || JUDGED_AGAIN.contains(&rule.id), "update-keeps-it.yaml");
    }
    for mutation in MUTATIONS {
        if !cases.iter().any(|case| case.folder() == mutation.id) {
            missing.push(format!("tests/cases/{}: a case of the mutation", mutation.id));
        }
        let is_off = |case: &Case| case.name == format!("{}/off", mutation.id);
        if !cases.iter().any(is_off) {
            missing.push(format!("tests/cases/{}: off.yaml", mutation.id));
        }
    }
    assert!(missing.is_empty(), "missing cases:\n{}", missing.join("\n"));
    for case in &cases {
        let folder = case.folder();
        let is_known = all().any(|rule| rule.id == folder)
            || MUTATIONS.iter().any(|mutation| mutation.id == folder)
            || TOPICS.contains(&folder);
        assert!(is_known, "tests/cases/{folder} is neither a rule, nor a mutation, nor a topic");
    }
}
