//! Creations, updates and deletions by many clients, while PodNetworkings change and faults are injected: no wrong answer, no
//! growth.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail, ensure};
use podnetworking_cluster::api::{Answer, Api, Patch};
use podnetworking_cluster::control_plane::Options;
use podnetworking_cluster::platform::{PODNETWORKINGS, podnetworking, reconcile};
use podnetworking_cluster::proxy::Proxy;
use podnetworking_cluster::server::{Host, Plan, Server, service_account};
use podnetworking_policy::decide_payload;
use podnetworking_policy::facts::inline::NoHost;
use serde_json::{Value, json};

use crate::bench::{POD_NETWORKING, World, pod, replace_configurations};

/// Requests of clients a second, all together.
const RATE: u64 = 200;
const CLIENTS: usize = 48;
/// Networks that change all the time, each with its own label.
const PLANES: usize = 8;
/// How long after a write was answered the old facts may still be what is decided with: the watch, and a watch that was cut.
const LAG: Duration = Duration::from_secs(3);
const NAMESPACE: &str = "load";

/// How long the load lasts: `SUITE_LOAD_SECONDS`, or a minute.
fn lasts() -> Duration {
    let seconds = std::env::var("SUITE_LOAD_SECONDS").ok().and_then(|text| text.parse().ok());
    Duration::from_secs(seconds.unwrap_or(60))
}

/// A PodNetworking as it was stored, from a time on.
struct Version {
    begun: Instant,
    answered: Instant,
    object: Option<Value>,
}

/// What is known of a plane: its versions, oldest first, and since when one is being written.
struct Plane {
    versions: Vec<Version>,
    writing: Option<Instant>,
}

/// All planes.
type History = Arc<Vec<Mutex<Plane>>>;

/// What is counted.
#[derive(Default)]
struct Counts {
    right: AtomicUsize,
    unanswered: AtomicUsize,
    changes: AtomicUsize,
}

/// A minute of it, or as long as it is told.
pub async fn two_hundred_requests_a_second(host: Host) -> Result<()> {
    let mut plan = Plan { settings: json!({"platform": "ack-serverless"}), ..Plan::default() };
    plan.style.timeout_seconds = 3;
    let world = World::start_with(host, plan.clone(), &Options::default()).await?;
    world
        .api
        .create(&json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": NAMESPACE}}))
        .await?
        .accepted()?;
    world.api.create(&json!({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "default", "namespace": NAMESPACE}})).await?.accepted()?;
    let port: u16 = world.plane.server().rsplit(':').next().and_then(|port| port.parse().ok()).context("a port")?;
    let proxy = Proxy::start(vec![port]).await?;
    let mut server = if host == Host::PolicyServer {
        Server::start(&world.plane, host, "loaded", plan).await?
    } else {
        let file = service_account(&world.plane).await?;
        let text =
            std::fs::read_to_string(&file)?.replace(world.plane.server(), &format!("https://127.0.0.1:{}", proxy.port));
        let kubeconfig = world.plane.folder().join("through-a-proxy.kubeconfig");
        std::fs::write(&kubeconfig, text)?;
        Server::start(&world.plane, host, "loaded", Plan { kubeconfig: Some(kubeconfig), ..plan }).await?
    };
    replace_configurations(&world, &server).await?;

    let nothing = || Version { begun: Instant::now(), answered: Instant::now(), object: None };
    let planes = (0..PLANES).map(|_| Mutex::new(Plane { versions: vec![nothing()], writing: None }));
    let history: History = Arc::new(planes.collect());
    let (counts, ends) = (Arc::new(Counts::default()), Arc::new(AtomicBool::new(false)));
    let mut tasks = Vec::new();
    for plane in 0..PLANES {
        tasks.push(tokio::spawn(change(
            world.api.clone(),
            plane,
            Arc::clone(&history),
            Arc::clone(&counts),
            Arc::clone(&ends),
        )));
    }
    for number in 0..CLIENTS {
        tasks.push(tokio::spawn(client(
            world.api.clone(),
            number,
            Arc::clone(&history),
            Arc::clone(&counts),
            Arc::clone(&ends),
        )));
    }
    let start = Instant::now();
    let mut early = None;
    let mut result = Ok(());
    let warm = lasts().min(Duration::from_secs(180)) / 3;
    while start.elapsed() < lasts() && result.is_ok() {
        tokio::time::sleep(Duration::from_secs(7)).await;
        proxy.cut();
        tokio::time::sleep(Duration::from_secs(3)).await;
        server.process.pause()?;
        tokio::time::sleep(Duration::from_millis(300)).await;
        server.process.go_on()?;
        result = server.process.check();
        if early.is_none() && start.elapsed() >= warm {
            early = Some(Footprint::of(server.process.id())?);
        }
        // A task ends early only where something is wrong.
        if tasks.iter().any(tokio::task::JoinHandle::is_finished) {
            break;
        }
    }
    let late = Footprint::of(server.process.id())?;
    ends.store(true, Ordering::SeqCst);
    for task in tasks {
        result = result.and(task.await?);
    }
    result?;
    let (right, unanswered) = (counts.right.load(Ordering::SeqCst), counts.unanswered.load(Ordering::SeqCst));
    let seconds = start.elapsed().as_secs();
    let early = early.context("it ended before it was warm")?;
    note!(
        "{}: in {seconds} s {right} right answers ({} a second) and no wrong one, {unanswered} not answered while the webhook was stopped, {} changes of \
         PodNetworkings; {early} -> {late}",
        host.name(),
        right as u64 / seconds.max(1),
        counts.changes.load(Ordering::SeqCst)
    );
    // A slow machine has less of it, and says so above.
    let expected = usize::try_from(seconds * RATE / 5)?;
    ensure!(right > expected, "only {right} answers in {seconds} s: the load was not there");
    ensure!(unanswered * 20 < right, "{unanswered} of {right} were not answered");
    late.ensure_no_growth(&early)
}

/// Creates, changes and deletes a PodNetworking, again and again, and notes when each version was there.
async fn change(api: Api, plane: usize, history: History, counts: Arc<Counts>, ends: Arc<AtomicBool>) -> Result<()> {
    let name = format!("plane-{plane}");
    let path = format!("{PODNETWORKINGS}/{name}");
    // Its own: the zone of a vSwitch is also taken from the status of another PodNetworking.
    let vswitch = |zone: &str| format!("vsw-{zone}{plane}");
    let mut step = 0;
    while !ends.load(Ordering::SeqCst) {
        tokio::time::sleep(Duration::from_millis(300)).await;
        let begun = Instant::now();
        history[plane].lock().expect("a lock").writing = Some(begun);
        let answer = match step % 5 {
            0 => api.create(&podnetworking(&name, json!({"plane": name}), &[&vswitch("h")])).await?,
            1 | 3 => {
                reconcile(&api, &name).await?;
                api.send(http::Method::GET, &path, "", None).await?
            }
            2 => {
                api.patch(&path, Patch::Merge, "", &json!({"spec": {"vSwitchOptions": [vswitch("i"), vswitch("k")]}}))
                    .await?
            }
            _ => {
                api.delete(&path).await?;
                Answer { code: 200, body: Value::Null, warnings: Vec::new() }
            }
        };
        if !answer.is_accepted() {
            if is_unanswered(&answer) {
                counts.unanswered.fetch_add(1, Ordering::SeqCst);
                history[plane].lock().expect("a lock").writing = None;
                continue;
            }
            // The old one may still be known for a moment.
            bail!("{name}, step {}: {}", step % 5, answer.message());
        }
        let object = (!answer.body.is_null()).then_some(answer.body);
        let mut known = history[plane].lock().expect("a lock");
        known.versions.push(Version { begun, answered: Instant::now(), object });
        known.writing = None;
        drop(known);
        counts.changes.fetch_add(1, Ordering::SeqCst);
        step += 1;
    }
    Ok(())
}

/// Under Fail, what the API server says when it could not ask.
fn is_unanswered(answer: &Answer) -> bool {
    answer.denied().is_err() && answer.message().contains("failed calling webhook")
}

/// Creates a pod, changes it in a way that is allowed and in one that is not, and deletes it, again and again.
async fn client(api: Api, number: usize, history: History, counts: Arc<Counts>, ends: Arc<AtomicBool>) -> Result<()> {
    let mut every = tokio::time::interval(Duration::from_millis(1000 * CLIENTS as u64 / RATE));
    every.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Skip);
    let mut round = 0;
    while !ends.load(Ordering::SeqCst) {
        round += 1;
        let plane = (number + round) % PLANES;
        let name = format!("p-{number}-{round}");
        let one = pod(NAMESPACE, &name, &json!({"plane": format!("plane-{plane}")}));
        every.tick().await;
        let begun = Instant::now();
        let answer = api.create(&one).await?;
        if is_unanswered(&answer) {
            counts.unanswered.fetch_add(1, Ordering::SeqCst);
            continue;
        }
        judge(&one, &answer, begun, &history[plane]).await.with_context(|| name.clone())?;
        counts.right.fetch_add(1, Ordering::SeqCst);
        if !answer.is_accepted() {
            continue;
        }
        let path = format!("/api/v1/namespaces/{NAMESPACE}/pods/{name}");
        for (patch, is_allowed) in [
            (json!({"metadata": {"labels": {"more": "1"}}}), true),
            (json!({"metadata": {"annotations": {POD_NETWORKING: "another"}}}), false),
        ] {
            every.tick().await;
            let answer = api.patch(&path, Patch::Merge, "", &patch).await?;
            if is_unanswered(&answer) {
                counts.unanswered.fetch_add(1, Ordering::SeqCst);
                continue;
            }
            if is_allowed {
                answer.accepted().with_context(|| format!("{name}: {patch}"))?;
            } else {
                let message = answer.denied().with_context(|| format!("{name}: {patch}"))?;
                ensure!(message.contains("[pinned-annotation]"), "{name}: {message}");
            }
            counts.right.fetch_add(1, Ordering::SeqCst);
        }
        every.tick().await;
        api.delete(&path).await?;
        counts.right.fetch_add(1, Ordering::SeqCst);
    }
    Ok(())
}

/// The answer must be that of the core, first mutating and then validating, each with a version that could be known at that
/// time: between the two a newer one may have come.
async fn judge(one: &Value, answer: &Answer, begun: Instant, plane: &Mutex<Plane>) -> Result<()> {
    let ended = Instant::now();
    let found = seen(answer)?;
    // What is being written may be what was decided with: until it is answered nobody knows what it is.
    while plane.lock().expect("a lock").writing.is_some_and(|since| since <= ended) {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let mut plane = plane.lock().expect("a lock");
    let versions = &mut plane.versions;
    let is_possible = |(index, version): &(usize, &Version)| {
        let replaced = versions.get(index + 1).map(|next| next.answered + LAG);
        version.begun <= ended && replaced.is_none_or(|replaced| replaced >= begun)
    };
    let known: Vec<Option<&Value>> =
        versions.iter().enumerate().filter(is_possible).map(|(_, version)| version.object.as_ref()).collect();
    let mut possible = Vec::new();
    for (index, earlier) in known.iter().enumerate() {
        for later in known.iter().skip(index) {
            possible.push(expected(one, *earlier, *later)?);
        }
    }
    ensure!(possible.contains(&found), "{found:?} is none of the {} possible answers: {possible:?}", possible.len());
    // What nobody can know any more is not kept.
    let kept = versions.len().saturating_sub(64);
    versions.drain(..kept);
    Ok(())
}

/// What of an answer is compared: the message of a denial, or what was added.
type Seen = (String, Value, Value);

fn seen(answer: &Answer) -> Result<Seen> {
    if answer.is_accepted() {
        let object = &answer.body;
        return Ok((String::new(), object["metadata"]["annotations"].clone(), object["spec"]["affinity"].clone()));
    }
    Ok((answer.denied()?.to_owned(), Value::Null, Value::Null))
}

/// The answer of the core that mutates with one version of the PodNetworking, and validates with another.
fn expected(one: &Value, earlier: Option<&Value>, later: Option<&Value>) -> Result<Seen> {
    let mutating = json!({"platform": "ack-serverless"});
    let validating = json!({
        "platform": "ack-serverless",
        "rules": {"zone-unconstrained": "deny"},
        "mutations": {"podnetworking-defaults": false, "pod-annotations": false, "zone-affinity": false},
    });
    let mut object = one.clone();
    for (settings, version) in [(mutating, earlier), (validating, later)] {
        let payload = json!({
            "settings": settings,
            "request": {
                "uid": "u", "kind": {"group": "", "version": "v1", "kind": "Pod"}, "operation": "CREATE", "namespace": NAMESPACE,
                "name": one["metadata"]["name"], "userInfo": {"username": "admin"}, "object": object,
            },
            "context": {"podNetworkings": version.into_iter().collect::<Vec<_>>(), "namespaces": [{"metadata": {"name": NAMESPACE}}]},
        });
        let decision = decide_payload(payload.to_string().as_bytes(), |_| NoHost);
        if !decision.is_allowed() {
            let response: Value = serde_json::from_str(&decision.to_validation_response())?;
            return Ok((response["message"].as_str().unwrap_or_default().to_owned(), Value::Null, Value::Null));
        }
        if let Some(text) = &decision.mutated_object {
            object = serde_json::from_str(text)?;
        }
    }
    Ok((String::new(), object["metadata"]["annotations"].clone(), object["spec"]["affinity"].clone()))
}

/// What a process holds.
#[derive(Clone, Debug)]
struct Footprint {
    memory_kib: u64,
    threads: u64,
    descriptors: usize,
}

impl std::fmt::Display for Footprint {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} MiB, {} threads, {} descriptors", self.memory_kib / 1024, self.threads, self.descriptors)
    }
}

impl Footprint {
    fn of(process: u32) -> Result<Self> {
        let text = std::fs::read_to_string(format!("/proc/{process}/status"))?;
        let lines: BTreeMap<&str, &str> = text.lines().filter_map(|line| line.split_once(':')).collect();
        let number = |key: &str| -> Result<u64> {
            let value = lines.get(key).with_context(|| key.to_owned())?;
            Ok(value.split_whitespace().next().unwrap_or_default().parse()?)
        };
        let descriptors = std::fs::read_dir(format!("/proc/{process}/fd"))?.count();
        Ok(Self { memory_kib: number("VmRSS")?, threads: number("Threads")?, descriptors })
    }

    /// At most 5 % more than after the first minute. A shorter run has had no time to settle, so it may have a quarter more.
    fn ensure_no_growth(&self, early: &Self) -> Result<()> {
        let percent = if lasts() >= Duration::from_secs(180) { 105 } else { 125 };
        ensure!(self.memory_kib * 100 <= early.memory_kib * percent, "memory grew: {early} -> {self}");
        ensure!(self.threads <= early.threads + 4, "threads grew: {early} -> {self}");
        ensure!(self.descriptors <= early.descriptors + 8, "descriptors grew: {early} -> {self}");
        Ok(())
    }
}
