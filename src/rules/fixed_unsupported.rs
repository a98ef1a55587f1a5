//! `fixed-unsupported`: fixed addresses where there are none.

#[cfg(feature = "catalogue")]
use super::Docs;
use super::{About, Check, Rule, Severities};
use crate::answer::finding::Finding;
use crate::judgement::judge::Judge;
use crate::judgement::subject::podnetworking::PodNetworkingSubject;
use crate::settings::values::Severity;

/// The rule.
pub static RULE: Rule = Rule {
    id: "fixed-unsupported",
    about: About::PodNetworking,
    severities: Severities(Severity::Warn, Severity::Off, Severity::Off),
    check: Check::PodNetworking(check),
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

fn check(subject: &PodNetworkingSubject<'_>, judge: &mut Judge<'_>) {
    if subject.allocation_type.as_deref() != Some("Fixed") {
        return;
    }
    judge.report(
        &RULE,
        Finding::new(
            &RULE,
            "spec.allocationType.type",
            "Fixed",
            format!(
                "`Fixed` gives pods no static address on `{}`, and selects all matching pods",
                judge.settings.platform.name()
            ),
            "set it to `Elastic`",
        ),
    );
}
