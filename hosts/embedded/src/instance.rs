//! An instance of a module, for one evaluation.

use std::{
    cell::{Cell, RefCell},
    fmt,
    time::Duration,
};

use kubewarden_policy_sdk::{
    metadata::ProtocolVersion, response::ValidationResponse, settings::SettingsValidationResponse,
};
use serde::de::DeserializeOwned;
use wasmtime::{InstancePre, Memory, Store, Trap, TypedFunc};

use crate::{
    error::CallError,
    wapc::{GUEST_CALL, MEMORY, STARTS, State},
};

/// One instance of a module, with a memory of its own.
///
/// Use it for one evaluation and drop it, as Kubewarden does. After a trap every call is an error.
pub struct Instance {
    store: RefCell<Store<State>>,
    guest_call: TypedFunc<(u32, u32), u32>,
    memory: Memory,
    limit: Option<Limit>,
    stopped: Cell<bool>,
}

/// The time limit of a call, and the same in ticks of the engine.
#[derive(Clone, Copy)]
pub(crate) struct Limit {
    pub(crate) time: Duration,
    pub(crate) ticks: u64,
}

impl fmt::Debug for Instance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Instance").field("stopped", &self.stopped).finish_non_exhaustive()
    }
}

impl Instance {
    pub(crate) fn new(
        pre: &InstancePre<State>,
        mut store: Store<State>,
        limit: Option<Limit>,
    ) -> Result<Self, CallError> {
        let failed = |error| stopped(&error, limit);
        store.limiter(|state| &mut state.limits);
        start_clock(&mut store, limit);
        let instance = pre.instantiate(&mut store).map_err(failed)?;
        for start in STARTS {
            if instance.get_func(&mut store, start).is_some() {
                let start = instance.get_typed_func::<(), ()>(&mut store, start).map_err(failed)?;
                start_clock(&mut store, limit);
                start.call(&mut store, ()).map_err(failed)?;
            }
        }
        let guest_call = instance.get_typed_func(&mut store, GUEST_CALL).map_err(failed)?;
        let memory = instance.get_memory(&mut store, MEMORY);
        let memory = memory.ok_or_else(|| CallError::Trap("the module does not export its memory".to_owned()))?;
        Ok(Self { store: RefCell::new(store), guest_call, memory, limit, stopped: Cell::new(false) })
    }

    /// Calls a function of the module: `validate`, `validate_settings`, `protocol_version` or `decide`.
    ///
    /// # Errors
    /// If the module reports an error, traps, or exceeds the time limit.
    pub fn call(&self, operation: &str, payload: &[u8]) -> Result<Vec<u8>, CallError> {
        if self.stopped.get() {
            return Err(CallError::Trap("an earlier call stopped this instance".to_owned()));
        }
        let lengths = (u32::try_from(operation.len()), u32::try_from(payload.len()));
        let (Ok(operation_length), Ok(payload_length)) = lengths else {
            return Err(CallError::Guest("the payload does not fit into a memory of 32 bits".to_owned()));
        };
        let mut store = self.store.borrow_mut();
        store.data_mut().begin(operation, payload);
        start_clock(&mut store, self.limit);
        match self.guest_call.call(&mut *store, (operation_length, payload_length)) {
            Ok(succeeded) => store.data_mut().end(succeeded != 0).map_err(CallError::Guest),
            Err(error) => {
                self.stopped.set(true);
                Err(stopped(&error, self.limit))
            }
        }
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
    pub fn console(&self) -> Vec<String> {
        self.store.borrow().data().console.clone()
    }

    /// The events that the module has logged so far by Kubewarden's `tracing/log`, as JSON.
    pub fn events(&self) -> Vec<String> {
        self.store.borrow().data().events.clone()
    }

    /// The size of the memory, in bytes. A memory never shrinks, so this is also its peak.
    pub fn memory_size(&self) -> usize {
        self.memory.data_size(&*self.store.borrow())
    }
}

fn start_clock(store: &mut Store<State>, limit: Option<Limit>) {
    if let Some(limit) = limit {
        store.set_epoch_deadline(limit.ticks);
    }
}

/// Why the module stopped.
fn stopped(error: &wasmtime::Error, limit: Option<Limit>) -> CallError {
    match (error.downcast_ref::<Trap>(), limit) {
        (Some(Trap::Interrupt), Some(limit)) => CallError::TimeLimit(limit.time),
        (Some(trap), _) => CallError::Trap(trap.to_string()),
        (None, _) => CallError::Trap(error.root_cause().to_string()),
    }
}
