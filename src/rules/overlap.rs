//! `overlap`: a real overlap with another PodNetworking.

#[cfg(feature = "catalogue")]
use super::Docs;
use super::{About, Check, DENY, Rule};
use crate::answer::finding::{Finding, Related};
use crate::judgement::judge::Judge;
use crate::selection::overlap::{Overlap, Remedy};
use crate::judgement::subject::podnetworking::PodNetworkingSubject;
use crate::settings::values::Severity;
use crate::text::quote::{join, quote};

/// The rule.
pub static RULE: Rule = Rule {
    id: "overlap",
    about: About::PodNetworking,
    severities: DENY,
    check: Check::PodNetworking(check),
    #[cfg(feature = "catalogue")]
    docs: Docs {
        title: "two PodNetworkings can select one pod",
        fires: "a real overlap with another PodNetworking; witness; `help` proposes the requirement that makes them disjoint",
        reason: "The platform gives a pod that two PodNetworkings select to an arbitrary one of them.",
        remedy: "Add the requirement that the help names, or change a label.",
        good: "
apiVersion: network.alibabacloud.com/v1beta1
kind: PodNetworking
metadata: {name: first}
spec:
  selector: {podSelector: {matchLabels: {foo: bar}}}
  securityGroupIDs: [sg-bp1]
  vSwitchOptions: [vsw-bp1]
---
apiVersion: network.alibabacloud.com/v1beta1
kind: PodNetworking
metadata: {name: second}
spec:
  selector: {podSelector: {matchLabels: {foo: baz}}}
  securityGroupIDs: [sg-bp1]
  vSwitchOptions: [vsw-bp1]
",
        bad: "
apiVersion: network.alibabacloud.com/v1beta1
kind: PodNetworking
metadata: {name: first}
spec:
  selector: {podSelector: {matchLabels: {foo: bar}}}
  securityGroupIDs: [sg-bp1]
  vSwitchOptions: [vsw-bp1]
---
apiVersion: network.alibabacloud.com/v1beta1
kind: PodNetworking
metadata: {name: second}
spec:
  selector: {podSelector: {matchLabels: {app: web}}}
  securityGroupIDs: [sg-bp1]
  vSwitchOptions: [vsw-bp1]
",
        settings: "",
    },
};

fn check(subject: &PodNetworkingSubject<'_>, judge: &mut Judge<'_>) {
    report(&RULE, subject, judge, |overlap| overlap.is_real);
}

/// Reports the overlaps that are `of_this_kind`.
pub(super) fn report(
    rule: &Rule,
    subject: &PodNetworkingSubject<'_>,
    judge: &mut Judge<'_>,
    of_this_kind: impl Fn(&Overlap) -> bool,
) {
    let overlaps = match subject.overlaps(judge.settings, judge.facts) {
        Ok(overlaps) => overlaps,
        Err(missing) => return judge.missing(&missing, Severity::Deny),
    };
    let this = judge.object.name.clone();
    for overlap in overlaps.iter().filter(|overlap| of_this_kind(overlap)) {
        let other = quote(&overlap.other);
        let related = vec![Related::podnetworking(&overlap.other, "spec.selector")];
        let Some((witness, remedy)) = &overlap.detail else {
            judge.report(rule, Finding::new(rule, "spec.selector", "", "", "").with_related(related).only_counted());
            continue;
        };
        let pod = with(&witness.pod_labels);
        let finding = Finding::new(
            rule,
            "spec.selector",
            "",
            if overlap.is_real {
                format!("{other} can select the same pods, one {pod} in namespace {} say", quote(&witness.namespace))
            } else {
                format!(
                    "{other} could select the same pods, one {pod} say, if there were a namespace {}",
                    with(&witness.namespace_labels)
                )
            },
            help(&this, &overlap.other, remedy),
        );
        judge.report(rule, finding.with_related(related).with_witness(witness.clone()));
    }
}

/// "with `a=b` and `c=d`", "without labels".
pub(super) fn with(labels: &[(String, String)]) -> String {
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
        format!("add {requirement} to `{}` of {target}", side.path())
    } else {
        format!(
            "delete one, or give one other labels to match: they select the same pods, so {requirement} in `{}` of {target} would leave it none",
            side.path()
        )
    }
}
