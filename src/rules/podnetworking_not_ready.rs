//! `podnetworking-not-ready`: the selected PodNetworking is not ready.

#[cfg(feature = "catalogue")]
use crate::judgement::rule::Docs;
use crate::judgement::check::Check;
use crate::judgement::rule::{About, Rule, Severities};
use crate::answer::finding::{Finding, Related};
use crate::judgement::judge::Judge;
use crate::judgement::subject::pod::PodSubject;
use crate::selection::readiness;
use crate::settings::severity::Severity;
use crate::text::problem::Problem;
use crate::text::quote::quote;

/// The rule.
pub static RULE: Rule = Rule {
    id: "podnetworking-not-ready",
    about: About::PodLike,
    severities: Severities { ack_serverless: Severity::Warn, ack: Severity::Deny, acs: Severity::Deny },
    #[cfg(feature = "catalogue")]
    docs: Docs {
        title: "the selected PodNetworking is not ready",
        fires: "the selected one has a status that is not `Ready` (on ack, acs, for facts from a cluster: or none); for workloads a warning. One read from a checked manifest without status is not judged",
        reason: "The platform takes only ready PodNetworkings into account; the pod would get another network than the selected one.",
        remedy: "Wait until the status of the PodNetworking is `Ready`, or repair it.",
        good: "
apiVersion: network.alibabacloud.com/v1beta1
kind: PodNetworking
metadata: {name: example}
spec:
  selector: {podSelector: {matchLabels: {foo: bar}}}
  securityGroupIDs: [sg-bp1]
  vSwitchOptions: [vsw-bp1]
status: {status: Ready, vSwitches: [{id: vsw-bp1, zone: cn-hangzhou-h}]}
---
apiVersion: v1
kind: Pod
metadata: {name: pod, namespace: default, labels: {foo: bar}}
spec: {containers: [{name: c, image: nginx}]}
",
        bad: "
apiVersion: network.alibabacloud.com/v1beta1
kind: PodNetworking
metadata: {name: example}
spec:
  selector: {podSelector: {matchLabels: {foo: bar}}}
  securityGroupIDs: [sg-bp1]
  vSwitchOptions: [vsw-bp1]
status: {status: Fail, message: vsw-bp1 not found}
---
apiVersion: v1
kind: Pod
metadata: {name: pod, namespace: default, labels: {foo: bar}}
spec: {containers: [{name: c, image: nginx}]}
",
        settings: "platform: ack",
    },
};

/// What it looks at.
pub const CHECK: Check = Check::Pod(check);

fn check(subject: &PodSubject<'_>, judge: &mut Judge<'_>) {
    let Some(one) = subject.selected() else { return };
    let Some(reason) = readiness::not_ready(one, judge.settings, judge.facts) else { return };
    let name = one.name();
    let default = match subject.pod.is_template() {
        true => Severity::Warn,
        false => RULE.severities.on(judge.settings.platform),
    };
    judge.report_with_default(
        &RULE,
        default,
        Finding::from(Problem {
path: format!("{}.labels", subject.pod.place.metadata()),
value: name.into(),
message: format!("{} selects it and is not ready: {reason}", quote(name)),
help: format!("wait until `status.status` of {} is `Ready`, or see its `status.message`", quote(name)),
})
        .with_related(vec![Related::podnetworking(name, "status.status")]),
    );
}
