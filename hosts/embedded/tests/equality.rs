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

use podnetworking_embedded_host::{ClusterFacts, HostCalls, Module, NoCalls};
use podnetworking_policy::decide_payload;
use podnetworking_policy::facts::inline::NoHost;
use proptest::prelude::*;
use serde_json::Value;

#[allow(dead_code, reason = "the laws use what is not used here")]
#[path = "../../../tests/properties/generate.rs"]
mod generate;
#[path = "module_path/mod.rs"]
mod module_path;
#[allow(dead_code, reason = "the example `growth` reads what is not read here")]
#[path = "../../../tests/shapes/mod.rs"]
mod shapes;

static MODULE: LazyLock<Module> = LazyLock::new(|| Module::from_file(module_path::module_path()).expect("the module"));

/// What the module answers to `decide` and `validate`, without asking.
fn in_module(payload: &str) -> [String; 2] {
    asking(Arc::new(NoCalls), payload)
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

}

proptest! {
    // Each has fifty times as much to decide, and to shrink.
    #![proptest_config(ProptestConfig { cases: ProptestConfig::default().cases / 4, max_shrink_time: 20_000, ..ProptestConfig::default() })]

    #[test]
    fn the_module_decides_as_the_core_among_many(world in generate::crowd()) {
        let payload = world.payload();
        prop_assert_eq!(in_module(&payload), natively(&payload));
    }

    /// Facts that the module asks for, pruned by its field masks and whole, decide as those that come inline.
    #[test]
    fn facts_that_are_asked_for_decide_as_inline_ones(world in generate::crowd(), seed in any::<u64>()) {
        let inline = world.payload();
        let mut asked: Value = serde_json::from_str(&inline).unwrap();
        let context = asked.as_object_mut().unwrap().remove("context").unwrap();
        let asked = asked.to_string();
        let facts = || ClusterFacts::from_context(&context).unwrap().shuffled(seed);
        let expected = natively(&inline);
        prop_assert_eq!(asking(Arc::new(facts()), &asked), expected.clone());
        prop_assert_eq!(asking(Arc::new(Whole(facts())), &asked), expected);
    }
}

/// What the module answers with the facts of a host.
fn asking<H: HostCalls + 'static>(host: Arc<H>, payload: &str) -> [String; 2] {
    ["decide", "validate"].map(|operation| {
        let answer = MODULE.call(&host, operation, payload.as_bytes()).expect("an answer");
        String::from_utf8(answer).expect("text")
    })
}

/// A host that knows no field masks: it answers with whole objects.
struct Whole(ClusterFacts);

impl HostCalls for Whole {
    fn call(&self, binding: &str, namespace: &str, operation: &str, payload: &[u8]) -> Result<Vec<u8>, String> {
        let mut request: Value = serde_json::from_slice(payload).unwrap();
        if let Some(masks) = request.get_mut("field_masks") {
            *masks = Value::Null;
        }
        self.0.call(binding, namespace, operation, request.to_string().as_bytes())
    }
}

#[test]
fn the_module_answers_hostile_shapes_as_the_core_does() {
    for shape in shapes::shapes() {
        let payload = (shape.make)(shape.most / 100 + 1);
        assert_eq!(in_module(&payload), natively(&payload), "{}", shape.name);
    }
}
