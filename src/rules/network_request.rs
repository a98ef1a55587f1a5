//! `network-request`: a network request that is not valid.

#[cfg(feature = "catalogue")]
use super::Docs;
use super::{About, Check, Rule, Severities};
use crate::answer::finding::Finding;
use crate::judgement::judge::Judge;
use crate::selection::network_request::ANNOTATION;
use crate::judgement::subject::pod::PodSubject;
use crate::settings::values::{Platform, Severity};
use crate::text::quote::quote;

/// The rule.
pub static RULE: Rule = Rule {
    id: "network-request",
    about: About::PodLike,
    severities: Severities(Severity::Warn, Severity::Deny, Severity::Deny),
    check: Check::Pod(check),
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

fn check(subject: &PodSubject<'_>, judge: &mut Judge<'_>) {
    let Some(request) = &subject.network_request else { return };
    let path = subject.pod.annotation_path(ANNOTATION);
    let text = subject.pod.annotations.get(ANNOTATION).unwrap_or_default();
    if judge.settings.platform == Platform::AckServerless {
        judge.report(
            &RULE,
            Finding::new(
                &RULE,
                path.clone(),
                text,
                format!("{}, now {}, is not supported on `ack-serverless`", quote(&path), quote(text)),
                "remove it, and let a PodNetworking select the pod by its labels",
            ),
        );
        return;
    }
    for problem in &request.problems {
        judge.report(
            &RULE,
            Finding::new(
                &RULE,
                path.clone(),
                problem.value.clone(),
                format!("the network request is not valid: {}", problem.message),
                problem.help.clone(),
            )
            .with_related(problem.related.clone()),
        );
    }
}
