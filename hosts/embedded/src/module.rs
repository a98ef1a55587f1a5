//! A waPC module, compiled once.

use std::{fmt, fs, path::Path, sync::Arc, thread, time::Duration};

use wasmtime::{Config, Engine, EngineWeak, InstancePre, Linker, Store, StoreLimitsBuilder};

use crate::{
    calls::HostCalls,
    error::{CallError, LoadError},
    instance::{Instance, Limit},
    wapc::{self, GUEST_CALL, MEMORY, State},
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
    #[cfg(feature = "cache")]
    pub cache: Option<std::path::PathBuf>,
}

/// A compiled waPC module. Instances are cheap. A module can be shared between threads; an instance cannot.
#[derive(Clone)]
pub struct Module {
    engine: Engine,
    pre: InstancePre<State>,
    limit: Option<Limit>,
    memory_limit: Option<usize>,
}

impl fmt::Debug for Module {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Module").field("memory_limit", &self.memory_limit).finish_non_exhaustive()
    }
}

/// The unit of time limits.
const TICK: Duration = Duration::from_millis(5);
impl Module {
    /// Compiles the module in a file.
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
        let engine = Engine::new(&config(options)?).map_err(compile_error)?;
        let module = wasmtime::Module::new(&engine, bytes).map_err(compile_error)?;
        for missing in [GUEST_CALL, MEMORY] {
            if module.get_export(missing).is_none() {
                return Err(LoadError::NotWapc { missing });
            }
        }
        let mut linker = Linker::new(&engine);
        let pre = wapc::add_to(&mut linker).and_then(|()| linker.instantiate_pre(&module));
        let pre = pre.map_err(|fault| LoadError::Link(format!("{fault:#}")))?;
        if options.time_limit.is_some() {
            let engine = engine.weak();
            thread::spawn(move || tick(&engine));
        }
        Ok(Self { engine, pre, limit: options.time_limit.map(limit), memory_limit: options.memory_limit })
    }

    /// Makes a fresh instance; `host_calls` answers its host calls.
    pub fn instance<H: HostCalls + 'static>(&self, host_calls: Arc<H>) -> Result<Instance, CallError> {
        let limits = StoreLimitsBuilder::new();
        let limits = match self.memory_limit {
            Some(most) => limits.memory_size(most),
            None => limits,
        };
        let store = Store::new(&self.engine, State::new(host_calls, limits.build()));
        Instance::new(&self.pre, store, self.limit)
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
    pub fn peak_memory<H: HostCalls + 'static>(
        &self,
        host_calls: &Arc<H>,
        operation: &str,
        payload: &[u8],
    ) -> Result<usize, CallError> {
        let instance = self.instance(Arc::clone(host_calls))?;
        instance.call(operation, payload)?;
        Ok(instance.memory_size())
    }
}

/// The limit in ticks of the engine: no call ends before it.
fn limit(time: Duration) -> Limit {
    let ticks = time.as_millis().div_ceil(TICK.as_millis()).saturating_add(1);
    Limit { time, ticks: u64::try_from(ticks).unwrap_or(u64::MAX / 2) }
}

fn config(options: &Options) -> Result<Config, LoadError> {
    let mut config = Config::new();
    config.epoch_interruption(options.time_limit.is_some());
    #[cfg(feature = "cache")]
    if let Some(folder) = &options.cache {
        let mut cache = wasmtime::CacheConfig::new();
        cache.with_directory(folder);
        config.cache(Some(wasmtime::Cache::new(cache).map_err(compile_error)?));
    }
    Ok(config)
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
