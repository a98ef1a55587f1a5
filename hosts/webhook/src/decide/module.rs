//! `--policy`: the module decides. Instances of it wait for requests, each on a thread of its own.
//!
//! A call has an epoch deadline and a memory limit. An instance that was stopped is dropped, and a new one takes its place.

use std::fmt;
use std::path::Path;
use std::sync::mpsc::{self, Receiver, SyncSender, TrySendError};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use podnetworking_embedded_host::{CallError, HostCalls, Instance, Module as Compiled, Options};
use podnetworking_policy::json::value::Json;
use podnetworking_policy::well_known;
use serde_json::{Value, json};

use crate::decide::verdict::{Decided, Failed, Verdict};
use crate::facts::cluster::Unusable;
use crate::facts::snapshot::{Resource, Snapshot};
use crate::settings::{Both, One};

/// How long a call may take, as in Kubewarden.
const TIME_LIMIT: Duration = Duration::from_secs(2);
/// The most memory of an instance, in bytes.
const MEMORY_LIMIT: usize = 256 << 20;
/// How many requests wait for an instance; the others are refused.
const WAITING: usize = 256;
/// After so many calls an instance is replaced: its memory never shrinks.
const CALLS: usize = 10_000;

/// The module with its instances. A clone shares them.
#[derive(Clone)]
pub struct Module {
    jobs: SyncSender<Job>,
}

impl fmt::Debug for Module {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Module")
    }
}

/// The answer of the module, and what it logged.
type Answered = Result<(Vec<u8>, Option<String>), CallError>;

/// A request for an instance.
struct Job {
    payload: String,
    facts: Facts,
    answer: SyncSender<Answered>,
}

/// The facts of one call.
#[derive(Clone)]
struct Facts {
    snapshot: Arc<Snapshot>,
    unusable: Arc<Unusable>,
}

impl Module {
    /// Loads a module, and has it check the settings of both webhooks.
    ///
    /// # Errors
    /// If it cannot be loaded, or refuses the settings.
    pub fn load(file: &Path, settings: &Both) -> Result<Self, String> {
        let options = Options { time_limit: Some(TIME_LIMIT), memory_limit: Some(MEMORY_LIMIT), ..Options::default() };
        let compiled = Compiled::from_file_with(file, &options).map_err(|error| error.to_string())?;
        check_settings(&compiled, settings)?;
        let (jobs, waiting) = mpsc::sync_channel(WAITING);
        let waiting = Arc::new(Mutex::new(waiting));
        let threads = std::thread::available_parallelism().map_or(2, usize::from);
        for number in 0..threads {
            let (compiled, waiting) = (compiled.clone(), Arc::clone(&waiting));
            std::thread::Builder::new()
                .name(format!("module-{number}"))
                .spawn(move || work(&compiled, &waiting))
                .map_err(|error| format!("no thread for the module: {error}"))?;
        }
        Ok(Self { jobs })
    }

    /// Decides an `AdmissionRequest`.
    ///
    /// # Errors
    /// [`Failed`], where the module gives no answer.
    pub fn decide(
        &self,
        request: Json<'_>,
        settings: &One,
        snapshot: &Arc<Snapshot>,
        unusable: &Arc<Unusable>,
    ) -> Result<Decided, Failed> {
        let payload = format!("{{\"settings\":{},\"request\":{}}}", settings.json, request.text());
        let facts = Facts { snapshot: Arc::clone(snapshot), unusable: Arc::clone(unusable) };
        let (answer, answered) = mpsc::sync_channel(1);
        self.jobs.try_send(Job { payload, facts, answer }).map_err(|error| match error {
            TrySendError::Full(_) => Failed::Overloaded("too many requests wait for the module".to_owned()),
            TrySendError::Disconnected(_) => Failed::Error("the module has ended".to_owned()),
        })?;
        let answer = answered.recv().map_err(|_| Failed::Error("the module gave no answer".to_owned()))?;
        let (bytes, unknown_namespace) = answer.map_err(|error| match error {
            CallError::TimeLimit(_) => Failed::Deadline,
            error => Failed::Error(error.to_string().replace('\n', " ")),
        })?;
        let text = String::from_utf8(bytes).map_err(|_| Failed::Error("the answer is not UTF-8".to_owned()))?;
        Ok(Decided { verdict: Verdict::read(&text).map_err(Failed::Error)?, unknown_namespace })
    }
}

/// Has the module check settings.
///
/// # Errors
/// What it says of them.
fn check_settings(compiled: &Compiled, settings: &Both) -> Result<(), String> {
    for one in [&settings.mutate, &settings.validate] {
        let instance = compiled.instance(Arc::new(Calls::default())).map_err(|error| error.to_string())?;
        let answer = instance.validate_settings(one.json.as_bytes()).map_err(|error| error.to_string())?;
        if !answer.valid {
            return Err(format!("it denies the settings: {}", answer.message.unwrap_or_default().replace('\n', " | ")));
        }
    }
    Ok(())
}

/// Answers jobs until nobody can send another one.
fn work(compiled: &Compiled, waiting: &Mutex<Receiver<Job>>) {
    let calls = Arc::new(Calls::default());
    let mut kept: Option<(Instance, usize)> = None;
    loop {
        let job = waiting.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(job) = job else { return };
        calls.begin(job.facts);
        let taken = kept.take().filter(|(_, count)| *count < CALLS);
        let instance = taken.map_or_else(|| compiled.instance(Arc::clone(&calls)).map(|instance| (instance, 0)), Ok);
        let answer = instance.and_then(|(instance, count)| {
            let answer = instance.call("validate", job.payload.as_bytes());
            if !matches!(answer, Err(CallError::Trap(_) | CallError::TimeLimit(_))) {
                kept = Some((instance, count + 1));
            }
            answer
        });
        let unknown = calls.end();
        // Whoever asked may have gone.
        let _ = job.answer.send(answer.map(|answer| (answer, unknown)));
    }
}

/// Answers the host calls of an instance from the facts of its call.
#[derive(Default)]
struct Calls(Mutex<Current>);

#[derive(Default)]
struct Current {
    facts: Option<Facts>,
    unknown: Option<String>,
}

impl Calls {
    fn begin(&self, facts: Facts) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Current { facts: Some(facts), unknown: None };
    }

    fn end(&self) -> Option<String> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner)).unknown
    }
}

impl HostCalls for Calls {
    fn call(&self, binding: &str, namespace: &str, operation: &str, payload: &[u8]) -> Result<Vec<u8>, String> {
        if (binding, namespace) != ("kubewarden", "kubernetes") {
            return Err(format!("this host does not serve `{binding}/{namespace}`"));
        }
        let mut current = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(facts) = current.facts.clone() else { return Err("no facts are provided now".to_owned()) };
        let request: Value = serde_json::from_slice(payload).map_err(|error| error.to_string())?;
        let kind = || match request.get("kind").and_then(Value::as_str) {
            Some(well_known::KIND) => Ok(Resource::PodNetworkings),
            Some("Namespace") => Ok(Resource::Namespaces),
            _ => Err("this host serves PodNetworkings and namespaces".to_owned()),
        };
        match operation {
            "can_i" => Ok(can_i(&facts, &request).to_string().into_bytes()),
            "list_resources_all" => {
                let resource = kind()?;
                facts.usable(resource)?;
                let (version, kind, items) = match resource {
                    Resource::PodNetworkings => (
                        well_known::API_VERSION,
                        "PodNetworkingList",
                        facts.snapshot.podnetworking_list().unwrap_or("[]"),
                    ),
                    Resource::Namespaces => {
                        ("v1", "NamespaceList", facts.snapshot.namespaces().map_or("[]", |known| known.list()))
                    }
                };
                let head = format!("{{\"apiVersion\":\"{version}\",\"kind\":\"{kind}\",\"metadata\":{{}},\"items\":");
                Ok([head.as_str(), items, "}"].concat().into_bytes())
            }
            "get_resource" if kind()? == Resource::Namespaces => {
                facts.usable(Resource::Namespaces)?;
                let name = request.get("name").and_then(Value::as_str).unwrap_or_default();
                match facts.snapshot.namespaces().and_then(|known| known.get(name)) {
                    Some(text) => Ok(text.as_bytes().to_vec()),
                    None => {
                        current.unknown = Some(name.to_owned());
                        Err(format!("the API server has shown no namespace `{name}`"))
                    }
                }
            }
            _ => Err(format!("this host does not serve `kubernetes/{operation}`")),
        }
    }
}

impl Facts {
    fn usable(&self, resource: Resource) -> Result<(), String> {
        match self.unusable.of(resource) {
            Some(reason) => Err(reason.to_owned()),
            None if self.snapshot.has(resource) => Ok(()),
            None => Err(format!("the first list of `{}` was not read yet", resource.full_name())),
        }
    }
}

/// Whether the facts may be read, by the state of the watch: it lists and watches with the permissions that are asked for.
fn can_i(facts: &Facts, request: &Value) -> Value {
    let plural = request.pointer("/subject_access_review/resource_attributes/resource").and_then(Value::as_str);
    let resource = Resource::ALL.into_iter().find(|one| Some(one.plural()) == plural);
    let is_refused = |resource| facts.unusable.of(resource).is_some_and(|reason| reason.contains("no permission"));
    json!({"allowed": resource.is_some_and(|resource| !is_refused(resource))})
}
