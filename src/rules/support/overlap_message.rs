//! The words of three rules about an overlap.

use crate::answer::finding::{Finding, Related};
use crate::judgement::judge::Judge;
use crate::judgement::rule::Rule;
use crate::judgement::subject::podnetworking::PodNetworkingSubject;
use crate::objects::podnetworking::selector_path;
use crate::rules::support::missing;
use crate::selection::overlap::Overlap;
use crate::selectors::remedy::Remedy;
use crate::settings::severity::Severity;
use crate::text::overflow::identity_hash;
use crate::text::problem::Problem;
use crate::text::quote::{join, quote};

/// Reports the overlaps that are `of_this_kind`.
pub(crate) fn report(
    rule: &Rule,
    subject: &PodNetworkingSubject<'_, '_>,
    judge: &mut Judge<'_>,
    of_this_kind: impl Fn(&Overlap) -> bool,
) {
    let overlaps = match subject.overlaps() {
        Ok(overlaps) => overlaps,
        Err(missing) => return missing::report(&missing, Severity::Deny, judge),
    };
    let this = judge.object.name.clone();
    for overlap in overlaps.iter().filter(|overlap| of_this_kind(overlap)) {
        let other = quote(&overlap.other);
        let related = vec![Related::podnetworking(&overlap.other, "spec.selector")];
        let Some((witness, remedy)) = &overlap.detail else {
            let unlisted = vec![identity_hash("", [overlap.other.as_str()])];
            let problem = Problem { path: "spec.selector".to_owned(), ..Problem::default() };
            judge.report(rule, Finding { related, unlisted, ..problem.into() });
            continue;
        };
        let pod = describe_labels(&witness.pod_labels);
        let message = if overlap.is_real {
            format!("{other} can select the same pods, one {pod} in namespace {} say", quote(&witness.namespace))
        } else {
            format!(
                "{other} could select the same pods, one {pod} say, if there were a namespace {}",
                describe_labels(&witness.namespace_labels)
            )
        };
        let problem = Problem {
            path: "spec.selector".to_owned(),
            message,
            help: help(&this, &overlap.other, remedy),
            ..Problem::default()
        };
        judge.report(rule, Finding::from(problem).with_related(related).with_witness(witness.clone()));
    }
}

/// "with `a=b` and `c=d`", "without labels".
pub(crate) fn describe_labels(labels: &[(String, String)]) -> String {
    if labels.is_empty() {
        return "without labels".to_owned();
    }
    let shown: Vec<String> =
        labels.iter().take(5).map(|(key, value)| quote(&format!("{key}={value}")).to_string()).collect();
    format!("with {}", join(&shown, labels.len().saturating_sub(shown.len())))
}

fn help(this: &str, other: &str, remedy: &Remedy) -> String {
    let Remedy::Add { to_this, side, requirement, leaves_pods } = remedy else {
        return "both select every pod: delete one, or name the labels that are meant in both".to_owned();
    };
    let target = if *to_this { this } else { other };
    // Keys and values of a valid selector need no escaping.
    let requirement = format!("`{}`", requirement.in_full());
    let target = quote(target);
    if *leaves_pods {
        format!("add {requirement} to `{}` of {target}", selector_path(*side))
    } else {
        format!(
            "delete one, or give one other labels to match: they select the same pods, so {requirement} in `{}` of {target} would leave it none",
            selector_path(*side)
        )
    }
}
