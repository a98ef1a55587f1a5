//! `allocation-type`: an unknown allocation type.

use crate::judgement::check::Check;
use crate::judgement::judge::Judge;
#[cfg(feature = "catalogue")]
use crate::judgement::rule::Docs;
use crate::judgement::rule::{About, Rule, Severities};
use crate::judgement::subject::podnetworking::PodNetworkingSubject;
use crate::objects::crd::TYPE_PATH;
use crate::text::problem::Problem;
use crate::text::quote::quote;

/// The rule.
pub static RULE: Rule = Rule {
    id: "allocation-type",
    about: About::PodNetworking,
    severities: Severities::DENY,
    #[cfg(feature = "catalogue")]
    docs: Docs {
        title: "an unknown allocation type",
        fires: "`spec.allocationType.type` is not `Elastic` or `Fixed`.",
        reason: "The platform has two ways to allocate addresses. Its documentation writes `Elastic/Fixed` where one of the two is meant.",
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

/// What the rule checks.
pub const CHECK: Check = Check::PodNetworking(check);

fn check(subject: &PodNetworkingSubject<'_, '_>, judge: &mut Judge<'_>) {
    let Some(found) = subject.spec.allocation_type.as_deref() else { return };
    if matches!(found, "Elastic" | "Fixed") {
        return;
    }
    judge.report(
        &RULE,
        Problem {
            path: TYPE_PATH.to_owned(),
            value: found.into(),
            message: format!("{} is not an allocation type", quote(found)),
            help: "use `Elastic` or `Fixed`".to_owned(),
        },
    );
}
