//! A Pod, or the template of a workload, in a request, as its rules see it.

use std::borrow::Cow;
use std::cell::OnceCell;

use crate::facts::cache::Facts;
use crate::facts::cluster::MissingFact;
use crate::json::fault::Faults;
use crate::json::value::Json;
use crate::objects::pod::Pod;
use crate::objects::podnetworking::PodNetworking;
use crate::objects::workload::PodLocation;
use crate::request::{Operation, Request};
use crate::selection::network_request::{self, NetworkRequest};
use crate::selection::selects::{PodToSelect, Selection};
use crate::selection::zones::Zones;
use crate::settings::values::Settings;

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
    settings: &'a Settings,
    facts: &'a Facts<'a>,
    selection: OnceCell<Result<Selection<'a>, MissingFact>>,
    network_request: OnceCell<Result<Option<NetworkRequest>, MissingFact>>,
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
            settings,
            facts,
            selection: OnceCell::new(),
            network_request: OnceCell::new(),
            zones: OnceCell::new(),
        };
        (subject, faults)
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
        if let Some(request) = self.network_request()?
            && self.settings.platform.supports_network_requests()
        {
            return Ok(request.zones.clone());
        }
        self.selected().map(|one| Zones::of(one, self.settings, self.facts)).transpose()
    }

    /// The zones to which the pod is restricted: none where it is bound already, or where a zone is unknown, so that the
    /// zone promise cannot be kept.
    #[must_use]
    pub fn binding_zones(&self) -> Option<&Zones> {
        self.zones().ok()?.filter(|zones| zones.are_complete() && !self.pod.is_bound)
    }

    /// The one PodNetworking that selects the pod.
    #[must_use]
    pub fn selected(&self) -> Option<&PodNetworking<'a>> {
        self.selection().ok()?.one()
    }
}

fn as_found<T>(found: &Result<T, MissingFact>) -> Result<&T, MissingFact> {
    found.as_ref().map_err(Clone::clone)
}
