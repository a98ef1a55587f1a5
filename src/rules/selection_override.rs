//! `selection-override`: an annotation or label overrides the selection.

use crate::answer::finding::{Finding, Related};
use crate::judgement::check::Check;
use crate::judgement::judge::Judge;
#[cfg(feature = "catalogue")]
use crate::judgement::rule::Docs;
use crate::judgement::rule::{About, Rule, Severities};
use crate::judgement::subject::pod::PodSubject;
use crate::objects::crd::SELECTOR_PATH;
use crate::rules::support::wording;
use crate::settings::severity::Severity;
use crate::text::problem::Problem;
use crate::text::quote::quote;

/// The rule.
pub static RULE: Rule = Rule {
    id: "selection-override",
    about: About::PodLike,
    severities: Severities::DENY,
    #[cfg(feature = "catalogue")]
    docs: Docs {
        title: "an annotation or label overrides the selection",
        fires: "A PodNetworking selects the pod, and the pod also has one of these:

- the annotation `k8s.aliyun.com/pod-networks` or `k8s.aliyun.com/pod-networks-request`. On ACK Terway writes `k8s.aliyun.com/pod-networks` itself. This is not an override if `k8s.aliyun.com/pod-networking` names the selected PodNetworking, and each network has the vSwitches and security groups of this PodNetworking.
- the annotation `k8s.aliyun.com/eci-vswitch` or `k8s.aliyun.com/eci-security-group`. On ACK this is a warning at most, because these two have an effect only on virtual nodes.
- the annotation `network.alibabacloud.com/vswitch-ids` or `network.alibabacloud.com/security-group-ids`
- the label `k8s.aliyun.com/ignore-by-terway` with the value `true`",
        reason: "Such an annotation or label can override the PodNetworking, so the pod can start in another network than the selected one.",
        remedy: "Keep only one of the two: remove the annotation or label, or change the labels so that no PodNetworking selects the pod.",
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
---
apiVersion: v1
kind: Pod
metadata: {name: pod, namespace: default, labels: {foo: bar}, annotations: {k8s.aliyun.com/eci-vswitch: vsw-bp2}}
spec: {containers: [{name: c, image: nginx}]}
",
        settings: "",
    },
};

/// What the rule checks.
pub const CHECK: Check = Check::Pod(check);

fn check(subject: &PodSubject<'_>, judge: &mut Judge<'_>) {
    let Ok(selection) = subject.selection() else { return };
    if selection.selected.is_empty() {
        return;
    }
    let names: Vec<&str> = selection.selected.iter().map(|one| one.podnetworking.name()).collect();
    for found in subject.overrides() {
        let path =
            if found.is_label { subject.pod.label_path(found.key) } else { subject.pod.annotation_path(found.key) };
        let is_selected = selection.selected.iter().any(|one| one.is_certain);
        let most = if found.on_virtual_nodes_only || !is_selected { Severity::Warn } else { Severity::Deny };
        let related = names.iter().map(|name| Related::podnetworking(name, SELECTOR_PATH)).collect();
        judge.report_at_most(
            &RULE,
            most,
            Finding::from(Problem {
                path: path.clone(),
                value: format!("{}={}", found.key, found.value),
                message: format!(
                    "{} ({}) overrides the selection by {}",
                    quote(&path),
                    quote(found.value),
                    wording::podnetworkings(&names)
                ),
                help: format!(
                    "remove this {}, or change {} labels so that no PodNetworking selects {}",
                    if found.is_label { "label" } else { "annotation" },
                    if found.is_label { "other" } else { "the" },
                    wording::pod(subject)
                ),
            })
            .with_related(related),
        );
    }
}
