//! A program keeps its own logger, and traps are still distinguished from errors.
#![allow(clippy::unwrap_used)]

use std::sync::{Arc, Mutex};

use log::{LevelFilter, Log, Metadata, Record};
use podnetworking_embedded_host::{CallError, Module, NoCalls};

static LINES: Mutex<Vec<String>> = Mutex::new(Vec::new());

struct Own;

impl Log for Own {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &Record<'_>) {
        LINES.lock().unwrap().push(record.args().to_string());
    }

    fn flush(&self) {}
}

#[test]
fn traps_and_errors_are_distinguished_with_another_logger() {
    log::set_logger(&Own).unwrap();
    log::set_max_level(LevelFilter::Info);
    let guest = wat::parse_bytes(include_bytes!("guest.wat")).unwrap();
    let module = Module::from_bytes(&guest).unwrap();
    let call = |operation| module.call(&Arc::new(NoCalls), operation, b"hello");
    assert!(matches!(call("trap"), Err(CallError::Trap(_))));
    assert!(matches!(call("deep"), Err(CallError::Trap(_))));
    assert_eq!(call("fail"), Err(CallError::Guest("hello".into())));
    call("console").unwrap();
    assert!(LINES.lock().unwrap().iter().any(|line| line.ends_with(": hello")));
}
