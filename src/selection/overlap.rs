//! Whether two PodNetworkings can select one pod, the pod that shows it, and the requirement that keeps them apart.

use std::borrow::Cow;

use crate::answer::finding::Witness;
use crate::facts::cache::Facts;
use crate::facts::cluster::MissingFact;
use crate::facts::search::namespaces::Wanted;
use crate::facts::search::query::Search;
use crate::objects::namespace::Namespace;
use crate::objects::podnetworking::PodNetworking;
use crate::selectors::constraint::Constraints;
use crate::selectors::known_labels::METADATA_NAME;
use crate::selectors::labels::Labels;
use crate::selectors::meeting::{Compared, pair_witness};
use crate::selectors::remedy::{Remedy, remedy};
use crate::selectors::requirement::Operator;
use crate::selectors::selector::Selector;
use crate::selectors::selector_pair::{SelectorPair, Side};
use crate::selectors::witness::WitnessLabels;
use crate::settings::values::Settings;
use crate::text::overflow::MAX_LISTED;

/// Another PodNetworking that can select a pod which this one selects too.
#[derive(Clone, Debug)]
pub struct Overlap {
    /// The name of the other.
    pub other: String,
    /// The other is being deleted. It counts until it is gone.
    pub other_is_deleting: bool,
    /// A pod that both select, and what makes them disjoint. If there are very many overlaps, only the first have it.
    pub detail: Option<(Witness, Remedy)>,
    /// An existing namespace satisfies both namespace selectors.
    pub is_real: bool,
    /// An update adds it: the pods that the selectors before the update did not select.
    pub is_added: bool,
    /// It is added to an overlap that was there before and still is.
    pub widens: bool,
}

/// How many requirements, values and labels are read for witnesses and remedies. The first overlap always has both.
pub const DETAIL_BUDGET: usize = 100_000;

/// The namespaces that every cluster has. In manifests they need not be there.
pub const ALWAYS_THERE: [&str; 4] = ["default", "kube-node-lease", "kube-public", "kube-system"];

/// A PodNetworking before an update.
#[derive(Clone, Debug)]
pub struct Before<'a> {
    /// Its selectors. At least one of the two is there.
    pub selectors: SelectorPair<'a>,
    /// Whether it selected only pods with fixed names.
    pub is_fixed: bool,
}

/// The overlaps of a PodNetworking with the stored ones, except with itself, found by name. The namespaces are asked for
/// only if they decide whether an overlap is real. With `before`, an overlap that an update widens is two: what was there
/// before, and what the update adds.
///
/// # Errors
/// [`MissingFact`], where the host cannot provide what decides.
pub fn find(
    this: &PodNetworking<'_>,
    selectors: &SelectorPair<'_>,
    before: Option<&Before<'_>>,
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
    let split = before.map(|before| Split::new(selectors, before, this, settings));
    let mut parts: Vec<Part<'_, '_>> = Vec::new();
    for (other, theirs) in &meeting {
        let part = |own, is_added, widens| Part { other, theirs, own, is_added, widens, existing: None };
        let added = split.as_ref().and_then(|split| split.added(other, theirs));
        match (&split, added) {
            (Some(split), Some(added)) => {
                let widens = split.kept_meets(theirs);
                if widens {
                    parts.push(part(vec![&split.kept], false, false));
                }
                parts.push(part(added, true, widens));
            }
            _ => parts.push(part(vec![selectors], false, false)),
        }
    }
    let all: Vec<Namespace<'_>>;
    let mut own: Vec<Place<'_>> = Vec::new();
    if parts.iter().any(|part| part.in_one_that_is_always_there().is_none()) {
        // The namespaces that this PodNetworking selects. Every overlap is in one of them.
        let others = meeting.iter().map(|(_, others)| others.namespace.as_ref());
        all = facts.namespaces(Wanted::by_both(selectors.namespace.as_ref(), others))?;
        own = all
            .iter()
            .filter(|namespace| !namespace.is_opted_out(settings.platform))
            .map(|namespace| Place { name: &namespace.name, labels: Cow::Borrowed(&namespace.labels) })
            .collect();
        if !facts.is_live() {
            // One that is not among the manifests has the label that every namespace has.
            let missing = ALWAYS_THERE.into_iter().filter(|name| !all.iter().any(|there| there.name == *name));
            own.extend(missing.map(Place::always_there));
            crate::collections::sort::by(&mut own, |a, b| a.name.cmp(b.name));
        }
        own.retain(|place| this_compared.namespace().matches(&place.labels));
        // They are sorted by name already, and the sort is stable.
        crate::collections::sort::by(&mut own, |a, b| a.labels.len().cmp(&b.labels.len()));
    }
    let (own_size, mut detailed) = (selectors.size(), 0);
    let overlaps = parts.into_iter().enumerate().map(|(index, mut part)| {
        part.existing = part.in_one_that_is_always_there().or_else(|| part.find_in(&own));
        let is_real = part.existing.is_some();
        let labels = part.existing.as_ref().map_or(0, |(_, place)| place.labels.len());
        detailed += own_size + part.theirs.size() + labels;
        let is_detailed = index == 0 || (index < MAX_LISTED && detailed <= DETAIL_BUDGET);
        let detail = is_detailed.then(|| part.detail(selectors)).flatten();
        let (other, other_is_deleting) = (part.other.name().to_owned(), part.other.is_deleting());
        Overlap { other, other_is_deleting, detail, is_real, is_added: part.is_added, widens: part.widens }
    });
    Ok(overlaps.collect())
}

/// An update of a PodNetworking, split into what it selected before and what it did not.
struct Split<'s, 'a> {
    /// What is selected before and after.
    kept: SelectorPair<'a>,
    /// What is selected after and not before: one requirement from before does not hold. Each is a pair of its own.
    added: Vec<SelectorPair<'a>>,
    new: &'s SelectorPair<'a>,
    /// Only pods with fixed names were selected before, and now others are too.
    adds_other_names: bool,
}

impl<'s, 'a> Split<'s, 'a> {
    fn new(new: &'s SelectorPair<'a>, before: &Before<'a>, this: &PodNetworking<'_>, settings: &Settings) -> Self {
        let mut added = Vec::new();
        let mut kept = new.clone();
        for side in [Side::Pod, Side::Namespace] {
            for requirement in before.selectors.on(side).map(Selector::requirements).unwrap_or_default() {
                added.push(new.with(side, requirement.negated()));
                kept = kept.with(side, requirement.clone());
            }
        }
        let adds_other_names = settings.platform.keeps_addresses() && before.is_fixed && !this.is_fixed();
        Self { kept, added, new, adds_other_names }
    }

    /// The selectors, each for a part, of the pods that the update adds to the overlap; `None` if it adds none.
    fn added(&self, other: &PodNetworking<'_>, theirs: &SelectorPair<'_>) -> Option<Vec<&SelectorPair<'a>>> {
        if self.adds_other_names && !other.is_fixed() {
            return Some(vec![self.new]);
        }
        let theirs = Compared::new(theirs);
        let those: Vec<_> = self.added.iter().filter(|own| Compared::new(own).intersects(&theirs)).collect();
        (!those.is_empty()).then_some(those)
    }

    fn kept_meets(&self, theirs: &SelectorPair<'_>) -> bool {
        Compared::new(&self.kept).intersects(&Compared::new(theirs))
    }
}

/// A namespace that exists, as far as an overlap is concerned.
#[derive(Clone, Debug)]
struct Place<'n> {
    name: &'n str,
    labels: Cow<'n, Labels<'n>>,
}

impl Place<'_> {
    /// A namespace that is always there. Of its labels only its name is known.
    fn always_there(name: &'static str) -> Self {
        Self { name, labels: Cow::Owned([(METADATA_NAME, name)].into_iter().collect()) }
    }
}

/// A part of what two PodNetworkings both select.
struct Part<'p, 'n> {
    other: &'p PodNetworking<'p>,
    theirs: &'p SelectorPair<'p>,
    /// Pairs of selectors of this PodNetworking. The part is what any of them selects.
    own: Vec<&'p SelectorPair<'p>>,
    is_added: bool,
    widens: bool,
    /// Which of `own`, and a namespace in which it meets the other.
    existing: Option<(usize, Place<'n>)>,
}

impl<'n> Part<'_, 'n> {
    /// A namespace that is always there and whose name alone decides.
    fn in_one_that_is_always_there(&self) -> Option<(usize, Place<'n>)> {
        if !needs_name_alone(self.theirs) {
            return None;
        }
        let by_name = |own: &&SelectorPair<'_>| needs_name_alone(own);
        let places: Vec<Place<'n>> = ALWAYS_THERE.into_iter().map(Place::always_there).collect();
        let (index, _) = self
            .own
            .iter()
            .enumerate()
            .find(|(index, own)| by_name(own) && self.find_one(*index, &places).is_some())?;
        Some((index, self.find_one(index, &places)?.clone()))
    }

    /// The first of the namespaces in which the part is.
    fn find_in(&self, places: &[Place<'n>]) -> Option<(usize, Place<'n>)> {
        (0..self.own.len()).find_map(|index| Some((index, self.find_one(index, places)?.clone())))
    }

    fn find_one<'f>(&self, index: usize, places: &'f [Place<'n>]) -> Option<&'f Place<'n>> {
        let own = Constraints::of_namespaces(self.own.get(index)?.namespace.as_ref());
        let theirs = Constraints::of_namespaces(self.theirs.namespace.as_ref());
        places.iter().find(|place| own.matches(&place.labels) && theirs.matches(&place.labels))
    }

    /// A pod that shows the part, the least of all, and what would keep `selectors` and the other apart.
    fn detail(&self, selectors: &SelectorPair<'_>) -> Option<(Witness, Remedy)> {
        let of = |own: &SelectorPair<'_>| pair_witness(own, self.theirs);
        let witness = match &self.existing {
            Some((index, place)) => {
                let (pod_labels, _) = of(self.own.get(*index)?)?;
                let labels = place.labels.iter().map(|(key, value)| (key.to_owned(), value.to_owned())).collect();
                Witness { pod_labels, namespace: place.name.to_owned(), namespace_labels: labels }
            }
            None => {
                let least = |(pods, namespaces): &(WitnessLabels, WitnessLabels)| {
                    (pods.len() + namespaces.len(), pods.clone(), namespaces.clone())
                };
                let all = self.own.iter().filter_map(|own| of(own));
                let (pod_labels, mut namespace_labels) = all.min_by_key(least)?;
                let name = namespace_labels.iter().find(|(key, _)| key == METADATA_NAME);
                let mut namespace = name.map(|(_, name)| name.clone()).unwrap_or_default();
                // No name is made up.
                if !requires_name(selectors) && !requires_name(self.theirs) {
                    namespace.clear();
                    namespace_labels.retain(|(key, _)| key != METADATA_NAME);
                }
                Witness { pod_labels, namespace, namespace_labels }
            }
        };
        Some((witness, remedy(selectors, self.theirs)))
    }
}

/// Whether the namespace selector, if there is one, asks for nothing but the name of the namespace.
fn needs_name_alone(selectors: &SelectorPair<'_>) -> bool {
    let requirements = selectors.namespace.as_ref().map(Selector::requirements).unwrap_or_default();
    requirements.iter().all(|requirement| requirement.key() == METADATA_NAME)
}

/// Whether the namespace selector lists names of namespaces.
fn requires_name(selectors: &SelectorPair<'_>) -> bool {
    let requirements = selectors.namespace.as_ref().map(Selector::requirements).unwrap_or_default();
    requirements.iter().any(|requirement| requirement.key() == METADATA_NAME && requirement.operator() == Operator::In)
}
