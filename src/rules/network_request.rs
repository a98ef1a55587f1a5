//! `network-request`: the annotation `pod-networks-request` is not valid.

use crate::judgement::check::Check;
use crate::judgement::judge::Judge;
#[cfg(feature = "catalogue")]
use crate::judgement::rule::Docs;
use crate::judgement::rule::{About, Rule, Severities};
use crate::judgement::subject::pod::PodSubject;
use crate::settings::severity::Severity;
use crate::text::problem::Problem;
use crate::text::quote::quote;
use crate::well_known::POD_NETWORKS_REQUEST;

/// The rule.
pub static RULE: Rule = Rule {
    id: "network-request",
    about: About::PodLike,
    severities: Severities { ack_serverless: Severity::Warn, ack: Severity::Deny, acs: Severity::Deny },
    #[cfg(feature = "catalogue")]
    docs: Docs {
        title: "a network request that is not valid",
        fires: "The annotation `k8s.aliyun.com/pod-networks-request` is not valid:

- It is not a JSON list of objects with the fields `network`, `interfaceName`, `defaultRoute` and `routes`.
- A key differs from one of these only in case, or is set twice. The platform reads it all the same, and the last one counts.
- It names a PodNetworking that does not exist, selects pods by labels, is not ready, or has an error.
- An interface name is not unique, or is longer than 5 characters. The default is `eth0`.
- More than one interface has a default route, or a route destination is not an address range.
- The requested PodNetworkings have different `eniType` values, or have no zone in common.
- The pod also has the annotation `k8s.aliyun.com/pod-networking`.

On ACK Serverless, which does not support the annotation, the rule fires for each pod that has it.",
        reason: "The platform reports such an error only after the pod is created, or the pod stays `Pending` because no zone is left.",
        remedy: "Change the annotation as the message describes.",
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

/// What the rule checks.
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
                message: format!("{} is not supported on `{}`", quote(&path), platform.name()),
                help: "remove the annotation, and select pods by their labels".to_owned(),
            },
        );
        return;
    }
    for finding in &request.findings {
        let mut finding = finding.clone();
        finding.problem.path.clone_from(&path);
        judge.report(&RULE, finding);
    }
}
