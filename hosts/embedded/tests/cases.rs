//! The golden cases, decided by `policy.wasm`: with inline facts, and with the same facts by host calls.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test may fail loudly"
)]

mod case_cluster;

use std::path::PathBuf;
use std::sync::Arc;

use case_cluster::{asking_payload, cluster};
use libtest_mimic::{Arguments, Trial};
use podnetworking_embedded_host::{HostCalls, Module, NoCalls};
use podnetworking_testing::{Case, cases};

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

fn main() {
    let module = module();
    let mut trials = Vec::new();
    for case in cases() {
        let (name, module) = (case.name.clone(), module.clone());
        let by_host_calls = cluster(&case).map(|facts| {
            let payload = asking_payload(&case);
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
