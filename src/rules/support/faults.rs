//! Reports the faults of fields that were read.

use crate::answer::finding::{Finding, ObjectRef};
use crate::json::fault::{Fault, FaultKind, Faults};
use crate::judgement::judge::Judge;
use crate::judgement::rule::Rule;
use crate::rules::{malformed_object, selector_invalid};
use crate::settings::severity::Severity;

/// The rule that reports a kind of fault.
#[must_use]
pub fn rule(kind: FaultKind) -> &'static Rule {
    match kind {
        FaultKind::Malformed => &malformed_object::RULE,
        FaultKind::InvalidSelector => &selector_invalid::RULE,
    }
}

/// Reports the faults of the object of the request.
pub fn report(faults: Faults, judge: &mut Judge<'_>) {
    for fault in faults.into_vec() {
        judge.report(rule(fault.kind), from_fault(fault));
    }
}

/// Reports the faults of a stored PodNetworking, as warnings about that object.
pub fn report_stored(object: &ObjectRef, faults: Faults, judge: &mut Judge<'_>) {
    for fault in faults.into_vec() {
        let rule = rule(fault.kind);
        let mut finding = Finding { object: object.clone(), ..from_fault(fault) };
        // The judge writes the message of a summary.
        if finding.unlisted.is_empty() {
            finding.problem.message.push_str(", so the policy ignores this existing PodNetworking");
        }
        judge.report_at_most(rule, Severity::Warn, finding);
    }
}

fn from_fault(fault: Fault) -> Finding {
    Finding { unlisted: fault.unlisted, ..Finding::from(fault.problem) }
}
