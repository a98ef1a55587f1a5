//! Whether two PodNetworkings can select one pod, the pod that shows it, and the requirement that keeps them apart.

use crate::answer::finding::Witness;
use crate::collections::sort;
use crate::facts::cache::Facts;
use crate::facts::cluster::MissingFact;
use crate::facts::search::namespaces::Wanted;
use crate::facts::search::query::Search;
use crate::objects::namespace::Namespace;
use crate::objects::podnetworking::PodNetworking;
use crate::selectors::known_labels::METADATA_NAME;
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
    sort::by(&mut meeting, |(a, _), (b, _)| a.name().cmp(b.name()));
    let split = before.map(|before| Split::new(selectors, before, this, settings));
    let all_compared: Vec<Compared<'_>> = meeting.iter().map(|(_, theirs)| Compared::new(theirs)).collect();
    let mut parts: Vec<Part<'_>> = Vec::new();
    for ((other, theirs), compared) in meeting.iter().zip(&all_compared) {
        let added = split.as_ref().and_then(|split| split.added(&this_compared, other, compared));
        let of_update = split.as_ref().filter(|_| added.is_some());
        let widens = of_update.is_some_and(|split| split.kept.intersects(compared));
        let part = |added, widens| Part { other, theirs, compared, new: selectors, split: of_update, added, widens };
        if widens {
            parts.push(part(None, false));
        }
        parts.push(part(added, widens));
    }
    let is_selected = |namespace: &Namespace<'_>| this_compared.namespace().matches(&namespace.labels);
    let mut always_there: Vec<Namespace<'_>> =
        ALWAYS_THERE.into_iter().map(Namespace::named).filter(|namespace| is_selected(namespace)).collect();
    let mut all: Vec<Namespace<'_>> = Vec::new();
    let needs_facts = !parts.iter().all(|part| part.find_in(&always_there, true).is_some());
    // Manifests are there without being asked for, and may switch one of them off.
    let may_know = !parts.is_empty() && !facts.is_live() && settings.platform.has_opt_out_label();
    if needs_facts || may_know {
        let others = meeting.iter().map(|(_, others)| others.namespace.as_ref());
        let wanted = Wanted::by_both(selectors.namespace.as_ref(), others);
        // Of manifests, those that do not match matter too: what is there has its own labels.
        match facts.namespaces(if facts.is_live() { wanted } else { Wanted::all() }) {
            Ok(known) => all = known,
            Err(missing) if needs_facts => return Err(missing),
            Err(_) => {}
        }
        // Where it is known, one that is switched off does not count.
        let is_off = |namespace: &Namespace<'_>| namespace.is_opted_out(settings.platform);
        always_there.retain(|one| !all.iter().any(|known| known.name == one.name && is_off(known)));
        if !facts.is_live() {
            // One that is not among the manifests has the label that every namespace has.
            let missing = always_there.iter().filter(|one| !all.iter().any(|there| there.name == one.name));
            let missing: Vec<_> = missing.cloned().collect();
            all.extend(missing);
        }
        // The namespaces that this PodNetworking selects. Every overlap is in one of them.
        all.retain(|namespace| !is_off(namespace) && is_selected(namespace));
        sort::by(&mut all, |a, b| (a.labels.len(), &a.name).cmp(&(b.labels.len(), &b.name)));
    }
    let mut column = Column::default();
    let (own_size, mut detailed) = (selectors.size(), 0);
    let overlaps = parts.into_iter().enumerate().map(|(index, part)| {
        let existing = part.find_in(&always_there, true).or_else(|| part.find_among(&all, &mut column));
        detailed += own_size + part.theirs.size() + existing.map_or(0, |namespace| namespace.labels.len());
        let is_detailed = index == 0 || (index < MAX_LISTED && detailed <= DETAIL_BUDGET);
        let detail = is_detailed.then(|| part.detail(existing)).flatten();
        Overlap {
            other: part.other.name().to_owned(),
            other_is_deleting: part.other.is_deleting(),
            detail,
            is_real: existing.is_some(),
            is_added: part.added.is_some(),
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
    kept: Compared<'s>,
    /// The requirements from before, each negated. Where one holds, nothing was selected before.
    negated: Vec<(Side, Requirement<'a>)>,
    /// Only pods with fixed names were selected before, and now others are too.
    adds_other_names: bool,
}

impl<'s, 'a> Split<'s, 'a> {
    fn new(new: &'s SelectorPair<'a>, before: &'s Before<'a>, this: &PodNetworking<'_>, settings: &Settings) -> Self {
        let requirements = |side| before.selectors.on(side).map(Selector::requirements).unwrap_or_default();
        let negated: Vec<_> = [Side::Pod, Side::Namespace]
            .into_iter()
            .flat_map(|side| requirements(side).iter().map(move |requirement| (side, requirement.negated())))
            .collect();
        let kept = Compared::of_both(new, &before.selectors);
        let adds_other_names = settings.platform.keeps_addresses() && before.is_fixed && !this.is_fixed();
        let before_compared = Compared::new(&before.selectors);
        Self { before: &before.selectors, before_compared, kept, negated, adds_other_names }
    }

    /// The pods that the update adds to the overlap of the new selectors with another one; `None` if it adds none. See
    /// [`Part::added`].
    fn added(&self, new: &Compared<'_>, other: &PodNetworking<'_>, theirs: &Compared<'_>) -> Option<Vec<usize>> {
        if self.adds_other_names && !other.is_fixed() {
            return Some(Vec::new());
        }
        let holds = |(side, requirement): &(Side, Requirement<'_>)| match side {
            Side::Pod => new.pod().intersects_with(theirs.pod(), requirement),
            Side::Namespace => new.namespace().intersects_with(theirs.namespace(), requirement),
        };
        let those: Vec<_> =
            self.negated.iter().enumerate().filter(|(_, one)| holds(one)).map(|(place, _)| place).collect();
        (!those.is_empty()).then_some(those)
    }
}

/// A part of what two PodNetworkings both select.
struct Part<'p> {
    other: &'p PodNetworking<'p>,
    theirs: &'p SelectorPair<'p>,
    /// The same, prepared.
    compared: &'p Compared<'p>,
    new: &'p SelectorPair<'p>,
    /// The update, if the part is not all that both select.
    split: Option<&'p Split<'p, 'p>>,
    /// What was not selected before the update: one of these requirements holds, by their places in [`Split::negated`]. It
    /// is all if there are none.
    added: Option<Vec<usize>>,
    widens: bool,
}

impl<'p> Part<'p> {
    /// The first of the namespaces, which the new selectors match, in which the part is. With `by_name`, only if the selectors
    /// ask for nothing but their names.
    fn find_in<'f, 'n>(&self, namespaces: &'f [Namespace<'n>], by_name: bool) -> Option<&'f Namespace<'n>> {
        let selectors = [Some(self.new), Some(self.theirs), self.split.map(|split| split.before)];
        let is_known = !by_name || selectors.into_iter().flatten().all(needs_name_alone);
        namespaces.iter().find(|namespace| is_known && self.is_in(namespace))
    }

    /// The same, of many namespaces for many parts: most of those that cannot match are told by one label. `column` has the
    /// values of the label that was looked at last.
    fn find_among<'f, 'n>(&self, all: &'f [Namespace<'n>], column: &mut Column<'f>) -> Option<&'f Namespace<'n>>
    where
        'p: 'f,
    {
        let Some(requirement) = self.theirs.namespace.as_ref().and_then(first_of_values) else {
            return self.find_in(all, false);
        };
        let key = requirement.key().as_ref();
        if column.0 != key || column.1.len() != all.len() {
            *column = (key, all.iter().map(|namespace| namespace.labels.get(key)).collect());
        }
        let mut both = all.iter().zip(&column.1);
        both.find(|(namespace, value)| requirement.matches(**value) && self.is_in(namespace)).map(|(found, _)| found)
    }

    fn is_in(&self, namespace: &Namespace<'_>) -> bool {
        let matches = |compared: &Compared<'_>| compared.namespace().matches(&namespace.labels);
        let was_in = || self.split.is_none_or(|split| matches(&split.before_compared));
        matches(self.compared)
            && match &self.added {
                None => was_in(),
                Some(those) => !was_in() || those.is_empty() || self.negated(those).any(|(side, _)| *side == Side::Pod),
            }
    }

    fn negated<'t>(&self, those: &'t [usize]) -> impl Iterator<Item = &'p (Side, Requirement<'p>)> + use<'t, 'p> {
        let negated = self.split.map(|split| split.negated.as_slice()).unwrap_or_default();
        those.iter().filter_map(|at| negated.get(*at))
    }

    /// The least labels of a pod and a namespace that are in the part; if the namespace is known, of the pod.
    fn least(&self, existing: Option<&Namespace<'_>>) -> Option<(WitnessLabels, WitnessLabels)> {
        let those = match (&self.added, self.split) {
            (Some(those), _) if !those.is_empty() => those,
            (None, Some(split)) => return pair_witness(&[self.new, self.theirs, split.before]),
            _ => return pair_witness(&[self.new, self.theirs]),
        };
        // Very many requirements are not all looked at.
        let most = (1 + DETAIL_BUDGET / (1 + self.new.size())).min(MAX_LISTED);
        let mut least: Option<(usize, WitnessLabels, WitnessLabels)> = None;
        for (side, requirement) in self.negated(those).take(most) {
            if let (Side::Namespace, Some(namespace)) = (side, existing)
                && !requirement.matches(namespace.labels.get(requirement.key()))
            {
                continue;
            }
            let one = SelectorPair::of_one(*side, requirement.clone());
            let Some((pod, namespace)) = pair_witness(&[self.new, self.theirs, &one]) else { continue };
            let found = (pod.len() + if existing.is_some() { 0 } else { namespace.len() }, pod, namespace);
            if least.as_ref().is_none_or(|least| found < *least) {
                least = Some(found);
            }
        }
        least.map(|(_, pod, namespace)| (pod, namespace))
    }

    /// A pod that shows the part, and what would keep the two PodNetworkings apart.
    fn detail(&self, existing: Option<&Namespace<'_>>) -> Option<(Witness, Remedy)> {
        let (pod_labels, mut namespace_labels) = self.least(existing)?;
        let mut namespace = String::new();
        if let Some(existing) = existing {
            namespace = existing.name.to_string();
            namespace_labels = existing.labels.iter().map(|(key, value)| (key.to_owned(), value.to_owned())).collect();
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

/// The values that a label has in some namespaces, in their order.
type Column<'f> = (&'f str, Vec<Option<&'f str>>);

/// The first requirement that lists the values of a label.
fn first_of_values<'s>(selector: &'s Selector<'_>) -> Option<&'s Requirement<'s>> {
    selector.requirements().iter().find(|requirement| requirement.operator() == Operator::In)
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
