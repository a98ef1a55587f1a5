//! The golden cases on the API server: the context of each is created, statuses are patched, its object is sent. Verdict and
//! message must be those of the core. `golden-not-asked.txt` has the cases that cannot be asked, each with its reason.

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;

use anyhow::{Context as _, Result, bail, ensure};
use podnetworking_cluster::api::{Answer, Api, Patch, collection_of, path_of};
use podnetworking_cluster::control_plane::Options;
use podnetworking_cluster::platform::{self, PODNETWORKINGS, podnetworking_with};
use podnetworking_cluster::programs::home;
use podnetworking_cluster::server::{Host, Plan};
use podnetworking_cluster::wait::{seconds, until};
use podnetworking_policy::decide_payload;
use podnetworking_policy::facts::inline::NoHost;
use podnetworking_testing::{Case, cases};
use serde_json::{Map, Value, json};

use crate::bench::{POD_NETWORKING, World, pod};

/// Why a case cannot be asked: there are no other reasons.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// The payload is no admission request that an API server sends.
    Payload,
    /// The settings are invalid: a host does not start with them.
    Settings,
    /// The configurations do not ask about this kind, operation, subresource or namespace.
    NotAsked,
    /// A request without a user is an audit's.
    Audit,
    /// The facts are those of manifests, not of a cluster.
    Manifests,
    /// The facts cannot be read, or are not all there.
    NoFacts,
    /// The API server does not store what the case has in its cluster.
    NotStored,
    /// The API server refuses the object itself.
    Refused,
    /// The API server changes the object or the facts before the policy sees them: it drops, fills in or adds something.
    Changed,
    /// The case is about one of the two policies, and on an API server both answer.
    Both,
}

const REASONS: [(Reason, &str); 10] = [
    (Reason::Payload, "payload"),
    (Reason::Settings, "settings"),
    (Reason::NotAsked, "not-asked"),
    (Reason::Audit, "audit"),
    (Reason::Manifests, "manifests"),
    (Reason::NoFacts, "no-facts"),
    (Reason::NotStored, "not-stored"),
    (Reason::Refused, "refused"),
    (Reason::Changed, "changed"),
    (Reason::Both, "both"),
];

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(REASONS.iter().find(|(reason, _)| reason == self).map_or("", |(_, name)| name))
    }
}

/// What happened to a case.
enum Outcome {
    /// Verdict and message are those of the case.
    Same,
    /// It cannot be asked, which was clear before or when the API server answered; and what it said.
    Not(Reason, String),
    /// Something else came out.
    Differs(String),
}

/// Plays all cases.
pub async fn cases_on_the_api_server(host: Host) -> Result<()> {
    let flags = vec!["--disable-admission-plugins=ServiceAccount".to_owned()];
    let options = Options { with_controllers: false, flags };
    let plan = Plan { settings: json!({}), as_administrator: true, ..Plan::default() };
    let mut world = World::start_with(host, plan, &options).await?;
    let mut groups: BTreeMap<String, Vec<Case>> = BTreeMap::new();
    // `CASES` plays those alone whose name contains it.
    let chosen = std::env::var("CASES").unwrap_or_default();
    for case in cases().into_iter().filter(|case| case.name.contains(&chosen)) {
        groups.entry(case.settings().unwrap_or("{}").to_owned()).or_default().push(case);
    }
    let listed = listed()?;
    let mut player = Player { number: 0 };
    let (mut same, mut not, mut wrong) = (0, BTreeMap::new(), Vec::new());
    player.barrier(&world).await?;
    for (settings, cases) in groups {
        let mut is_written = false;
        for case in cases {
            let reason = match before(&case) {
                Some(reason) => Outcome::Not(reason, String::new()),
                None => {
                    if !is_written {
                        world
                            .server
                            .change_settings(&serde_json::from_str(&settings)?)
                            .await
                            .with_context(|| settings.clone())?;
                        is_written = true;
                    }
                    world.server.process.check()?;
                    player.play(&world, &case).await.with_context(|| case.name.clone())?
                }
            };
            match (reason, listed.get(&case.name)) {
                (Outcome::Same, None) => same += 1,
                (Outcome::Same, Some(reason)) => {
                    wrong.push(format!("{} is listed as `{reason}`, but can be asked", case.name))
                }
                (Outcome::Not(found, _), Some(reason)) if found == *reason => {
                    not.insert(case.name.clone(), found);
                }
                (Outcome::Not(found, why), _) => {
                    wrong.push(format!("{} is not listed as `{found}` {why}", case.name));
                    not.insert(case.name.clone(), found);
                }
                // What the API server changed, and what both policies answer, is not seen by the suite itself.
                (Outcome::Differs(_), Some(reason @ (Reason::Changed | Reason::Both | Reason::NoFacts))) => {
                    not.insert(case.name.clone(), *reason);
                }
                (Outcome::Differs(how), _) => {
                    wrong.push(format!("{}: {how}", case.name));
                    not.insert(case.name.clone(), Reason::Changed);
                }
            }
        }
    }
    note!("golden cases on the API server, {}: {same} played, {} cannot be asked", host.name(), not.len());
    if std::env::var_os("UPDATE_CASES").is_some() && chosen.is_empty() {
        let lines: String = not.iter().map(|(name, reason)| format!("{name} {reason}\n")).collect();
        std::fs::write(file(), lines)?;
    }
    ensure!(wrong.is_empty(), "{} cases:\n{}", wrong.len(), wrong.join("\n"));
    Ok(())
}

fn file() -> PathBuf {
    home().join("tests/suite/golden-not-asked.txt")
}

/// The cases that cannot be asked, with their reasons.
fn listed() -> Result<BTreeMap<String, Reason>> {
    let text = std::fs::read_to_string(file()).unwrap_or_default();
    let lines = text.lines().filter(|line| !line.starts_with('#') && !line.is_empty());
    lines
        .map(|line| {
            let (name, word) = line.split_once(' ').with_context(|| line.to_owned())?;
            let reason = REASONS.iter().find(|(_, name)| *name == word).map(|(reason, _)| *reason);
            Ok((name.to_owned(), reason.with_context(|| format!("`{word}` is not one of the reasons"))?))
        })
        .collect()
}

/// The reason why a case cannot be asked, if the case itself shows it.
fn before(case: &Case) -> Option<Reason> {
    if podnetworking_policy::parse_settings(case.settings()).is_err() {
        return Some(Reason::Settings);
    }
    if case.expects("facts-unavailable") || case.expects("namespace-unknown") {
        return Some(Reason::NoFacts);
    }
    let Some(request) = case.request() else { return Some(Reason::Payload) };
    let Ok(request) = serde_json::from_str::<Value>(request) else { return Some(Reason::Payload) };
    if !case.live {
        return Some(Reason::Manifests);
    }
    if request["userInfo"]["username"].as_str().is_none_or(str::is_empty) {
        return Some(Reason::Audit);
    }
    let operation = request["operation"].as_str().unwrap_or_default();
    let is_known = ["CREATE", "UPDATE"].contains(&operation);
    let kind = request["kind"]["kind"].as_str().unwrap_or_default();
    let object = &request["object"];
    let is_of_kind = object["kind"] == kind && object["apiVersion"].is_string();
    let kinds = [
        ("Pod", ""),
        ("Namespace", ""),
        ("ReplicationController", ""),
        ("Deployment", "apps"),
        ("ReplicaSet", "apps"),
        ("StatefulSet", "apps"),
        ("DaemonSet", "apps"),
        ("Job", "batch"),
        ("CronJob", "batch"),
        ("PodNetworking", "network.alibabacloud.com"),
    ];
    let is_asked = kinds.iter().any(|(of, group)| *of == kind && request["kind"]["group"] == *group);
    let has_subresource = request["subResource"].as_str().is_some_and(|name| !name.is_empty());
    let is_left_out = request["namespace"] == "kube-system";
    if !is_known || has_subresource || !is_asked || is_left_out {
        return Some(Reason::NotAsked);
    }
    if !is_of_kind
        || !object["metadata"].is_object()
        || (operation == "UPDATE" && !request["oldObject"]["metadata"].is_object())
    {
        return Some(Reason::Payload);
    }
    let named = &object["metadata"]["namespace"];
    if named.is_string() && request["namespace"] != *named {
        return Some(Reason::Payload);
    }
    None
}

/// What the core answers to a case, as the API server shows it.
struct Expected {
    message: Option<String>,
    warnings: Vec<String>,
    mutated: Option<Value>,
}

fn expected(case: &Case) -> Result<Expected> {
    let decision = decide_payload(case.payload().as_bytes(), |_| NoHost);
    let response: Value = serde_json::from_str(&decision.to_validation_response())?;
    let warnings = response["warnings"].as_array().cloned().unwrap_or_default();
    let mut warnings: Vec<String> = warnings.iter().filter_map(|one| one.as_str().map(str::to_owned)).collect();
    warnings.sort();
    warnings.dedup();
    let message = (!decision.is_allowed()).then(|| response["message"].as_str().unwrap_or_default().to_owned());
    let mutated = decision.mutated_object.as_deref().map(serde_json::from_str).transpose()?;
    Ok(Expected { message, warnings, mutated })
}

struct Player {
    number: u64,
}

/// Its labels are the sign that a host knows all that was stored before.
const BARRIER: &str = "suite-barrier";
/// A namespace that every cluster has.
const BARRIER_NAMESPACE: &str = "kube-node-lease";

impl Player {
    /// Stores the sign for the next case.
    async fn barrier(&mut self, world: &World) -> Result<()> {
        self.number += 1;
        let selector = json!({
            "podSelector": {"matchLabels": {BARRIER: "yes"}},
            "namespaceSelector": {"matchLabels": {BARRIER: self.number.to_string()}},
        });
        platform::add(&world.before, &podnetworking_with(BARRIER, selector, &["vsw-h"])).await?;
        Ok(())
    }

    /// Waits until the host knows the namespaces: the sign selects a pod, or no longer does.
    async fn wait(&self, world: &World, is_selected: bool) -> Result<()> {
        let probe = pod(BARRIER_NAMESPACE, "suite-probe", &json!({BARRIER: "yes"}));
        until("the host to know what is stored", seconds(10), || async {
            let answer = world.api.dry_run(&probe).await?;
            let is_named =
                answer.body["metadata"]["annotations"][POD_NETWORKING] == BARRIER || answer.message().contains(BARRIER);
            ensure!(is_named == is_selected, "{}", answer.body);
            Ok(())
        })
        .await
    }

    async fn play(&mut self, world: &World, case: &Case) -> Result<Outcome> {
        let context: Value = serde_json::from_str(case.context().unwrap_or("{}"))?;
        let request: Value = serde_json::from_str(case.request().unwrap_or("null"))?;
        let settings: Value = serde_json::from_str(case.settings().unwrap_or("{}"))?;
        let is_quiet = settings["mutations"]["pod-annotations"] == false;
        let mut stored = Stored::default();
        let outcome = async {
            if !stored.namespaces(world, &context, &request).await? {
                return Ok(Outcome::Not(Reason::NotStored, String::new()));
            }
            let label = json!({"metadata": {"labels": {BARRIER: self.number.to_string()}}});
            world
                .before
                .patch(&format!("/api/v1/namespaces/{BARRIER_NAMESPACE}"), Patch::Merge, "", &label)
                .await?
                .accepted()?;
            if !is_quiet {
                self.wait(world, true).await?;
            }
            if !stored.podnetworkings(world, &context).await? {
                return Ok(Outcome::Not(Reason::NotStored, String::new()));
            }
            let old = match request["operation"] == "UPDATE" {
                true => match stored.old(world, &request["oldObject"]).await? {
                    Some(old) => Some(old),
                    None => return Ok(Outcome::Not(Reason::NotStored, String::new())),
                },
                false => None,
            };
            world.before.delete(&format!("{PODNETWORKINGS}/{BARRIER}")).await?;
            if is_quiet {
                // Nothing shows what the host knows.
                tokio::time::sleep(std::time::Duration::from_millis(400)).await;
            } else {
                self.wait(world, false).await?;
            }
            let user = request["userInfo"]["username"].as_str().unwrap_or("alice");
            let answer = ask(&world.api.impersonate(user), &request, old.as_ref()).await?;
            compare(case, &answer)
        }
        .await;
        stored.clean(world).await?;
        world.before.delete(&format!("{PODNETWORKINGS}/{BARRIER}")).await?;
        self.barrier(world).await?;
        outcome
    }
}

/// Sends the object of a case by dry run: it is created, or what changes is patched.
async fn ask(api: &Api, request: &Value, old: Option<&Value>) -> Result<Answer> {
    let mut object = request["object"].clone();
    complete(&mut object);
    if object["metadata"]["namespace"].is_null() && request["namespace"].is_string() {
        object["metadata"]["namespace"] = request["namespace"].clone();
    }
    let Some(old) = old else { return api.dry_run(&object).await };
    let mut before = request["oldObject"].clone();
    complete(&mut before);
    let mut patch = merge_patch(&before, &object);
    if let Some(metadata) = patch.get_mut("metadata").and_then(Value::as_object_mut) {
        for key in [
            "resourceVersion",
            "uid",
            "creationTimestamp",
            "generation",
            "managedFields",
            "deletionTimestamp",
            "namespace",
            "name",
        ] {
            metadata.remove(key);
        }
    }
    api.patch(&path_of(old), Patch::Merge, "?dryRun=All", &patch).await
}

/// What an API server asks for and no rule reads.
fn complete(object: &mut Value) {
    let template = match object["kind"].as_str() {
        Some("Job") => "/spec/template/spec",
        Some("CronJob") => "/spec/jobTemplate/spec/template/spec",
        _ => "",
    };
    if let Some(pod) = object.pointer_mut(template).and_then(Value::as_object_mut).filter(|_| !template.is_empty()) {
        pod.entry("restartPolicy").or_insert_with(|| json!("Never"));
    }
    if let Some(owners) = object.pointer_mut("/metadata/ownerReferences").and_then(Value::as_array_mut) {
        for owner in owners {
            if owner.is_object() && owner["uid"].is_null() {
                owner["uid"] = json!("u");
            }
        }
    }
}

/// RFC 7386: what makes `new` of `old`.
fn merge_patch(old: &Value, new: &Value) -> Value {
    let (Value::Object(old), Value::Object(new)) = (old, new) else { return new.clone() };
    let mut patch = Map::new();
    for key in old.keys().filter(|key| !new.contains_key(*key)) {
        patch.insert(key.clone(), Value::Null);
    }
    for (key, value) in new {
        match old.get(key) {
            Some(before) if before == value => {}
            Some(before) => {
                patch.insert(key.clone(), merge_patch(before, value));
            }
            None => {
                patch.insert(key.clone(), value.clone());
            }
        }
    }
    Value::Object(patch)
}

fn compare(case: &Case, answer: &Answer) -> Result<Outcome> {
    let expected = expected(case)?;
    if !answer.is_accepted() && answer.denied().is_err() {
        ensure!(answer.code < 500, "the API server has failed: {} {}", answer.code, answer.message());
        return Ok(Outcome::Not(Reason::Refused, answer.message().to_owned()));
    }
    let message = answer.denied().ok().map(str::to_owned);
    let mut differences = Vec::new();
    if message != expected.message {
        differences.push(format!("expected {:?}\n  found {message:?}", expected.message));
    }
    let mut warnings: Vec<String> = answer.warnings.iter().filter(|one| one.starts_with('[')).cloned().collect();
    warnings.sort();
    warnings.dedup();
    if warnings != expected.warnings {
        differences.push(format!("expected the warnings {:?}\n  found {warnings:?}", expected.warnings));
    }
    if let (Some(mutated), None) = (&expected.mutated, &message) {
        let mut paths = vec!["/metadata/annotations", "/spec/affinity"];
        if answer.body["kind"] == "PodNetworking" {
            paths = vec!["/spec/allocationType", "/spec/vSwitchOptions", "/spec/securityGroupIDs"];
        }
        for path in paths {
            if mutated.pointer(path) != answer.body.pointer(path) {
                differences.push(format!(
                    "{path}: expected {:?}\n  found {:?}",
                    mutated.pointer(path),
                    answer.body.pointer(path)
                ));
            }
        }
    }
    Ok(if differences.is_empty() { Outcome::Same } else { Outcome::Differs(differences.join("\n  ")) })
}

/// What was stored for a case.
#[derive(Default)]
struct Stored {
    paths: Vec<String>,
    namespaces: Vec<String>,
    labelled: Vec<(String, Vec<String>)>,
}

impl Stored {
    async fn namespaces(&mut self, world: &World, context: &Value, request: &Value) -> Result<bool> {
        for namespace in items(&context["namespaces"]) {
            if !self.namespace(world, &namespace).await? {
                return Ok(false);
            }
        }
        let of_object = request["namespace"].as_str().unwrap_or_default();
        let is_namespace = request["kind"]["kind"] == "Namespace";
        if !of_object.is_empty() && !is_namespace {
            self.namespace(world, &json!({"metadata": {"name": of_object}})).await?;
        }
        Ok(true)
    }

    async fn namespace(&mut self, world: &World, namespace: &Value) -> Result<bool> {
        let Some(name) = namespace["metadata"]["name"].as_str() else { return Ok(false) };
        let mut labels = namespace["metadata"]["labels"].clone();
        let path = format!("/api/v1/namespaces/{name}");
        if ["default", "kube-system", "kube-public", "kube-node-lease"].contains(&name) {
            if let Some(labels) = labels.as_object_mut() {
                labels.remove("kubernetes.io/metadata.name");
                if labels.is_empty() {
                    return Ok(true);
                }
                self.labelled.push((path.clone(), labels.keys().cloned().collect()));
                let patch = json!({"metadata": {"labels": labels}});
                return Ok(world.before.patch(&path, Patch::Merge, "", &patch).await?.is_accepted());
            }
            return Ok(true);
        }
        let object = json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {
            "name": name, "labels": labels, "annotations": namespace["metadata"]["annotations"],
        }});
        let answer = world.before.create(&object).await?;
        if answer.is_accepted() {
            self.namespaces.push(path);
        }
        Ok(answer.is_accepted() || answer.code == 409)
    }

    async fn podnetworkings(&mut self, world: &World, context: &Value) -> Result<bool> {
        for one in items(&context["podNetworkings"]) {
            let mut one = one.clone();
            if !one.is_object() {
                return Ok(false);
            }
            one["apiVersion"] = json!(platform::API_VERSION);
            one["kind"] = json!("PodNetworking");
            if self.store(world, &one).await?.is_none() {
                return Ok(false);
            }
        }
        Ok(true)
    }

    async fn old(&mut self, world: &World, old: &Value) -> Result<Option<Value>> {
        let mut old = old.clone();
        complete(&mut old);
        let path = path_of(&old);
        if old["kind"] == "Namespace" {
            // It may be there as the namespace of the context.
            world.before.delete(&path).await?;
            finalize(world, &path).await?;
        }
        if old["kind"] == "PodNetworking" {
            world.before.delete(&path).await?;
        }
        self.store(world, &old).await
    }

    /// Stores an object with its status and, where it has one, the time of its deletion; or nothing, if the API server
    /// refuses it.
    async fn store(&mut self, world: &World, object: &Value) -> Result<Option<Value>> {
        let mut new = object.clone();
        let Some(metadata) = new["metadata"].as_object_mut() else { return Ok(None) };
        let is_deleting = metadata.remove("deletionTimestamp").is_some_and(|time| time.is_string());
        for key in ["resourceVersion", "uid", "creationTimestamp", "generation", "managedFields"] {
            metadata.remove(key);
        }
        if is_deleting && metadata.get("finalizers").is_none_or(Value::is_null) {
            metadata.insert("finalizers".to_owned(), json!(["suite.example.com/held"]));
        }
        let answer = world.before.create(&new).await?;
        if !answer.is_accepted() {
            return Ok(None);
        }
        let path = format!("{}/{}", collection_of(&new), answer.body["metadata"]["name"].as_str().unwrap_or_default());
        if new["kind"] == "Namespace" {
            self.namespaces.push(path.clone());
        } else {
            self.paths.push(path.clone());
        }
        let status = &object["status"];
        if status.as_object().is_some_and(|status| !status.is_empty()) {
            let patch = json!({"status": status});
            if !world.before.patch(&format!("{path}/status"), Patch::Merge, "", &patch).await?.is_accepted() {
                return Ok(None);
            }
        }
        if is_deleting {
            world.before.delete(&path).await?;
        }
        world.before.get(&path).await.map(Some)
    }

    async fn clean(&self, world: &World) -> Result<()> {
        for path in &self.paths {
            let gone = json!({"metadata": {"finalizers": null}});
            world.before.patch(path, Patch::Merge, "", &gone).await?;
            world.before.delete(path).await?;
        }
        for path in &self.namespaces {
            world.before.delete(path).await?;
            finalize(world, path).await?;
        }
        for (path, labels) in &self.labelled {
            let labels: Map<String, Value> = labels.iter().map(|label| (label.clone(), Value::Null)).collect();
            world.before.patch(path, Patch::Merge, "", &json!({"metadata": {"labels": labels}})).await?.accepted()?;
        }
        Ok(())
    }
}

/// Lets a namespace go, as its controller does.
async fn finalize(world: &World, path: &str) -> Result<()> {
    let Ok(mut namespace) = world.before.get(path).await else { return Ok(()) };
    namespace["spec"]["finalizers"] = json!([]);
    let answer = world
        .before
        .send(http::Method::PUT, &format!("{path}/finalize"), "", Some(("application/json", &namespace)))
        .await?;
    if !answer.is_accepted() && answer.code != 404 {
        bail!("{path}: {}", answer.message());
    }
    Ok(())
}

/// The objects of a list: an array, or a List.
fn items(list: &Value) -> Vec<Value> {
    list.as_array().or_else(|| list["items"].as_array()).cloned().unwrap_or_default()
}
