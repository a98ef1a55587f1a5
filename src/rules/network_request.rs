//! `network-request`: a network request that is not valid.

#[cfg(feature = "catalogue")]
use crate::judgement::rule::Docs;
use crate::judgement::check::Check;
use crate::judgement::rule::{About, Rule, Severities};
use crate::judgement::judge::Judge;
use crate::well_known::POD_NETWORKS_REQUEST;
use crate::judgement::subject::pod::PodSubject;
use crate::settings::severity::Severity;
use crate::text::problem::Problem;
use crate::text::quote::quote;

/// The rule.
pub static RULE: Rule = Rule {
    id: "network-request",
    about: About::PodLike,
    severities: Severities { ack_serverless: Severity::Warn, ack: Severity::Deny, acs: Severity::Deny },
    #[cfg(feature = "catalogue")]
    docs: Docs {
        title: "a network request that is not valid",
        fires: "`pod-networks-request` is not valid: no JSON, unknown or selecting or not ready PodNetworking, duplicate or bad interface name (1 to 5 characters; a missing one is `eth0`), two default routes, eniTypes differ, no zone in common, or it stands beside `pod-networking`. On ack-serverless, which does not support it, it always warns",
        reason: "An invalid request is refused by the platform late, or gives the pod no zone it could be scheduled to.",
        remedy: "Write the request as the help says.",
        good: "
apiVersion: network.alibabacloud.com/v1beta1
kind: PodNetworking
metadata: {name: example}
spec:
  selector: {}
  securityGroupIDs: [sg-bp1]
  vSwitchOptions: [vsw-bp1]
---
apiVersion: v1
kind: Pod
metadata: {name: pod, namespace: default, labels: {}, annotations: {k8s.aliyun.com/pod-networks-request: '[{\"network\":\"example\"}]'}}
spec: {containers: [{name: c, image: nginx}]}
",
        bad: "
apiVersion: network.alibabacloud.com/v1beta1
kind: PodNetworking
metadata: {name: example}
spec:
  selector: {}
  securityGroupIDs: [sg-bp1]
  vSwitchOptions: [vsw-bp1]
---
apiVersion: v1
kind: Pod
metadata: {name: pod, namespace: default, labels: {}, annotations: {k8s.aliyun.com/pod-networks-request: '[{\"network\":\"exmaple\"}]'}}
spec: {containers: [{name: c, image: nginx}]}
",
        settings: "platform: ack",
    },
};

/// What it looks at.
pub const CHECK: Check = Check::Pod(check);

fn check(subject: &PodSubject<'_>, judge: &mut Judge<'_>) {
    let Ok(Some(request)) = subject.network_request() else { return };
    let path = subject.pod.annotation_path(POD_NETWORKS_REQUEST);
    let text = subject.pod.annotations.get(POD_NETWORKS_REQUEST).unwrap_or_default();
    let platform = judge.settings.platform;
    if !platform.supports_network_requests() {
        judge.report(
            &RULE,
            Problem {
path: path.clone(),
value: text.into(),
message: format!("{}, now {}, is not supported on `{}`", quote(&path), quote(text), platform.name()),
help: "remove it, and let a PodNetworking select the pod by its labels".to_owned(),
},
        );
        return;
    }
    for finding in &request.findings {
        let mut finding = finding.clone();
        finding.problem.path.clone_from(&path);
        finding.problem.message.insert_str(0, "the network request is not valid: ");
        judge.report(&RULE, finding);
    }
}
