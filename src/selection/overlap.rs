//! Whether two PodNetworkings can select one pod, the pod that shows it, and the requirement that keeps them apart.

use crate::answer::finding::Witness;
use crate::facts::cache::Facts;
use crate::facts::cluster::MissingFact;
use crate::facts::search::namespaces::Wanted;
use crate::facts::search::query::Search;
use crate::objects::namespace::Namespace;
use crate::objects::podnetworking::PodNetworking;
use crate::selectors::constraint::Constraints;
use crate::selectors::known_labels::METADATA_NAME;
use crate::selectors::meeting::{Compared, pair_witness};
use crate::selectors::remedy::{Remedy, remedy};
use crate::selectors::requirement::Operator;
use crate::selectors::selector::Selector;
use crate::selectors::selector_pair::SelectorPair;
use crate::selectors::witness::WitnessLabels;
use crate::settings::values::Settings;
use crate::text::overflow::MAX_LISTED;

/// Another PodNetworking that can select a pod which this one selects too.
#[derive(Clone, Debug)]
pub struct Overlap {
    /// The name of the other.
    pub other: String,
    /// A pod that both select, and what makes them disjoint. If there are very many overlaps, only the first have it.
    pub detail: Option<(Witness, Remedy)>,
    /// Neither has a namespace selector, or an existing namespace satisfies both.
    pub is_real: bool,
    /// A selector requires the name of the namespace. Otherwise the name in the witness of a latent overlap is made up.
    pub has_namespace_name: bool,
}

/// How many requirements, values and labels are read for witnesses and remedies. The first overlap always has both.
pub const DETAIL_BUDGET: usize = 100_000;

/// The overlaps of a PodNetworking with the stored ones, except with itself, found by name. The namespaces are asked for
/// only if they decide whether an overlap is real.
///
/// # Errors
/// [`MissingFact`], where the host cannot provide what decides.
pub fn find(
    this: &PodNetworking<'_>,
    selectors: &SelectorPair<'_>,
    settings: &Settings,
    facts: &Facts<'_>,
) -> Result<Vec<Overlap>, MissingFact> {
    let this_compared = Compared::new(selectors);
    let mut meeting = Vec::new();
    facts.pod_networkings(Search::Meeting(selectors), &mut |other| {
        let is_itself = !this.name().is_empty() && other.name() == this.name();
        if !is_itself
            && let Some(theirs) = other.well_formed_selectors()
            && this_compared.intersects(&Compared::new(&theirs))
        {
            meeting.push((other, theirs));
        }
    })?;
    crate::collections::sort::by(&mut meeting, |(a, _), (b, _)| a.name().cmp(b.name()));
    let depends = |others: &SelectorPair<'_>| selectors.namespace.is_some() || others.namespace.is_some();
    // The namespaces that this PodNetworking selects. Every overlap is in one of them.
    let all: Vec<Namespace<'_>>;
    let mut own: Vec<&Namespace<'_>> = Vec::new();
    if meeting.iter().any(|(_, others)| depends(others)) {
        let others = meeting.iter().map(|(_, others)| others.namespace.as_ref());
        all = facts.namespaces(Wanted::by_both(selectors.namespace.as_ref(), others))?;
        own = all
            .iter()
            .filter(|namespace| !namespace.is_opted_out(settings.platform))
            .filter(|namespace| this_compared.namespace().matches(&namespace.labels))
            .collect();
        // They are sorted by name already, and the sort is stable.
        crate::collections::sort::by(&mut own, |a, b| a.labels.len().cmp(&b.labels.len()));
    }
    let (own_size, mut detailed) = (selectors.size(), 0);
    let overlaps = meeting.into_iter().enumerate().map(|(index, (other, others))| {
        let namespaces = Constraints::of_namespaces(others.namespace.as_ref());
        let existing = own.iter().find(|namespace| namespaces.matches(&namespace.labels));
        let is_real = !depends(&others) || existing.is_some();
        detailed += own_size + others.size() + existing.map_or(0, |namespace| namespace.labels.len());
        let is_detailed = index == 0 || (index < MAX_LISTED && detailed <= DETAIL_BUDGET);
        let detail = is_detailed.then(|| detail(selectors, &others, existing.copied())).flatten();
        let has_namespace_name = is_detailed && (requires_name(selectors) || requires_name(&others));
        Overlap { other: other.name().to_owned(), detail, is_real, has_namespace_name }
    });
    Ok(overlaps.collect())
}

fn detail(
    this: &SelectorPair<'_>,
    other: &SelectorPair<'_>,
    existing: Option<&Namespace<'_>>,
) -> Option<(Witness, Remedy)> {
    let (pod_labels, namespace_labels) = pair_witness(this, other)?;
    let witness = if this.namespace.is_none() && other.namespace.is_none() {
        in_default(pod_labels)
    } else if let Some(namespace) = existing {
        in_existing(pod_labels, namespace)
    } else {
        let name = namespace_labels.iter().find(|(key, _)| key == METADATA_NAME);
        let namespace = name.map(|(_, name)| name.clone()).unwrap_or_default();
        Witness { pod_labels, namespace, namespace_labels }
    };
    Some((witness, remedy(this, other)))
}

/// Whether the namespace selector lists names of namespaces.
fn requires_name(selectors: &SelectorPair<'_>) -> bool {
    let requirements = selectors.namespace.as_ref().map(Selector::requirements).unwrap_or_default();
    requirements.iter().any(|requirement| requirement.key() == METADATA_NAME && requirement.operator() == Operator::In)
}

/// A witness in the namespace that every cluster has, where any namespace would do.
fn in_default(pod_labels: WitnessLabels) -> Witness {
    let namespace = "default".to_owned();
    Witness { pod_labels, namespace_labels: vec![(METADATA_NAME.to_owned(), namespace.clone())], namespace }
}

fn in_existing(pod_labels: WitnessLabels, namespace: &Namespace<'_>) -> Witness {
    let namespace_labels = namespace.labels.iter().map(|(key, value)| (key.to_owned(), value.to_owned())).collect();
    Witness { pod_labels, namespace: namespace.name.clone().into_owned(), namespace_labels }
}
