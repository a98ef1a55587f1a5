//! `allocation-type`: an unknown allocation type.

#[cfg(feature = "catalogue")]
use super::Docs;
use super::{About, Check, DENY, Rule};
use crate::answer::finding::Finding;
use crate::judgement::judge::Judge;
use crate::judgement::subject::podnetworking::PodNetworkingSubject;
use crate::text::quote::quote;

/// The rule.
pub static RULE: Rule = Rule {
    id: "allocation-type",
    about: About::PodNetworking,
    severities: DENY,
    check: Check::PodNetworking(check),
    #[cfg(feature = "catalogue")]
    docs: Docs {
        title: "an unknown allocation type",
        fires: "`type` is not `Elastic` or `Fixed`",
        reason: "The platform knows two ways to allocate addresses, and documents write `Elastic/Fixed` for either of them.",
        remedy: "Set `spec.allocationType.type` to `Elastic` or `Fixed`.",
        good: "
apiVersion: network.alibabacloud.com/v1beta1
kind: PodNetworking
metadata: {name: example}
spec:
  selector: {podSelector: {matchLabels: {foo: bar}}}
  securityGroupIDs: [sg-bp1]
  vSwitchOptions: [vsw-bp1]
  allocationType: {type: Elastic}
",
        bad: "
apiVersion: network.alibabacloud.com/v1beta1
kind: PodNetworking
metadata: {name: example}
spec:
  selector: {podSelector: {matchLabels: {foo: bar}}}
  securityGroupIDs: [sg-bp1]
  vSwitchOptions: [vsw-bp1]
  allocationType: {type: Elastic/Fixed}
",
        settings: "",
    },
};

fn check(subject: &PodNetworkingSubject<'_>, judge: &mut Judge<'_>) {
    let Some(found) = subject.allocation_type.as_deref() else { return };
    if matches!(found, "Elastic" | "Fixed") {
        return;
    }
    judge.report(
        &RULE,
        Finding::new(
            &RULE,
            "spec.allocationType.type",
            found,
            format!("{} is not an allocation type", quote(found)),
            "set it to `Elastic` or `Fixed`",
        ),
    );
}
