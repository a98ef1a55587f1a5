//! `fixed-unsupported`: fixed addresses where there are none.

#[cfg(feature = "catalogue")]
use crate::judgement::rule::Docs;
use crate::judgement::check::Check;
use crate::judgement::rule::{About, Rule, Severities};
use crate::judgement::judge::Judge;
use crate::text::problem::Problem;
use crate::judgement::subject::podnetworking::PodNetworkingSubject;
use crate::settings::severity::Severity;

/// The rule.
pub static RULE: Rule = Rule {
    id: "fixed-unsupported",
    about: About::PodNetworking,
    severities: Severities { ack_serverless: Severity::Warn, ack: Severity::Off, acs: Severity::Off },
    #[cfg(feature = "catalogue")]
    docs: Docs {
        title: "fixed addresses where there are none",
        fires: "`Fixed`: pods get no static IP there, and all matching pods are selected",
        reason: "ACK Serverless has no static addresses: `Fixed` selects all matching pods there, not StatefulSets' alone.",
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

/// What it looks at.
pub const CHECK: Check = Check::PodNetworking(check);

fn check(subject: &PodNetworkingSubject<'_, '_>, judge: &mut Judge<'_>) {
    if subject.allocation_type.as_deref() != Some("Fixed") {
        return;
    }
    judge.report(
        &RULE,
        Problem {
path: "spec.allocationType.type".to_owned(),
value: "Fixed".to_owned(),
message: format!(
                "`Fixed` gives pods no static address on `{}`, and selects all matching pods",
                judge.settings.platform.name()
            ),
help: "set it to `Elastic`".to_owned(),
},
    );
}
