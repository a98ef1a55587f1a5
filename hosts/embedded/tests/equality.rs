//! The module decides as the core does, on generated requests: with facts inline and with facts that it asks for.
//!
//! `POLICY_WASM` names the module; without it the one in the target folder is taken, and built if it is not there.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may fail loudly"
)]

use std::sync::{Arc, LazyLock};

use podnetworking_embedded_host::{ClusterFacts, Module, NoCalls};
use podnetworking_policy::context::NoHost;
use podnetworking_policy::decide_payload;
use proptest::prelude::*;
use serde_json::{Value, json};

#[allow(dead_code, reason = "the laws use what is not used here")]
#[path = "../../../tests/properties/generate.rs"]
mod generate;
#[path = "module_path/mod.rs"]
mod module_path;
#[allow(dead_code, reason = "the example `growth` reads what is not read here")]
#[path = "../../../tests/shapes/mod.rs"]
mod shapes;

static MODULE: LazyLock<Module> = LazyLock::new(|| Module::from_file(module_path::module_path()).expect("the module"));

/// What the module answers to `decide` and `validate`.
fn in_module(payload: &str) -> [String; 2] {
    ["decide", "validate"].map(|operation| {
        let answer = MODULE.call(&Arc::new(NoCalls), operation, payload.as_bytes()).expect("an answer");
        String::from_utf8(answer).expect("text")
    })
}

fn natively(payload: &str) -> [String; 2] {
    let decision = decide_payload(payload.as_bytes(), |_| NoHost);
    [decision.to_json(), decision.to_validation_response()]
}

proptest! {
    #[test]
    fn the_module_decides_as_the_core(world in generate::world()) {
        let payload = world.payload();
        prop_assert_eq!(in_module(&payload), natively(&payload));
    }

    #[test]
    fn facts_that_are_asked_for_decide_as_inline_ones(world in generate::world()) {
        // A pod in a namespace that nobody lends is refused by a live host, and only warned of with inline facts.
        let namespaces: Vec<&str> = world.namespaces.iter().filter_map(|one| one["metadata"]["name"].as_str()).collect();
        if world.object.2.is_some_and(|namespace| !namespaces.contains(&namespace)) {
            return Ok(());
        }
        let mut facts = ClusterFacts::default();
        let items = json!({"apiVersion": "v1", "kind": "List", "items": world.podnetworkings.iter().chain(&namespaces_with_kind(&world.namespaces)).collect::<Vec<_>>()});
        if world.podnetworkings.is_empty() || world.namespaces.is_empty() {
            return Ok(());
        }
        facts = ClusterFacts::from_json(&items.to_string()).unwrap_or(facts);
        let inline = world.payload();
        let mut asked: Value = serde_json::from_str(&inline).unwrap();
        asked.as_object_mut().unwrap().remove("context");
        let answer = MODULE.call(&Arc::new(facts), "decide", asked.to_string().as_bytes()).expect("an answer");
        prop_assert_eq!(String::from_utf8(answer).unwrap(), natively(&inline)[0].clone());
    }
}

fn namespaces_with_kind(namespaces: &[Value]) -> Vec<Value> {
    let mut all = namespaces.to_vec();
    for namespace in &mut all {
        namespace["apiVersion"] = json!("v1");
        namespace["kind"] = json!("Namespace");
    }
    all
}

#[test]
fn the_module_answers_hostile_shapes_as_the_core_does() {
    for shape in shapes::shapes() {
        let payload = (shape.make)(shape.most / 100 + 1);
        assert_eq!(in_module(&payload), natively(&payload), "{}", shape.name);
    }
}
