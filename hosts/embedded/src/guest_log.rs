//! The console output of a module, and the causes of traps.
//!
//! `wapc` and `wasmtime-provider` report both only through the crate `log`, so this is a logger. It takes only these lines,
//! and only on the thread of a running call. If the program sets its own logger before it loads the first module, the lines
//! go there. Traps are then still recognized, but without their cause.

use std::{cell::RefCell, sync::Once};

use log::{Level, LevelFilter, Log, Metadata, Record};

/// The lines of one call.
#[derive(Debug, Default)]
pub(crate) struct Lines {
    pub(crate) console: Vec<String>,
    pub(crate) trap: Option<String>,
}

thread_local! {
    /// The lines of the running call.
    static RUNNING: RefCell<Option<Lines>> = const { RefCell::new(None) };
}

/// Runs `call` and collects its lines. Calls may nest: a host call may run another module.
pub(crate) fn collect<T>(call: impl FnOnce() -> T) -> (T, Lines) {
    let outer = RUNNING.replace(Some(Lines::default()));
    let result = call();
    let lines = RUNNING.replace(outer);
    (result, lines.unwrap_or_default())
}

/// Sets the logger once, unless the program has set one.
pub(crate) fn install() {
    static INSTALL: Once = Once::new();
    INSTALL.call_once(|| {
        if log::set_logger(&GuestLog).is_ok() {
            log::set_max_level(LevelFilter::Info);
        }
    });
}

struct GuestLog;

impl Log for GuestLog {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        let target = metadata.target();
        target.starts_with("wapc::") || target.starts_with("wasmtime_provider::")
    }

    fn log(&self, record: &Record<'_>) {
        if !self.enabled(record.metadata()) {
            return;
        }
        RUNNING.with_borrow_mut(|lines| {
            let Some(lines) = lines else { return };
            let text = record.args().to_string();
            if record.level() == Level::Error {
                if let Some(cause) = text.strip_prefix("Failure invoking guest module handler: ") {
                    lines.trap = Some(cause.to_owned());
                }
            } else if let Some(line) = text.strip_prefix("Guest module ") {
                let line = line.split_once(": ").map_or(line, |(_, line)| line);
                lines.console.push(line.to_owned());
            }
        });
    }

    fn flush(&self) {}
}
