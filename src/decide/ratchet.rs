//! On an update, a finding that the old object already had is a warning: an existing object must stay changeable.

use crate::answer::finding::Finding;
use crate::collections::sort;
use crate::json::value::Json;
use crate::judgement::rule::About;
use crate::request::Request;
use crate::rules::{self, facts_unavailable, latent_overlap, overlap, pinned_annotation};
use crate::settings::severity::Severity;

/// Turns denials that the old object already had into warnings. `judge_old` returns the findings of the old object. The
/// warnings on an object that `makes_pods` add that new pods will be denied.
pub(crate) fn ratchet<'a>(
    findings: &mut [Finding],
    request: &Request<'a>,
    makes_pods: bool,
    judge_old: impl FnOnce(Json<'a>) -> Vec<Finding>,
) {
    let Some(old) = request.object_before_update() else {
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
    let mut listed: Vec<_> = had.iter().filter(|old| old.unlisted.is_empty()).map(Finding::identity).collect();
    // An overlap that was real is not new where it is latent now.
    let real = listed.iter().filter(|(rule, ..)| *rule == overlap::RULE.id);
    let now_latent: Vec<_> =
        real.map(|(_, value, related)| (latent_overlap::RULE.id, *value, related.clone())).collect();
    listed.extend(now_latent);
    sort::by(&mut listed, Ord::cmp);
    // Hashes are compared only if findings are counted. A summary is old if all findings that it counts are old.
    let counts = [&had, &*findings].into_iter().flatten().any(|finding| !finding.unlisted.is_empty());
    let mut hashes: Vec<(&str, u64)> = Vec::new();
    for old in had.iter().filter(|_| counts) {
        hashes.extend(old.unlisted.iter().map(|hash| (old.rule, *hash)));
        if old.unlisted.is_empty() {
            hashes.push((old.rule, old.identity_hash()));
        }
    }
    sort::by(&mut hashes, Ord::cmp);
    for finding in findings.iter_mut().filter(|finding| ratchets(finding)) {
        let is_known = |hash: u64| hashes.binary_search(&(finding.rule, hash)).is_ok();
        let is_old = match finding.unlisted.as_slice() {
            [] => listed.binary_search(&finding.identity()).is_ok() || (counts && is_known(finding.identity_hash())),
            unlisted => unlisted.iter().all(|hash| is_known(*hash)),
        };
        if is_old {
            finding.severity = Severity::Warn;
            finding.problem.message.push_str(if makes_pods && denies_pods(finding.rule) {
                " (existing problem: does not deny the update, but denies new pods)"
            } else {
                " (existing problem: does not deny the update)"
            });
        }
    }
}

/// Whether a finding of the rule on a workload's template also denies the pods that the workload makes.
fn denies_pods(rule: &str) -> bool {
    rules::find(rule).is_some_and(|rule| matches!(rule.about, About::PodLike | About::All))
}
