//! `explain`: which PodNetworking selects which pod, why the others do not, and which overlap.

use podnetworking_policy::Settings;
use podnetworking_policy::cluster::Facts;
use podnetworking_policy::fault::Faults;
use podnetworking_policy::pod::{Place, Pod, has_template};
use podnetworking_policy::selection::{Candidate, Matcher, Outcome};
use podnetworking_policy::settings::Severity;
use serde::Serialize;

use crate::answer::{ObjectRef, Witness};
use crate::args::{ExplainArgs, ExplainFormat};
use crate::facts::{Facts as Lent, World};
use crate::format;
use crate::graph;
use crate::input::Input;
use crate::judge::{self, Core};
use crate::object::Object;
use crate::output::{self, BOLD, DIM, ERROR, Exit, GOOD, WARNING, styled};
use crate::settings;

/// All that is explained.
#[derive(Debug, Serialize)]
pub struct Explanation {
    /// The pods and workloads.
    pub pods: Vec<Row>,
    /// The pairs that overlap.
    pub overlaps: Vec<Pair>,
    /// The names of the PodNetworkings.
    #[serde(rename = "podNetworkings")]
    pub podnetworkings: Vec<String>,
}

/// A pod-like object against the PodNetworkings.
#[derive(Debug, Serialize)]
pub struct Row {
    /// The object.
    pub object: ObjectRef,
    /// Its file.
    pub file: String,
    /// Its line.
    pub line: usize,
    /// Why nothing applies to it, where that is so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exempt: Option<&'static str>,
    /// The names of those that select it.
    pub selected: Vec<String>,
    /// What each PodNetworking is to it, those first that select it.
    #[serde(rename = "podNetworkings")]
    pub cells: Vec<Cell>,
}

/// What a PodNetworking is to a pod.
#[derive(Debug, Serialize)]
pub struct Cell {
    /// Its name.
    pub name: String,
    /// `selected` or why not.
    pub outcome: &'static str,
    /// The requirement that decided.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub requirement: Option<String>,
    /// Where that stands in the PodNetworking.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
}

/// Two PodNetworkings that overlap.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Pair {
    /// The earlier.
    pub first: String,
    /// The later.
    pub second: String,
    /// A pod could be selected by both today.
    pub is_real: bool,
    /// What is wrong.
    pub message: String,
    /// What keeps them apart.
    pub help: String,
    /// A pod that both select.
    pub witness: Option<Witness>,
}

/// Prints the explanation.
///
/// # Errors
/// Where nothing can be decided or written.
pub fn run(args: &ExplainArgs) -> anyhow::Result<Exit> {
    let loaded = settings::load(&args.input.settings)?;
    let input = Input::read(&args.input)?;
    format::say_unread(&input.errors, &input.skipped);
    let is_graph = matches!(args.format, ExplainFormat::Dot | ExplainFormat::Mermaid);
    let world = input.world;
    let mut explanation = Explanation {
        podnetworkings: world.podnetworkings().map(|object| object.identity.name.clone()).collect(),
        pods: Vec::new(),
        overlaps: Vec::new(),
    };
    if !args.overlaps || is_graph {
        let index = world.index();
        let lent = world.all_facts(index.as_ref());
        explanation.pods = world.checked.iter().filter_map(|object| row(object, &lent, &loaded.settings)).collect();
    }
    if args.overlaps || is_graph {
        explanation.overlaps = overlaps(world, loaded.settings)?;
    }
    match args.format {
        ExplainFormat::Human if args.overlaps => output::print(&pairs(&explanation))?,
        ExplainFormat::Human => output::print(&table(&explanation))?,
        ExplainFormat::Json => {
            output::print_raw((serde_json::to_string_pretty(&explanation)? + "\n").as_bytes())?;
        }
        ExplainFormat::Dot => output::print_raw(graph::dot(&explanation).as_bytes())?,
        ExplainFormat::Mermaid => output::print_raw(graph::mermaid(&explanation).as_bytes())?,
    }
    Ok(if input.errors.is_empty() { Exit::Clean } else { Exit::NotChecked })
}

/// What each PodNetworking is to an object; nothing where it is not pod-like.
fn row(object: &Object, lent: &Lent<'_>, settings: &Settings) -> Option<Row> {
    let json = object.json()?;
    let kind = object.group_kind();
    let namespace = object.identity.namespace.as_deref()?;
    let place = Place::of(&kind).or_else(|| has_template(json).then_some(Place::Template))?;
    let pod = Pod::read(json, &kind.kind, place, settings, &mut Faults::default());
    let exempt = if settings.exempts(namespace) {
        Some("its namespace is exempt")
    } else {
        pod.host_network.then_some("it uses the network of its node, where a PodNetworking has no effect")
    };
    let facts = Facts::new(lent);
    let candidate = Candidate { labels: &pod.labels, namespace: Some(namespace), has_fixed_name: pod.has_fixed_name };
    let matcher = Matcher::new(candidate, settings, &facts);
    let mut cells = Vec::new();
    // The facts are manifests, which are there.
    let _ = facts.each_pod_networking(&mut |podnetworking| {
        if let Ok(outcome) = matcher.outcome(&podnetworking) {
            cells.push(cell(podnetworking.name(), outcome));
        }
    });
    cells.sort_by(|a, b| (a.outcome != "selected", &a.name).cmp(&(b.outcome != "selected", &b.name)));
    let selected = cells.iter().filter(|cell| cell.outcome == "selected").map(|cell| cell.name.clone()).collect();
    Some(Row {
        object: ObjectRef {
            api_version: object.document.api_version().to_owned(),
            kind: object.identity.kind.clone(),
            namespace: namespace.to_owned(),
            name: object.identity.name.clone(),
        },
        file: object.document.file().to_owned(),
        line: object.document.line(),
        exempt,
        selected,
        cells,
    })
}

fn cell(name: &str, outcome: Outcome) -> Cell {
    let (outcome, requirement, path) = match outcome {
        Outcome::Selected { requirement, path } => ("selected", requirement, Some(path)),
        Outcome::Failed { requirement, path } => ("failed", Some(requirement), Some(path)),
        Outcome::NoSelector => ("no-selector", None, None),
        Outcome::Broken => ("broken", None, None),
        Outcome::NotFixedName => ("not-fixed-name", None, None),
        Outcome::NamespaceUnknown => ("namespace-unknown", None, None),
        Outcome::OptedOut => ("opted-out", None, None),
    };
    Cell { name: name.to_owned(), outcome, requirement, path }
}

/// The pairs that overlap, those of the context too, each once.
fn overlaps(world: World, mut settings: Settings) -> anyhow::Result<Vec<Pair>> {
    settings.rules.insert("overlap".to_owned(), Severity::Deny);
    settings.rules.insert("latent-overlap".to_owned(), Severity::Warn);
    let last: Vec<Object> = world.podnetworkings().cloned().collect();
    let World { checked, context, .. } = world;
    let namespaces = context.into_iter().chain(checked).filter(Object::is_namespace).collect();
    let world = World::new(last, namespaces);
    let answers = judge::all(&world, &Core::new(&settings, &world))?;
    let mut pairs = Vec::new();
    for finding in answers.into_iter().flat_map(|answer| answer.findings) {
        let is_real = finding.rule == "overlap";
        let Some(other) = finding.related.first() else { continue };
        if is_real || finding.rule == "latent-overlap" {
            pairs.push(Pair {
                first: other.name.clone(),
                second: finding.object.name,
                is_real,
                message: finding.message,
                help: finding.help,
                witness: finding.witness,
            });
        }
    }
    Ok(pairs)
}

/// What is said of a cell.
fn because(cell: &Cell) -> String {
    let requirement = cell.requirement.as_deref();
    match (cell.outcome, requirement) {
        ("selected", Some(requirement)) => format!("by {requirement}"),
        ("selected", None) => "by its empty selector".to_owned(),
        ("failed", Some(requirement)) => {
            let side = cell.path.as_deref().is_some_and(|path| path.contains("namespaceSelector"));
            format!("{} {requirement}", if side { "namespace:" } else { "pod:" })
        }
        ("no-selector", _) => "it has no selector".to_owned(),
        ("broken", _) => "its selector or another field is broken".to_owned(),
        ("not-fixed-name", _) => "it is for pods with a fixed name".to_owned(),
        ("namespace-unknown", _) => "the labels of the namespace are not known".to_owned(),
        ("opted-out", _) => "the namespace has switched it off".to_owned(),
        _ => String::new(),
    }
}

fn table(explanation: &Explanation) -> String {
    let mut text = String::new();
    for row in &explanation.pods {
        let verdict = match (row.exempt, row.selected.as_slice()) {
            (Some(exempt), _) => styled(DIM, exempt),
            (None, []) => styled(WARNING, "no PodNetworking selects it"),
            (None, [one]) => styled(GOOD, one),
            (None, several) => styled(ERROR, &format!("ambiguous: {}", several.join(", "))),
        };
        let place = styled(DIM, &format!("{}:{}", row.file, row.line));
        text.push_str(&format!("{}  {place}  {verdict}\n", styled(BOLD, &row.object.title())));
        let width = row.cells.iter().map(|cell| cell.name.chars().count()).max().unwrap_or_default();
        for cell in &row.cells {
            let (mark, style) = if cell.outcome == "selected" { ("+", GOOD) } else { ("-", DIM) };
            text.push_str(&format!("  {}  {:<width$}  {}\n", styled(style, mark), cell.name, because(cell)));
        }
        text.push('\n');
    }
    if explanation.pods.is_empty() {
        text.push_str("there is no pod and no workload in what was named\n");
    }
    text
}

fn pairs(explanation: &Explanation) -> String {
    let mut text = String::new();
    for pair in &explanation.overlaps {
        let word = if pair.is_real { styled(ERROR, "real") } else { styled(WARNING, "latent") };
        text.push_str(&format!("{} and {}  {word}\n", styled(BOLD, &pair.first), styled(BOLD, &pair.second)));
        if let Some(witness) = &pair.witness {
            let show = |labels: &std::collections::BTreeMap<String, String>| {
                let labels: Vec<String> = labels.iter().map(|(key, value)| format!("{key}={value}")).collect();
                if labels.is_empty() { "no label".to_owned() } else { labels.join(", ") }
            };
            text.push_str(&format!("  pod        {}\n", show(&witness.pod_labels)));
            text.push_str(&format!("  namespace  {}: {}\n", witness.namespace, show(&witness.namespace_labels)));
        }
        text.push_str(&format!("  help       {}\n\n", pair.help));
    }
    let count = explanation.podnetworkings.len();
    let real = explanation.overlaps.iter().filter(|pair| pair.is_real).count();
    let latent = explanation.overlaps.len() - real;
    text.push_str(&format!("{}: {real} real, {latent} latent overlaps\n", output::count(count, "PodNetworking")));
    text
}
