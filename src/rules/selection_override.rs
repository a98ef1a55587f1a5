//! `selection-override`: an annotation or label that overrides the selection.

#[cfg(feature = "catalogue")]
use crate::judgement::rule::Docs;
use crate::judgement::check::Check;
use crate::judgement::rule::{About, Rule, Severities};
use crate::answer::finding::{Finding, Related};
use crate::judgement::judge::Judge;
use crate::selection::overrides;
use crate::judgement::subject::pod::PodSubject;
use crate::objects::podnetworking::PodNetworking;
use crate::settings::severity::Severity;
use crate::text::problem::Problem;
use crate::text::quote::{list, quote};

/// The rule.
pub static RULE: Rule = Rule {
    id: "selection-override",
    about: About::PodLike,
    severities: Severities::DENY,
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

/// What it looks at.
pub const CHECK: Check = Check::Pod(check);

fn check(subject: &PodSubject<'_>, judge: &mut Judge<'_>) {
    let Ok(selection) = subject.selection() else { return };
    if selection.selected.is_empty() {
        return;
    }
    let names: Vec<&str> = selection.selected.iter().map(|one| one.podnetworking.name()).collect();
    let selected = selection.one().map(PodNetworking::name);
    for found in overrides::on_pod(&subject.pod, selected, judge.settings.platform) {
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
            Finding::from(Problem {
path: path.clone(),
value: format!("{}={}", found.key, found.value),
message: format!("{} selects it, but {}, now {}, overrides the selection", list(&names), quote(&path), quote(found.value)),
help: format!("remove {}, or the label by which it is selected", quote(&path)),
})
            .with_related(related),
        );
    }
}
