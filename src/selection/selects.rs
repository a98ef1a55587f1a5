//! Which PodNetworkings select a pod, and why the others do not.

use crate::collections::sort;
use crate::facts::cache::Facts;
use crate::facts::cluster::MissingFact;
use crate::facts::search::query::Search;
use crate::json::fault::Faults;
use crate::objects::namespace::Namespace;
use crate::objects::podnetworking::{NAMESPACE_SELECTOR, POD_SELECTOR, PodNetworking};
use crate::objects::read::requirement::requirement_path;
use crate::selectors::constraint::Constraints;
use crate::selectors::known_labels::METADATA_NAME;
use crate::selectors::labels::Labels;
use crate::selectors::requirement::Requirement;
use crate::selectors::selector::Selector;
use crate::selectors::selector_pair::SelectorPair;
use crate::settings::values::Settings;

/// The parts of a pod that decide which PodNetworking selects it.
#[derive(Clone, Copy, Debug)]
pub struct PodToSelect<'p> {
    /// Its labels.
    pub labels: &'p Labels<'p>,
    /// Its namespace, if the request names one.
    pub namespace: Option<&'p str>,
    /// Whether its name is fixed.
    pub has_fixed_name: bool,
}

/// Whether one PodNetworking selects a pod, and why not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The PodNetworking selects the pod, or it depends. Without a requirement it matches every pod.
    Selected {
        /// The first requirement of the pod selector, else of the namespace selector.
        requirement: Option<String>,
        /// The path of the requirement.
        path: String,
        /// Whether it selects the pod whatever the unknown values of labels are. Otherwise the requirement depends on one.
        is_certain: bool,
    },
    /// The requirement at this path fails.
    Failed {
        /// The requirement.
        requirement: String,
        /// The path of the requirement.
        path: String,
    },
    /// It has neither selector.
    NoSelector,
    /// Its selector or another of its fields is broken; it selects nothing.
    Broken,
    /// It matches, but is `Fixed`, and the pod has no fixed name.
    NotFixedName,
    /// Its namespace selector depends on a namespace that is not known.
    NamespaceUnknown,
    /// It would match, but PodNetworkings are switched off for the namespace.
    OptedOut,
}

/// A PodNetworking that selects a pod.
#[derive(Clone, Debug)]
pub struct Selected<'a> {
    /// The PodNetworking.
    pub podnetworking: PodNetworking<'a>,
    /// The requirement by which it matched, if it has one.
    pub requirement: Option<String>,
    /// The path of that requirement, or of the selector.
    pub path: String,
    /// It selects the pod whatever the unknown values of labels are.
    pub is_certain: bool,
}

/// The PodNetworkings that matter to a pod, each list by name.
#[derive(Clone, Debug, Default)]
pub struct Selection<'a> {
    /// Those that select it.
    pub selected: Vec<Selected<'a>>,
    /// `Fixed` ones that match a pod without a fixed name.
    pub not_fixed_name: Vec<String>,
    /// Those whose namespace selector depends on an unknown namespace.
    pub namespace_unknown: Vec<String>,
    /// Something depends on the unknown value of a label.
    pub is_uncertain: bool,
}

impl<'a> Selection<'a> {
    /// The one PodNetworking that selects the pod, if exactly one does.
    #[must_use]
    pub fn one(&self) -> Option<&PodNetworking<'a>> {
        match self.selected.as_slice() {
            [selected] => Some(&selected.podnetworking),
            _ => None,
        }
    }

    /// Finds the PodNetworkings that matter to a pod. The namespace is asked for only if the answer depends on it.
    ///
    /// # Errors
    /// [`MissingFact`], where the host cannot provide what decides.
    pub fn of(pod: PodToSelect<'_>, settings: &Settings, facts: &'a Facts<'a>) -> Result<Self, MissingFact> {
        let matcher = Matcher::new(pod, settings, facts);
        let mut selection = Self::default();
        let mut missing = None;
        let search = Search::ForPod { labels: pod.labels, namespace: pod.namespace };
        facts.pod_networkings(search, &mut |podnetworking| match matcher.outcome(&podnetworking) {
            Ok(Outcome::Selected { requirement, path, is_certain }) => {
                selection.is_uncertain |= !is_certain;
                selection.selected.push(Selected { podnetworking, requirement, path, is_certain });
            }
            Ok(Outcome::NotFixedName) => {
                selection.is_uncertain |= matcher.depends(&podnetworking);
                selection.not_fixed_name.push(podnetworking.name().to_owned());
            }
            Ok(Outcome::NamespaceUnknown) => selection.namespace_unknown.push(podnetworking.name().to_owned()),
            Ok(Outcome::Failed { .. } | Outcome::NoSelector | Outcome::Broken | Outcome::OptedOut) => {}
            Err(reason) => missing = Some(reason),
        })?;
        if let Some(missing) = missing {
            return Err(missing);
        }
        sort::by(&mut selection.selected, |a, b| a.podnetworking.name().cmp(b.podnetworking.name()));
        sort::texts(&mut selection.not_fixed_name);
        sort::texts(&mut selection.namespace_unknown);
        Ok(selection)
    }
}

/// Matches PodNetworkings against one pod.
pub struct Matcher<'p, 'f> {
    pod: PodToSelect<'p>,
    settings: &'p Settings,
    facts: &'f Facts<'f>,
}

impl std::fmt::Debug for Matcher<'_, '_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.pod.fmt(f)
    }
}

impl<'p, 'f> Matcher<'p, 'f> {
    /// A matcher for one pod. Nothing is asked yet.
    #[must_use]
    pub fn new(pod: PodToSelect<'p>, settings: &'p Settings, facts: &'f Facts<'f>) -> Self {
        Self { pod, settings, facts }
    }

    fn namespace(&self) -> Result<Option<&'f Namespace<'static>>, MissingFact> {
        match self.pod.namespace {
            Some(name) => self.facts.namespace(name),
            None => Ok(None),
        }
    }

    /// Whether the PodNetworking selects the pod, and why not.
    ///
    /// # Errors
    /// [`MissingFact`], where that depends on the namespace and the host cannot provide it.
    pub fn outcome(&self, podnetworking: &PodNetworking<'_>) -> Result<Outcome, MissingFact> {
        let mut faults = Faults::default();
        let Some(selectors) = podnetworking.selectors(&mut faults) else {
            return Ok(Outcome::Broken);
        };
        if selectors.are_both_absent() {
            return Ok(Outcome::NoSelector);
        }
        if let Some(selector) = &selectors.pod
            && let Some(failed) = selector.failed(self.pod.labels).or_else(|| contradicts(selector, self.pod.labels))
        {
            return Ok(Outcome::Failed {
                requirement: failed.to_string(),
                path: requirement_path(failed, &POD_SELECTOR),
            });
        }
        if let Some(selector) = &selectors.namespace
            && let Some(outcome) = self.namespace_outcome(selector)?
        {
            return Ok(outcome);
        }
        // The other fields are read only if the selectors match.
        if !podnetworking.check_others(&mut faults) {
            return Ok(Outcome::Broken);
        }
        if self.is_opted_out()? {
            return Ok(Outcome::OptedOut);
        }
        if self.settings.platform.keeps_addresses() && podnetworking.is_fixed() && !self.pod.has_fixed_name {
            return Ok(Outcome::NotFixedName);
        }
        if let Some(undecided) = selectors.pod.as_ref().and_then(|selector| selector.undecided(self.pod.labels)) {
            let (requirement, path) = (undecided.to_string(), requirement_path(undecided, &POD_SELECTOR));
            return Ok(Outcome::Selected { requirement: Some(requirement), path, is_certain: false });
        }
        let (requirement, path) = first_requirement(&selectors);
        Ok(Outcome::Selected { requirement, path, is_certain: true })
    }

    /// Whether the unknown value of a label decides whether the PodNetworking matches the pod.
    fn depends(&self, podnetworking: &PodNetworking<'_>) -> bool {
        let selectors = podnetworking.selectors(&mut Faults::default());
        selectors.and_then(|selectors| selectors.pod).is_some_and(|pod| pod.undecided(self.pod.labels).is_some())
    }

    /// Why the namespace is not selected; `None` if it is.
    fn namespace_outcome(&self, selector: &Selector<'_>) -> Result<Option<Outcome>, MissingFact> {
        // What the name alone decides needs no facts.
        let (on_name, others): (Vec<_>, Vec<_>) =
            selector.requirements().iter().partition(|requirement| requirement.key() == METADATA_NAME);
        let failed = |requirement: &Requirement<'_>| {
            Some(Outcome::Failed {
                requirement: requirement.to_string(),
                path: requirement_path(requirement, &NAMESPACE_SELECTOR),
            })
        };
        if let Some(name) = self.pod.namespace {
            if let Some(requirement) = on_name.iter().find(|requirement| !requirement.matches(Some(name))) {
                return Ok(failed(requirement));
            }
            if others.is_empty() {
                return Ok(None);
            }
        } else if selector.requirements().is_empty() {
            return Ok(None);
        }
        let Some(namespace) = self.namespace()? else {
            return Ok(Some(Outcome::NamespaceUnknown));
        };
        Ok(selector.failed(&namespace.labels).and_then(failed))
    }

    /// Whether PodNetworkings are switched off for the namespace.
    fn is_opted_out(&self) -> Result<bool, MissingFact> {
        if !self.settings.platform.has_opt_out_label() {
            return Ok(false);
        }
        Ok(self.namespace()?.is_some_and(|namespace| namespace.is_opted_out(self.settings.platform)))
    }
}

/// A requirement on the unknown value of a label, if no value satisfies the selector.
fn contradicts<'s, 'a>(selector: &'s Selector<'a>, labels: &Labels<'_>) -> Option<&'s Requirement<'a>> {
    let undecided = selector.undecided(labels)?;
    let constraints = Constraints::of_pods(Some(selector));
    (!constraints.intersects(&constraints)).then_some(undecided)
}

/// The first requirement of the selectors, with its path; without any, the path of the selector.
fn first_requirement(selectors: &SelectorPair<'_>) -> (Option<String>, String) {
    let sides = [(&selectors.pod, POD_SELECTOR), (&selectors.namespace, NAMESPACE_SELECTOR)];
    let requirement = sides.iter().find_map(|(selector, path)| {
        let requirement = selector.as_ref()?.requirements().first()?;
        Some((Some(requirement.to_string()), requirement_path(requirement, path)))
    });
    requirement.unwrap_or_else(|| {
        let path = if selectors.pod.is_some() { POD_SELECTOR } else { NAMESPACE_SELECTOR };
        (None, path.to_string())
    })
}
