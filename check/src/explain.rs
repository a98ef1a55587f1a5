//! Explains which PodNetworking selects which pod, why the others do not, and which PodNetworkings overlap.

use podnetworking_manifests::ReadError;
use podnetworking_policy::Settings;
use podnetworking_policy::facts::cache::Facts;
use podnetworking_policy::facts::search::query::Search;
use podnetworking_policy::json::fault::Faults;
use podnetworking_policy::objects::pod::Pod;
use podnetworking_policy::objects::workload::{PodLocation, has_template};
use podnetworking_policy::selection::selects::{Matcher, Outcome, PodToSelect};
use podnetworking_policy::selectors::known_labels::METADATA_NAME;
use podnetworking_policy::selectors::selector::Selector;
use podnetworking_policy::selectors::selector_pair::SelectorPair;
use podnetworking_policy::settings::severity::Severity;
use serde::Serialize;

use crate::answer::Witness;
use crate::facts::{Indexes, ManifestFacts, World};
use crate::judge::{self, Core};
use crate::object::Object;
use crate::object_ref::ObjectRef;
use crate::report::undecided;

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
    /// One cell for each PodNetworking: first the ones that select the pod, then the nearest misses.
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
    /// How many requirements of its selectors are not satisfied.
    pub unmet: usize,
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

    /// First what selects the pod, then the nearest misses, then by name.
    fn order(&self) -> (bool, usize, &str) {
        let distance = match self.outcome {
            Reason::NoSelector | Reason::Broken => usize::MAX,
            _ => self.unmet,
        };
        (!self.is_selected(), distance, &self.name)
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
        let mut explanation = Self { podnetworkings: names(&world), pods: Vec::new(), overlaps: Vec::new() };
        if wanted.pods {
            let rows = Rows::new(&world, &settings);
            explanation.pods = (0..world.checked.len()).filter_map(|position| rows.row(position)).collect();
        }
        if wanted.overlaps {
            overlaps(&world, settings, &mut |pair| {
                explanation.overlaps.push(pair);
                Ok(())
            })?;
        }
        Ok(explanation)
    }
}

/// The names of all PodNetworkings.
#[must_use]
pub fn names(world: &World) -> Vec<String> {
    world.podnetworkings().map(|object| object.identity.name.clone()).collect()
}

/// The rows of a world, one for each checked object that has a pod or a pod template.
#[derive(Debug)]
pub struct Rows<'w> {
    world: &'w World,
    settings: &'w Settings,
    indexes: Indexes<'w>,
}

impl<'w> Rows<'w> {
    /// Nothing is computed yet.
    #[must_use]
    pub fn new(world: &'w World, settings: &'w Settings) -> Self {
        Self { world, settings, indexes: world.indexes() }
    }

    /// Why the object cannot be explained: something that is defined twice is equally near.
    #[must_use]
    pub fn undecided(&self, position: usize) -> Option<ReadError> {
        let object = self.world.checked.get(position).filter(|object| place(object).is_some())?;
        let reason = judge::tie(self.world, self.settings, &self.indexes, position, object)?;
        Some(undecided(object, reason))
    }

    /// Whether the checked object has a row.
    #[must_use]
    pub fn has_row(&self, position: usize) -> bool {
        self.world.checked.get(position).is_some_and(|object| place(object).is_some())
    }

    /// The row of the checked object at a position.
    #[must_use]
    pub fn row(&self, position: usize) -> Option<Row> {
        let object = self.world.checked.get(position)?;
        row(object, &self.world.all_facts(Some(&self.indexes), position), self.settings)
    }
}

/// Where the pod of an object is; none if it has none.
fn place(object: &Object) -> Option<PodLocation> {
    object.identity.namespace.as_deref()?;
    PodLocation::of(&object.group_kind()).or_else(|| has_template(object.json()).then_some(PodLocation::Template))
}

/// The row of an object; none if the object has neither a pod nor a pod template.
fn row(object: &Object, manifests: &ManifestFacts<'_>, settings: &Settings) -> Option<Row> {
    let namespace = object.identity.namespace.as_deref()?;
    let kind = object.group_kind();
    let pod = Pod::read(object.json(), &kind.kind, place(object)?, settings, &mut Faults::default());
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
            let selectors = podnetworking.selectors(&mut Faults::default());
            let unmet = selectors.map(|selectors| unmet(&selectors, &pod, &facts, namespace)).unwrap_or_default();
            cells.push(cell(podnetworking.name(), outcome, unmet));
        }
    });
    cells.sort_by(|a, b| a.order().cmp(&b.order()));
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

/// How many requirements of the selectors the pod and its namespace do not satisfy.
fn unmet(selectors: &SelectorPair<'_>, pod: &Pod<'_>, facts: &Facts<'_>, namespace: &str) -> usize {
    let count = |selector: Option<&Selector<'_>>, value: &dyn Fn(&str) -> Option<String>| {
        let requirements = selector.into_iter().flat_map(Selector::requirements);
        requirements.filter(|requirement| !requirement.matches(value(requirement.key()).as_deref())).count()
    };
    let labels = facts.namespace(namespace).ok().flatten().map(|namespace| &namespace.labels);
    count(selectors.pod.as_ref(), &|key| pod.labels.get(key).map(str::to_owned))
        + count(selectors.namespace.as_ref(), &|key| match labels {
            Some(labels) => labels.get(key).map(str::to_owned),
            None => (key == METADATA_NAME).then(|| namespace.to_owned()),
        })
}

fn cell(name: &str, outcome: Outcome, unmet: usize) -> Cell {
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
    Cell { name: name.to_owned(), outcome, requirement, path, unmet }
}

/// The pairs of PodNetworkings that overlap, each pair once. Pairs within the context are included.
///
/// # Errors
/// If an object cannot be decided, or `visit` fails.
pub fn overlaps(
    world: &World,
    mut settings: Settings,
    visit: &mut dyn FnMut(Pair) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    settings.rules.insert("overlap".to_owned(), Severity::Deny);
    settings.rules.insert("latent-overlap".to_owned(), Severity::Warn);
    let last: Vec<Object> = world.definitions().into_iter().cloned().collect();
    let namespaces = world.context.iter().chain(&world.checked).filter(|object| object.is_namespace());
    let world = World::new(last, namespaces.cloned().collect());
    let core = Core::new(&settings, &world);
    for position in 0..world.checked.len() {
        for finding in judge::one(&world, &core, position)?.findings {
            let is_real = finding.rule == "overlap";
            let Some(other) = finding.related.first() else { continue };
            if is_real || finding.rule == "latent-overlap" {
                visit(Pair {
                    first: other.name.clone(),
                    second: finding.object.name,
                    is_real,
                    message: finding.message,
                    help: finding.help,
                    witness: finding.witness,
                })?;
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_types_of_the_npm_package_have_every_reason() {
        use Reason::*;
        let all = [Selected, Undecided, Failed, NoSelector, Broken, NotFixedName, NamespaceUnknown, OptedOut];
        // Another reason does not compile here until it is in the list.
        for reason in all {
            match reason {
                Selected | Undecided | Failed | NoSelector | Broken | NotFixedName | NamespaceUnknown | OptedOut => {}
            }
        }
        let types = include_str!("../../hosts/js/src/types.d.ts");
        let typed = types.split("outcome:").nth(1).and_then(|rest| rest.split(';').next()).unwrap_or_default();
        let typed: Vec<&str> = typed.split('|').map(str::trim).filter(|word| !word.is_empty()).collect();
        let names: Vec<String> = all.iter().filter_map(|reason| serde_json::to_string(reason).ok()).collect();
        assert_eq!(typed, names);
    }
}
