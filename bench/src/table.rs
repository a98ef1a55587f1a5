//! The tables of docs/performance.md.

use std::fmt::Write as _;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, anyhow};

use crate::meter::Cost;

/// The median and the quartiles of some values.
#[derive(Clone, Copy, Debug)]
pub struct Spread {
    low: f64,
    median: f64,
    high: f64,
}

impl Spread {
    /// The spread of these values.
    #[must_use]
    pub fn of(mut values: Vec<f64>) -> Self {
        values.sort_by(f64::total_cmp);
        let at = |quarter: usize| values.get(values.len().saturating_sub(1) * quarter / 4).copied().unwrap_or(f64::NAN);
        Self { low: at(1), median: at(2), high: at(3) }
    }

    fn text(self) -> String {
        format!("**{:.2}** ({:.2} to {:.2})", self.median, self.low, self.high)
    }
}

/// One row.
#[derive(Debug)]
pub struct Measured {
    /// The kind of the request.
    pub kind: &'static str,
    /// The number of PodNetworkings.
    pub podnetworkings: usize,
    /// The number of namespaces.
    pub namespaces: usize,
    /// Whether the host applies the field masks.
    pub masked: bool,
    /// The bytes of the answers of the host.
    pub facts: usize,
    /// The time of a decision in a fresh instance.
    pub milliseconds: Spread,
    /// That time divided by the time of the floor.
    pub to_floor: Spread,
    /// That time divided by the time of the usual policy.
    pub to_usual: Spread,
    /// That time divided by the time of the core as native code.
    pub to_native: Spread,
    /// The cost of the policy.
    pub cost: Cost,
    /// The cost of the floor.
    pub floor_cost: Cost,
    /// The cost of the usual policy.
    pub usual_cost: Cost,
}

/// All tables.
#[must_use]
pub fn all(rows: &[Measured], modules: [(usize, Duration); 3], instances: &[Vec<Duration>; 3]) -> String {
    let mut text = String::from(
        "| request | PodNetworkings | namespaces | facts, MB | decision : floor | : usual policy | wasm : native | \
         instructions : floor | : usual | peak memory, MB | : facts | ms |\n|---|--:|--:|--:|---|---|---|--:|--:|--:|--:|--:|\n",
    );
    for row in rows {
        let facts = row.facts as f64;
        // Writing to memory cannot fail.
        let _ = writeln!(
            text,
            "| {}{} | {} | {} | {:.2} | {} | {} | {} | {:.2} | {:.2} | {:.2} | {} | {:.2} |",
            row.kind,
            if row.masked { ", masked" } else { "" },
            row.podnetworkings,
            row.namespaces,
            facts / 1e6,
            row.to_floor.text(),
            row.to_usual.text(),
            row.to_native.text(),
            row.cost.fuel as f64 / row.floor_cost.fuel as f64,
            row.cost.fuel as f64 / row.usual_cost.fuel as f64,
            row.cost.memory as f64 / 1e6,
            // With few facts, the memory at the start would dominate the ratio.
            if row.facts < 500_000 { "".to_owned() } else { format!("{:.1}", row.cost.memory as f64 / facts) },
            row.milliseconds.median,
        );
    }
    text.push_str("\n| module | bytes | compile, ms | instance, µs |\n|---|--:|--:|--:|\n");
    for ((name, (bytes, compile)), instances) in ["policy", "floor", "usual policy"].iter().zip(modules).zip(instances)
    {
        let instance = Spread::of(instances.iter().map(|time| time.as_secs_f64() * 1e6).collect());
        let _ = writeln!(text, "| {name} | {bytes} | {:.0} | {:.0} |", compile.as_secs_f64() * 1e3, instance.median);
    }
    text
}

const BEGIN: &str = "<!-- make bench writes from here -->\n";
const END: &str = "<!-- to here -->\n";

/// Writes the tables into a page, between its markers.
///
/// # Errors
/// If the page has no markers or cannot be written.
pub fn write(page: &Path, tables: &str) -> anyhow::Result<()> {
    let text = std::fs::read_to_string(page).with_context(|| format!("cannot read {}", page.display()))?;
    let parts = text.split_once(BEGIN).and_then(|(before, rest)| Some((before, rest.split_once(END)?.1)));
    let (before, after) = parts.ok_or_else(|| anyhow!("{} has no markers", page.display()))?;
    Ok(std::fs::write(page, format!("{before}{BEGIN}\n{tables}\n{END}{after}"))?)
}
