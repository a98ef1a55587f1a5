//! Explains which PodNetworking selects which pod, why the others do not, and which PodNetworkings overlap.

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
use crate::facts::{ManifestFacts, World};
use crate::judge::{self, Core};
use crate::object::Object;

/// The explanation of a set of manifests.
#[derive(Debug, Serialize)]
pub struct Explanation {
    /// The pods and workloads.
    pub pods: Vec<Row>,
    /// The pairs that overlap.
    pub overlaps: Vec<Pair>,
    /// The names of all PodNetworkings.
    #[serde(rename = "podNetworkings")]
    pub podnetworkings: Vec<String>,
}

/// A pod, or an object with a pod template, and what each PodNetworking is to it.
#[derive(Debug, Serialize)]
pub struct Row {
    /// The object.
    pub object: ObjectRef,
    /// The name of its file.
    pub file: String,
    /// The line in that file, from 1.
    pub line: usize,
    /// Why the policy ignores the object; none if the policy applies.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exempt: Option<&'static str>,
    /// The names of the PodNetworkings that select it.
    pub selected: Vec<String>,
    /// One cell for each PodNetworking: first the ones that select the pod, then by name.
    #[serde(rename = "podNetworkings")]
    pub cells: Vec<Cell>,
}

/// One PodNetworking, and whether it selects a pod.
#[derive(Debug, Serialize)]
pub struct Cell {
    /// The name of the PodNetworking.
    pub name: String,
    /// Whether it selects the pod, and why not.
    pub outcome: Reason,
    /// The requirement that decided, if there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub requirement: Option<String>,
    /// The path of that requirement in the PodNetworking.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
}

/// An [`Outcome`] by its name alone; what belongs to it stands in the other fields of a [`Cell`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reason {
    /// [`Outcome::Selected`].
    Selected,
    /// [`Outcome::Selected`], by the value of a label that the controller of the workload will set.
    Undecided,
    /// [`Outcome::Failed`].
    Failed,
    /// [`Outcome::NoSelector`].
    NoSelector,
    /// [`Outcome::Broken`].
    Broken,
    /// [`Outcome::NotFixedName`].
    NotFixedName,
    /// [`Outcome::NamespaceUnknown`].
    NamespaceUnknown,
    /// [`Outcome::OptedOut`].
    OptedOut,
}

/// Two PodNetworkings that overlap.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Pair {
    /// The name of the earlier one.
    pub first: String,
    /// The name of the later one.
    pub second: String,
    /// Whether a namespace that exists can have a pod that both select.
    pub is_real: bool,
    /// The message of the finding.
    pub message: String,
    /// How to separate the two.
    pub help: String,
    /// An example pod that both select.
    pub witness: Option<Witness>,
}

impl Cell {
    /// Whether the PodNetworking selects the pod.
    #[must_use]
    pub fn is_selected(&self) -> bool {
        self.outcome == Reason::Selected
    }
}

/// The parts of an explanation to compute.
#[derive(Clone, Copy, Debug)]
pub struct Wanted {
    /// Compute [`Explanation::pods`].
    pub pods: bool,
    /// Compute [`Explanation::overlaps`].
    pub overlaps: bool,
}

impl Explanation {
    /// Explains the checked objects of a world.
    ///
    /// # Errors
    /// If an object cannot be decided.
    pub fn new(world: World, settings: Settings, wanted: Wanted) -> anyhow::Result<Self> {
        let mut explanation = Self {
            podnetworkings: world.podnetworkings().map(|object| object.identity.name.clone()).collect(),
            pods: Vec::new(),
            overlaps: Vec::new(),
        };
        if wanted.pods {
            let index = world.index();
            let manifests = world.all_facts(index.as_ref());
            explanation.pods = world.checked.iter().filter_map(|object| row(object, &manifests, &settings)).collect();
        }
        if wanted.overlaps {
            explanation.overlaps = overlaps(world, settings)?;
        }
        Ok(explanation)
    }
}

/// The row of an object; none if the object has neither a pod nor a pod template.
fn row(object: &Object, manifests: &ManifestFacts<'_>, settings: &Settings) -> Option<Row> {
    let json = object.json();
    let kind = object.group_kind();
    let namespace = object.identity.namespace.as_deref()?;
    let place = PodLocation::of(&kind).or_else(|| has_template(json).then_some(PodLocation::Template))?;
    let pod = Pod::read(json, &kind.kind, place, settings, &mut Faults::default());
    let exempt = if settings.exempts(namespace) {
        Some("the namespace is exempt")
    } else {
        pod.host_network.then_some("the pod uses hostNetwork, where PodNetworkings have no effect")
    };
    let facts = Facts::new(manifests);
    let candidate = PodToSelect { labels: &pod.labels, namespace: Some(namespace), has_fixed_name: pod.has_fixed_name };
    let matcher = Matcher::new(candidate, settings, &facts);
    let mut cells = Vec::new();
    // The facts are manifests in memory, so the search cannot fail.
    let _ = facts.pod_networkings(Search::All, &mut |podnetworking| {
        if let Ok(outcome) = matcher.outcome(&podnetworking) {
            cells.push(cell(podnetworking.name(), outcome));
        }
    });
    cells.sort_by(|a, b| (!a.is_selected(), &a.name).cmp(&(!b.is_selected(), &b.name)));
    let selected = cells.iter().filter(|cell| cell.is_selected()).map(|cell| cell.name.clone()).collect();
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
        Outcome::Selected { requirement, path, is_certain: true } => (Reason::Selected, requirement, Some(path)),
        Outcome::Selected { requirement, path, is_certain: false } => (Reason::Undecided, requirement, Some(path)),
        Outcome::Failed { requirement, path } => (Reason::Failed, Some(requirement), Some(path)),
        Outcome::NoSelector => (Reason::NoSelector, None, None),
        Outcome::Broken => (Reason::Broken, None, None),
        Outcome::NotFixedName => (Reason::NotFixedName, None, None),
        Outcome::NamespaceUnknown => (Reason::NamespaceUnknown, None, None),
        Outcome::OptedOut => (Reason::OptedOut, None, None),
    };
    Cell { name: name.to_owned(), outcome, requirement, path }
}

/// The pairs of PodNetworkings that overlap, each pair once. Pairs within the context are included.
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
