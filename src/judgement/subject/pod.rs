//! A Pod, or the template of a workload, in a request, as its rules see it.

use std::borrow::Cow;

use crate::json::fault::Faults;
use crate::json::path::Path;
use crate::json::value::Json;
use crate::judgement::judge::Judge;
use crate::objects::pod::{Place, Pod};
use crate::request::{Operation, Request};
use crate::rules::{Check, RULES, host_network};
use crate::selection::network_request::{self, NetworkRequest};
use crate::selection::selects::{Candidate, Selection};
use crate::selection::zones::Zones;
use crate::settings::values::{Platform, Settings, Severity};

/// What the rules about pods check.
#[derive(Debug)]
pub struct PodSubject<'a> {
    /// The pod.
    pub pod: Pod<'a>,
    /// Its namespace, if the request names one.
    pub namespace: Option<Cow<'a, str>>,
    /// What is done to its object.
    pub operation: Operation,
    /// The object before an update.
    pub old_object: Option<Json<'a>>,
    /// The PodNetworkings that select it, if the facts are there.
    pub selection: Option<Selection<'a>>,
    /// The zones of the one that selects it, or those that the requested ones have in common.
    pub zones: Option<Zones>,
    /// What its annotation requests, if it is there and the facts are.
    pub network_request: Option<NetworkRequest>,
}

impl<'a> PodSubject<'a> {
    /// The zones that bind it: none where its zone is not the scheduler's to choose, or where the promise cannot be
    /// kept because a zone is unknown.
    #[must_use]
    pub fn binding_zones(&self) -> Option<&Zones> {
        self.zones.as_ref().filter(|zones| zones.are_complete() && self.pod.is_scheduled())
    }

    /// The name of the one PodNetworking that selects it.
    #[must_use]
    pub fn selected(&self) -> Option<&str> {
        self.selection.as_ref()?.one().map(crate::objects::podnetworking::PodNetworking::name)
    }

    /// Whether something selects it.
    #[must_use]
    pub fn is_selected(&self) -> bool {
        self.selection.as_ref().is_some_and(|selection| !selection.selected.is_empty())
    }
}

/// The pod of a request, before any fact is asked for.
pub(crate) fn read<'a>(
    object: Json<'a>,
    request: &Request<'a>,
    place: Place,
    settings: &Settings,
    judge: &mut Judge<'_>,
) -> Pod<'a> {
    let mut faults = Faults::default();
    let pod = Pod::read(object, &request.kind.kind, place, settings, &mut faults);
    // Without its fields a pod with hostNetwork would still be let in: nodes depend on such pods.
    if !pod.host_network {
        judge.faults(faults);
    }
    pod
}

/// The namespace of the request, else of the object.
pub(crate) fn namespace_of<'a>(object: Json<'a>, request: &Request<'a>) -> Option<Cow<'a, str>> {
    let own = || {
        let name = object.member("metadata")?.member("namespace")?.as_str()?;
        (!name.is_empty()).then_some(name)
    };
    request.namespace.clone().or_else(own)
}

/// Applies the rules about pods to `object` and returns what was found out about its pod.
pub(crate) fn judge<'a>(
    object: Json<'a>,
    request: &Request<'a>,
    place: Place,
    judge: &mut Judge<'a>,
) -> PodSubject<'a> {
    let settings = judge.settings;
    let facts = judge.facts;
    let pod = read(object, request, place, settings, judge);
    let namespace = namespace_of(object, request);
    let candidate =
        Candidate { labels: &pod.labels, namespace: namespace.as_deref(), has_fixed_name: pod.has_fixed_name };
    // Facts that are missing refuse a pod, but not one that a node may need to start.
    let most = if pod.host_network { Severity::Warn } else { Severity::Deny };
    let selection = match Selection::of(candidate, settings, facts) {
        Ok(selection) => Some(selection),
        Err(missing) => {
            judge.missing(&missing, most);
            None
        }
    };
    if let (Some(selection), None) = (&selection, &namespace) {
        let depends = !selection.namespace_unknown.is_empty()
            || (settings.platform == Platform::Ack && !selection.selected.is_empty());
        if depends && !pod.host_network {
            let mut faults = Faults::default();
            faults.missing(&Path::Written("request.namespace"), "the namespace of the object");
            judge.faults(faults);
        }
    }
    let mut subject = PodSubject {
        pod,
        namespace,
        operation: request.operation,
        old_object: request.old_object,
        selection,
        zones: None,
        network_request: None,
    };
    if subject.pod.host_network {
        if judge.is_on(&host_network::RULE) {
            host_network::check(&subject, judge);
        }
        return subject;
    }
    find_zones(&mut subject, judge);
    for rule in RULES {
        if let Check::Pod(check) = rule.check
            && rule.id != host_network::RULE.id
            && judge.is_on(rule)
        {
            check(&subject, judge);
        }
    }
    subject
}

/// Fills in the network request and the zones.
fn find_zones<'a>(subject: &mut PodSubject<'a>, judge: &mut Judge<'a>) {
    let settings = judge.settings;
    let facts = judge.facts;
    let of_selected = |selection: Option<&Selection<'_>>| {
        selection.and_then(Selection::one).map(|one| Zones::of(one, settings, facts))
    };
    let found = match network_request::read(&subject.pod, settings, facts) {
        Ok(None) => of_selected(subject.selection.as_ref()),
        Ok(Some(request)) => {
            let zones = match settings.platform {
                // Where it is not supported it has no effect.
                Platform::AckServerless => of_selected(subject.selection.as_ref()),
                Platform::Ack | Platform::Acs => request.zones.clone().map(Ok),
            };
            subject.network_request = Some(request);
            zones
        }
        Err(missing) => Some(Err(missing)),
    };
    match found {
        Some(Ok(zones)) => subject.zones = Some(zones),
        Some(Err(missing)) => judge.missing(&missing, Severity::Deny),
        None => {}
    }
}
