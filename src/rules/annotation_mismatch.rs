//! `annotation-mismatch`: the annotation names another PodNetworking than the selected one.

#[cfg(feature = "catalogue")]
use crate::judgement::rule::Docs;
use crate::judgement::check::Check;
use crate::judgement::rule::{About, Rule, Severities};
use crate::answer::finding::{Finding, Related};
use crate::judgement::judge::Judge;
use crate::well_known::POD_NETWORKING;
use crate::judgement::subject::pod::PodSubject;
use crate::text::problem::Problem;
use crate::text::quote::quote;

/// The rule.
pub static RULE: Rule = Rule {
    id: "annotation-mismatch",
    about: About::PodLike,
    severities: Severities::DENY,
    #[cfg(feature = "catalogue")]
    docs: Docs {
        title: "the annotation names another PodNetworking",
        fires: "`k8s.aliyun.com/pod-networking` names another PodNetworking than the selected one, or one although none selects it",
        reason: "The annotation records the selected PodNetworking; a wrong one hides which network the pod is in.",
        remedy: "Remove the annotation: it is written at admission.",
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
metadata: {name: pod, namespace: default, labels: {foo: bar}, annotations: {k8s.aliyun.com/pod-networking: other}}
spec: {containers: [{name: c, image: nginx}]}
",
        settings: "",
    },
};

/// What it looks at.
pub const CHECK: Check = Check::Pod(check);

fn check(subject: &PodSubject<'_>, judge: &mut Judge<'_>) {
    let Some(named) = subject.pod.annotations.get(POD_NETWORKING) else { return };
    let Ok(selection) = subject.selection() else { return };
    // Whether that one selects it cannot be told: `namespace-unknown` says so.
    if selection.namespace_unknown.iter().any(|name| name == named) {
        return;
    }
    let path = subject.pod.annotation_path(POD_NETWORKING);
    let (message, help) = match selection.selected.as_slice() {
        [] => (
            format!("the annotation names {}, but no PodNetworking selects it", quote(named)),
            format!("remove {}, or give it labels by which {} selects it", quote(&path), quote(named)),
        ),
        [one] if one.podnetworking.name() != named => {
            let selected = quote(one.podnetworking.name());
            (
                format!("the annotation names {}, but {selected} selects it", quote(named)),
                format!("remove {}, which is written at admission, or set it to {selected}", quote(&path)),
            )
        }
        // Which of several is meant, nobody knows: `ambiguous-pod` says so.
        _ => return,
    };
    let related = selection
        .selected
        .iter()
        .map(|one| Related::podnetworking(one.podnetworking.name(), one.path.clone()))
        .collect();
    judge.report(&RULE, Finding::from(Problem {
path,
value: named.into(),
message,
help,
}).with_related(related));
}
