//! `run`: the wasm module of the policy decides manifests, in the embedded host.

use std::path::Path;
use std::sync::Arc;

use anyhow::Context;
use podnetworking_check::answer::Answer;
use podnetworking_check::facts::{Asked, Indexes, World};
use podnetworking_check::judge::Decider;
use podnetworking_check::object::Object;
use podnetworking_embedded_host::{Module, NoCalls, Options};
use podnetworking_policy::{Settings, decide};

use crate::args::RunArgs;
use crate::check;
use crate::input::Input;
use crate::output::Exit;
use crate::request::admission_request;
use crate::settings;

/// Checks manifests as `check` does, but with the module.
///
/// # Errors
/// If nothing can be checked.
pub fn run(args: &RunArgs) -> anyhow::Result<Exit> {
    let loaded = settings::load(&args.input.settings)?;
    let module = load(&args.policy)?;
    let input = Input::read(&args.input)?;
    let indexes = input.world.indexes();
    let wasm = Wasm { module, settings: loaded.settings, settings_json: loaded.json, indexes };
    check::finish(&input, &wasm, &args.report, loaded.platform)
}

/// Compiles a module.
///
/// # Errors
/// If the file cannot be read, or is not a waPC module.
pub fn load(path: &Path) -> anyhow::Result<Module> {
    // wasmtime's cache accepts only absolute paths.
    let cache = std::env::var_os("PODNETWORKING_CACHE").map(std::path::absolute).transpose()?;
    let options = Options { cache, ..Options::default() };
    Module::from_file_with(path, &options).with_context(|| format!("cannot run {}", path.display()))
}

/// The module as a decider.
struct Wasm<'w> {
    module: Module,
    settings: Settings,
    settings_json: String,
    indexes: Indexes<'w>,
}

impl Decider for Wasm<'_> {
    fn decide(&self, world: &World, position: usize, object: &Object) -> anyhow::Result<Answer> {
        let request = admission_request(object, world.old(position));
        // If each payload held all facts, the time would grow with the square of the objects. So the core decides first, to
        // record which facts the decision uses, and the payload holds only these. The core's decision is dropped.
        let asked = Asked::default();
        let facts = world.facts(Some(&self.indexes), position).recording(&asked);
        let _ = decide(&object.request(world.old(position)), &self.settings, &facts);
        let context = facts.inline_asked(&asked);
        let settings = &self.settings_json;
        let payload = format!("{{\"settings\":{settings},\"request\":{request},\"context\":{context}}}");
        let about = || format!("cannot check {}", object.title());
        let answer = self.module.call(&Arc::new(NoCalls), "decide", payload.as_bytes()).with_context(about)?;
        serde_json::from_slice(&answer).with_context(about)
    }

    fn core(&self) -> (&Settings, &Indexes<'_>) {
        (&self.settings, &self.indexes)
    }
}
