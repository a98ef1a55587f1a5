//! An instance of a module, for one evaluation.

use std::{
    cell::{Cell, RefCell},
    fmt,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use kubewarden_policy_sdk::{
    metadata::ProtocolVersion, response::ValidationResponse, settings::SettingsValidationResponse,
};
use serde::de::DeserializeOwned;
use wapc::{HostCallback, WapcHost, errors::Error};
use wasmtime_provider::WasmtimeEngineProvider;

use crate::{
    calls::HostCalls,
    error::CallError,
    guest_log::{self, Lines},
};

/// The prefix of a trap in `wasmtime-provider`, the only way to distinguish a trap from an error.
const TRAP: &str = "error while executing at wasm backtrace";
/// The end of its message after a deadline.
const DEADLINE: &str = "execution deadline exceeded";

/// One instance of a module, with a memory of its own.
///
/// Use it for one evaluation and drop it, as Kubewarden does. After a trap every call is an error.
pub struct Instance {
    host: WapcHost,
    time_limit: Option<Duration>,
    console: RefCell<Vec<String>>,
    events: Arc<Mutex<Vec<String>>>,
    stopped: Cell<bool>,
}

impl fmt::Debug for Instance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Instance").field("id", &self.host.id()).finish_non_exhaustive()
    }
}

impl Instance {
    pub(crate) fn new(
        engine: WasmtimeEngineProvider,
        host_calls: Arc<dyn HostCalls>,
        time_limit: Option<Duration>,
    ) -> Result<Self, CallError> {
        let events = Arc::new(Mutex::new(Vec::new()));
        let callback = callback(host_calls, Arc::clone(&events));
        let (host, lines) = guarded(|| WapcHost::new(Box::new(engine), Some(callback)));
        let host = host.map_err(|text| error(text, &lines, time_limit, true))?;
        Ok(Self { host, time_limit, console: RefCell::new(lines.console), events, stopped: Cell::new(false) })
    }

    /// Calls a function of the module: `validate`, `validate_settings`, `protocol_version` or `decide`.
    ///
    /// # Errors
    /// If the module reports an error, traps, or exceeds the time limit.
    pub fn call(&self, operation: &str, payload: &[u8]) -> Result<Vec<u8>, CallError> {
        if self.stopped.get() {
            return Err(CallError::Trap("an earlier call stopped this instance".to_owned()));
        }
        let (answer, lines) = guarded(|| self.host.call(operation, payload));
        let answer = answer.map_err(|text| error(text, &lines, self.time_limit, false));
        if matches!(answer, Err(CallError::Trap(_) | CallError::TimeLimit(_))) {
            self.stopped.set(true);
        }
        self.console.borrow_mut().extend(lines.console);
        answer
    }

    /// Calls `validate` and reads the answer.
    ///
    /// As in Kubewarden, numbers of a mutated object that do not fit into 64 bits become floats. Use [`Instance::call`] to get
    /// the exact bytes.
    pub fn validate(&self, payload: &[u8]) -> Result<ValidationResponse, CallError> {
        self.read("validate", payload)
    }

    /// Calls `validate_settings` and reads the answer.
    pub fn validate_settings(&self, settings: &[u8]) -> Result<SettingsValidationResponse, CallError> {
        self.read("validate_settings", settings)
    }

    /// Calls `protocol_version` and reads the answer.
    pub fn protocol_version(&self) -> Result<ProtocolVersion, CallError> {
        self.read("protocol_version", &[])
    }

    fn read<T: DeserializeOwned>(&self, operation: &'static str, payload: &[u8]) -> Result<T, CallError> {
        let answer = self.call(operation, payload)?;
        serde_json::from_slice(&answer).map_err(|fault| CallError::Answer { operation, cause: fault.to_string() })
    }

    /// The lines that the module has written to its console so far.
    ///
    /// Empty if the program set its own logger before it loaded the first module. That logger gets the lines.
    pub fn console(&self) -> Vec<String> {
        self.console.borrow().clone()
    }

    /// The events that the module has logged so far by Kubewarden's `tracing/log`, as JSON.
    pub fn events(&self) -> Vec<String> {
        self.events.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// The callback of waPC. Kubewarden handles log events before its callback handler, so they are not answered or recorded.
fn callback(host_calls: Arc<dyn HostCalls>, events: Arc<Mutex<Vec<String>>>) -> Box<HostCallback> {
    Box::new(move |_, binding, namespace, operation, payload| {
        if (binding, namespace, operation) == ("kubewarden", "tracing", "log") {
            let event = String::from_utf8_lossy(payload).into_owned();
            events.lock().unwrap_or_else(PoisonError::into_inner).push(event);
            return Ok(Vec::new());
        }
        host_calls.call(binding, namespace, operation, payload).map_err(Into::into)
    })
}

/// Runs the module. `wasmtime-provider` panics if a module passes a pointer out of its memory; such a panic becomes an
/// error, unless the program aborts on panics.
fn guarded<T>(run: impl FnOnce() -> Result<T, Error>) -> (Result<T, String>, Lines) {
    let (result, mut lines) = guest_log::collect(|| catch_unwind(AssertUnwindSafe(run)));
    let result = match result {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(Error::GuestCallFailure(text) | Error::InitFailed(text))) => Err(text),
        Ok(Err(other)) => Err(other.to_string()),
        Err(_) => {
            let text = "the host function that it called panicked";
            lines.trap = Some(text.to_owned());
            Err(text.to_owned())
        }
    };
    (result, lines)
}

fn error(text: String, lines: &Lines, time_limit: Option<Duration>, starting: bool) -> CallError {
    match time_limit {
        Some(limit) if text.ends_with(DEADLINE) => CallError::TimeLimit(limit),
        _ => match &lines.trap {
            Some(cause) => CallError::Trap(cause.clone()),
            None if starting || text.starts_with(TRAP) => CallError::Trap(text),
            None => CallError::Guest(text),
        },
    }
}
