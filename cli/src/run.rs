//! `run`: the module itself judges manifests, in the embedded wasm host.

use std::path::Path;
use std::sync::Arc;

use anyhow::Context;
use podnetworking_embedded_host::{Module, NoCalls, Options};
use podnetworking_policy::facts::search::index::Index;
use podnetworking_policy::{Settings, decide};

use crate::answer::Answer;
use crate::args::RunArgs;
use crate::check;
use crate::facts::{Asked, World};
use crate::input::Input;
use crate::judge::{self, Decider};
use crate::object::Object;
use crate::output::Exit;
use crate::request::admission_request;
use crate::settings;

/// Checks as `check` does.
///
/// # Errors
/// Where nothing can be checked.
pub fn run(args: &RunArgs) -> anyhow::Result<Exit> {
    let loaded = settings::load(&args.input.settings)?;
    let module = load(&args.policy)?;
    let input = Input::read(&args.input)?;
    let index = input.world.index();
    let wasm = Wasm { module, settings: loaded.settings, settings_json: loaded.json, index };
    let answers = judge::all(&input.world, &wasm)?;
    check::finish(input, answers, &args.report)
}

/// Compiles a module.
///
/// # Errors
/// Where it is none.
pub fn load(path: &Path) -> anyhow::Result<Module> {
    // The cache takes absolute paths only.
    let cache = std::env::var_os("PODNETWORKING_CACHE").map(std::path::absolute).transpose()?;
    let options = Options { cache, ..Options::default() };
    Module::from_file_with(path, &options).with_context(|| format!("{} cannot be run", path.display()))
}

/// The module.
struct Wasm<'w> {
    module: Module,
    settings: Settings,
    settings_json: String,
    index: Option<Index<'w>>,
}

impl Decider for Wasm<'_> {
    fn decide(&self, world: &World, position: usize, object: &Object) -> anyhow::Result<Answer> {
        let request = admission_request(object, world.old(position));
        // With all facts in each of thousands of payloads, the time would grow with the square. The core tells which of
        // them the decision depends on; what it decides itself is of no interest.
        let asked = Asked::default();
        let facts = world.facts(self.index.as_ref(), position).recording(&asked);
        let _ = decide(&object.request(world.old(position)), &self.settings, &facts);
        let context = facts.inline_asked(&asked);
        let settings = &self.settings_json;
        let payload = format!("{{\"settings\":{settings},\"request\":{request},\"context\":{context}}}");
        let about = || format!("{} was not judged", object.title());
        let answer = self.module.call(&Arc::new(NoCalls), "decide", payload.as_bytes()).with_context(about)?;
        serde_json::from_slice(&answer).with_context(about)
    }
}
