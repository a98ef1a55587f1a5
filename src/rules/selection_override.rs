//! `selection-override`: an annotation or label that overrides the selection.

#[cfg(feature = "catalogue")]
use super::Docs;
use super::{About, Check, DENY, Rule};
use crate::answer::finding::{Finding, Related};
use crate::judgement::judge::Judge;
use crate::selection::overrides;
use crate::judgement::subject::pod::PodSubject;
use crate::settings::values::Severity;
use crate::text::quote::{list, quote};

/// The rule.
pub static RULE: Rule = Rule {
    id: "selection-override",
    about: About::PodLike,
    severities: DENY,
    check: Check::Pod(check),
    #[cfg(feature = "catalogue")]
    docs: Docs {
        title: "an annotation or label that overrides the selection",
        fires: "it is selected and also carries what overrides the selection: `k8s.aliyun.com/pod-networks`, `pod-networks-request`, `eci-vswitch`, `eci-security-group` (the two: warn on ack, where they act on virtual nodes only), `network.alibabacloud.com/vswitch-ids`, `security-group-ids`, or the label `k8s.aliyun.com/ignore-by-terway` with the value `true`",
        reason: "Nobody documents which of the two wins, so the pod may come into another network than the selected one.",
        remedy: "Remove the annotation or label, or the label by which the pod is selected.",
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

fn check(subject: &PodSubject<'_>, judge: &mut Judge<'_>) {
    if !subject.is_selected() {
        return;
    }
    let names: Vec<&str> = subject
        .selection
        .iter()
        .flat_map(|selection| &selection.selected)
        .map(|one| one.podnetworking.name())
        .collect();
    for found in overrides::of(&subject.pod, subject.selected(), judge.settings.platform) {
        let path = if found.is_label {
            subject.pod.label_path(found.key)
        } else {
            subject.pod.annotation_path(found.key)
        };
        let most = if found.on_virtual_nodes_only { Severity::Warn } else { Severity::Deny };
        let related = names.iter().map(|name| Related::podnetworking(name, "spec.selector")).collect();
        judge.report_at_most(
            &RULE,
            most,
            Finding::new(
                &RULE,
                path.clone(),
                format!("{}={}", found.key, found.value),
                format!("{} selects it, but {}, now {}, overrides the selection", list(&names), quote(&path), quote(found.value)),
                format!("remove {}, or the label by which it is selected", quote(&path)),
            )
            .with_related(related),
        );
    }
}
