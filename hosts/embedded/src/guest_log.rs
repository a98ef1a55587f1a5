//! What a guest writes to its console, and why it trapped.
//!
//! `wapc` and `wasmtime-provider` hand both out through the crate `log` and nowhere else, so this is a logger. It takes these
//! lines only, and only on the thread on which a call runs. Where the program has set a logger of its own before the first
//! module was loaded, the lines go there, and calls still tell traps from errors, but without the cause of the trap.

use std::{cell::RefCell, sync::Once};

use log::{Level, LevelFilter, Log, Metadata, Record};

/// The lines of one call.
#[derive(Debug, Default)]
pub(crate) struct Lines {
    pub(crate) console: Vec<String>,
    pub(crate) trap: Option<String>,
}

thread_local! {
    /// Where the lines of the running call go.
    static RUNNING: RefCell<Option<Lines>> = const { RefCell::new(None) };
}

/// Runs `call` and collects its lines. Calls may nest: a host call may run another guest.
pub(crate) fn collect<T>(call: impl FnOnce() -> T) -> (T, Lines) {
    let outer = RUNNING.replace(Some(Lines::default()));
    let result = call();
    let lines = RUNNING.replace(outer);
    (result, lines.unwrap_or_default())
}

/// Sets the logger, once; keeps one that is there already.
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
