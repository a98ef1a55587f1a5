//! Modules and instances, with a small test module.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::{
    sync::{Arc, LazyLock},
    time::{Duration, Instant},
};

use podnetworking_embedded_host::{CallError, ClusterFacts, LoadError, Module, NoCalls, Options, ProtocolVersion};

static GUEST: LazyLock<Module> = LazyLock::new(|| guest(&Options::default()));

fn guest(options: &Options) -> Module {
    Module::from_bytes_with(&wat::parse_bytes(include_bytes!("guest.wat")).unwrap(), options).unwrap()
}

fn call(operation: &str, payload: &[u8]) -> Result<Vec<u8>, CallError> {
    GUEST.call(&Arc::new(NoCalls), operation, payload)
}

#[track_caller]
fn trap(operation: &str) -> String {
    match call(operation, b"") {
        Err(CallError::Trap(cause)) => cause,
        other => panic!("expected a trap, found {other:?}"),
    }
}

#[test]
fn an_answer_is_returned_unchanged() {
    assert_eq!(call("echo", b"\x00\xff").unwrap(), b"\x00\xff");
    assert_eq!(call("echo", b"").unwrap(), b"");
}

#[test]
fn an_error_of_the_module_is_not_a_trap() {
    assert_eq!(call("fail", b"no such thing"), Err(CallError::Guest("no such thing".into())));
    assert!(matches!(call("zero", b""), Err(CallError::Guest(_))));
    assert!(matches!(call("silent", b""), Err(CallError::Guest(_))));
}

#[test]
fn a_trap_has_its_cause() {
    assert!(trap("trap").contains("unreachable"), "{}", trap("trap"));
    assert!(trap("deep").contains("call stack exhausted"), "{}", trap("deep"));
}

#[test]
fn a_pointer_out_of_the_memory_does_not_stop_the_host() {
    assert!(trap("outside").contains("out of its memory"));
    assert_eq!(call("echo", b"still here").unwrap(), b"still here");
}

#[test]
fn a_trapped_instance_gives_no_more_answers() {
    let instance = GUEST.instance(Arc::new(NoCalls)).unwrap();
    instance.call("echo", b"").unwrap();
    instance.call("trap", b"").unwrap_err();
    assert!(matches!(instance.call("echo", b""), Err(CallError::Trap(_))));
}

#[test]
fn each_instance_has_its_own_state() {
    let instance = GUEST.instance(Arc::new(NoCalls)).unwrap();
    assert_eq!(instance.call("numbered", b"").unwrap(), b"1");
    assert_eq!(instance.call("numbered", b"").unwrap(), b"2");
    assert_eq!(call("numbered", b"").unwrap(), b"1");
}

#[test]
fn a_time_limit_stops_the_module() {
    let limit = Duration::from_millis(50);
    let module = guest(&Options { time_limit: Some(limit), ..Options::default() });
    let start = Instant::now();
    let instance = module.instance(Arc::new(NoCalls)).unwrap();
    assert_eq!(instance.call("loop", b""), Err(CallError::TimeLimit(limit)));
    assert!(start.elapsed() >= limit);
    assert!(instance.call("echo", b"").is_err());
    assert_eq!(module.call(&Arc::new(NoCalls), "echo", b"x").unwrap(), b"x");
}

#[test]
fn a_memory_limit_holds() {
    let module = guest(&Options { memory_limit: Some(8 * 65536), ..Options::default() });
    let host = Arc::new(NoCalls);
    assert!(module.call(&host, "memory", &[4]).is_ok());
    assert!(matches!(module.call(&host, "memory", &[5]), Err(CallError::Trap(_))));
}

#[test]
fn peak_memory_is_exact() {
    let host = Arc::new(NoCalls);
    assert_eq!(GUEST.peak_memory(&host, "echo", b"").unwrap(), 4 * 65536);
    assert_eq!(GUEST.peak_memory(&host, "memory", &[1]).unwrap(), 5 * 65536);
    assert_eq!(GUEST.peak_memory(&host, "memory", &[100]).unwrap(), 104 * 65536);
    assert!(GUEST.peak_memory(&host, "trap", b"").is_err());
}

#[test]
fn the_console_is_collected() {
    let instance = GUEST.instance(Arc::new(NoCalls)).unwrap();
    instance.call("console", b"hello: you").unwrap();
    assert_eq!(instance.console(), ["hello: you", "hello: you"]);
    instance.call("console", b"more").unwrap();
    assert_eq!(instance.console().len(), 4);
}

#[test]
fn events_are_collected_and_are_not_host_calls() {
    let instance = GUEST.instance(Arc::new(NoCalls)).unwrap();
    instance.call("qlog", br#"{"level":"INFO"}"#).unwrap();
    assert_eq!(instance.events(), [r#"{"level":"INFO"}"#]);
}

#[test]
fn answers_are_read_as_their_types() {
    let instance = GUEST.instance(Arc::new(NoCalls)).unwrap();
    let answer = instance.validate(br#"{"accepted":false,"message":"no","code":403,"warnings":["w"]}"#).unwrap();
    assert_eq!((answer.accepted, answer.message.as_deref(), answer.code), (false, Some("no"), Some(403)));
    assert!(instance.validate_settings(br#"{"valid":true}"#).unwrap().valid);
    assert!(matches!(instance.validate(b"{}"), Err(CallError::Answer { operation: "validate", .. })));
    assert!(instance.protocol_version().is_err());
    let version = wat::parse_str(
        r#"(module
            (import "wapc" "__guest_response" (func $response (param i32 i32)))
            (memory (export "memory") 1)
            (data (i32.const 0) "\"v1\"")
            (func (export "__guest_call") (param i32 i32) (result i32)
              (call $response (i32.const 0) (i32.const 4))
              (i32.const 1)))"#,
    )
    .unwrap();
    let instance = Module::from_bytes(&version).unwrap().instance(Arc::new(NoCalls)).unwrap();
    assert_eq!(instance.protocol_version().unwrap(), ProtocolVersion::V1);
}

#[test]
fn host_calls_reach_the_host() {
    let facts = ClusterFacts::from_json(
        r#"{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"shop","labels":{"team":"a"}}}"#,
    )
    .unwrap();
    let facts = Arc::new(facts);
    let get = |name: &str| {
        let request = format!(
            r#"{{"api_version":"v1","kind":"Namespace","name":"{name}","namespace":null,"disable_cache":false}}"#
        );
        GUEST.call(&facts, "hget_resource", request.as_bytes())
    };
    assert_eq!(
        serde_json::from_slice::<serde_json::Value>(&get("shop").unwrap()).unwrap(),
        serde_json::json!({"apiVersion":"v1","kind":"Namespace","metadata":{"labels":{"team":"a"},"name":"shop"}})
    );
    assert_eq!(
        get("gone"),
        Err(CallError::Guest(
            "Callback evaluation failure: Cannot find v1/Namespace named 'gone' inside of namespace 'None'".into()
        ))
    );
}

#[test]
fn what_is_no_guest_is_refused_at_once() {
    let load = |text: &str| Module::from_bytes(&wat::parse_str(text).unwrap()).unwrap_err();
    assert!(matches!(Module::from_bytes(b"not wasm"), Err(LoadError::Compile(_))));
    assert!(matches!(Module::from_file("no/such/file"), Err(LoadError::Read { .. })));
    assert_eq!(load("(module)"), LoadError::NotWapc { missing: "__guest_call" });
    let wasi = load(
        r#"(module
            (import "wasi_snapshot_preview1" "proc_exit" (func (param i32)))
            (memory (export "memory") 1)
            (func (export "__guest_call") (param i32 i32) (result i32) (i32.const 1)))"#,
    );
    assert!(wasi.to_string().contains("wasi_snapshot_preview1"), "{wasi}");
}

#[test]
fn a_start_that_traps_is_a_trap() {
    let module = wat::parse_str(
        r#"(module
            (memory (export "memory") 1)
            (func (export "_start") (unreachable))
            (func (export "__guest_call") (param i32 i32) (result i32) (i32.const 1)))"#,
    )
    .unwrap();
    let module = Module::from_bytes(&module).unwrap();
    assert!(matches!(module.instance(Arc::new(NoCalls)), Err(CallError::Trap(_))));
}

#[test]
fn a_module_is_shared_by_threads() {
    std::thread::scope(|scope| {
        for thread in 0..4_u8 {
            scope.spawn(move || assert_eq!(call("echo", &[thread]).unwrap(), [thread]));
        }
    });
}

#[cfg(feature = "cache")]
#[test]
fn a_cache_is_used() {
    let folder = std::env::temp_dir().join(format!("podnetworking-cache-{}", std::process::id()));
    let options = Options { cache: Some(folder.clone()), ..Options::default() };
    assert_eq!(guest(&options).call(&Arc::new(NoCalls), "echo", b"x").unwrap(), b"x");
    assert_eq!(guest(&options).call(&Arc::new(NoCalls), "echo", b"x").unwrap(), b"x");
    // The cache may still be writing. The system cleans up what stays.
    let _ = std::fs::remove_dir_all(folder);
}
