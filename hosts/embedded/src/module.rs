//! A waPC module, compiled once.

use std::{
    fmt, fs,
    path::{Path, PathBuf},
    sync::Arc,
    thread,
    time::Duration,
};

use wasmtime_provider::{
    EpochDeadlines, ResourceLimits, WasmtimeEngineProviderBuilder, WasmtimeEngineProviderPre,
    wasmtime::{self, Cache, CacheConfig, Config, Engine, EngineWeak, ExternType},
};

use crate::{
    calls::HostCalls,
    error::{CallError, LoadError},
    guest_log,
    instance::Instance,
};

/// The limits of a module, and the cache of compiled modules.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The time limit of a call and of the start of an instance. Kubewarden's limit is 2 seconds. Without a limit, the module
    /// is compiled without the checks that a limit needs. The time of host calls counts, but host calls are not interrupted.
    pub time_limit: Option<Duration>,
    /// The limit of the memory of an instance, in bytes. An allocation beyond it fails in the module.
    pub memory_limit: Option<usize>,
    /// The folder in which compiled modules are kept between runs of the program. The path must be absolute.
    pub cache: Option<PathBuf>,
}

/// A compiled waPC module. Instances are cheap. A module can be shared between threads; an instance cannot.
#[derive(Clone)]
pub struct Module {
    engine: Engine,
    module: wasmtime::Module,
    pre: WasmtimeEngineProviderPre,
    time_limit: Option<Duration>,
}

impl fmt::Debug for Module {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Module").field("time_limit", &self.time_limit).finish_non_exhaustive()
    }
}

/// The unit of time limits.
const TICK: Duration = Duration::from_millis(5);
/// The size of a page of memory, in bytes.
const PAGE: usize = 64 * 1024;
/// The most pages that a 32-bit memory can have.
const MAX_PAGES: usize = 64 * 1024;

impl Module {
    /// Compiles the module in a file: WebAssembly, or its text form.
    pub fn from_file(path: impl AsRef<Path>) -> Result<Self, LoadError> {
        Self::from_file_with(path, &Options::default())
    }

    /// Compiles the module in a file.
    pub fn from_file_with(path: impl AsRef<Path>, options: &Options) -> Result<Self, LoadError> {
        let path = path.as_ref();
        let bytes =
            fs::read(path).map_err(|fault| LoadError::Read { path: path.to_owned(), cause: fault.to_string() })?;
        Self::from_bytes_with(&bytes, options)
    }

    /// Compiles a module.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, LoadError> {
        Self::from_bytes_with(bytes, &Options::default())
    }

    /// Compiles a module.
    pub fn from_bytes_with(bytes: &[u8], options: &Options) -> Result<Self, LoadError> {
        guest_log::install();
        let engine = Engine::new(&config(options)?).map_err(compile_error)?;
        let module = wasmtime::Module::new(&engine, bytes).map_err(compile_error)?;
        for missing in ["__guest_call", "memory"] {
            if module.get_export(missing).is_none() {
                return Err(LoadError::NotWapc { missing });
            }
        }
        let pre = prepare(&engine, &module, options.memory_limit)?;
        if options.time_limit.is_some() {
            let engine = engine.weak();
            thread::spawn(move || tick(&engine));
        }
        Ok(Self { engine, module, pre, time_limit: options.time_limit })
    }

    /// Makes a fresh instance; `host_calls` answers its host calls.
    pub fn instance<H: HostCalls + 'static>(&self, host_calls: Arc<H>) -> Result<Instance, CallError> {
        self.instance_of(&self.pre, host_calls)
    }

    /// Calls a function of a fresh instance.
    pub fn call<H: HostCalls + 'static>(
        &self,
        host_calls: &Arc<H>,
        operation: &str,
        payload: &[u8],
    ) -> Result<Vec<u8>, CallError> {
        self.instance(Arc::clone(host_calls))?.call(operation, payload)
    }

    /// The peak of linear memory of a call in a fresh instance, in bytes.
    ///
    /// The provider does not give access to the memory. So this searches the lowest limit with which the call gives the same
    /// answer. It runs the call about twenty times, and `host_calls` must give the same answers each time. The number is
    /// exact: a memory never shrinks, and a module in Rust aborts if its memory cannot grow.
    pub fn peak_memory<H: HostCalls + 'static>(
        &self,
        host_calls: &Arc<H>,
        operation: &str,
        payload: &[u8],
    ) -> Result<usize, CallError> {
        let answer = self.call(host_calls, operation, payload)?;
        let suffices = |pages: usize| {
            prepare(&self.engine, &self.module, Some(pages * PAGE)).is_ok_and(|pre| {
                self.instance_of(&pre, Arc::clone(host_calls) as _)
                    .and_then(|instance| instance.call(operation, payload))
                    .is_ok_and(|under_limit| under_limit == answer)
            })
        };
        let mut enough = self.initial_pages().max(1);
        let mut too_few = enough - 1;
        while enough < MAX_PAGES && !suffices(enough) {
            too_few = enough;
            enough = (enough * 2).min(MAX_PAGES);
        }
        while enough - too_few > 1 {
            let middle = too_few + (enough - too_few) / 2;
            if suffices(middle) {
                enough = middle;
            } else {
                too_few = middle;
            }
        }
        Ok(enough * PAGE)
    }

    fn instance_of(
        &self,
        pre: &WasmtimeEngineProviderPre,
        host_calls: Arc<dyn HostCalls>,
    ) -> Result<Instance, CallError> {
        let deadlines = self.time_limit.map(|limit| {
            let ticks = limit.as_millis().div_ceil(TICK.as_millis()).saturating_add(1);
            let ticks = u64::try_from(ticks).unwrap_or(u64::MAX / 2);
            EpochDeadlines { wapc_init: ticks, wapc_func: ticks }
        });
        let engine = pre.rehydrate(deadlines).map_err(|fault| CallError::Trap(fault.to_string()))?;
        Instance::new(engine, host_calls, self.time_limit)
    }

    fn initial_pages(&self) -> usize {
        match self.module.get_export("memory") {
            Some(ExternType::Memory(memory)) => usize::try_from(memory.minimum()).unwrap_or(MAX_PAGES),
            _ => 0,
        }
    }
}

fn config(options: &Options) -> Result<Config, LoadError> {
    let mut config = Config::new();
    config.epoch_interruption(options.time_limit.is_some());
    if let Some(folder) = &options.cache {
        let mut cache = CacheConfig::new();
        cache.with_directory(folder);
        config.cache(Some(Cache::new(cache).map_err(compile_error)?));
    }
    Ok(config)
}

fn prepare(
    engine: &Engine,
    module: &wasmtime::Module,
    memory_limit: Option<usize>,
) -> Result<WasmtimeEngineProviderPre, LoadError> {
    let mut builder = WasmtimeEngineProviderBuilder::new().engine(engine.clone()).module(module.clone());
    if memory_limit.is_some() {
        builder =
            builder.enable_resource_limits(ResourceLimits { max_memory_size: memory_limit, max_table_elements: None });
    }
    builder.build_pre().map_err(|fault| LoadError::Link(fault.to_string()))
}

fn compile_error(fault: wasmtime::Error) -> LoadError {
    LoadError::Compile(format!("{fault:#}"))
}

/// Advances the time of the engine until the engine is dropped.
fn tick(engine: &EngineWeak) {
    loop {
        thread::sleep(TICK);
        match engine.upgrade() {
            Some(engine) => engine.increment_epoch(),
            None => return,
        }
    }
}
