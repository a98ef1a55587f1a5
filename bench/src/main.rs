//! `make bench`: the cost of decisions, as ratios within one run.
//!
//! `podnetworking-bench POLICY FLOOR USUAL` takes three modules and prints the tables. `--write PAGE` writes them into a
//! page, between its markers. `--instructions FILE` writes the number of instructions of each decision, which is the same in
//! every run. `--compare FILE` only counts instructions, and fails if a decision takes over 1 % more than in the file.
//! `--and FILE` adds text after the tables. `--only TEXT`, as often as wanted, leaves out the decisions whose name in the file
//! of instructions does not begin with the text, for example `--only "Pod 10 "`.

mod contexts;
mod meter;
mod table;

use std::cell::LazyCell;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail, ensure};
use contexts::Context;
use meter::{Cost, Meter};
use podnetworking_embedded_host::{HostCalls, Module};
use podnetworking_policy::decide_payload;
use serde_json::{Value, json};
use table::{Measured, Spread};

/// The numbers of PodNetworkings and namespaces.
const SIZES: [(usize, usize); 6] = [(10, 50), (10, 4000), (1000, 50), (1000, 4000), (10_000, 50), (10_000, 4000)];
/// The time for measuring one row.
const BUDGET: Duration = Duration::from_millis(2500);

struct Host(Arc<Context>);

impl HostCalls for Host {
    fn call(&self, _: &str, _: &str, operation: &str, payload: &[u8]) -> Result<Vec<u8>, String> {
        self.0.answer(operation, payload)
    }
}

#[derive(Default)]
struct Arguments {
    modules: Vec<PathBuf>,
    write: Option<PathBuf>,
    instructions: Option<PathBuf>,
    compare: Option<PathBuf>,
    and: Option<PathBuf>,
    only: Vec<String>,
}

impl Arguments {
    fn wants(&self, name: &str) -> bool {
        self.only.is_empty() || self.only.iter().any(|only| name.starts_with(only))
    }
}

fn arguments() -> anyhow::Result<Arguments> {
    let mut found = Arguments::default();
    let mut rest = std::env::args().skip(1);
    while let Some(argument) = rest.next() {
        let place = match argument.as_str() {
            "--only" => {
                found.only.push(rest.next().with_context(|| format!("{argument} needs a text"))?);
                continue;
            }
            "--write" => &mut found.write,
            "--instructions" => &mut found.instructions,
            "--compare" => &mut found.compare,
            "--and" => &mut found.and,
            option if option.starts_with('-') => bail!("unknown option {option}"),
            path => {
                found.modules.push(path.into());
                continue;
            }
        };
        *place = Some(rest.next().with_context(|| format!("{argument} needs a path"))?.into());
    }
    ensure!(
        found.only.is_empty() || (found.write.is_none() && found.instructions.is_none()),
        "--write and --instructions need all decisions, without --only"
    );
    Ok(found)
}

/// A module, to run and to count its instructions.
struct Subject {
    bytes: usize,
    compile: Duration,
    module: Module,
    meter: Meter,
}

impl Subject {
    fn load(path: &Path) -> anyhow::Result<Self> {
        let bytes = std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
        let begun = Instant::now();
        let module = Module::from_bytes(&bytes)?;
        let compile = begun.elapsed();
        Ok(Self { bytes: bytes.len(), compile, module, meter: Meter::new(&bytes)? })
    }

    /// The time of one decision in a fresh instance, and the part of it that making the instance takes.
    fn decide(&self, payload: &[u8], context: &Arc<Context>) -> anyhow::Result<(Duration, Duration)> {
        let host = Arc::new(Host(Arc::clone(context)));
        let begun = Instant::now();
        let instance = self.module.instance(host)?;
        let made = begun.elapsed();
        black_box(instance.call("validate", payload)?);
        Ok((begun.elapsed(), made))
    }
}

fn main() -> anyhow::Result<()> {
    let arguments = arguments()?;
    let [policy, floor, usual] = arguments.modules.as_slice() else {
        bail!(
            "usage: podnetworking-bench POLICY FLOOR USUAL [--write PAGE] [--and FILE] [--instructions FILE] [--compare FILE] [--only TEXT]"
        );
    };
    let policy = Subject::load(policy)?;
    if let Some(path) = &arguments.compare {
        return compare(&policy.meter, path, &arguments);
    }
    let (floor, usual) = (Subject::load(floor)?, Subject::load(usual)?);
    let mut rows = Vec::new();
    let mut instances = [Vec::new(), Vec::new(), Vec::new()];
    let mut instructions = String::new();
    for masked in [false, true] {
        for (podnetworkings, namespaces) in SIZES {
            let context = LazyCell::new(|| Arc::new(Context::new(podnetworkings, namespaces, masked)));
            for (kind, request) in contexts::requests() {
                if !arguments.wants(&name(kind, podnetworkings, namespaces, masked)) {
                    continue;
                }
                let row = measure(kind, &request, &context, [&policy, &floor, &usual], &mut instances)?;
                instructions += &line(&row);
                rows.push(row);
            }
        }
    }
    let mut text =
        table::all(&rows, [&policy, &floor, &usual].map(|subject| (subject.bytes, subject.compile)), &instances);
    if let Some(path) = &arguments.and {
        text.push('\n');
        text += &std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    }
    if let Some(path) = &arguments.instructions {
        std::fs::write(path, instructions)?;
    }
    match &arguments.write {
        Some(page) => table::write(page, &text),
        None => {
            use std::io::Write as _;
            Ok(std::io::stdout().write_all(text.as_bytes())?)
        }
    }
}

/// The payload for the policy, the payload for the floor, which makes the same host calls, and the cost of the policy.
fn payloads(meter: &Meter, request: &Value, context: &Arc<Context>) -> anyhow::Result<(Vec<u8>, Vec<u8>, Cost)> {
    let payload = json!({"settings": {}, "request": request}).to_string().into_bytes();
    context.take_calls();
    let (cost, answer) = meter.validate(&payload, context)?;
    let answer: Value = serde_json::from_slice(&answer)?;
    ensure!(answer.get("accepted") == Some(&Value::Bool(true)), "the policy denies the request: {answer}");
    let mut calls = Vec::new();
    for (operation, request) in context.take_calls() {
        calls.push(json!([operation, serde_json::from_slice::<Value>(&request)?]));
    }
    let of_floor = json!({"settings": {"calls": calls}, "request": request}).to_string().into_bytes();
    Ok((payload, of_floor, cost))
}

fn measure(
    kind: &'static str,
    request: &Value,
    context: &Arc<Context>,
    [policy, floor, usual]: [&Subject; 3],
    instances: &mut [Vec<Duration>; 3],
) -> anyhow::Result<Measured> {
    let (payload, of_floor, cost) = payloads(&policy.meter, request, context)?;
    let facts = context.bytes_of(&serde_json::from_slice(&of_floor)?)?;
    let (floor_cost, _) = floor.meter.validate(&of_floor, context)?;
    let (usual_cost, _) = usual.meter.validate(&payload, context)?;
    let [mut to_floor, mut to_usual, mut to_native, mut times] = [const { Vec::new() }; 4];
    let begun = Instant::now();
    // They run in turn, so that other load on the machine affects all of them.
    while times.len() < 7 || (begun.elapsed() < BUDGET && times.len() < 200) {
        let (own, own_instance) = policy.decide(&payload, context)?;
        let (of_floor, floor_instance) = floor.decide(&of_floor, context)?;
        let (of_usual, usual_instance) = usual.decide(&payload, context)?;
        let native = Instant::now();
        black_box(decide_payload(&payload, |_| &**context).to_validation_response());
        let native = native.elapsed();
        context.take_calls();
        for (all, one) in instances.iter_mut().zip([own_instance, floor_instance, usual_instance]) {
            all.push(one);
        }
        let own = own.as_secs_f64();
        times.push(own * 1e3);
        to_floor.push(own / of_floor.as_secs_f64());
        to_usual.push(own / of_usual.as_secs_f64());
        to_native.push(own / native.as_secs_f64());
    }
    Ok(Measured {
        kind,
        podnetworkings: context.podnetworkings,
        namespaces: context.namespaces,
        masked: context.masked,
        facts,
        milliseconds: Spread::of(times),
        to_floor: Spread::of(to_floor),
        to_usual: Spread::of(to_usual),
        to_native: Spread::of(to_native),
        cost,
        floor_cost,
        usual_cost,
    })
}

/// The name of a decision in the file of instructions.
fn name(kind: &str, podnetworkings: usize, namespaces: usize, masked: bool) -> String {
    let masked = if masked { "masked" } else { "unmasked" };
    format!("{kind} {podnetworkings} {namespaces} {masked}")
}

fn line(row: &Measured) -> String {
    format!("{} {}\n", name(row.kind, row.podnetworkings, row.namespaces, row.masked), row.cost.fuel)
}

/// Counts the instructions of each decision and compares them with the file.
fn compare(meter: &Meter, path: &Path, arguments: &Arguments) -> anyhow::Result<()> {
    use std::io::Write as _;
    let before = std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    let mut out = std::io::stdout();
    let mut more = 0;
    for masked in [false, true] {
        for (podnetworkings, namespaces) in SIZES {
            let context = LazyCell::new(|| Arc::new(Context::new(podnetworkings, namespaces, masked)));
            for (kind, request) in contexts::requests() {
                let name = name(kind, podnetworkings, namespaces, masked);
                if !arguments.wants(&name) {
                    continue;
                }
                let (_, _, cost) = payloads(meter, &request, &context)?;
                let known = before.lines().find_map(|line| line.strip_prefix(&name)?.trim().parse::<u64>().ok());
                let Some(known) = known else { bail!("{} has no line for {name}", path.display()) };
                let change = cost.fuel as f64 / known as f64 - 1.0;
                let mark = if change > 0.01 { " MORE" } else { "" };
                more += usize::from(change > 0.01);
                writeln!(out, "{name}: {known} -> {} ({:+.2} %){mark}", cost.fuel, change * 100.0)?;
            }
        }
    }
    ensure!(more == 0, "{more} decisions take over 1 % more instructions than in {}", path.display());
    Ok(())
}
