//! `pinned-annotation`: an update changes what was recorded of a pod's network.

#[cfg(feature = "catalogue")]
use crate::judgement::rule::Docs;
use crate::judgement::check::Check;
use crate::judgement::rule::{About, Rule, Severities};
use crate::judgement::judge::Judge;
use crate::judgement::subject::pod_update::PodUpdateSubject;
use crate::well_known::{POD_ENI, POD_NETWORKING};
use crate::text::problem::Problem;
use crate::text::quote::quote;

/// The rule.
pub static RULE: Rule = Rule {
    id: "pinned-annotation",
    about: About::Pod,
    severities: Severities::DENY,
    #[cfg(feature = "catalogue")]
    docs: Docs {
        title: "an update changes the recorded network",
        fires: "Pod UPDATE: the recorded `pod-networking` or `pod-eni` is changed or removed; adding one is allowed",
        reason: "A PodNetworking takes effect when a pod is created; a changed record would only hide which it was.",
        remedy: "Leave the annotation as it is, or create the pod anew.",
        good: "
apiVersion: network.alibabacloud.com/v1beta1
kind: PodNetworking
metadata: {name: example}
spec:
  selector: {podSelector: {matchLabels: {foo: bar}}}
  securityGroupIDs: [sg-bp1]
  vSwitchOptions: [vsw-bp1]
---
apiVersion: v1
kind: Pod
metadata: {name: pod, namespace: default, labels: {foo: bar}, annotations: {k8s.aliyun.com/pod-networking: example}}
spec: {containers: [{name: c, image: nginx}]}
---
apiVersion: v1
kind: Pod
metadata: {name: pod, namespace: default, labels: {foo: bar}, annotations: {k8s.aliyun.com/pod-networking: example, k8s.aliyun.com/pod-eni: 'true'}}
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
---
apiVersion: v1
kind: Pod
metadata: {name: pod, namespace: default, labels: {foo: bar}, annotations: {k8s.aliyun.com/pod-networking: example}}
spec: {containers: [{name: c, image: nginx}]}
---
apiVersion: v1
kind: Pod
metadata: {name: pod, namespace: default, labels: {foo: bar}, annotations: {k8s.aliyun.com/pod-networking: other}}
spec: {containers: [{name: c, image: nginx}]}
",
        settings: "",
    },
};

/// What it looks at.
pub const CHECK: Check = Check::PodUpdate(check);

fn check(subject: &PodUpdateSubject<'_>, judge: &mut Judge<'_>) {
    for key in [POD_NETWORKING, POD_ENI] {
        let Some(was) = subject.old_annotations.get(key) else { continue };
        let now = subject.annotations.get(key);
        if now == Some(was) {
            continue;
        }
        let path = format!("metadata.annotations[{key}]");
        let change = match now {
            Some(now) => format!("is changed to {}", quote(now)),
            None => "is removed".to_owned(),
        };
        judge.report(
            &RULE,
            Problem {
path,
value: format!("{key}={}", now.unwrap_or_default()),
message: format!("the recorded `{key}` {} {change}", quote(was)),
help: format!("leave it at {}: a pod keeps its network, so create it anew for another", quote(was)),
},
        );
    }
}
