//! The tables, and the goals.

use std::fmt::Write as _;
use std::path::Path;

use anyhow::{Context as _, Result};

use crate::host::Which;

/// What was measured by sending reviews to a host.
#[derive(Debug)]
pub struct Direct {
    /// The host.
    pub which: Which,
    /// How many PodNetworkings there were.
    pub podnetworkings: usize,
    /// Answers a second with so many connections, in the order of [`CONNECTIONS`].
    pub rates: Vec<f64>,
    /// Answers a second of its processor, with the most connections.
    pub rate_a_core: f64,
    /// The median and the 99th percentile with the most connections, in milliseconds.
    pub latency: (f64, f64),
    /// The most memory it had, in MiB.
    pub memory: f64,
}

/// Pods created on the API server by dry run.
#[derive(Debug)]
pub struct Created {
    /// The webhooks; none without them.
    pub which: Option<Which>,
    /// Pods a second, one for each round.
    pub rates: Vec<f64>,
}

/// How long a change takes to be seen, in milliseconds.
#[derive(Debug)]
pub struct Visible {
    /// The host.
    pub which: Which,
    /// The median, the 99th percentile and the longest of all changes.
    pub milliseconds: (f64, f64, f64),
}

/// The numbers of connections.
pub const CONNECTIONS: [usize; 3] = [1, 4, 16];

/// All that was measured.
#[derive(Debug, Default)]
pub struct Report {
    pub direct: Vec<Direct>,
    pub created: Vec<Created>,
    pub visible: Vec<Visible>,
}

impl Created {
    fn median(&self) -> f64 {
        let mut rates = self.rates.clone();
        rates.sort_by(f64::total_cmp);
        rates.get(rates.len() / 2).copied().unwrap_or_default()
    }
}

impl Report {
    /// The tables as Markdown.
    pub fn tables(&self, machine: &str) -> Result<String> {
        let mut out = format!("{machine}\n\n");
        out.push_str("| PodNetworkings | host | 1 connection | 4 | 16 | a core | median and 99 % at 16 | memory |\n");
        out.push_str("|--:|---|--:|--:|--:|--:|--:|--:|\n");
        for one in &self.direct {
            let rates: Vec<String> = one.rates.iter().map(|rate| format!("{rate:.0}")).collect();
            let (median, last) = one.latency;
            writeln!(
                out,
                "| {} | {} | {} | {:.0} | {median:.1} ms, {last:.1} ms | {:.0} MiB |",
                one.podnetworkings,
                one.which.name(),
                rates.join(" | "),
                one.rate_a_core,
                one.memory
            )?;
        }
        out.push_str("\n| webhooks | pods a second | of the ceiling |\n|---|--:|--:|\n");
        let ceiling = self.ceiling();
        for one in &self.created {
            let name = one.which.map_or("none", Which::name);
            writeln!(out, "| {name} | {:.0} | {:.2} |", one.median(), one.median() / ceiling)?;
        }
        out.push_str("\n| host | median | 99 % | longest |\n|---|--:|--:|--:|\n");
        for one in &self.visible {
            let (median, last, longest) = one.milliseconds;
            writeln!(out, "| {} | {median:.1} ms | {last:.1} ms | {longest:.1} ms |", one.which.name())?;
        }
        Ok(out)
    }

    fn ceiling(&self) -> f64 {
        self.created.iter().find(|one| one.which == Some(Which::Instant)).map_or(f64::NAN, Created::median)
    }

    /// One line for each goal: what was measured, and whether it is met. A goal that was not measured is named, too.
    pub fn goals(&self) -> Vec<String> {
        use podnetworking_cluster::server::Host;
        let of = |host, podnetworkings| {
            self.direct.iter().find(|one| one.which == Which::Host(host) && one.podnetworkings == podnetworkings)
        };
        let created = |which| self.created.iter().find(|one| one.which == Some(which)).map(Created::median);
        let (few, many, most) = (of(Host::Serve, 10), of(Host::Serve, 1000), of(Host::Serve, 10_000));
        let rival = of(Host::PolicyServer, 1000);
        let visible = self.visible.iter().find(|one| one.which == Which::Host(Host::Serve));
        let goals: [(&str, Option<f64>, f64, bool); 6] = [
            (
                "answers a core at 1,000, against policy-server",
                many.zip(rival).map(|(own, other)| own.rate_a_core / other.rate_a_core),
                20.0,
                true,
            ),
            ("99 % at 16 connections and 1,000, ms", many.map(|one| one.latency.1), 5.0, false),
            (
                "rate at 10,000 against 10",
                most.zip(few).map(|(most, few)| most.rate_a_core / few.rate_a_core),
                0.8,
                true,
            ),
            (
                "pods on the API server, against the ceiling",
                created(Which::Host(Host::Serve)).map(|own| own / self.ceiling()),
                0.9,
                true,
            ),
            ("memory at 10,000, MiB", most.map(|one| one.memory), 150.0, false),
            ("a change is visible, 99 %, ms", visible.map(|one| one.milliseconds.1), 50.0, false),
        ];
        let line = |(name, found, goal, at_least): (&str, Option<f64>, f64, bool)| {
            let relation = if at_least { "at least" } else { "at most" };
            let Some(found) = found else { return format!("{name}: not measured (goal: {relation} {goal})") };
            let is_met = if at_least { found >= goal } else { found <= goal };
            format!("{name}: {found:.2} (goal: {relation} {goal}): {}", if is_met { "met" } else { "NOT MET" })
        };
        goals.into_iter().map(line).collect()
    }
}

/// Puts the tables between the markers of a page.
pub fn write(page: &Path, tables: &str) -> Result<()> {
    const BEGIN: &str = "<!-- make bench-server writes from here -->\n";
    const END: &str = "<!-- to here -->";
    let text = std::fs::read_to_string(page).with_context(|| page.display().to_string())?;
    let (before, rest) = text.split_once(BEGIN).with_context(|| format!("{}: no {BEGIN}", page.display()))?;
    let (_, after) = rest.split_once(END).with_context(|| format!("{}: no {END}", page.display()))?;
    std::fs::write(page, format!("{before}{BEGIN}\n{tables}\n{END}{after}"))?;
    Ok(())
}

/// The machine, in a line.
pub fn machine(version: &str, seconds: u64) -> String {
    let read = |file: &str| std::fs::read_to_string(file).unwrap_or_default();
    let model = read("/proc/cpuinfo");
    let model =
        model.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": ")).map_or("", |(_, name)| name);
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let kernel = read("/proc/sys/kernel/osrelease");
    format!(
        "Measured with `make bench-server`: {model}, {cores} cores, Linux {}, Kubernetes {version}, {seconds} s for each cell.",
        kernel.trim()
    )
}
