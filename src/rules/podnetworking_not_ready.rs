//! `podnetworking-not-ready`: the selected PodNetworking is not ready.

use crate::answer::finding::{Finding, Related};
use crate::judgement::check::Check;
use crate::judgement::judge::Judge;
#[cfg(feature = "catalogue")]
use crate::judgement::rule::Docs;
use crate::judgement::rule::{About, Rule, Severities};
use crate::judgement::subject::pod::PodSubject;
use crate::objects::crd::STATUS_PATH;
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
        fires: "The PodNetworking that selects the pod has a status other than `Ready`. On ACK and ACS, a PodNetworking in the cluster without a status is not ready either. A PodNetworking from a checked manifest without a status does not fire. For a workload, the default is a warning.",
        reason: "The platform uses only PodNetworkings that are ready, so the pod would get another network.",
        remedy: "Wait until the status of the PodNetworking is `Ready`, or fix the error in its `status.message`.",
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

/// What the rule checks.
pub const CHECK: Check = Check::Pod(check);

fn check(subject: &PodSubject<'_>, judge: &mut Judge<'_>) {
    let Some(one) = subject.selected() else { return };
    let Some(reason) = readiness::not_ready(one, judge.settings, judge.facts) else { return };
    let name = one.name();
    let default = match subject.pod.is_template() {
        true => Severity::Warn,
        false => RULE.severities.on(judge.settings.platform),
    };
    let finding = Finding::from(Problem {
        path: format!("{}.labels", subject.pod.place.metadata()),
        value: name.into(),
        message: format!("the selected PodNetworking {} is not ready ({reason})", quote(name)),
        help: format!("wait until the status of {} is `Ready`, or see `status.message` for the reason", quote(name)),
    })
    .with_related(vec![Related::podnetworking(name, STATUS_PATH)]);
    if subject.is_uncertain() {
        judge.report_at_most(&RULE, subject.most(), finding);
    } else {
        judge.report_with_default(&RULE, default, finding);
    }
}
