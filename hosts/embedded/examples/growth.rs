//! Measures how the time of a decision grows with hostile payloads, in the module and natively, and prints the table of
//! docs/hardening.md: `cargo run --release -p podnetworking-embedded-host --example growth -- policy.wasm [SHAPE...]`.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a tool for developers"
)]

use std::sync::Arc;
use std::time::{Duration, Instant};

use podnetworking_embedded_host::{Module, NoCalls, Options};
use podnetworking_policy::context::NoHost;
use podnetworking_policy::decide_payload;

#[path = "../../../tests/shapes/mod.rs"]
mod shapes;

/// The shortest of some runs, until they have taken a while.
fn fastest(mut run: impl FnMut()) -> Duration {
    let start = Instant::now();
    let mut best = Duration::MAX;
    for _ in 0..5 {
        let begun = Instant::now();
        run();
        best = best.min(begun.elapsed());
        if start.elapsed() > Duration::from_millis(1500) {
            break;
        }
    }
    best
}

fn main() {
    let mut arguments = std::env::args().skip(1);
    let path = arguments.next().expect("the path of policy.wasm");
    let only: Vec<String> = arguments.collect();
    let options = Options { time_limit: Some(Duration::from_secs(30)), ..Options::default() };
    let module = Module::from_file_with(path, &options).expect("the module");
    println!(
        "| shape | what grows | n | payload | module n/4, n/2, n | ratios | native n/4, n/2, n | ratios | answer |"
    );
    println!("|---|---|--:|--:|--:|--:|--:|--:|--:|");
    for shape in shapes::shapes() {
        if !only.is_empty() && !only.iter().any(|name| name == shape.name) {
            continue;
        }
        let (mut in_module, mut native) = (Vec::new(), Vec::new());
        let (mut size, mut answer) = (0, 0);
        for n in [shape.most / 4, shape.most / 2, shape.most] {
            let payload = (shape.make)(n);
            size = payload.len();
            native.push(fastest(|| {
                answer = decide_payload(payload.as_bytes(), |_| NoHost).to_validation_response().len();
            }));
            let mut failed = None;
            let time = fastest(|| {
                let instance = module.instance(Arc::new(NoCalls)).expect("an instance");
                failed = instance.call("validate", payload.as_bytes()).err();
            });
            if let Some(error) = failed {
                println!("{}: {error}", shape.name);
            }
            in_module.push(time);
        }
        let ms = |times: &[Duration]| {
            times.iter().map(|time| format!("{:.1}", time.as_secs_f64() * 1e3)).collect::<Vec<_>>().join(", ")
        };
        let ratios = |times: &[Duration]| {
            times
                .windows(2)
                .map(|pair| format!("{:.1}", pair[1].as_secs_f64() / pair[0].as_secs_f64()))
                .collect::<Vec<_>>()
                .join(", ")
        };
        println!(
            "| `{}` | {} | {} | {:.1} MB | {} ms | {} | {} ms | {} | {} KB |",
            shape.name,
            shape.what,
            shape.most,
            size as f64 / 1e6,
            ms(&in_module),
            ratios(&in_module),
            ms(&native),
            ratios(&native),
            answer.div_ceil(1024),
        );
    }
}
