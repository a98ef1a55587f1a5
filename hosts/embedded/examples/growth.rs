//! Measures how time and memory of a decision grow with hostile payloads, in the module:
//! `cargo run -p podnetworking-embedded-host --example growth -- policy.wasm [--write PAGE] [SHAPE...]` prints a table, or
//! writes it between the markers of a page. It fails if a decision takes half of Kubewarden's time limit, or if its time
//! grows much faster than its payload.
#![allow(clippy::print_stdout, reason = "it reports")]

use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use podnetworking_embedded_host::{Module, NoCalls, Options};

#[path = "../../../tests/shapes/mod.rs"]
#[allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "the shapes are made for tests")]
mod shapes;

/// Kubewarden's time limit for one request.
const LIMIT: Duration = Duration::from_secs(2);
/// The part of the limit that a decision may take.
const MAX_PART: f64 = 0.5;
/// How much faster than the payload the time may grow. If the time is quadratic, the factor is 2 when the payload doubles.
const MAX_GROWTH: f64 = 1.6;
/// Growth is not checked below this time: it does no harm there, and depends mostly on the machine.
const MIN_TIME: Duration = Duration::from_millis(200);

const BEGIN: &str = "<!-- growth: written by `make growth` -->\n";
const END: &str = "<!-- end of growth -->\n";

/// The time that this thread has run. On Linux it excludes the time of other threads on the processor.
fn clock(start: Instant) -> Duration {
    let ran = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let nanoseconds = ran.as_deref().and_then(|text| text.split(' ').next()?.parse().ok());
    nanoseconds.map_or_else(|| start.elapsed(), Duration::from_nanos)
}

/// One payload, measured.
struct Measure {
    size: usize,
    /// The shortest time of up to seven runs.
    time: Duration,
    /// The peak of the module's memory, in bytes.
    memory: usize,
    answer: usize,
}

fn measure(module: &Module, payload: &str) -> anyhow::Result<Measure> {
    let start = Instant::now();
    let mut best = Measure { size: payload.len(), time: Duration::MAX, memory: 0, answer: 0 };
    for _ in 0..7 {
        let begun = clock(start);
        let instance = module.instance(Arc::new(NoCalls))?;
        best.answer = instance.call("validate", payload.as_bytes())?.len();
        best.time = best.time.min(clock(start).saturating_sub(begun));
        best.memory = instance.memory_size();
        if start.elapsed() > Duration::from_millis(1500) {
            break;
        }
    }
    Ok(best)
}

fn main() -> anyhow::Result<ExitCode> {
    let mut arguments = std::env::args().skip(1);
    let path = arguments.next().context("the first argument is the path of policy.wasm")?;
    let mut page = None;
    let mut only = Vec::new();
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--write" => page = Some(arguments.next().context("--write needs a page")?),
            _ => only.push(argument),
        }
    }
    let options = Options { time_limit: Some(Duration::from_secs(30)), ..Options::default() };
    let module = Module::from_file_with(&path, &options)?;
    let mut rows = vec![
        "| shape | what there are n of | n | payload | of the 2 s | time × for n/2 to n | payload × | memory | answer |\n"
            .to_owned(),
        "|---|---|--:|--:|--:|--:|--:|--:|--:|\n".to_owned(),
    ];
    let mut failed = false;
    for shape in shapes::shapes() {
        if !only.is_empty() && !only.iter().any(|name| name == shape.name) {
            continue;
        }
        let payload = (shape.make)(shape.most);
        let half = measure(&module, &(shape.make)(shape.most / 2)).with_context(|| shape.name)?;
        let full = measure(&module, &payload).with_context(|| shape.name)?;
        let part = full.time.as_secs_f64() / LIMIT.as_secs_f64();
        // A time below the tick of the clock is zero.
        let grows = (!half.time.is_zero()).then(|| full.time.as_secs_f64() / half.time.as_secs_f64());
        let payload_grows = full.size as f64 / half.size as f64;
        let grows_fast = grows.is_none_or(|grows| grows > MAX_GROWTH * payload_grows);
        let is_slow = part > MAX_PART || (full.time > MIN_TIME && grows_fast);
        failed |= is_slow;
        let row = format!(
            "| `{}` | {} | {} | {:.1} MB | {:.1} % | {} | {payload_grows:.1} | {:.1} MB | {} KB |{}\n",
            shape.name,
            shape.what,
            shape.most,
            full.size as f64 / 1e6,
            part * 1e2,
            grows.map_or_else(|| "–".to_owned(), |grows| format!("{grows:.1}")),
            full.memory as f64 / 1e6,
            full.answer.div_ceil(1024),
            if is_slow { " too slow" } else { "" },
        );
        if page.is_some() {
            print!("{row}");
        }
        rows.push(row);
    }
    let table = rows.concat();
    match page {
        None => print!("{table}"),
        Some(page) => {
            let text = std::fs::read_to_string(&page).with_context(|| page.clone())?;
            let parts = text.split_once(BEGIN).and_then(|(before, rest)| Some((before, rest.split_once(END)?.1)));
            let (before, after) = parts.with_context(|| format!("{page} has no markers"))?;
            std::fs::write(&page, [before, BEGIN, "\n", &table, "\n", END, after].concat())?;
        }
    }
    Ok(if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}
