//! waPC: the functions that a module imports and exports, and what passes through them during a call.
//!
//! The [specification](https://wapc.io/docs/spec/) has them. They are implemented here, since `wasmtime-provider`, the crate of
//! waPC, needs all of wasmtime: that takes most of the time of a first build.

use std::sync::Arc;

use wasmtime::{Caller, Error, Extern, Linker, Memory, Result, StoreLimits};

use crate::calls::HostCalls;

/// The function that a call runs.
pub(crate) const GUEST_CALL: &str = "__guest_call";
/// The memory of a module.
pub(crate) const MEMORY: &str = "memory";
/// The functions that run once, in this order, where a module has them.
pub(crate) const STARTS: [&str; 2] = ["_start", "wapc_init"];

/// What belongs to an instance: its host, and the state of the running call.
pub(crate) struct State {
    host_calls: Arc<dyn HostCalls>,
    pub(crate) limits: StoreLimits,
    operation: Vec<u8>,
    payload: Vec<u8>,
    /// What the module reported by `__guest_response` and `__guest_error`.
    response: Option<Vec<u8>>,
    error: Option<Vec<u8>>,
    /// The answer of the last host call.
    answer: std::result::Result<Vec<u8>, String>,
    pub(crate) console: Vec<String>,
    pub(crate) events: Vec<String>,
}

impl State {
    pub(crate) fn new(host_calls: Arc<dyn HostCalls>, limits: StoreLimits) -> Self {
        let (operation, payload) = (Vec::new(), Vec::new());
        let answer = Ok(Vec::new());
        let (console, events) = (Vec::new(), Vec::new());
        Self { host_calls, limits, operation, payload, response: None, error: None, answer, console, events }
    }

    /// Begins a call.
    pub(crate) fn begin(&mut self, operation: &str, payload: &[u8]) {
        self.operation = operation.into();
        self.payload = payload.into();
        (self.response, self.error) = (None, None);
    }

    /// The result of a call: `succeeded` is what `__guest_call` returned.
    pub(crate) fn end(&mut self, succeeded: bool) -> std::result::Result<Vec<u8>, String> {
        self.payload = Vec::new();
        let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
        match (succeeded, self.response.take(), self.error.take()) {
            (true, Some(response), _) => Ok(response),
            (_, _, Some(error)) => Err(text(error)),
            (true, None, None) => Err("it set neither a response nor an error".to_owned()),
            (false, _, None) => Err("it failed without an error message".to_owned()),
        }
    }

    /// Answers a host call. Kubewarden handles log events before its callback handler, so they are not answered or recorded.
    fn call(&mut self, binding: &[u8], namespace: &[u8], operation: &[u8], payload: &[u8]) -> Result<bool> {
        let binding = name(binding)?;
        let (namespace, operation) = (name(namespace)?, name(operation)?);
        self.answer = if (binding, namespace, operation) == ("kubewarden", "tracing", "log") {
            self.events.push(String::from_utf8_lossy(payload).into_owned());
            Ok(Vec::new())
        } else {
            self.host_calls.call(binding, namespace, operation, payload)
        };
        Ok(self.answer.is_ok())
    }
}

fn name(bytes: &[u8]) -> Result<&str> {
    std::str::from_utf8(bytes).map_err(|_| Error::msg("the name of a host call is not UTF-8"))
}

/// Adds the functions of a waPC host. An error of one is a trap.
pub(crate) fn add_to(linker: &mut Linker<State>) -> Result<()> {
    const HOST: &str = "wapc";
    linker.func_wrap(HOST, "__guest_request", |mut caller: Caller<'_, State>, operation: u32, payload: u32| {
        let (memory, state) = parts(&mut caller)?;
        write(memory, operation, &state.operation)?;
        write(memory, payload, &state.payload)
    })?;
    linker.func_wrap(HOST, "__guest_response", |mut caller: Caller<'_, State>, at: u32, length: u32| {
        let (memory, state) = parts(&mut caller)?;
        state.response = Some(read(memory, at, length)?.to_owned());
        Ok(())
    })?;
    linker.func_wrap(HOST, "__guest_error", |mut caller: Caller<'_, State>, at: u32, length: u32| {
        let (memory, state) = parts(&mut caller)?;
        state.error = Some(read(memory, at, length)?.to_owned());
        Ok(())
    })?;
    linker.func_wrap(
        HOST,
        "__host_call",
        |mut caller: Caller<'_, State>,
         binding: u32,
         binding_length: u32,
         namespace: u32,
         namespace_length: u32,
         operation: u32,
         operation_length: u32,
         payload: u32,
         payload_length: u32| {
            let (memory, state) = parts(&mut caller)?;
            let is_answered = state.call(
                read(memory, binding, binding_length)?,
                read(memory, namespace, namespace_length)?,
                read(memory, operation, operation_length)?,
                read(memory, payload, payload_length)?,
            )?;
            Ok(u32::from(is_answered))
        },
    )?;
    linker.func_wrap(HOST, "__host_response_len", |caller: Caller<'_, State>| {
        caller.data().answer.as_ref().map_or(Ok(0), |answer| length(answer))
    })?;
    linker.func_wrap(HOST, "__host_response", |mut caller: Caller<'_, State>, at: u32| {
        let (memory, state) = parts(&mut caller)?;
        state.answer.as_ref().map_or(Ok(()), |answer| write(memory, at, answer))
    })?;
    linker.func_wrap(HOST, "__host_error_len", |caller: Caller<'_, State>| {
        caller.data().answer.as_ref().map_or_else(|error| length(error.as_bytes()), |_| Ok(0))
    })?;
    linker.func_wrap(HOST, "__host_error", |mut caller: Caller<'_, State>, at: u32| {
        let (memory, state) = parts(&mut caller)?;
        state.answer.as_ref().map_or_else(|error| write(memory, at, error.as_bytes()), |_| Ok(()))
    })?;
    linker.func_wrap(HOST, "__console_log", |mut caller: Caller<'_, State>, at: u32, length: u32| {
        let (memory, state) = parts(&mut caller)?;
        let line = String::from_utf8_lossy(read(memory, at, length)?).into_owned();
        state.console.push(line);
        Ok(())
    })?;
    Ok(())
}

/// The memory and the state of the instance that calls.
fn parts<'c>(caller: &'c mut Caller<'_, State>) -> Result<(&'c mut [u8], &'c mut State)> {
    let memory: Option<Memory> = caller.get_export(MEMORY).and_then(Extern::into_memory);
    let memory = memory.ok_or_else(|| Error::msg("the module does not export its memory"))?;
    Ok(memory.data_and_store_mut(caller))
}

fn read(memory: &[u8], at: u32, length: u32) -> Result<&[u8]> {
    let found = || memory.get(usize::try_from(at).ok()?..)?.get(..usize::try_from(length).ok()?);
    found().ok_or_else(out_of_memory)
}

fn write(memory: &mut [u8], at: u32, bytes: &[u8]) -> Result<()> {
    let place = usize::try_from(at).ok().and_then(|at| memory.get_mut(at..)?.get_mut(..bytes.len()));
    place.ok_or_else(out_of_memory)?.copy_from_slice(bytes);
    Ok(())
}

fn length(bytes: &[u8]) -> Result<u32> {
    u32::try_from(bytes.len()).map_err(|_| Error::msg("the answer of the host is too long"))
}

fn out_of_memory() -> Error {
    Error::msg("the module passed a pointer out of its memory")
}
