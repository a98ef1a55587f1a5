//! `pinned-annotation`: an update changes the recorded network of a pod.

use crate::judgement::check::Check;
use crate::judgement::judge::Judge;
#[cfg(feature = "catalogue")]
use crate::judgement::rule::Docs;
use crate::judgement::rule::{About, Rule, Severities};
use crate::judgement::subject::pod_update::PodUpdateSubject;
use crate::text::problem::Problem;
use crate::text::quote::quote;
use crate::well_known::{POD_ENI, POD_NETWORKING};

/// The rule.
pub static RULE: Rule = Rule {
    id: "pinned-annotation",
    about: About::Pod,
    severities: Severities::DENY,
    #[cfg(feature = "catalogue")]
    docs: Docs {
        title: "an update changes the recorded network of a pod",
        fires: "An update of a Pod changes or removes the annotation `k8s.aliyun.com/pod-networking` or `k8s.aliyun.com/pod-eni`. Adding them is allowed.",
        reason: "A PodNetworking takes effect when the pod is created. A later change of the annotation only hides which PodNetworking the pod uses.",
        remedy: "Keep the annotation. To change the network of a pod, delete the pod and create it again.",
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

/// What the rule checks.
pub const CHECK: Check = Check::PodUpdate(check);

fn check(subject: &PodUpdateSubject<'_>, judge: &mut Judge<'_>) {
    for key in [POD_NETWORKING, POD_ENI] {
        let Some(was) = subject.old_annotations.get(key) else { continue };
        let now = subject.annotations.get(key);
        if now == Some(was) {
            continue;
        }
        let path = format!("metadata.annotations[{key}]");
        let message = match now {
            Some(now) => {
                format!("`{path}` changes from {} to {}, but a pod keeps its network", quote(was), quote(now))
            }
            None => format!("`{path}` ({}) is removed, but a pod keeps its network", quote(was)),
        };
        judge.report(
            &RULE,
            Problem {
                path,
                value: format!("{key}={}", now.unwrap_or_default()),
                message,
                help: format!(
                    "keep the value {}: to change the network, delete the pod and create it again",
                    quote(was)
                ),
            },
        );
    }
}
