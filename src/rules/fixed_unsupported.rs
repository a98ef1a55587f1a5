//! `fixed-unsupported`: the platform has no static addresses for pods.

use crate::judgement::check::Check;
use crate::judgement::judge::Judge;
#[cfg(feature = "catalogue")]
use crate::judgement::rule::Docs;
use crate::judgement::rule::{About, Rule, Severities};
use crate::judgement::subject::podnetworking::PodNetworkingSubject;
use crate::objects::crd::TYPE_PATH;
use crate::settings::severity::Severity;
use crate::text::problem::Problem;

/// The rule.
pub static RULE: Rule = Rule {
    id: "fixed-unsupported",
    about: About::PodNetworking,
    severities: Severities { ack_serverless: Severity::Warn, ack: Severity::Off, acs: Severity::Off },
    #[cfg(feature = "catalogue")]
    docs: Docs {
        title: "`Fixed` is not supported on ACK Serverless",
        fires: "`spec.allocationType.type` is `Fixed` on ACK Serverless.",
        reason: "ACK Serverless has no static IP addresses for pods. There, a `Fixed` PodNetworking selects all matching pods, not only pods that keep their names.",
        remedy: "Set `spec.allocationType.type` to `Elastic`.",
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
  allocationType: {type: Fixed}
",
        settings: "",
    },
};

/// What the rule checks.
pub const CHECK: Check = Check::PodNetworking(check);

fn check(subject: &PodNetworkingSubject<'_, '_>, judge: &mut Judge<'_>) {
    if subject.spec.allocation_type.as_deref() != Some("Fixed") {
        return;
    }
    judge.report(
        &RULE,
        Problem {
            path: TYPE_PATH.to_owned(),
            value: "Fixed".to_owned(),
            message: format!(
                "`Fixed` is not supported on `{}`: pods get no static IP address, and all matching pods are selected",
                judge.settings.platform.name()
            ),
            help: "use `Elastic`".to_owned(),
        },
    );
}
