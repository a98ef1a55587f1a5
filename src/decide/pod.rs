//! Decides a request about a Pod, or a workload with a pod template.

use std::borrow::Cow;

use crate::answer::decision::Decision;
use crate::answer::finding::Finding;
use crate::decide::ratchet::ratchet;
use crate::decide::rules;
use crate::facts::cluster::MissingFact;
use crate::json::fault::Faults;
use crate::json::patch::Patch;
use crate::json::path::Path;
use crate::json::value::Json;
use crate::judgement::check::Check;
use crate::judgement::judge::Judge;
use crate::judgement::subject::pod::PodSubject;
use crate::judgement::subject::pod_update::{PodChanges, PodUpdateSubject};
use crate::mutations::{pod_annotations, zone_affinity};
use crate::objects::workload::PodLocation;
use crate::request::{Operation, Request};
use crate::rules::pinned_annotation;
use crate::rules::support::{faults, missing};
use crate::settings::severity::Severity;
use crate::settings::values::Settings;

pub(crate) fn decide<'a>(
    object: Json<'a>,
    request: &Request<'a>,
    location: PodLocation,
    namespace: Option<Cow<'a, str>>,
    new_judge: &dyn Fn() -> Judge<'a>,
) -> Decision {
    let mut judge = new_judge();
    let settings = judge.settings;
    if namespace.as_deref().is_some_and(|namespace| settings.exempts(namespace)) {
        return Decision::default();
    }
    if location == PodLocation::Object && request.operation == Operation::Update {
        return Decision { findings: decide_update(object, request, namespace, new_judge), ..Decision::default() };
    }
    let subject = apply_rules(object, request, location, namespace.clone(), &mut judge);
    let mut findings = judge.into_findings();
    ratchet(&mut findings, request, true, &|old| {
        let mut judge = new_judge();
        apply_rules(old, request, location, namespace.clone(), &mut judge);
        judge.into_findings()
    });
    let mutated_object = (location == PodLocation::Object && request.operation == Operation::Create)
        .then(|| mutate(&subject, settings))
        .flatten();
    // No zones are looked for where a pod uses the network of its host.
    let zones_unknown = !subject.pod.is_bound
        && !subject.pod.host_network
        && subject.zones().is_ok_and(|zones| zones.is_some_and(|zones| !zones.unknown.is_empty()));
    let selected = subject.selected().filter(|_| !subject.is_uncertain()).map(|one| one.name().to_owned());
    Decision { findings, mutated_object, selected, zones_unknown }
}

/// Applies the rules about the update of a Pod: to its network, which it keeps, and to its zones where the update changes
/// what it asks of its node. Facts are asked for only if one of the two changes.
fn decide_update<'a>(
    object: Json<'a>,
    request: &Request<'a>,
    namespace: Option<Cow<'a, str>>,
    new_judge: &dyn Fn() -> Judge<'a>,
) -> Vec<Finding> {
    let mut judge = new_judge();
    let Some(old) = request.old_object.filter(|_| !has_host_network(object, PodLocation::Object)) else {
        return Vec::new();
    };
    let (changes, faults) = PodChanges::read(object, old);
    if judge.is_on(&pinned_annotation::RULE) {
        faults::report(faults, &mut judge);
    }
    if changes.network_keys.is_empty() && !changes.of_nodes {
        return judge.into_findings();
    }
    let (of_nodes, recorded) = (changes.of_nodes, changes.recorded.clone());
    let read = |object, judge: &mut Judge<'a>| {
        let (subject, faults) =
            PodSubject::read(object, request, PodLocation::Object, namespace.clone(), judge.settings, judge.facts);
        if of_nodes {
            faults::report(faults, judge);
        }
        subject.with_recorded(recorded.clone())
    };
    let subject = PodUpdateSubject { pod: read(object, &mut judge), changes };
    rules::apply(&mut judge, &|check, judge| {
        if let Check::PodUpdate(check) = check {
            check(&subject, judge);
        }
    });
    let mut findings = judge.into_findings();
    if of_nodes {
        let zone_findings = |subject: &PodSubject<'a>, judge: &mut Judge<'a>| {
            rules::apply(judge, &|check, judge| {
                if let Check::PodZones(check) = check {
                    report_missing(subject.zones(), Severity::Deny, judge);
                    check(subject, judge);
                }
            });
        };
        let mut judge = new_judge();
        zone_findings(&subject.pod, &mut judge);
        let mut of_zones = judge.into_findings();
        ratchet(&mut of_zones, request, false, &|old| {
            let mut judge = new_judge();
            let subject = read(old, &mut judge);
            zone_findings(&subject, &mut judge);
            judge.into_findings()
        });
        findings.extend(of_zones);
    }
    findings
}

/// Whether the pod, or that of a template, uses the network of its host: then it is never denied. One with `hostNetwork`
/// set twice is judged.
pub(crate) fn has_host_network(object: Json<'_>, location: PodLocation) -> bool {
    let mut faults = Faults::default();
    let spec = object.at(location.spec().split('.'));
    let [host_network] = spec.map_or([None], |spec| spec.fields(["hostNetwork"], &Path::Root, &mut faults));
    faults.is_empty() && host_network.is_some_and(|json| json.text() == "true")
}

/// Applies the rules about pods to `object`, and returns what was found out about its pod.
fn apply_rules<'a>(
    object: Json<'a>,
    request: &Request<'a>,
    location: PodLocation,
    namespace: Option<Cow<'a, str>>,
    judge: &mut Judge<'a>,
) -> PodSubject<'a> {
    let (subject, faults) = PodSubject::read(object, request, location, namespace, judge.settings, judge.facts);
    let host_network = subject.pod.host_network;
    // Nodes depend on pods with hostNetwork, so these are never denied: not for their fields, nor for missing facts.
    if !host_network {
        faults::report(faults, judge);
    }
    let most = if host_network { Severity::Warn } else { Severity::Deny };
    report_missing(subject.selection(), most, judge);
    if !host_network {
        check_namespace(&subject, judge);
        report_missing(subject.zones(), Severity::Deny, judge);
    }
    rules::apply(judge, &|check, judge| match check {
        Check::Pod(check) | Check::PodZones(check) if !host_network => check(&subject, judge),
        Check::HostNetworkPod(check) if host_network => check(&subject, judge),
        _ => {}
    });
    subject
}

fn report_missing<T>(found: Result<T, MissingFact>, most: Severity, judge: &mut Judge<'_>) {
    if let Err(missing) = found {
        missing::report(&missing, most, judge);
    }
}

/// Reports that the request names no namespace, where the selection depends on it.
fn check_namespace(subject: &PodSubject<'_>, judge: &mut Judge<'_>) {
    let Ok(selection) = subject.selection() else { return };
    let depends = !selection.namespace_unknown.is_empty()
        || (judge.settings.platform.has_opt_out_label() && !selection.selected.is_empty());
    if subject.namespace.is_none() && depends {
        let mut faults = Faults::default();
        faults.missing(&Path::Written("request.namespace"), "the namespace of the object");
        faults::report(faults, judge);
    }
}

/// The pod with its annotations and its zone constraint, if that changes it.
fn mutate(subject: &PodSubject<'_>, settings: &Settings) -> Option<String> {
    if !subject.takes_additions() {
        return None;
    }
    let pod = &subject.pod;
    let mut patch = Patch::new(pod.object);
    if let Some(one) = subject.selected()
        && settings.mutates(pod_annotations::MUTATION.id)
    {
        pod_annotations::apply(pod, one.name(), &mut patch);
    }
    if let Some(zones) = subject.zones_to_require()
        && settings.mutates(zone_affinity::MUTATION.id)
    {
        zone_affinity::apply(pod, zones, &mut patch);
    }
    patch.finish()
}
