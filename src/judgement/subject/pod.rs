//! A Pod, or the template of a workload, in a request, as its rules see it.

use std::borrow::Cow;
use std::cell::OnceCell;

use crate::collections::text_map::TextSet;
use crate::facts::cache::Facts;
use crate::facts::cluster::MissingFact;
use crate::facts::search::query::Search;
use crate::json::fault::Faults;
use crate::json::value::Json;
use crate::objects::pod::Pod;
use crate::objects::podnetworking::PodNetworking;
use crate::objects::workload::PodLocation;
use crate::request::{Operation, Request};
use crate::selection::network_request::{self, NetworkRequest};
use crate::selection::overrides::{self, Override};
use crate::selection::readiness;
use crate::selection::selects::{PodToSelect, Selection};
use crate::selection::zones::Zones;
use crate::settings::severity::Severity;
use crate::settings::values::Settings;
use crate::well_known::{POD_NETWORKING, POD_NETWORKS, POD_NETWORKS_REQUEST};

/// What the rules about pods check.
#[derive(Debug)]
pub struct PodSubject<'a> {
    /// The pod.
    pub pod: Pod<'a>,
    /// Its namespace, if the request or the object names one.
    pub namespace: Option<Cow<'a, str>>,
    /// What is done to its object.
    pub operation: Operation,
    /// The object before an update.
    pub old_object: Option<Json<'a>>,
    /// The request is made by an audit, and the object is stored.
    pub is_audit: bool,
    /// The PodNetworking that was recorded on the pod before an update of the Pod.
    recorded: Option<Cow<'a, str>>,
    settings: &'a Settings,
    facts: &'a Facts<'a>,
    selection: OnceCell<Result<Selection<'a>, MissingFact>>,
    network_request: OnceCell<Result<Option<NetworkRequest>, MissingFact>>,
    recorded_podnetworking: OnceCell<Result<Option<PodNetworking<'a>>, MissingFact>>,
    zones: OnceCell<Result<Option<Zones>, MissingFact>>,
}

impl<'a> PodSubject<'a> {
    /// Reads the pod of `object`, and what is wrong with it.
    #[must_use]
    pub fn read(
        object: Json<'a>,
        request: &Request<'a>,
        location: PodLocation,
        namespace: Option<Cow<'a, str>>,
        settings: &'a Settings,
        facts: &'a Facts<'a>,
    ) -> (Self, Faults) {
        let mut faults = Faults::default();
        let subject = Self {
            pod: Pod::read(object, &request.kind.kind, location, settings, &mut faults),
            namespace,
            operation: request.operation,
            old_object: request.old_object,
            is_audit: request.is_audit,
            recorded: None,
            settings,
            facts,
            selection: OnceCell::new(),
            network_request: OnceCell::new(),
            recorded_podnetworking: OnceCell::new(),
            zones: OnceCell::new(),
        };
        (subject, faults)
    }

    /// The same pod, of which `name` was recorded when it was created: a pod keeps that PodNetworking.
    #[must_use]
    pub fn with_recorded(self, name: Option<Cow<'a, str>>) -> Self {
        Self { recorded: name, ..self }
    }

    /// The PodNetworkings that select the pod.
    ///
    /// # Errors
    /// [`MissingFact`], where the host cannot provide what decides.
    pub fn selection(&self) -> Result<&Selection<'a>, MissingFact> {
        let pod = PodToSelect {
            labels: &self.pod.labels,
            namespace: self.namespace.as_deref(),
            has_fixed_name: self.pod.has_fixed_name,
        };
        as_found(self.selection.get_or_init(|| Selection::of(pod, self.settings, self.facts)))
    }

    /// What the annotation `pod-networks-request` of the pod requests.
    ///
    /// # Errors
    /// [`MissingFact`], where the host cannot provide the PodNetworkings.
    pub fn network_request(&self) -> Result<Option<&NetworkRequest>, MissingFact> {
        let read = || network_request::read(&self.pod, self.settings, self.facts);
        as_found(self.network_request.get_or_init(read)).map(Option::as_ref)
    }

    /// The zones of the PodNetworking that selects the pod, or those that the requested ones have in common.
    ///
    /// # Errors
    /// [`MissingFact`], where the host cannot provide the PodNetworkings.
    pub fn zones(&self) -> Result<Option<&Zones>, MissingFact> {
        as_found(self.zones.get_or_init(|| self.find_zones())).map(Option::as_ref)
    }

    fn find_zones(&self) -> Result<Option<Zones>, MissingFact> {
        // Where requests are not supported they have no effect.
        if self.recorded.is_none()
            && let Some(request) = self.network_request()?
            && self.settings.platform.supports_network_requests()
        {
            return Ok(request.zones.clone());
        }
        self.owner()?.map(|one| Zones::of(one, self.settings, self.facts)).transpose()
    }

    /// The PodNetworking that the pod has: the recorded one, else the one that selects it.
    ///
    /// # Errors
    /// [`MissingFact`], where the host cannot provide the PodNetworkings.
    pub fn owner(&self) -> Result<Option<&PodNetworking<'a>>, MissingFact> {
        match self.recorded.as_deref() {
            Some(name) => {
                let find = || named(name, self.facts);
                as_found(self.recorded_podnetworking.get_or_init(find)).map(Option::as_ref)
            }
            None => self.selection().map(Selection::one),
        }
    }

    /// The annotations and labels that override the selection.
    #[must_use]
    pub fn overrides(&self) -> Vec<Override<'_>> {
        let selected = self.selection().map_or(&[][..], |selection| selection.selected.as_slice());
        let named = |one: &&PodNetworking<'_>| self.pod.annotations.get(POD_NETWORKING) == Some(one.name());
        // Where several select the pod, the platform has recorded one of them.
        let owner = self.owner().ok().flatten();
        let recorded = owner.into_iter().chain(selected.iter().map(|one| &one.podnetworking)).find(named);
        overrides::on_pod(&self.pod, recorded, self.settings.platform, self.is_audit)
    }

    /// Whether admission adds to the pod: one PodNetworking that is ready has it, or it requests valid ones, and nothing
    /// overrides that.
    #[must_use]
    pub fn takes_additions(&self) -> bool {
        let (Ok(owner), false) = (self.owner(), self.pod.host_network) else { return false };
        if let Some(one) = owner {
            let is_ready = !self.settings.platform.writes_status()
                || readiness::not_ready(one, self.settings, self.facts).is_none();
            return is_ready && self.overrides().is_empty();
        }
        let Ok(Some(request)) = self.network_request() else { return false };
        let is_of_request = |key| key == POD_NETWORKS_REQUEST || (key == POD_NETWORKS && request.is_recorded);
        request.is_valid()
            && self.selection().is_ok_and(|selection| selection.selected.is_empty())
            && self.overrides().iter().all(|found| is_of_request(found.key))
    }

    /// The zones that a constraint on the pod would require, where admission may add one. Whether it adds anything is
    /// [`Self::takes_additions`].
    #[must_use]
    pub fn zones_to_require(&self) -> Option<&Zones> {
        self.binding_zones().filter(|_| self.pod.takes_zone_constraint())
    }

    /// The zones to which the pod is restricted: none where it is bound already, or where a zone is unknown, so that the
    /// zone promise cannot be kept.
    #[must_use]
    pub fn binding_zones(&self) -> Option<&Zones> {
        self.zones().ok()?.filter(|zones| zones.are_complete() && !self.pod.is_bound)
    }

    /// The one PodNetworking that selects the pod, or perhaps does: see [`Selection::is_uncertain`].
    #[must_use]
    pub fn selected(&self) -> Option<&PodNetworking<'a>> {
        self.selection().ok()?.one()
    }

    /// Whether the selection depends on a label that the controller of a workload sets.
    #[must_use]
    pub fn is_uncertain(&self) -> bool {
        self.selection().is_ok_and(|selection| selection.is_uncertain)
    }

    /// The severity that a finding about the selection has at most: what depends on a label that the controller of a
    /// workload sets is a warning.
    #[must_use]
    pub fn most(&self) -> Severity {
        if self.is_uncertain() { Severity::Warn } else { Severity::Deny }
    }
}

/// The PodNetworking of this name.
fn named<'a>(name: &str, facts: &'a Facts<'a>) -> Result<Option<PodNetworking<'a>>, MissingFact> {
    let wanted: TextSet<'_> = [name].into_iter().collect();
    let mut found = None;
    facts.pod_networkings(Search::Named(&wanted), &mut |podnetworking| {
        if podnetworking.name() == name {
            found = Some(podnetworking);
        }
    })?;
    Ok(found)
}

fn as_found<T>(found: &Result<T, MissingFact>) -> Result<&T, MissingFact> {
    found.as_ref().map_err(Clone::clone)
}
