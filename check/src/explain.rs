//! Which PodNetworking selects which pod, why the others do not, and which overlap.

use podnetworking_policy::Settings;
use podnetworking_policy::facts::cache::Facts;
use podnetworking_policy::facts::search::query::Search;
use podnetworking_policy::json::fault::Faults;
use podnetworking_policy::objects::pod::Pod;
use podnetworking_policy::objects::workload::{PodLocation, has_template};
use podnetworking_policy::selection::selects::{Matcher, Outcome, PodToSelect};
use podnetworking_policy::settings::severity::Severity;
use serde::Serialize;

use crate::answer::{ObjectRef, Witness};
use crate::facts::{Facts as Lent, World};
use crate::judge::{self, Core};
use crate::object::Object;

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

/// What is to be explained.
#[derive(Clone, Copy, Debug)]
pub struct Wanted {
    /// Which PodNetworking selects which pod.
    pub pods: bool,
    /// Which PodNetworkings overlap.
    pub overlaps: bool,
}

impl Explanation {
    /// Explains the checked objects of a world.
    ///
    /// # Errors
    /// Where there is no decision about one.
    pub fn new(world: World, settings: Settings, wanted: Wanted) -> anyhow::Result<Self> {
        let mut explanation = Self {
            podnetworkings: world.podnetworkings().map(|object| object.identity.name.clone()).collect(),
            pods: Vec::new(),
            overlaps: Vec::new(),
        };
        if wanted.pods {
            let index = world.index();
            let lent = world.all_facts(index.as_ref());
            explanation.pods = world.checked.iter().filter_map(|object| row(object, &lent, &settings)).collect();
        }
        if wanted.overlaps {
            explanation.overlaps = overlaps(world, settings)?;
        }
        Ok(explanation)
    }
}

/// What each PodNetworking is to an object; nothing where it is not pod-like.
fn row(object: &Object, lent: &Lent<'_>, settings: &Settings) -> Option<Row> {
    let json = object.json();
    let kind = object.group_kind();
    let namespace = object.identity.namespace.as_deref()?;
    let place = PodLocation::of(&kind).or_else(|| has_template(json).then_some(PodLocation::Template))?;
    let pod = Pod::read(json, &kind.kind, place, settings, &mut Faults::default());
    let exempt = if settings.exempts(namespace) {
        Some("its namespace is exempt")
    } else {
        pod.host_network.then_some("it uses the network of its node, where a PodNetworking has no effect")
    };
    let facts = Facts::new(lent);
    let candidate = PodToSelect { labels: &pod.labels, namespace: Some(namespace), has_fixed_name: pod.has_fixed_name };
    let matcher = Matcher::new(candidate, settings, &facts);
    let mut cells = Vec::new();
    // The facts are manifests, which are there.
    let _ = facts.pod_networkings(Search::All, &mut |podnetworking| {
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
            name: object.shown_name.clone(),
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
    let answers = judge::all(&world, &Core::new(&settings, &world), || ())?;
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
