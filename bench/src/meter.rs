//! A minimal waPC host that measures what the embedded host does not: the number of instructions, which is the same in every
//! run, and the memory at the end.

use std::sync::Arc;

use anyhow::{anyhow, bail};
use wasmtime::{Caller, Config, Engine, Extern, Linker, Memory, Module, Store};

use crate::contexts::Context;

/// The cost of a call.
#[derive(Clone, Copy, Debug, Default)]
pub struct Cost {
    /// Wasm instructions, as wasmtime counts fuel.
    pub fuel: u64,
    /// Linear memory at the end, in bytes. A memory never shrinks, so this is the peak.
    pub memory: usize,
}

/// A module that is compiled to count instructions.
pub struct Meter {
    engine: Engine,
    module: Module,
    linker: Linker<Call>,
}

/// The state of one call.
struct Call {
    payload: Vec<u8>,
    context: Arc<Context>,
    from_host: Vec<u8>,
    error: Vec<u8>,
    answer: Option<Answer>,
}

/// The answer of a module, or its error.
type Answer = Result<Vec<u8>, Vec<u8>>;

const OPERATION: &[u8] = b"validate";

fn memory(caller: &mut Caller<'_, Call>) -> wasmtime::Result<Memory> {
    match caller.get_export("memory") {
        Some(Extern::Memory(memory)) => Ok(memory),
        _ => Err(wasmtime::Error::msg("the module has no memory")),
    }
}

fn read(caller: &mut Caller<'_, Call>, at: u32, len: u32) -> wasmtime::Result<Vec<u8>> {
    let memory = memory(caller)?;
    let (at, len) = (at as usize, len as usize);
    let bytes = memory.data(&caller).get(at..at + len);
    bytes.map(<[u8]>::to_vec).ok_or_else(|| wasmtime::Error::msg("a pointer is out of the memory"))
}

fn write(caller: &mut Caller<'_, Call>, at: u32, bytes: &[u8]) -> wasmtime::Result<()> {
    let memory = memory(caller)?;
    memory.write(caller, at as usize, bytes)?;
    Ok(())
}

impl Meter {
    /// Compiles a module.
    ///
    /// # Errors
    /// If the bytes are not a module.
    pub fn new(bytes: &[u8]) -> anyhow::Result<Self> {
        Self::build(bytes).map_err(|error| anyhow!("{error:#}"))
    }

    fn build(bytes: &[u8]) -> wasmtime::Result<Self> {
        let mut config = Config::new();
        config.consume_fuel(true);
        let engine = Engine::new(&config)?;
        let module = Module::new(&engine, bytes)?;
        let mut linker: Linker<Call> = Linker::new(&engine);
        let wapc = "wapc";
        linker.func_wrap(wapc, "__console_log", |_: Caller<'_, Call>, _: u32, _: u32| {})?;
        linker.func_wrap(wapc, "__guest_request", |mut caller: Caller<'_, Call>, operation: u32, at: u32| {
            let payload = std::mem::take(&mut caller.data_mut().payload);
            write(&mut caller, operation, OPERATION)?;
            write(&mut caller, at, &payload)
        })?;
        linker.func_wrap(wapc, "__guest_response", |mut caller: Caller<'_, Call>, at: u32, len: u32| {
            let answer = read(&mut caller, at, len)?;
            caller.data_mut().answer = Some(Ok(answer));
            Ok(())
        })?;
        linker.func_wrap(wapc, "__guest_error", |mut caller: Caller<'_, Call>, at: u32, len: u32| {
            let error = read(&mut caller, at, len)?;
            caller.data_mut().answer = Some(Err(error));
            Ok(())
        })?;
        linker.func_wrap(
            wapc,
            "__host_call",
            |mut caller: Caller<'_, Call>,
             _: u32,
             _: u32,
             _: u32,
             _: u32,
             operation: u32,
             size: u32,
             at: u32,
             len: u32| {
                let operation = String::from_utf8_lossy(&read(&mut caller, operation, size)?).into_owned();
                let request = read(&mut caller, at, len)?;
                let call = caller.data_mut();
                match call.context.answer(&operation, &request) {
                    Ok(answer) => {
                        call.from_host = answer;
                        Ok(1)
                    }
                    Err(error) => {
                        call.error = error.into_bytes();
                        Ok(0)
                    }
                }
            },
        )?;
        linker
            .func_wrap(wapc, "__host_response_len", |caller: Caller<'_, Call>| caller.data().from_host.len() as u32)?;
        linker.func_wrap(wapc, "__host_response", |mut caller: Caller<'_, Call>, at: u32| {
            let bytes = std::mem::take(&mut caller.data_mut().from_host);
            write(&mut caller, at, &bytes)
        })?;
        linker.func_wrap(wapc, "__host_error_len", |caller: Caller<'_, Call>| caller.data().error.len() as u32)?;
        linker.func_wrap(wapc, "__host_error", |mut caller: Caller<'_, Call>, at: u32| {
            let bytes = std::mem::take(&mut caller.data_mut().error);
            write(&mut caller, at, &bytes)
        })?;
        Ok(Self { engine, module, linker })
    }

    /// Calls `validate` of a fresh instance.
    ///
    /// # Errors
    /// If the module traps or reports an error.
    pub fn validate(&self, payload: &[u8], context: &Arc<Context>) -> anyhow::Result<(Cost, Vec<u8>)> {
        let call = Call {
            payload: payload.to_vec(),
            context: Arc::clone(context),
            from_host: Vec::new(),
            error: Vec::new(),
            answer: None,
        };
        self.run(call, payload.len()).map_err(|error| anyhow!("{error:#}")).and_then(|(cost, answer)| match answer {
            Some(Ok(answer)) => Ok((cost, answer)),
            Some(Err(error)) => bail!("the module reported an error: {}", String::from_utf8_lossy(&error)),
            None => bail!("the module gave no answer"),
        })
    }

    fn run(&self, call: Call, len: usize) -> wasmtime::Result<(Cost, Option<Answer>)> {
        let mut store = Store::new(&self.engine, call);
        store.set_fuel(u64::MAX)?;
        let instance = self.linker.instantiate(&mut store, &self.module)?;
        let start = instance.get_typed_func::<(), ()>(&mut store, "wapc_init")?;
        start.call(&mut store, ())?;
        let guest_call = instance.get_typed_func::<(i32, i32), i32>(&mut store, "__guest_call")?;
        let sizes = (i32::try_from(OPERATION.len())?, i32::try_from(len)?);
        guest_call.call(&mut store, sizes)?;
        let fuel = u64::MAX - store.get_fuel()?;
        let memory = instance.get_memory(&mut store, "memory").map_or(0, |memory| memory.data_size(&store));
        Ok((Cost { fuel, memory }, store.into_data().answer))
    }
}
