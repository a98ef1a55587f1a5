//! The golden cases, decided by `policy.wasm`: with inline facts, and with the same facts by host calls.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test may fail loudly"
)]

use std::path::PathBuf;
use std::sync::Arc;

use libtest_mimic::{Arguments, Trial};
use podnetworking_embedded_host::{ClusterFacts, HostCalls, Module, NoCalls};
use podnetworking_testing::{Case, cases};
use serde_json::Value;

/// The module that `make policy.wasm` built.
fn module() -> Module {
    let built = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../policy.wasm");
    let path = std::env::var_os("POLICY_WASM").map_or(built, PathBuf::from);
    assert!(path.exists(), "{} is missing: run `make policy.wasm`", path.display());
    Module::from_file(path).expect("the module loads")
}

/// Checks both answers of the module against the case.
fn check<H: HostCalls + 'static>(module: &Module, host: &Arc<H>, case: &Case, payload: &str) -> Result<(), String> {
    let answer = |operation: &str| {
        let bytes =
            module.call(host, operation, payload.as_bytes()).map_err(|error| format!("{operation}: {error}"))?;
        String::from_utf8(bytes).map_err(|error| format!("{operation}: {error}"))
    };
    case.check(&answer("decide")?)?;
    case.check_validation_response(&answer("validate")?)
}

/// The facts of a case as a cluster; `None` if a cluster cannot have them, for example a malformed list or a missing
/// namespace.
fn cluster(case: &Case) -> Option<ClusterFacts> {
    let unclusterly = ["facts-unavailable", "namespace-unknown"];
    if !case.live || case.request().is_none() || unclusterly.iter().any(|rule| case.expects(rule)) {
        return None;
    }
    let context: Value = serde_json::from_str(case.context()?).ok()?;
    let mut objects = Vec::new();
    for (list, api_version, kind) in
        [("podNetworkings", "network.alibabacloud.com/v1beta1", "PodNetworking"), ("namespaces", "v1", "Namespace")]
    {
        // A host call returns only one form of list. The other forms are for inline facts.
        if context.get(list).is_some_and(|items| !items.is_array()) {
            return None;
        }
        for item in context.get(list).and_then(Value::as_array).into_iter().flatten() {
            let mut item = item.clone();
            // The items of an inline list may have no types.
            item.as_object_mut()?.entry("apiVersion").or_insert_with(|| api_version.into());
            item.as_object_mut()?.entry("kind").or_insert_with(|| kind.into());
            objects.push(item);
        }
    }
    ClusterFacts::from_objects(objects).ok()
}

fn main() {
    let module = module();
    let mut trials = Vec::new();
    for case in cases() {
        let (name, module) = (case.name.clone(), module.clone());
        let by_host_calls = cluster(&case).map(|facts| {
            let payload = format!(
                "{{\"settings\":{},\"request\":{}}}",
                case.settings().unwrap_or("{}"),
                case.request().unwrap_or("null")
            );
            let (case, module, facts) = (case.clone(), module.clone(), Arc::new(facts));
            let run = move || check(&module, &facts, &case, &payload).map_err(Into::into);
            Trial::test(format!("host-calls::{name}"), run)
        });
        trials.extend(by_host_calls);
        let run = move || check(&module, &Arc::new(NoCalls), &case, &case.payload()).map_err(Into::into);
        trials.push(Trial::test(format!("inline::{name}"), run));
    }
    libtest_mimic::run(&Arguments::from_args(), trials).exit();
}
