//! Decides a request about a PodNetworking.

use crate::answer::decision::Decision;
use crate::answer::finding::ObjectRef;
use crate::collections::sort;
use crate::decide::ratchet::ratchet;
use crate::decide::rules;
use crate::facts::search::query::Search;
use crate::json::fault::Faults;
use crate::json::value::Json;
use crate::judgement::check::Check;
use crate::judgement::judge::Judge;
use crate::judgement::subject::podnetworking::PodNetworkingSubject;
use crate::mutations::podnetworking_defaults;
use crate::request::Request;
use crate::rules::support::faults;
use crate::rules::{malformed_object, selector_invalid};
use crate::text::overflow::MAX_LISTED;
use crate::well_known::{API_VERSION, KIND};

pub(crate) fn decide<'a>(object: Json<'_>, request: &Request<'a>, new_judge: &dyn Fn() -> Judge<'a>) -> Decision {
    let mut judge = new_judge();
    let settings = judge.settings;
    let defaulted = settings
        .mutates(podnetworking_defaults::MUTATION.id)
        .then(|| podnetworking_defaults::apply(object, settings))
        .flatten();
    // The mutation makes valid JSON, so parsing it again cannot fail.
    let judged = defaulted.as_deref().and_then(|text| Json::parse(text).ok()).unwrap_or(object);
    apply_rules(judged, object, request.object_before_update(), &mut judge);
    let mut findings = judge.into_findings();
    ratchet(&mut findings, request, false, &|old| {
        let mut judge = new_judge();
        apply_rules(old, old, None, &mut judge);
        judge.into_findings()
    });
    let mut judge = new_judge();
    report_broken_stored(&mut judge);
    findings.extend(judge.into_findings());
    Decision { findings, mutated_object: defaulted, ..Decision::default() }
}

/// Applies the rules to an object, which was `written` before it got defaults.
fn apply_rules<'o>(object: Json<'o>, written: Json<'o>, old: Option<Json<'o>>, judge: &mut Judge<'_>) {
    let (subject, faults) = PodNetworkingSubject::read(object, judge.settings, judge.facts);
    faults::report(faults, judge);
    let subject = subject.map(|subject| subject.with_written(written)).map(|subject| match old {
        Some(old) => subject.with_old(old),
        None => subject,
    });
    if let Some(subject) = subject {
        rules::apply(judge, &|check, judge| {
            if let Check::PodNetworking(check) = check {
                check(&subject, judge);
            }
        });
    }
}

/// Reports stored PodNetworkings that select nothing because a field is broken, where the rules have read them.
fn report_broken_stored(judge: &mut Judge<'_>) {
    let is_reported = judge.is_on(&malformed_object::RULE) || judge.is_on(&selector_invalid::RULE);
    if !is_reported || !judge.facts.knows_pod_networkings() {
        return;
    }
    let mut broken: Vec<(String, Faults)> = Vec::new();
    let mut listed = 0;
    let walked = judge.facts.pod_networkings(Search::Broken, &mut |stored| {
        let mut faults = Faults::default();
        if stored.name() != judge.object.name && stored.check(&mut faults).is_none() {
            listed += faults.len();
            broken.push((stored.name().to_owned(), faults));
            if listed > 2 * MAX_LISTED {
                listed = unlist_last(&mut broken);
            }
        }
    });
    // A walk that fails was reported by the rule that needed it.
    if walked.is_ok() {
        unlist_last(&mut broken);
        for (name, faults) in broken {
            let object = ObjectRef {
                api_version: API_VERSION.to_owned(),
                kind: KIND.to_owned(),
                namespace: String::new(),
                name,
            };
            faults::report_stored(&object, faults, judge);
        }
    }
}

/// Lists the faults of the first objects by name and only counts the others, to bound memory. Returns how many faults are
/// listed.
fn unlist_last(broken: &mut Vec<(String, Faults)>) -> usize {
    // If two have one name, the later one counts.
    broken.reverse();
    sort::by(broken, |a, b| a.0.cmp(&b.0));
    broken.dedup_by(|a, b| a.0 == b.0);
    let mut listed = 0;
    let mut is_full = false;
    for (_, faults) in broken {
        is_full = is_full || faults.is_unlisted() || listed + faults.len() > MAX_LISTED;
        if is_full {
            faults.unlist();
        } else {
            listed += faults.len();
        }
    }
    listed
}
