//! `explain`: which PodNetworking selects which pod, why the others do not, and which PodNetworkings overlap.

use std::collections::BTreeMap;

use anyhow::bail;
use podnetworking_check::explain::{Cell, Explanation, Pair, Reason, Row, Rows, names, overlaps};
use podnetworking_check::facts::World;
use podnetworking_check::object::Object;
use podnetworking_manifests::ReadError;

use crate::args::{ExplainArgs, ExplainFormat};
use crate::explain_json;
use crate::format::print;
use crate::graph;
use crate::input::Input;
use crate::output::{self, BOLD, DIM, ERROR, Exit, GOOD, WARNING, styled};
use crate::settings;

/// So many lines are printed without `--all`.
const LINES: usize = 190;
/// So many names are listed of the others in an overlap.
const NAMES: usize = 5;

/// Prints the explanation.
///
/// # Errors
/// If nothing can be decided or written.
pub fn run(args: &ExplainArgs) -> anyhow::Result<Exit> {
    let loaded = settings::load(&args.input.settings)?;
    let Input { world, mut errors, notices } = Input::read(&args.input)?;
    let choice = Choice::new(args, &world)?;
    let rows = Rows::new(&world, &loaded.settings);
    let positions = choice.positions(&world, &rows, &mut errors);
    let used = print::unread(&errors, &notices, args.all);
    let most = if args.all { usize::MAX } else { LINES.saturating_sub(used) };
    let row = |position: &usize| rows.row(*position).map(|row| choice.cells(row));
    match args.format {
        ExplainFormat::Human if args.overlaps => {
            output::print(&pairs(&world, loaded.settings.clone(), &choice, most)?)?;
        }
        ExplainFormat::Human => output::print(&table(&positions, &row, most))?,
        ExplainFormat::Json => {
            let mut rows = positions.iter().filter(|_| !args.overlaps).filter_map(row);
            explain_json::print(&mut rows, &world, &errors, &notices, |visit| {
                if args.overlaps {
                    overlaps(&world, loaded.settings.clone(), &mut |pair| {
                        if choice.has(&pair) { visit(pair) } else { Ok(()) }
                    })?;
                }
                Ok(())
            })?;
        }
        ExplainFormat::Dot | ExplainFormat::Mermaid => {
            let mut explanation = Explanation {
                pods: positions.iter().filter_map(row).map(|row| Row { cells: Vec::new(), ..row }).collect(),
                overlaps: Vec::new(),
                podnetworkings: names(&world),
            };
            overlaps(&world, loaded.settings.clone(), &mut |pair| {
                explanation.overlaps.extend(Some(pair).filter(|pair| choice.has(pair)));
                Ok(())
            })?;
            let left_out = if args.all { 0 } else { graph::shorten(&mut explanation, LINES) };
            if left_out > 0 {
                output::note(&format!("{left_out} more lines of the graph are not shown; show them with --all"));
            }
            let draw = if args.format == ExplainFormat::Dot { graph::dot } else { graph::mermaid };
            output::print_raw(draw(&explanation).as_bytes())?;
        }
    }
    Ok(if errors.is_empty() { Exit::Clean } else { Exit::NotChecked })
}

/// What the arguments choose.
struct Choice<'a> {
    args: &'a ExplainArgs,
    /// The namespace and the name of the pods.
    pod: Option<(Option<&'a str>, &'a str)>,
}

impl<'a> Choice<'a> {
    fn new(args: &'a ExplainArgs, world: &World) -> anyhow::Result<Self> {
        let pod = args.pod.as_deref().map(|text| match text.split_once('/') {
            Some((namespace, name)) => (Some(namespace), name),
            None => (None, text),
        });
        if let Some(name) = &args.podnetworking
            && !world.podnetworkings().any(|object| object.identity.name == *name)
        {
            bail!("there is no PodNetworking `{name}` in what was read");
        }
        Ok(Self { args, pod })
    }

    fn takes(&self, object: &Object) -> bool {
        let namespace = object.identity.namespace.as_deref();
        let is_pod = |(wanted, name): (Option<&str>, &str)| {
            (object.identity.name == name || object.shown_name == name)
                && wanted.is_none_or(|wanted| namespace == Some(wanted))
        };
        self.pod.is_none_or(is_pod) && self.args.in_namespace.as_deref().is_none_or(|wanted| namespace == Some(wanted))
    }

    /// The chosen objects. What cannot be explained is an error, and so is a pod that is not there.
    fn positions(&self, world: &World, rows: &Rows<'_>, errors: &mut Vec<ReadError>) -> Vec<usize> {
        let all = world.checked.iter().enumerate().filter(|(position, _)| rows.has_row(*position));
        let chosen: Vec<usize> = all.filter(|(_, object)| self.takes(object)).map(|(position, _)| position).collect();
        if let (Some(pod), []) = (&self.args.pod, chosen.as_slice()) {
            let message = "there is no such pod or workload in what was read".to_owned();
            errors.push(ReadError { file: pod.clone(), location: None, message, source: None });
        }
        let (decided, undecided): (Vec<usize>, Vec<usize>) =
            chosen.into_iter().partition(|position| rows.undecided(*position).is_none());
        errors.extend(undecided.into_iter().filter_map(|position| rows.undecided(position)));
        decided
    }

    /// The row with the chosen PodNetworkings.
    fn cells(&self, mut row: Row) -> Row {
        if let Some(name) = &self.args.podnetworking {
            row.cells.retain(|cell| cell.name == *name);
        }
        row
    }

    fn has(&self, pair: &Pair) -> bool {
        self.args.podnetworking.as_ref().is_none_or(|name| pair.first == *name || pair.second == *name)
    }
}

/// The reason of a cell, as it is shown.
fn because(cell: &Cell) -> String {
    let requirement = cell.requirement.as_deref();
    match (cell.outcome, requirement) {
        (Reason::Selected, Some(requirement)) => format!("by {requirement}"),
        (Reason::Selected, None) => "by an empty selector".to_owned(),
        (Reason::Undecided, requirement) => {
            format!("undecided: the controller sets the pod label of {}", requirement.unwrap_or_default())
        }
        (Reason::Failed, requirement) => {
            let requirement = requirement.unwrap_or_default();
            let is_namespace = cell.path.as_deref().is_some_and(|path| path.contains("namespaceSelector"));
            let more = match cell.unmet.saturating_sub(1) {
                0 => String::new(),
                more => format!(" and {}", output::count(more, "other requirement")),
            };
            format!("no match: needs {} label {requirement}{more}", if is_namespace { "namespace" } else { "pod" })
        }
        (Reason::NoSelector, _) => "no match: the PodNetworking has no selector".to_owned(),
        (Reason::Broken, _) => "ignored: the selector or another field is not valid".to_owned(),
        (Reason::NotFixedName, _) => "type Fixed: only pods with a stable name".to_owned(),
        (Reason::NamespaceUnknown, _) => "unknown: the labels of the namespace are not known".to_owned(),
        (Reason::OptedOut, _) => "disabled by the namespace label k8s.aliyun.com/pod-eni=false".to_owned(),
    }
}

/// The rows, as many as there is room for. Where there are few, each has more of the misses.
fn table(positions: &[usize], row: &dyn Fn(&usize) -> Option<Row>, most: usize) -> String {
    let mut text = String::new();
    let misses = most.checked_div(positions.len()).unwrap_or(most).saturating_sub(4).max(3);
    let mut lines = 0;
    let mut shown = 0;
    for position in positions {
        let Some(row) = row(position) else { continue };
        let part = self::part(&row, if most == usize::MAX { most } else { misses });
        lines += part.lines().count();
        if lines > most && shown > 0 {
            break;
        }
        text.push_str(&part);
        shown += 1;
    }
    if positions.is_empty() {
        text.push_str("no pods or workloads found in the given paths\n");
    }
    if shown < positions.len() {
        text.push_str(&format!(
            "{} more pods and workloads are not shown; choose with `--pod`, `--in-namespace` or `--podnetworking`, or `--all` shows everything\n",
            positions.len() - shown
        ));
    }
    text
}

/// A row, with so many of the PodNetworkings that do not select it.
fn part(row: &Row, misses: usize) -> String {
    let verdict = match (row.exempt, row.selected.as_slice()) {
        (Some(exempt), _) => styled(DIM, exempt),
        (None, []) => styled(WARNING, "no PodNetworking selects it"),
        (None, [one]) => styled(GOOD, one),
        (None, several) => styled(ERROR, &format!("ambiguous: {}", listed(several))),
    };
    let place = styled(DIM, &format!("{}:{}", row.file, row.line));
    let mut text = format!("{}  {place}  {verdict}\n", styled(BOLD, &row.object.title()));
    let (selected, missed): (Vec<&Cell>, Vec<&Cell>) = row.cells.iter().partition(|cell| cell.is_selected());
    let shown: Vec<&Cell> = selected.iter().take(misses).chain(missed.iter().take(misses)).copied().collect();
    let width = shown.iter().map(|cell| cell.name.chars().count()).max().unwrap_or_default();
    for cell in &shown {
        let (mark, style) = if cell.is_selected() { ("+", GOOD) } else { ("-", DIM) };
        text.push_str(&format!("  {}  {:<width$}  {}\n", styled(style, mark), cell.name, because(cell)));
    }
    if shown.len() < row.cells.len() {
        text.push_str(&format!("     and {} more; `--all` shows everything\n", row.cells.len() - shown.len()));
    }
    text.push('\n');
    text
}

fn listed(names: &[String]) -> String {
    let more = names.len().saturating_sub(NAMES);
    let shown: Vec<&str> = names.iter().take(NAMES).map(String::as_str).collect();
    if more > 0 { format!("{} and {more} more", shown.join(", ")) } else { shown.join(", ") }
}

/// The pairs. Those of one PodNetworking are one entry, unless everything is shown.
fn pairs(
    world: &World,
    settings: podnetworking_policy::Settings,
    choice: &Choice<'_>,
    most: usize,
) -> anyhow::Result<String> {
    let mut groups: Vec<(Pair, usize, Vec<String>)> = Vec::new();
    let mut open: BTreeMap<(String, bool), usize> = BTreeMap::new();
    let [mut real, mut latent] = [0, 0];
    overlaps(world, settings, &mut |pair| {
        if !choice.has(&pair) {
            return Ok(());
        }
        *if pair.is_real { &mut real } else { &mut latent } += 1;
        let key = (pair.second.clone(), pair.is_real);
        let group = open.get(&key).filter(|_| most != usize::MAX).and_then(|at| groups.get_mut(*at));
        match group {
            Some((_, others, names)) => {
                *others += 1;
                names.extend(Some(pair.first).filter(|_| *others <= NAMES));
            }
            None => {
                open.insert(key, groups.len());
                groups.push((pair, 0, Vec::new()));
            }
        }
        Ok(())
    })?;
    let mut text = String::new();
    let mut left_out = 0;
    let mut lines = 0;
    for (pair, others, names) in &groups {
        let part = self::pair(pair, *others, names);
        lines += part.lines().count();
        if lines > most && !text.is_empty() {
            left_out += 1 + others;
        } else {
            text.push_str(&part);
        }
    }
    if left_out > 0 {
        text.push_str(&format!("{left_out} more overlaps are not shown; `--all` shows everything\n"));
    }
    let count = world.podnetworkings().count();
    text.push_str(&format!("{}: {real} real, {latent} latent overlaps\n", output::count(count, "PodNetworking")));
    Ok(text)
}

fn pair(pair: &Pair, others: usize, names: &[String]) -> String {
    let word = if pair.is_real { styled(ERROR, "real") } else { styled(WARNING, "latent") };
    let mut text = format!("{} and {}  {word}\n", styled(BOLD, &pair.first), styled(BOLD, &pair.second));
    if let Some(witness) = &pair.witness {
        let show = |labels: &BTreeMap<String, String>| {
            let labels: Vec<String> = labels.iter().map(|(key, value)| format!("{key}={value}")).collect();
            if labels.is_empty() { "no labels".to_owned() } else { labels.join(", ") }
        };
        text.push_str(&format!("  pod        {}\n", show(&witness.pod_labels)));
        text.push_str(&format!("  namespace  {}: {}\n", witness.namespace, show(&witness.namespace_labels)));
    }
    if others > 0 {
        let more = others.saturating_sub(names.len());
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        text.push_str(&format!("  also with  {}{more}\n", names.join(", ")));
    }
    text.push_str(&format!("  help       {}\n\n", pair.help));
    text
}
