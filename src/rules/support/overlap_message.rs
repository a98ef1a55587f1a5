//! The messages about overlaps.

use crate::answer::finding::{Finding, Related};
use crate::answer::fix::Fix;
use crate::judgement::judge::Judge;
use crate::judgement::rule::Rule;
use crate::judgement::subject::podnetworking::PodNetworkingSubject;
use crate::objects::crd::SELECTOR_PATH;
use crate::objects::podnetworking::selector_path;
use crate::objects::read::selector::MATCH_EXPRESSIONS;
use crate::rules::support::missing;
use crate::selection::overlap::Overlap;
use crate::selectors::remedy::Remedy;
use crate::settings::severity::Severity;
use crate::text::overflow::identity_hash;
use crate::text::problem::Problem;
use crate::text::quote::{join_first, quote};

/// Reports the real overlaps, or the latent ones.
pub(crate) fn report(rule: &Rule, subject: &PodNetworkingSubject<'_, '_>, judge: &mut Judge<'_>, are_real: bool) {
    let overlaps = match subject.overlaps() {
        Ok(overlaps) => overlaps,
        Err(missing) => return missing::report(&missing, Severity::Deny, judge),
    };
    let this = judge.object.name.clone();
    for overlap in overlaps.iter().filter(|overlap| overlap.is_real == are_real) {
        let deleting = if overlap.other_is_deleting { " (which is being deleted)" } else { "" };
        let other = format!("{}{deleting}", quote(&overlap.other));
        let related = vec![Related::podnetworking(&overlap.other, SELECTOR_PATH)];
        let Some((witness, remedy)) = &overlap.detail else {
            let unlisted = vec![identity_hash(value(overlap), [overlap.other.as_str()])];
            let problem = Problem { path: SELECTOR_PATH.to_owned(), ..Problem::default() };
            judge.report(rule, Finding { related, unlisted, ..problem.into() });
            continue;
        };
        let pod = describe_labels(&witness.pod_labels);
        let also = if overlap.widens { "now also " } else { "" };
        let what = match (overlap.widens, overlap.is_real) {
            (false, true) => "this PodNetworking overlaps with",
            (false, false) => "this PodNetworking would overlap with",
            (true, _) => "this update widens the overlap with",
        };
        let message = if overlap.is_real {
            let namespace = quote(&witness.namespace);
            format!("{what} {other}: both would {also}select a pod {pod} in namespace {namespace}")
        } else {
            let labels = &witness.namespace_labels;
            let namespace = if labels.is_empty() { String::new() } else { format!(" {}", describe_labels(labels)) };
            format!("{what} {other} in a future namespace{namespace}: both would {also}select a pod {pod}")
        };
        let problem = Problem {
            path: SELECTOR_PATH.to_owned(),
            value: value(overlap).to_owned(),
            message,
            help: help(&this, &overlap.other, remedy),
        };
        let finding = Finding::from(problem).with_related(related).with_witness(witness.clone());
        judge.report(rule, finding.with_fix(fix(remedy, &overlap.other)));
    }
}

/// What tells the added part of an overlap from the part that was there before an update.
fn value(overlap: &Overlap) -> &'static str {
    if overlap.is_added { "added" } else { "" }
}

/// "with labels `a=b` and `c=d`", "without labels".
pub(crate) fn describe_labels(labels: &[(String, String)]) -> String {
    let joined = join_first(&mut labels.iter().map(|(key, value)| quote(&[key, "=", value].concat()).to_string()));
    match labels.len() {
        0 => "without labels".to_owned(),
        1 => format!("with label {joined}"),
        _ => format!("with labels {joined}"),
    }
}

/// The requirement that separates the two. It is one of several ways.
fn fix(remedy: &Remedy, other: &str) -> Option<Fix> {
    let Remedy::Add { to_this, side, requirement, leaves_pods: true } = remedy else { return None };
    let path = [selector_path(*side), ".", MATCH_EXPRESSIONS].concat();
    Fix::adding(requirement, path, (!to_this).then(|| other.to_owned()))
}

fn help(this: &str, other: &str, remedy: &Remedy) -> String {
    let Remedy::Add { to_this, side, requirement, leaves_pods } = remedy else {
        return "both select every pod: keep only one of the two PodNetworkings, or add requirements to both selectors"
            .to_owned();
    };
    if !leaves_pods {
        return "both selectors match exactly the same pods: keep only one of the two PodNetworkings, or change one \
                selector"
            .to_owned();
    }
    let target = quote(if *to_this { this } else { other });
    // Keys and values of a valid selector need no escaping.
    format!("add the requirement `{}` to `{}` of {target}", requirement.in_full(), selector_path(*side))
}
