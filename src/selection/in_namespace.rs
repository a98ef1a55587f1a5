//! Which pairs of PodNetworkings would both select pods of a namespace.

use crate::answer::finding::Witness;
use crate::collections::sort;
use crate::facts::cache::Facts;
use crate::facts::cluster::MissingFact;
use crate::objects::namespace::{Namespace, are_opted_out};
use crate::objects::podnetworking::PodNetworking;
use crate::selection::overlap::DETAIL_BUDGET;
use crate::selectors::known_labels::METADATA_NAME;
use crate::selectors::labels::Labels;
use crate::selectors::meeting::pair_witness;
use crate::selectors::selector::Selector;
use crate::selectors::selector_pair::SelectorPair;
use crate::settings::values::Settings;
use crate::text::overflow::{MAX_LISTED, identity_hash};

/// Two PodNetworkings that would both select pods of the namespace.
#[derive(Clone, Debug)]
pub struct Meeting {
    /// The name of one.
    pub first: String,
    /// The name of the other, which is greater.
    pub second: String,
    /// A pod that both would select.
    pub witness: Witness,
    /// The label of the namespace to change, if there is one.
    pub label: Option<String>,
}

/// All such pairs.
#[derive(Clone, Debug, Default)]
pub struct Meetings {
    /// The first ones.
    pub listed: Vec<Meeting>,
    /// The others: the identity hash of each.
    pub unlisted: Vec<u64>,
}

/// A namespace, and its labels before an update.
#[derive(Clone, Copy, Debug)]
pub struct NamespaceChange<'c, 'a> {
    /// The namespace.
    pub namespace: &'c Namespace<'a>,
    /// Its labels before the update; none on creation.
    pub old_labels: Option<&'c Labels<'a>>,
}

impl NamespaceChange<'_, '_> {
    /// The pairs of PodNetworkings that would both select pods of the namespace, at least one of them by its namespace
    /// selector. On an update, a pair counts only if one of the two depends on a label that changes.
    ///
    /// # Errors
    /// [`MissingFact`], where the host cannot provide the PodNetworkings.
    pub fn meetings(&self, settings: &Settings, facts: &Facts<'_>) -> Result<Meetings, MissingFact> {
        let labels = &self.namespace.labels;
        if self.namespace.is_opted_out(settings.platform) || self.old_labels == Some(labels) {
            return Ok(Meetings::default());
        }
        let mut matching: Vec<MatchingPodNetworking<'_>> = Vec::new();
        let everywhere = facts.pod_networkings_in_namespace(labels, &mut |podnetworking| {
            matching.extend(self.matching(&podnetworking, settings));
        })?;
        // Without a namespace selector, a PodNetworking matters only to one that depends on a changed label.
        let changed: Vec<_> = matching.iter().filter(|one| one.changed).map(|one| one.selectors.pod.clone()).collect();
        let changed: Vec<_> = changed.iter().map(Option::as_ref).collect();
        everywhere.that_can_meet(&changed, &mut |podnetworking| {
            matching.extend(self.matching(&podnetworking, settings));
        });
        sort::by(&mut matching, |a, b| a.name.cmp(&b.name));
        let mut meetings = Meetings::default();
        let mut detailed = 0;
        let all: Vec<_> = matching.iter().map(|one| (one.name.as_str(), &one.selectors)).collect();
        let sizes: Vec<usize> = matching.iter().map(|one| one.selectors.size()).collect();
        let size = |place: usize| sizes.get(place).copied().unwrap_or_default();
        facts.pairs_that_meet(&all, &mut |one, other| {
            let Some((first, second)) = matching.get(one).zip(matching.get(other)) else { return };
            let depends = first.selectors.namespace.is_some() || second.selectors.namespace.is_some();
            if !depends || !(first.changed || second.changed) {
                return;
            }
            // A thousand matches make half a million pairs, so only the first ones get a witness.
            detailed += size(one) + size(other) + labels.len();
            let is_detailed =
                meetings.listed.is_empty() || (meetings.listed.len() < MAX_LISTED && detailed <= DETAIL_BUDGET);
            match is_detailed.then(|| self.meeting(first, second)).flatten() {
                Some(meeting) => meetings.listed.push(meeting),
                None => meetings.unlisted.push(identity_hash("", [first.name.as_str(), second.name.as_str()])),
            }
        });
        Ok(meetings)
    }

    /// The PodNetworking, if its namespace selector, where it has one, matches the namespace.
    fn matching<'a>(
        &self,
        podnetworking: &PodNetworking<'a>,
        settings: &Settings,
    ) -> Option<MatchingPodNetworking<'a>> {
        let selectors = podnetworking.well_formed_selectors().filter(|selectors| !selectors.are_both_absent())?;
        let by_namespace = selectors.namespace.as_ref();
        if !by_namespace.is_none_or(|selector| selector.matches(&self.namespace.labels)) {
            return None;
        }
        let changed = self.opt_out_changed(settings) || by_namespace.is_some_and(|selector| self.changes(selector));
        Some(MatchingPodNetworking { name: podnetworking.name().to_owned(), selectors, changed })
    }

    /// Whether the selector depends on a label that the update changes. On creation every label is new.
    fn changes(&self, selector: &Selector<'_>) -> bool {
        let Some(old) = self.old_labels else {
            return true;
        };
        let labels = &self.namespace.labels;
        selector.requirements().iter().any(|requirement| old.get(requirement.key()) != labels.get(requirement.key()))
    }

    /// Whether PodNetworkings were switched off for the namespace before the update.
    fn opt_out_changed(&self, settings: &Settings) -> bool {
        self.old_labels.is_some_and(|labels| are_opted_out(labels, settings.platform))
    }

    fn meeting(&self, first: &MatchingPodNetworking<'_>, second: &MatchingPodNetworking<'_>) -> Option<Meeting> {
        let (pod_labels, _) = pair_witness(&[&first.selectors, &second.selectors])?;
        let witness = Witness {
            pod_labels,
            namespace: self.namespace.name.clone().into_owned(),
            namespace_labels: self
                .namespace
                .labels
                .iter()
                .map(|(key, value)| (key.to_owned(), value.to_owned()))
                .collect(),
        };
        // The label to change: one that the update changed, else any that a selector depends on.
        let mut keys: Vec<&str> = [&first.selectors, &second.selectors]
            .into_iter()
            .filter_map(|selectors| selectors.namespace.as_ref())
            .flat_map(|selector| selector.requirements())
            .filter(|requirement| requirement.key() != METADATA_NAME && !requirement.matches(None))
            .map(|requirement| requirement.key().as_ref())
            .collect();
        sort::texts(&mut keys);
        let is_new = |key: &&str| self.old_labels.is_some_and(|old| old.get(key) != self.namespace.labels.get(key));
        let label = keys.iter().copied().find(is_new).or_else(|| keys.first().copied()).map(str::to_owned);
        Some(Meeting { first: first.name.clone(), second: second.name.clone(), witness, label })
    }
}

/// A PodNetworking whose namespace selector, if it has one, matches the namespace.
struct MatchingPodNetworking<'a> {
    name: String,
    selectors: SelectorPair<'a>,
    /// Whether it depends on a label that is new or changed.
    changed: bool,
}
