//! `--policy`: modules that loop, trap or deny the settings, and the policy's own without permissions.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test may fail loudly"
)]

mod support;

use std::path::{Path, PathBuf};

use podnetworking_webhook::decide::decider::Decider;
use podnetworking_webhook::decide::module::Module;
use podnetworking_webhook::options::Mode;
use podnetworking_webhook::settings::{self, Both};
use serde_json::json;
use support::api::{Api, PODNETWORKINGS, Weather};
use support::client::{create, pod, podnetworking};
use support::running::{Files, Served, options, start_with};

/// A module that takes all settings. Of a request it accepts a small one, loops on a larger one, and traps on a large one.
const MOODY: &str = r#"(module
    (import "wapc" "__guest_response" (func $response (param i32 i32)))
    (memory (export "memory") 1)
    (data (i32.const 0) "{\"valid\":true}")
    (data (i32.const 64) "{\"accepted\":true}")
    (func (export "__guest_call") (param $operation i32) (param $payload i32) (result i32)
      (if (i32.eq (local.get $operation) (i32.const 17))
        (then (call $response (i32.const 0) (i32.const 14)) (return (i32.const 1))))
      (if (i32.gt_u (local.get $payload) (i32.const 20000)) (then unreachable))
      (if (i32.gt_u (local.get $payload) (i32.const 5000)) (then (loop $for_ever (br $for_ever))))
      (call $response (i32.const 64) (i32.const 17))
      (i32.const 1)))"#;

/// A module that denies all settings.
const STRICT: &str = r#"(module
    (import "wapc" "__guest_response" (func $response (param i32 i32)))
    (memory (export "memory") 1)
    (data (i32.const 0) "{\"valid\":false,\"message\":\"never\"}")
    (func (export "__guest_call") (param i32 i32) (result i32)
      (call $response (i32.const 0) (i32.const 33))
      (i32.const 1)))"#;

fn no_settings() -> Both {
    settings::load(None, None, Mode::Protect).unwrap()
}

/// The module that `make policy.wasm` built.
fn policy() -> PathBuf {
    let built = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../policy.wasm");
    std::env::var_os("POLICY_WASM").map_or(built, PathBuf::from)
}

async fn served(api: Api, module: &Path, settings: &str) -> Served {
    let files = Files::new();
    files.write("settings.yaml", settings);
    let options = options(&api, &files, &[]);
    let settings = settings::load(options.settings.as_deref(), None, Mode::Protect).unwrap();
    let decider = Decider::Module(Module::load(module, &settings).unwrap());
    let running = start_with(&options, decider).await;
    Served { api, running, files }
}

#[test]
fn a_module_that_cannot_be_used_is_an_error_at_the_start() {
    let files = Files::new();
    for (text, reason) in [
        ("garbage", "cannot compile the module"),
        ("(module)", "not a waPC module"),
        (STRICT, "it denies the settings: never"),
    ] {
        let file = files.path("module.wasm");
        // What is not WebAssembly stays what it is.
        std::fs::write(&file, wat::parse_str(text).unwrap_or_else(|_| text.into())).unwrap();
        let error = Module::load(&file, &no_settings()).unwrap_err();
        assert!(error.contains(reason), "{error}");
    }
    let error = Module::load(Path::new("missing.wasm"), &no_settings()).unwrap_err();
    assert!(error.starts_with("cannot read `missing.wasm`"), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_instance_that_was_stopped_is_replaced() {
    let files = Files::new();
    let file = files.path("module.wasm");
    std::fs::write(&file, wat::parse_str(MOODY).unwrap()).unwrap();
    let served = served(Api::start().await, &file, "").await;
    let mut client = served.client().await;
    let mut send = async |bytes: usize| {
        let mut object = pod("a");
        object["metadata"]["annotations"] = json!({"large": "x".repeat(bytes)});
        client.post("/mutate?timeout=30s", create("", "Pod", &object)).await.unwrap()
    };
    // More of them than there are instances.
    for _ in 0..9 {
        let answer = send(30_000).await;
        assert_eq!(answer.status, 500, "{}", answer.text);
        assert!(answer.text.contains("trapped") && answer.text.lines().count() == 1, "{}", answer.text);
    }
    assert_eq!(send(10_000).await.status, 504);
    assert_eq!(send(0).await.response()["allowed"], true);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_permissions_are_those_of_the_watches() {
    let api = Api::start().await;
    api.put(PODNETWORKINGS, podnetworking("a", "a"));
    api.weather(PODNETWORKINGS, Weather::Refused(403));
    let served = served(api, &policy(), "preflight: {user: 'system:serviceaccount:network:webhook'}\n").await;
    served.until("the permission is missed", async |served| served.readiness().await.1.contains("no permission")).await;
    let mut client = served.client().await;
    let response = client.post("/mutate", create("", "Pod", &pod("a"))).await.unwrap().response();
    let message = response["status"]["message"].as_str().unwrap();
    assert!(
        message.contains("[facts-unavailable]") && message.contains("does not have permission to list"),
        "{message}"
    );
    served.api.weather(PODNETWORKINGS, Weather::Fine);
    served.until("it is ready", async |served| served.readiness().await.0 == 200).await;
    let response = client.post("/mutate", create("", "Pod", &pod("a"))).await.unwrap().response();
    assert_eq!((&response["allowed"], &response["auditAnnotations"]), (&json!(true), &json!({"podnetworking": "a"})));
    assert_eq!(response["patchType"], "JSONPatch");
}
