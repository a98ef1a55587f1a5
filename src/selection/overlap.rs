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
use crate::selectors::requirement::{Operator, Requirement};
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
    let mut parts: Vec<Part<'_>> = Vec::new();
    for (other, theirs) in &meeting {
        let compared = Compared::new(theirs);
        let part = |what, widens| Part { other, theirs, compared: Compared::new(theirs), new: selectors, what, widens };
        let added = split.as_ref().and_then(|split| split.added(&this_compared, other, &compared));
        match (&split, added) {
            (Some(split), Some(added)) => {
                let widens = Compared::new(&split.kept).intersects(&compared);
                if widens {
                    parts.push(part(What::Kept(split), false));
                }
                parts.push(part(What::Added(split, added), widens));
            }
            _ => parts.push(part(What::All, false)),
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
    let overlaps = parts.into_iter().enumerate().map(|(index, part)| {
        let always_there = part.in_one_that_is_always_there();
        let existing = always_there.or_else(|| part.find_in(&own).cloned());
        detailed += own_size + part.theirs.size() + existing.as_ref().map_or(0, |place| place.labels.len());
        let is_detailed = index == 0 || (index < MAX_LISTED && detailed <= DETAIL_BUDGET);
        let detail = is_detailed.then(|| part.detail(existing.as_ref())).flatten();
        Overlap {
            other: part.other.name().to_owned(),
            other_is_deleting: part.other.is_deleting(),
            detail,
            is_real: existing.is_some(),
            is_added: matches!(part.what, What::Added(..)),
            widens: part.widens,
        }
    });
    Ok(overlaps.collect())
}

/// An update of a PodNetworking, split into what it selected before and what it did not.
struct Split<'s, 'a> {
    before: &'s SelectorPair<'a>,
    before_compared: Compared<'s>,
    /// What is selected before and after.
    kept: SelectorPair<'a>,
    /// The requirements from before, each negated. Where one holds, nothing was selected before.
    negated: Vec<(Side, Requirement<'a>)>,
    /// Only pods with fixed names were selected before, and now others are too.
    adds_other_names: bool,
}

/// The pods that an update adds to an overlap.
enum Added {
    /// All that both select: pods without fixed names.
    All,
    /// Those for which one of these requirements holds, by their places in [`Split::negated`].
    Where(Vec<usize>),
}

impl<'s, 'a> Split<'s, 'a> {
    fn new(new: &SelectorPair<'a>, before: &'s Before<'a>, this: &PodNetworking<'_>, settings: &Settings) -> Self {
        let requirements = |side| before.selectors.on(side).map(Selector::requirements).unwrap_or_default();
        let negated: Vec<_> = [Side::Pod, Side::Namespace]
            .into_iter()
            .flat_map(|side| requirements(side).iter().map(move |requirement| (side, requirement.negated())))
            .collect();
        let both = |new: &Option<Selector<'a>>, old: &Option<Selector<'a>>| match (new, old) {
            (Some(new), Some(old)) => Some(Selector::new([new.requirements(), old.requirements()].concat())),
            _ => new.clone().or_else(|| old.clone()),
        };
        let kept = SelectorPair {
            pod: both(&new.pod, &before.selectors.pod),
            namespace: both(&new.namespace, &before.selectors.namespace),
        };
        let adds_other_names = settings.platform.keeps_addresses() && before.is_fixed && !this.is_fixed();
        let before_compared = Compared::new(&before.selectors);
        Self { before: &before.selectors, before_compared, kept, negated, adds_other_names }
    }

    /// The pods that the update adds to the overlap of the new selectors with another one; `None` if it adds none.
    fn added(&self, new: &Compared<'_>, other: &PodNetworking<'_>, theirs: &Compared<'_>) -> Option<Added> {
        if self.adds_other_names && !other.is_fixed() {
            return Some(Added::All);
        }
        let holds = |(side, requirement): &(Side, Requirement<'_>)| match side {
            Side::Pod => new.pod().intersects_with(theirs.pod(), requirement),
            Side::Namespace => new.namespace().intersects_with(theirs.namespace(), requirement),
        };
        let those: Vec<_> =
            self.negated.iter().enumerate().filter(|(_, one)| holds(one)).map(|(place, _)| place).collect();
        (!those.is_empty()).then_some(Added::Where(those))
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
struct Part<'p> {
    other: &'p PodNetworking<'p>,
    theirs: &'p SelectorPair<'p>,
    /// The same, prepared.
    compared: Compared<'p>,
    new: &'p SelectorPair<'p>,
    what: What<'p>,
    widens: bool,
}

/// Which part it is.
enum What<'p> {
    /// All that both select.
    All,
    /// What was selected before an update too.
    Kept(&'p Split<'p, 'p>),
    /// What was not selected before an update.
    Added(&'p Split<'p, 'p>, Added),
}

impl<'p> Part<'p> {
    /// A namespace that is always there and whose name alone decides.
    fn in_one_that_is_always_there<'n>(&self) -> Option<Place<'n>> {
        let before = match &self.what {
            What::All | What::Added(_, Added::All) => None,
            What::Kept(split) | What::Added(split, _) => Some(split.before),
        };
        let by_name = [Some(self.new), Some(self.theirs), before].into_iter().flatten().all(needs_name_alone);
        let new = Constraints::of_namespaces(self.new.namespace.as_ref());
        let is_in = |place: &Place<'_>| new.matches(&place.labels) && self.is_in(place);
        by_name.then(|| ALWAYS_THERE.into_iter().map(Place::always_there).find(is_in)).flatten()
    }

    /// The first of the namespaces in which the part is.
    fn find_in<'f, 'n>(&self, places: &'f [Place<'n>]) -> Option<&'f Place<'n>> {
        places.iter().find(|place| self.is_in(place))
    }

    /// Whether the part is in a namespace that the new selectors match.
    fn is_in(&self, place: &Place<'_>) -> bool {
        let matches = |compared: &Compared<'_>| compared.namespace().matches(&place.labels);
        matches(&self.compared)
            && match &self.what {
                What::All | What::Added(_, Added::All) => true,
                What::Kept(split) => matches(&split.before_compared),
                What::Added(split, Added::Where(those)) => {
                    !matches(&split.before_compared) || those.iter().any(|at| split.is_of_pods(*at))
                }
            }
    }

    /// Pairs of selectors that together select the part, where a namespace is given only in it. Very many are not all
    /// looked at.
    fn pairs(&self, existing: Option<&Place<'_>>) -> Vec<SelectorPair<'p>> {
        match &self.what {
            What::All | What::Added(_, Added::All) => vec![self.new.clone()],
            What::Kept(split) => vec![split.kept.clone()],
            What::Added(split, Added::Where(those)) => {
                let holds = |(side, requirement): &&(Side, Requirement<'p>)| match (side, existing) {
                    (Side::Namespace, Some(place)) => requirement.matches(place.labels.get(requirement.key())),
                    _ => true,
                };
                let most = 1 + DETAIL_BUDGET / (1 + self.new.size());
                let requirements =
                    those.iter().filter_map(|at| split.negated.get(*at)).filter(holds).take(most.min(MAX_LISTED));
                requirements.map(|(side, requirement)| self.new.with(*side, requirement.clone())).collect()
            }
        }
    }

    /// A pod that shows the part, the least of all, and what would keep the two PodNetworkings apart.
    fn detail(&self, existing: Option<&Place<'_>>) -> Option<(Witness, Remedy)> {
        let least = |(pods, namespaces): &(WitnessLabels, WitnessLabels)| {
            let count = pods.len() + if existing.is_some() { 0 } else { namespaces.len() };
            (count, pods.clone(), namespaces.clone())
        };
        let pairs = self.pairs(existing);
        let all = pairs.iter().filter_map(|own| pair_witness(own, self.theirs));
        let (pod_labels, mut namespace_labels) = all.min_by_key(least)?;
        let mut namespace = String::new();
        if let Some(place) = existing {
            place.name.clone_into(&mut namespace);
            namespace_labels = place.labels.iter().map(|(key, value)| (key.to_owned(), value.to_owned())).collect();
        } else if requires_name(self.new) || requires_name(self.theirs) {
            let name = namespace_labels.iter().find(|(key, _)| key == METADATA_NAME);
            namespace = name.map(|(_, name)| name.clone()).unwrap_or_default();
        } else {
            // No name is made up.
            namespace_labels.retain(|(key, _)| key != METADATA_NAME);
        }
        Some((Witness { pod_labels, namespace, namespace_labels }, remedy(self.new, self.theirs)))
    }
}

impl Split<'_, '_> {
    /// Whether the negated requirement at this place is on labels of pods.
    fn is_of_pods(&self, at: usize) -> bool {
        self.negated.get(at).is_some_and(|(side, _)| *side == Side::Pod)
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
