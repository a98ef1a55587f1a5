//! The findings that are shown: grouped, and not more than a reader can take in.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use podnetworking_check::answer::Severity;
use podnetworking_check::report::Located;
use podnetworking_manifests::Source;

use crate::edit::Edit;

/// So many entries are kept of each severity.
const MOST: usize = 5_000;
/// So many names an entry has.
const NAMES: usize = 5;
/// The rules that report a pair once for each of the other objects.
const OF_PAIRS: [&str; 3] = ["overlap", "latent-overlap", "ambiguous-namespace"];

/// A finding, and how many others differ from it in the other object alone.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The first finding.
    pub located: Located,
    /// How many others there are.
    pub others: usize,
    /// The names of the first of their other objects.
    pub names: Vec<String>,
    /// What its fix changes in the files. Computed for SARIF alone.
    pub replacements: Vec<Replacement>,
    /// The place among all entries.
    number: usize,
}

/// A part of a file, and its new text.
#[derive(Clone, Debug)]
pub struct Replacement {
    /// The file.
    pub source: Arc<Source>,
    /// The part and the text.
    pub edit: Edit,
}

impl Entry {
    /// `the same with 7 others: a, b, c, d, e and 2 more`; none if there are no others.
    pub fn note(&self) -> Option<String> {
        let names: Vec<String> = self.names.iter().map(|name| format!("`{name}`")).collect();
        let rest = self.others.saturating_sub(self.names.len());
        let more = if rest > 0 { format!(" and {rest} more") } else { String::new() };
        let others = if self.others == 1 { "1 other" } else { &format!("{} others", self.others) };
        (self.others > 0).then(|| format!("the same with {others}: {}{more}", names.join(", ")))
    }
}

/// Groups findings, and keeps the first ones.
#[derive(Debug, Default)]
pub struct Collector {
    /// Whether nothing is grouped and nothing is left out.
    all: bool,
    entries: [Vec<Entry>; 2],
    /// The entry of each group in the batch.
    open: HashMap<Group, usize>,
    /// How many findings of each rule are in no entry.
    left_out: BTreeMap<String, usize>,
    number: usize,
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct Group {
    object: usize,
    about: String,
    rule: String,
    path: String,
    severity: usize,
}

fn place(severity: Severity) -> usize {
    match severity {
        Severity::Deny => 0,
        Severity::Warn => 1,
    }
}

/// What was collected.
#[derive(Debug, Default)]
pub struct Collected {
    /// The entries, in order.
    pub entries: Vec<Entry>,
    /// How many findings of each rule are in none of them.
    pub left_out: BTreeMap<String, usize>,
}

impl Collector {
    /// Collects everything, or groups.
    pub fn new(all: bool) -> Self {
        Self { all, ..Self::default() }
    }

    /// The findings after it belong to other objects than those before.
    pub fn next_batch(&mut self) {
        self.open.clear();
    }

    /// Adds a finding.
    pub fn add(&mut self, located: Located) {
        let finding = &located.finding;
        let severity = place(finding.severity);
        let Some(entries) = self.entries.get_mut(severity) else { return };
        let is_pair = !self.all && OF_PAIRS.contains(&finding.rule.as_str());
        let group = is_pair.then(|| Group {
            object: located.object,
            about: finding.object.name.clone(),
            rule: finding.rule.clone(),
            path: finding.path.clone(),
            severity,
        });
        if let Some(entry) = group.as_ref().and_then(|group| self.open.get(group)).and_then(|at| entries.get_mut(*at)) {
            entry.others += 1;
            if entry.names.len() < NAMES {
                let names: Vec<&str> = finding.related.iter().map(|related| related.name.as_str()).collect();
                entry.names.push(names.join(" and "));
            }
            return;
        }
        if !self.all && entries.len() >= MOST {
            *self.left_out.entry(finding.rule.clone()).or_default() += 1;
            return;
        }
        if let Some(group) = group {
            self.open.insert(group, entries.len());
        }
        entries.push(Entry { located, others: 0, names: Vec::new(), replacements: Vec::new(), number: self.number });
        self.number += 1;
    }

    /// The entries.
    pub fn finish(self) -> Collected {
        let [mut entries, warnings] = self.entries;
        entries.extend(warnings);
        entries.sort_by_key(|entry| entry.number);
        Collected { entries, left_out: self.left_out }
    }
}

impl Collected {
    /// The entries for which there is room, in order, and how many findings of each rule are left out. What is denied
    /// comes before what is only warned about. `show` returns what is shown of an entry.
    pub fn shown<T>(&self, mut show: impl FnMut(&Entry) -> Option<T>) -> (Vec<T>, BTreeMap<&str, usize>) {
        let mut left_out: BTreeMap<&str, usize> =
            self.left_out.iter().map(|(rule, count)| (rule.as_str(), *count)).collect();
        let mut shown: Vec<(usize, T)> = Vec::new();
        for severity in [Severity::Deny, Severity::Warn] {
            for entry in self.entries.iter().filter(|entry| entry.located.finding.severity == severity) {
                if let Some(text) = show(entry) {
                    shown.push((entry.number, text));
                } else {
                    *left_out.entry(&entry.located.finding.rule).or_default() += 1 + entry.others;
                }
            }
        }
        shown.sort_by_key(|(number, _)| *number);
        (shown.into_iter().map(|(_, text)| text).collect(), left_out)
    }
}

/// `12 more findings are not shown: overlap 10, vswitch-zone 2`; none if nothing is left out.
pub fn left_out(counts: &BTreeMap<&str, usize>) -> Option<String> {
    let total: usize = counts.values().sum();
    let rules: Vec<String> = counts.iter().map(|(rule, count)| format!("{rule} {count}")).collect();
    let are = if total == 1 { "1 more finding is" } else { &format!("{total} more findings are") };
    (total > 0).then(|| format!("{are} not shown: {}; `--all` shows everything", rules.join(", ")))
}
