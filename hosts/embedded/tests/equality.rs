//! The module decides generated requests as the core does: with inline facts, and with facts by host calls.
//!
//! `POLICY_WASM` is the path of the module. Without it, the module in the target folder is used, and built if it is missing.
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
use serde_json::{Value, json};

#[allow(dead_code, reason = "other tests use the rest")]
#[path = "../../../tests/properties/generate.rs"]
mod generate;
#[path = "module_path/mod.rs"]
mod module_path;
#[allow(dead_code, reason = "the example `growth` uses the rest")]
#[path = "../../../tests/shapes/mod.rs"]
mod shapes;

static MODULE: LazyLock<Module> = LazyLock::new(|| Module::from_file(module_path::module_path()).expect("the module"));

/// The answers of the module to `decide` and `validate`, without host calls.
fn in_module(payload: &str) -> [String; 2] {
    asking(Arc::new(NoCalls), payload)
}

fn natively(payload: &str) -> [String; 2] {
    let decision = decide_payload(payload.as_bytes(), |_| NoHost);
    [decision.to_json(), decision.to_validation_response()]
}

proptest! {
    #[test]
    fn the_module_decides_as_the_core_does(world in generate::world()) {
        let payload = world.payload();
        prop_assert_eq!(in_module(&payload), natively(&payload));
    }

}

/// Texts of all lengths around that of a vector, with everything that has a meaning in JSON.
fn text() -> impl Strategy<Value = String> {
    let character =
        prop::sample::select(vec!['a', 'b', '"', '\\', '{', '}', '[', ']', ':', ',', '\n', '\u{1}', 'é', '😀']);
    prop::collection::vec(prop_oneof![3 => Just('x'), 1 => character], 0..40)
        .prop_map(|characters| characters.into_iter().collect())
}

/// Any value of JSON.
fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        4 => text().prop_map(Value::from),
        1 => any::<i64>().prop_map(Value::from),
        1 => any::<bool>().prop_map(Value::from),
        1 => Just(Value::Null),
    ];
    leaf.prop_recursive(6, 60, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::vec((text(), inner), 0..6).prop_map(Value::from_iter),
        ]
    })
}

proptest! {
    /// The module takes sixteen bytes at a time where the core as native code takes eight.
    #[test]
    fn the_module_reads_what_it_passes_over_as_the_core_does(
        values in prop::collection::vec(value(), 4),
        annotation in text(),
        is_pretty in any::<bool>(),
    ) {
        let [one, two, three, four]: [Value; 4] = values.try_into().unwrap();
        let metadata = json!({"more": one, "name": "web", "labels": {"app": "web"}, "annotations": {"note": annotation}});
        let pod = json!({"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "status": two,
            "spec": {"aMore": three, "containers": [{"name": "web", "image": "web"}], "more": four}});
        let kind = json!({"group": "", "version": "v1", "kind": "Pod"});
        let request = json!({"uid": "1", "operation": "CREATE", "kind": kind, "namespace": "shop", "object": pod});
        let selector = json!({"podSelector": {"matchLabels": {"app": "web"}}});
        let status = json!({"status": "Ready", "vSwitches": [{"id": "vsw-1", "zone": "cn-hangzhou-k"}], "more": one});
        let spec = json!({"selector": selector, "vSwitchOptions": ["vsw-1"], "securityGroupIDs": ["sg-1"], "zMore": two});
        let network = json!({"metadata": {"annotations": three, "name": "web"}, "spec": spec, "status": status});
        let context = json!({"podNetworkings": [network], "namespaces": []});
        let payload = json!({"settings": {}, "request": request, "context": context});
        let payload = if is_pretty { serde_json::to_string_pretty(&payload).unwrap() } else { payload.to_string() };
        let answers = natively(&payload);
        prop_assert_eq!(in_module(&payload), answers);
    }
}

proptest! {
    // These worlds are fifty times as large, so there are fewer cases.
    #![proptest_config(ProptestConfig { cases: ProptestConfig::default().cases / 4, max_shrink_time: 20_000, ..ProptestConfig::default() })]

    #[test]
    fn the_module_decides_as_the_core_does_among_many_objects(world in generate::crowd()) {
        let payload = world.payload();
        prop_assert_eq!(in_module(&payload), natively(&payload));
    }

    /// Facts by host calls, pruned by field masks or whole, lead to the same decision as inline facts.
    #[test]
    fn facts_by_host_calls_lead_to_the_same_decision_as_inline_facts(world in generate::crowd(), seed in any::<u64>()) {
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

/// The answers of the module with the facts of a host.
fn asking<H: HostCalls + 'static>(host: Arc<H>, payload: &str) -> [String; 2] {
    ["decide", "validate"].map(|operation| {
        let answer = MODULE.call(&host, operation, payload.as_bytes()).expect("an answer");
        String::from_utf8(answer).expect("text")
    })
}

/// A host that ignores field masks and answers with whole objects.
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
