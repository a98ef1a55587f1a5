//! The decision: which rules judge which object, what ratchets, and what the mutations make of it.

use crate::answer::decision::Decision;
use crate::answer::finding::{Finding, ObjectRef};
use crate::collections::sort;
use crate::facts::cluster::{Cluster, Facts};
use crate::facts::inline::Inline;
use crate::json::fault::Faults;
use crate::json::patch::Patch;
use crate::json::path::Path;
use crate::json::value::{Json, Kind};
use crate::judgement::judge::Judge;
use crate::judgement::subject::pod::{self as pod_subject, PodSubject};
use crate::judgement::subject::podnetworking as podnetworking_subject;
use crate::mutations::{pod_annotations, podnetworking_defaults, zone_affinity};
use crate::objects::pod::{Place, has_template};
use crate::objects::podnetworking;
use crate::request::{Operation, Payload, Request};
use crate::rules::{About, RULES, facts_unavailable, pinned_annotation};
use crate::selection::{in_namespace as namespace, network_request, overrides, readiness};
use crate::settings::values::{Platform, Settings, Severity};

/// Decides a payload as hosts send it, `{"settings", "request", "context"?}`; what it does not bring, `host` lends.
#[must_use]
pub fn decide_payload<C: Cluster>(payload: &[u8], host: impl FnOnce(&Settings) -> C) -> Decision {
    let payload = match Payload::parse(payload) {
        Ok(payload) => payload,
        Err(message) => {
            return Decision::undecidable("", &message, "send an object with `request` and `settings`");
        }
    };
    let settings = match payload.settings.map_or_else(|| Ok(Settings::default()), Settings::read) {
        Ok(settings) => settings,
        Err(faults) => return Decision::invalid_settings(faults),
    };
    let Some(json) = payload.request else {
        return Decision::undecidable("request", "the payload has no `request`", "send an admission request in it");
    };
    match Request::read(json) {
        Ok(request) => decide(&request, &settings, &Inline::new(&payload, host(&settings))),
        Err(faults) => {
            let mut decision = Decision::default();
            for fault in faults.into_vec() {
                let path = fault.path.clone();
                decision.findings.extend(Decision::undecidable(&path, &fault.message, &fault.help).findings);
            }
            decision.sort();
            decision
        }
    }
}

/// What a request is about.
enum Subject {
    PodNetworking,
    Namespace,
    Pod(Place),
}

/// What the kind of the request makes of its object; `None` for kinds that no rule is about.
fn subject(request: &Request<'_>) -> Option<Subject> {
    let kind = &request.kind;
    if kind.is(podnetworking::GROUP, podnetworking::KIND) {
        return Some(Subject::PodNetworking);
    }
    if kind.is("", "Namespace") {
        return Some(Subject::Namespace);
    }
    if let Some(place) = Place::of(kind) {
        return Some(Subject::Pod(place));
    }
    // Any other namespaced kind may carry a template.
    let object = request.object.filter(|object| has_template(*object))?;
    pod_subject::namespace_of(object, request).map(|_| Subject::Pod(Place::Template))
}

/// Decides a request. Pure: the same request, settings and facts give the same decision.
#[must_use]
pub fn decide(request: &Request<'_>, settings: &Settings, cluster: &dyn Cluster) -> Decision {
    let is_judged = matches!(request.operation, Operation::Create | Operation::Update) && !request.is_subresource;
    let Some(subject) = subject(request).filter(|_| is_judged) else {
        return Decision::default();
    };
    let object = match request.object {
        Some(object) if object.kind() == Kind::Object => object,
        found => {
            let noun = found.map_or("nothing", |json| json.kind().noun());
            let message = format!("`request.object` must be an object, found {noun}");
            return Decision::undecidable("request.object", &message, "send the object in it");
        }
    };
    let metadata = Metadata::of(object);
    if metadata.deletion_timestamp.is_some() {
        return Decision::default();
    }
    let facts = Facts::new(cluster);
    let name = object_ref(&metadata, object, request, &subject);
    let new_judge = || Judge::new(settings, &facts, name.clone());
    let mut decision = match subject {
        Subject::PodNetworking => decide_podnetworking(object, request, &new_judge),
        Subject::Namespace => decide_namespace(object, request, &new_judge),
        Subject::Pod(place) => decide_pod(object, request, place, settings, &new_judge),
    };
    if !decision.is_allowed() {
        decision.mutated_object = None;
    }
    decision.sort();
    decision
}

fn decide_podnetworking<'a>(object: Json<'_>, request: &Request<'_>, new_judge: &dyn Fn() -> Judge<'a>) -> Decision {
    let mut judge = new_judge();
    let defaulted = judge
        .settings
        .mutates(podnetworking_defaults::MUTATION.id)
        .then(|| podnetworking_defaults::apply(object, judge.settings))
        .flatten();
    // The text that the mutation made is JSON again.
    let judged = defaulted.as_deref().and_then(|text| Json::parse(text).ok()).unwrap_or(object);
    podnetworking_subject::judge(judged, &mut judge);
    let mut findings = judge.into_findings();
    ratchet(&mut findings, request, false, |old| {
        let mut judge = new_judge();
        podnetworking_subject::judge(old, &mut judge);
        judge.into_findings()
    });
    let mut judge = new_judge();
    let name = judge.object.name.clone();
    podnetworking_subject::mention_broken(&name, &mut judge);
    findings.extend(judge.into_findings());
    Decision { findings, mutated_object: defaulted, ..Decision::default() }
}

fn decide_namespace<'a>(object: Json<'_>, request: &Request<'_>, new_judge: &dyn Fn() -> Judge<'a>) -> Decision {
    let mut judge = new_judge();
    let old = request.old_object.filter(|_| request.operation == Operation::Update);
    namespace::judge(object, old, &mut judge);
    let mut findings = judge.into_findings();
    ratchet(&mut findings, request, false, |old| {
        let mut judge = new_judge();
        namespace::judge(old, None, &mut judge);
        judge.into_findings()
    });
    Decision { findings, ..Decision::default() }
}

fn decide_pod<'a>(
    object: Json<'a>,
    request: &Request<'a>,
    place: Place,
    settings: &'a Settings,
    new_judge: &dyn Fn() -> Judge<'a>,
) -> Decision {
    if pod_subject::namespace_of(object, request).is_some_and(|namespace| settings.exempts(&namespace)) {
        return Decision::default();
    }
    let mut judge = new_judge();
    if place == Place::Object && request.operation == Operation::Update {
        if let Some(old) = request.old_object
            && judge.is_on(&pinned_annotation::RULE)
            && !has_host_network(object)
        {
            pinned_annotation::check(object, old, &mut judge);
        }
        return Decision { findings: judge.into_findings(), ..Decision::default() };
    }
    let subject = pod_subject::judge(object, request, place, &mut judge);
    let mut findings = judge.into_findings();
    ratchet(&mut findings, request, true, |old| {
        let mut judge = new_judge();
        pod_subject::judge(old, request, place, &mut judge);
        judge.into_findings()
    });
    let mutated_object = (place == Place::Object && request.operation == Operation::Create)
        .then(|| mutate(&subject, settings, new_judge));
    // Of a pod in the network of its host no zones are looked for.
    let zones_unknown =
        subject.pod.is_scheduled() && subject.zones.as_ref().is_some_and(|zones| !zones.unknown.is_empty());
    Decision {
        findings,
        mutated_object: mutated_object.flatten(),
        selected: subject.selected().map(str::to_owned),
        zones_unknown,
    }
}

/// The pod with its annotations and its zone constraint, if that changes it.
fn mutate<'a>(subject: &PodSubject<'_>, settings: &Settings, new_judge: &dyn Fn() -> Judge<'a>) -> Option<String> {
    if subject.pod.host_network {
        return None;
    }
    let mut patch = Patch::new(subject.pod.object);
    let selection = subject.selection.as_ref()?;
    if let Some(one) = selection.one() {
        let is_ready = settings.platform == Platform::AckServerless
            || readiness::not_ready(one, settings, new_judge().facts).is_none();
        let is_overridden = !overrides::of(&subject.pod, Some(one.name()), settings.platform).is_empty();
        if !is_ready || is_overridden {
            return None;
        }
        if settings.mutates(pod_annotations::MUTATION.id) {
            pod_annotations::apply(subject, one.name(), &mut patch);
        }
    } else {
        let requests = subject.network_request.as_ref().is_some_and(|request| request.is_valid());
        let overriding = overrides::of(&subject.pod, None, settings.platform);
        let is_overridden = overriding.iter().any(|found| found.key != network_request::ANNOTATION);
        if !selection.selected.is_empty() || !requests || is_overridden {
            return None;
        }
    }
    if settings.mutates(zone_affinity::MUTATION.id) {
        zone_affinity::apply(subject, &mut patch);
    }
    patch.finish()
}

/// On an update, what the old object had too is a warning: an object that is there must stay changeable.
fn ratchet<'a>(
    findings: &mut [Finding],
    request: &Request<'a>,
    of_workload: bool,
    judge_old: impl FnOnce(Json<'a>) -> Vec<Finding>,
) {
    let Some(old) = request.old_object.filter(|_| request.operation == Operation::Update) else {
        return;
    };
    let ratchets = |finding: &Finding| {
        finding.severity == Severity::Deny
            && finding.rule != facts_unavailable::RULE.id
            && finding.rule != pinned_annotation::RULE.id
    };
    if !findings.iter().any(ratchets) {
        return;
    }
    let had = judge_old(old);
    let mut told: Vec<_> = had.iter().filter(|old| old.folded.is_empty()).map(Finding::sameness).collect();
    sort::by(&mut told, Ord::cmp);
    // Digests only where some are counted: there the finding that counts them is old if each of them is.
    let counts = [&had, &*findings].into_iter().flatten().any(|finding| !finding.folded.is_empty());
    let mut digests: Vec<u64> = Vec::new();
    for old in had.iter().filter(|_| counts) {
        digests.extend(&old.folded);
        if old.folded.is_empty() {
            digests.push(old.digest());
        }
    }
    sort::by(&mut digests, Ord::cmp);
    let has_digest = |digest: &u64| digests.binary_search(digest).is_ok();
    for finding in findings.iter_mut().filter(|finding| ratchets(finding)) {
        let is_old = match finding.folded.as_slice() {
            [] => told.binary_search(&finding.sameness()).is_ok() || (counts && has_digest(&finding.digest())),
            folded => folded.iter().all(has_digest),
        };
        if is_old {
            finding.severity = Severity::Warn;
            finding.message.push_str(if of_workload && refuses_pods(finding.rule) {
                " (not new, so it does not refuse the update, but its new pods will be refused)"
            } else {
                " (not new, so it does not refuse the update)"
            });
        }
    }
}

/// Whether a finding of the rule on a workload's template refuses the pods that the workload makes.
fn refuses_pods(rule: &str) -> bool {
    RULES.iter().any(|known| known.id == rule && matches!(known.about, About::PodLike | About::All))
}

/// Whether the pod uses the network of its host: such a pod is never refused.
fn has_host_network(pod: Json<'_>) -> bool {
    let found = pod.member("spec").and_then(|spec| spec.member("hostNetwork"));
    found.is_some_and(|json| json.text() == "true")
}

/// What tells which object it is.
struct Metadata<'a> {
    name: Option<Json<'a>>,
    generate_name: Option<Json<'a>>,
    deletion_timestamp: Option<Json<'a>>,
}

impl<'a> Metadata<'a> {
    fn of(object: Json<'a>) -> Self {
        // Of two, which is a fault, the first tells as much as the last.
        let metadata = object.first("metadata").filter(|metadata| metadata.kind() == Kind::Object);
        let keys = ["name", "generateName", "deletionTimestamp"];
        let path = Path::Written("metadata");
        let [name, generate_name, deletion_timestamp] =
            metadata.map_or([None; 3], |json| json.fields(keys, &path, &mut Faults::default()));
        Self { name, generate_name, deletion_timestamp }
    }
}

/// The object of a request; one with `generateName` has no name yet.
fn object_ref(metadata: &Metadata<'_>, object: Json<'_>, request: &Request<'_>, subject: &Subject) -> ObjectRef {
    let text = |json: Option<Json<'_>>| json.and_then(Json::as_str).filter(|text| !text.is_empty()).map(String::from);
    let name = text(metadata.name).or_else(|| text(metadata.generate_name).map(|prefix| format!("{prefix}*")));
    ObjectRef {
        api_version: request.kind.api_version(),
        kind: request.kind.kind.to_string(),
        // A request about a Namespace names it as its own namespace.
        namespace: match subject {
            Subject::Pod(_) => pod_subject::namespace_of(object, request).unwrap_or_default().into_owned(),
            Subject::PodNetworking | Subject::Namespace => String::new(),
        },
        name: name.unwrap_or_default(),
    }
}
