//! Whole decisions.

use podnetworking_policy::facts::inline::NoHost;
use podnetworking_policy::{Decision, decide_payload};
use proptest::prelude::*;
use serde_json::Value;

use crate::exhaustive::decide_exhaustively;
use crate::generate::{World, crowd, podnetworking, world};
use crate::support::changes;

fn decide(payload: &str) -> Decision {
    decide_payload(payload.as_bytes(), |_| NoHost)
}

/// Numbers and escapes as nobody would write them again, in fields that nobody knows.
const STRANGE: &str =
    r#""strange" : { "int":123456789012345678901234567890, "float":1.0e+02,"esc":"\u0041\/", "list":[ ] } ,"#;

/// The object with strange fields in all its objects but maps of strings and selectors, in which they would be faults.
fn strange(value: &Value) -> String {
    match value {
        Value::Object(members) => {
            let maps = ["labels", "annotations", "matchLabels", "nodeSelector", "selector"];
            let member = |(key, value): (&String, &Value)| {
                let text = if maps.contains(&key.as_str()) { value.to_string() } else { strange(value) };
                format!("{}:{text}", Value::from(key.as_str()))
            };
            let members: Vec<String> = members.iter().map(member).collect();
            let strange = if members.is_empty() { STRANGE.trim_end_matches(',') } else { STRANGE };
            format!("{{{strange}{}}}", members.join(","))
        }
        Value::Array(list) => format!("[{}]", list.iter().map(strange).collect::<Vec<_>>().join(",")),
        other => other.to_string(),
    }
}

/// Whether a mutation may change this path.
fn may_change(kind: &str, path: &str) -> bool {
    const REQUIRED: &str = ".spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution";
    // What is absent or null is made whole.
    let made = [".metadata.annotations", ".spec.affinity", ".spec.affinity.nodeAffinity", REQUIRED];
    match kind {
        "Pod" => {
            made.contains(&path)
                || path.starts_with(".metadata.annotations.k8s.aliyun.com/pod-eni")
                || path.starts_with(".metadata.annotations.k8s.aliyun.com/pod-networking")
                || path.strip_prefix(REQUIRED).is_some_and(|rest| rest.starts_with(".nodeSelectorTerms["))
        }
        "PodNetworking" => [".spec.allocationType", ".spec.securityGroupIDs", ".spec.vSwitchOptions"]
            .iter()
            .any(|prefix| path.starts_with(prefix)),
        _ => false,
    }
}

/// A world, and the same with the PodNetworkings and the namespaces in another order.
fn shuffled(world: impl Strategy<Value = World>) -> impl Strategy<Value = (World, World)> {
    world.prop_flat_map(|world| {
        let podnetworkings = Just(world.podnetworkings.clone()).prop_shuffle();
        let namespaces = Just(world.namespaces.clone()).prop_shuffle();
        (Just(world), podnetworkings, namespaces).prop_map(|(world, podnetworkings, namespaces)| {
            let other = World { podnetworkings, namespaces, ..world.clone() };
            (world, other)
        })
    })
}

/// Turns the lists with these keys, or all of them, the other way round.
fn turn(value: &mut Value, keys: Option<&[&str]>) {
    match value {
        Value::Array(list) => list.iter_mut().for_each(|element| turn(element, keys)),
        Value::Object(members) => {
            for (key, value) in members {
                if let Value::Array(list) = &mut *value
                    && keys.is_none_or(|keys| keys.contains(&key.as_str()))
                {
                    list.reverse();
                }
                turn(value, keys);
            }
        }
        _ => {}
    }
}

/// Lists of stored objects that are sets: no message tells their order.
const SETS: [&str; 4] = ["values", "vSwitches", "vSwitchOptions", "securityGroupIDs"];

/// The value with every list sorted.
fn sorted(mut value: Value) -> Value {
    match &mut value {
        Value::Array(list) => {
            *list = list.drain(..).map(sorted).collect();
            list.sort_by_cached_key(Value::to_string);
        }
        Value::Object(members) => members.values_mut().for_each(|member| *member = sorted(member.take())),
        _ => {}
    }
    value
}

/// What of a decision no order may change: not the words of messages, which tell of several things the first.
fn essence(decision: &Decision) -> Value {
    let mut all = value(decision);
    for finding in all["findings"].as_array_mut().unwrap() {
        let finding = finding.as_object_mut().unwrap();
        for key in ["message", "help", "path", "fix"] {
            finding.remove(key);
        }
        for related in finding.get_mut("related").and_then(Value::as_array_mut).into_iter().flatten() {
            related.as_object_mut().unwrap().remove("path");
        }
    }
    sorted(all)
}

/// The decision as JSON, without the order of its keys.
fn value(decision: &Decision) -> Value {
    serde_json::from_str(&decision.to_json()).unwrap()
}

/// The text of a value with nothing in it that is plain: every string in escapes, and white space wherever it can be.
fn in_escapes(value: &Value) -> String {
    let string = |text: &str| {
        let escapes: String = text.encode_utf16().map(|unit| format!("\\u{unit:04x}")).collect();
        format!("\"{escapes}\"")
    };
    match value {
        Value::Object(members) => {
            let members: Vec<String> =
                members.iter().map(|(key, value)| format!("{} :\n{}", string(key), in_escapes(value))).collect();
            format!("{{ {} }}", members.join(" ,\t"))
        }
        Value::Array(list) => format!("[ {} ]", list.iter().map(in_escapes).collect::<Vec<_>>().join(" ,\r")),
        Value::String(text) => string(text),
        other => other.to_string(),
    }
}

/// The value without the indices of lists in paths and messages, which tell the order.
fn without_indices(mut value: Value) -> Value {
    match &mut value {
        Value::Array(list) => list.iter_mut().for_each(|element| *element = without_indices(element.take())),
        Value::Object(members) => members.values_mut().for_each(|member| *member = without_indices(member.take())),
        Value::String(text) => {
            let mut parts = text.split('[');
            let mut all = parts.next().unwrap_or_default().to_owned();
            for part in parts {
                all.push('[');
                all.push_str(part.trim_start_matches(|c: char| c.is_ascii_digit()));
            }
            *text = all;
        }
        _ => {}
    }
    value
}

/// The text of a value with the keys of every map backwards.
fn backwards(value: &Value) -> String {
    match value {
        Value::Object(members) => {
            let members: Vec<String> = members
                .iter()
                .rev()
                .map(|(key, value)| format!("{}:{}", Value::from(key.as_str()), backwards(value)))
                .collect();
            format!("{{{}}}", members.join(","))
        }
        Value::Array(list) => format!("[{}]", list.iter().map(backwards).collect::<Vec<_>>().join(",")),
        other => other.to_string(),
    }
}

/// A glance tells of plain text what reading tells: where nothing is plain, so that no glance tells anything, the
/// decision is the same.
fn check_escapes(world: &World) -> Result<(), TestCaseError> {
    let payload = world.payload();
    let other = decide(&in_escapes(&serde_json::from_str(&payload).unwrap()));
    prop_assert_eq!(value(&decide(&payload)), value(&other));
    Ok(())
}

proptest! {

    #[test]
    fn mutating_twice_changes_nothing_more_and_the_result_is_accepted(world in world()) {
        let first = decide(&world.payload());
        if let Some(mutated) = &first.mutated_object {
            prop_assert!(first.is_allowed());
            let second = decide(&world.payload_of(mutated));
            prop_assert!(second.is_allowed(), "{}", second.to_json());
            prop_assert_eq!(&second.mutated_object, &None);
            prop_assert_eq!(second.selected, first.selected);
        }
    }

    #[test]
    fn a_denial_mutates_nothing_and_has_a_line_for_each_denying_finding(world in world()) {
        let decision = decide(&world.payload());
        let answer: Value = serde_json::from_str(&decision.to_validation_response()).unwrap();
        prop_assert_eq!(&answer["accepted"], decision.is_allowed());
        if !decision.is_allowed() {
            prop_assert_eq!(&decision.mutated_object, &None);
            let denying = decision.findings.iter().filter(|finding| finding.severity.name() == "deny").count();
            prop_assert_eq!(answer["message"].as_str().unwrap().lines().count(), denying + 1);
        }
    }

    #[test]
    fn a_mutation_keeps_unknown_fields_and_the_text_of_numbers(world in world()) {
        let object = strange(&world.object.3);
        if let Some(mutated) = decide(&world.payload_of(&object)).mutated_object {
            let changed = changes(&object, &mutated);
            prop_assert!(!changed.is_empty());
            prop_assert!(changed.iter().all(|path| may_change(world.object.1, path)), "{:?}", changed);
            // What is kept is kept byte for byte.
            let strange = |text: &str| text.matches(STRANGE.trim_end_matches([',', ' '])).count();
            prop_assert_eq!(strange(&mutated), strange(&object));
        }
    }

    #[test]
    fn a_decision_with_every_search_widened_is_the_same(world in prop_oneof![world().boxed(), crowd().boxed()]) {
        let payload = world.payload();
        let exhaustive = decide_exhaustively(&payload).expect("a generated payload can be read");
        prop_assert_eq!(decide(&payload).to_json(), exhaustive.to_json());
    }

    #[test]
    fn the_order_of_what_is_lent_does_not_matter((world, other) in shuffled(world())) {
        prop_assert_eq!(decide(&world.payload()).to_json(), decide(&other.payload()).to_json());
    }

    #[test]
    fn the_order_of_sets_does_not_matter(world in world()) {
        let mut other = world.clone();
        other.podnetworkings.iter_mut().for_each(|stored| turn(stored, Some(&SETS)));
        // Paths tell the order, and order the findings.
        let all = |world: &World| sorted(without_indices(value(&decide(&world.payload()))));
        prop_assert_eq!(all(&world), all(&other));
    }

    /// Requirements, terms, ids, owners.
    #[test]
    fn the_order_of_lists_changes_words_at_most(world in world()) {
        let mut other = world.clone();
        for value in other.podnetworkings.iter_mut().chain(&mut other.old).chain([&mut other.object.3]) {
            turn(value, None);
        }
        prop_assert_eq!(essence(&decide(&world.payload())), essence(&decide(&other.payload())));
    }

    #[test]
    fn the_order_of_map_keys_does_not_matter(world in world()) {
        let payload = world.payload();
        let other = decide(&backwards(&serde_json::from_str(&payload).unwrap()));
        prop_assert_eq!(value(&decide(&payload)), value(&other));
    }

    #[test]
    fn how_it_is_written_does_not_matter(world in world()) {
        check_escapes(&world)?;
    }

    /// What is stored can always be written again.
    #[test]
    fn an_update_that_changes_nothing_is_never_denied(world in world()) {
        let mut world = world;
        world.old = Some(world.object.3.clone());
        let decision = decide(&world.payload());
        let denying: Vec<_> = decision
            .findings
            .iter()
            .filter(|finding| finding.severity.name() == "deny" && finding.rule != "facts-unavailable")
            .collect();
        prop_assert!(denying.is_empty(), "{:?}", denying);
    }

    /// An object that exists is not compared with itself.
    #[test]
    fn a_podnetworking_does_not_overlap_with_itself(world in world(), own in podnetworking("pn-0".to_owned())) {
        let mut world = world;
        world.object = ("network.alibabacloud.com", "PodNetworking", None, own);
        world.old = None;
        let name = world.object.3["metadata"]["name"].clone();
        world.podnetworkings.retain(|stored| stored["metadata"]["name"] != name);
        let overlaps = |world: &World| {
            let findings = decide(&world.payload()).findings;
            findings.into_iter().filter(|finding| finding.rule.ends_with("overlap")).map(|finding| finding.problem.message).collect::<Vec<_>>()
        };
        let without = overlaps(&world);
        world.podnetworkings.push(world.object.3.clone());
        prop_assert_eq!(overlaps(&world), without);
    }
}

proptest! {
    // Each has fifty times as much to decide, and to shrink.
    #![proptest_config(ProptestConfig { cases: ProptestConfig::default().cases / 2, max_shrink_time: 20_000, ..ProptestConfig::default() })]

    #[test]
    fn the_order_of_many_does_not_matter((world, other) in shuffled(crowd())) {
        prop_assert_eq!(decide(&world.payload()).to_json(), decide(&other.payload()).to_json());
    }

    #[test]
    fn how_many_are_written_does_not_matter(world in crowd()) {
        check_escapes(&world)?;
    }
}
