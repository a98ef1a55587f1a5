//! `annotation-mismatch`: the annotation names a PodNetworking that does not select the pod.

use crate::answer::finding::{Finding, Related};
use crate::judgement::check::Check;
use crate::judgement::judge::Judge;
#[cfg(feature = "catalogue")]
use crate::judgement::rule::Docs;
use crate::judgement::rule::{About, Rule, Severities};
use crate::judgement::subject::pod::PodSubject;
use crate::rules::support::wording;
use crate::text::problem::Problem;
use crate::text::quote::quote;
use crate::well_known::POD_NETWORKING;

/// The rule.
pub static RULE: Rule = Rule {
    id: "annotation-mismatch",
    about: About::PodLike,
    severities: Severities::DENY,
    #[cfg(feature = "catalogue")]
    docs: Docs {
        title: "the annotation names a PodNetworking that does not select the pod",
        fires: "The annotation `k8s.aliyun.com/pod-networking` names a PodNetworking that does not select the pod.",
        reason: "The annotation records the PodNetworking of the pod. With a wrong name, users look for the pod in the wrong network.",
        remedy: "Remove the annotation. It is set at admission.",
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

/// What the rule checks.
pub const CHECK: Check = Check::Pod(check);

fn check(subject: &PodSubject<'_>, judge: &mut Judge<'_>) {
    let Some(named) = subject.pod.annotations.get(POD_NETWORKING) else { return };
    let Ok(selection) = subject.selection() else { return };
    // It is unknown whether the named one selects the pod: `namespace-unknown` reports that.
    if selection.namespace_unknown.iter().any(|name| name == named) {
        return;
    }
    let path = subject.pod.annotation_path(POD_NETWORKING);
    let pod = wording::pod(subject);
    let (message, help) = match selection.selected.as_slice() {
        [] => (
            format!("{} names {}, but no PodNetworking selects {pod}", quote(&path), quote(named)),
            format!("remove the annotation, or add labels that {} selects", quote(named)),
        ),
        [one] if one.podnetworking.name() != named => {
            let selected = quote(one.podnetworking.name());
            (
                format!("{} names {}, but {selected} selects {pod}", quote(&path), quote(named)),
                format!("remove the annotation, which is set at admission, or change the value to {selected}"),
            )
        }
        // With several it is not defined which one is right: `ambiguous-pod` reports that.
        _ => return,
    };
    let related = selection
        .selected
        .iter()
        .map(|one| Related::podnetworking(one.podnetworking.name(), one.path.clone()))
        .collect();
    judge.report_at_most(
        &RULE,
        subject.most(),
        Finding::from(Problem { path, value: named.into(), message, help }).with_related(related),
    );
}
