//! Whole decisions.

use podnetworking_policy::context::NoHost;
use podnetworking_policy::{Decision, decide_payload};
use proptest::prelude::*;
use serde_json::Value;

use crate::generate::{World, podnetworking, world};
use crate::support::changes;

fn decide(payload: &str) -> Decision {
    decide_payload(payload.as_bytes(), |_| NoHost)
}

/// Numbers and escapes as nobody would write them again, in fields that nobody knows.
const STRANGE: &str =
    r#""strange" : { "int":123456789012345678901234567890, "float":1.0e+02,"esc":"\u0041\/", "list":[ ] } ,"#;

/// The object with strange fields at its top, in its metadata and in its spec.
fn strange(object: &Value) -> String {
    let mut text = object.to_string();
    text.insert_str(1, STRANGE);
    for field in ["\"metadata\":{", "\"spec\":{"] {
        text = text.replacen(field, &format!("{field}{STRANGE}"), 1);
    }
    text
}

/// Whether a mutation may change this path.
fn may_change(kind: &str, path: &str) -> bool {
    let prefixes: &[&str] = match kind {
        "Pod" => &[
            ".metadata.annotations.k8s.aliyun.com/pod-eni",
            ".metadata.annotations.k8s.aliyun.com/pod-networking",
            ".spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[",
        ],
        "PodNetworking" => &[".spec.allocationType", ".spec.securityGroupIDs", ".spec.vSwitchOptions"],
        _ => &[],
    };
    let made = [".metadata.annotations", ".spec.affinity"];
    prefixes.iter().any(|prefix| path.starts_with(prefix)) || (kind == "Pod" && made.contains(&path))
}

/// The world in another order, where order has no meaning.
fn reordered(world: &World) -> World {
    let mut other = world.clone();
    other.podnetworkings.reverse();
    other.namespaces.reverse();
    for podnetworking in &mut other.podnetworkings {
        reorder(podnetworking);
    }
    other
}

/// Lists whose order has no meaning, the other way round. (Map keys: see [`backwards`].)
fn reorder(value: &mut Value) {
    match value {
        Value::Array(list) => list.iter_mut().for_each(reorder),
        Value::Object(members) => {
            for (key, value) in members {
                if let (Value::Array(list), "values" | "vSwitches" | "vSwitchOptions" | "securityGroupIDs") =
                    (&mut *value, key.as_str())
                {
                    list.reverse();
                }
                reorder(value);
            }
        }
        _ => {}
    }
}

/// The text without the indices of lists in paths, which tell the order.
fn without_indices(text: &str) -> String {
    let mut parts = text.split('[');
    let mut all = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        all.push('[');
        all.push_str(part.trim_start_matches(|c: char| c.is_ascii_digit()));
    }
    all
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
            prop_assert_eq!(answer["message"].as_str().unwrap().lines().count(), denying);
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
            prop_assert_eq!(mutated.matches(STRANGE.trim_end_matches(',')).count(), object.matches(STRANGE.trim_end_matches(',')).count());
        }
    }

    #[test]
    fn the_order_of_what_is_lent_does_not_matter(world in world()) {
        let decision = decide(&world.payload());
        let other = decide(&reordered(&world).payload());
        prop_assert_eq!(without_indices(&decision.to_json()), without_indices(&other.to_json()));
    }

    #[test]
    fn the_order_of_map_keys_does_not_matter(world in world()) {
        let payload = world.payload();
        let decision = decide(&payload);
        let other = decide(&backwards(&serde_json::from_str(&payload).unwrap()));
        let value = |decision: &Decision| -> Value { serde_json::from_str(&decision.to_json()).unwrap() };
        prop_assert_eq!(value(&decision), value(&other));
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
            findings.into_iter().filter(|finding| finding.rule.ends_with("overlap")).map(|finding| finding.message).collect::<Vec<_>>()
        };
        let without = overlaps(&world);
        world.podnetworkings.push(world.object.3.clone());
        prop_assert_eq!(overlaps(&world), without);
    }
}
