//! `namespace-unknown`: the labels of the namespace are unknown.

use crate::answer::finding::{Finding, Related};
use crate::judgement::check::Check;
use crate::judgement::judge::Judge;
#[cfg(feature = "catalogue")]
use crate::judgement::rule::Docs;
use crate::judgement::rule::{About, Rule, Severities};
use crate::judgement::subject::pod::PodSubject;
use crate::objects::crd::NAMESPACE_SELECTOR_PATH;
use crate::rules::support::wording;
use crate::text::problem::Problem;
use crate::text::quote::quote;

/// The rule.
pub static RULE: Rule = Rule {
    id: "namespace-unknown",
    about: About::PodLike,
    severities: Severities::WARN,
    #[cfg(feature = "catalogue")]
    docs: Docs {
        title: "the labels of the namespace are unknown",
        fires: "A PodNetworking with a `namespaceSelector` could select the pod, and the namespace of the pod is not among the checked manifests. The policy then assumes that this PodNetworking does not select the pod.",
        reason: "Without the labels of the namespace, the policy cannot evaluate a `namespaceSelector`.",
        remedy: "Add the manifest of the namespace to the checked manifests.",
        good: "
apiVersion: network.alibabacloud.com/v1beta1
kind: PodNetworking
metadata: {name: example}
spec:
  selector: {namespaceSelector: {matchLabels: {team: a}}}
  securityGroupIDs: [sg-bp1]
  vSwitchOptions: [vsw-bp1]
---
apiVersion: v1
kind: Namespace
metadata: {name: default}
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
  selector: {namespaceSelector: {matchLabels: {team: a}}}
  securityGroupIDs: [sg-bp1]
  vSwitchOptions: [vsw-bp1]
---
apiVersion: v1
kind: Pod
metadata: {name: pod, namespace: default, labels: {foo: bar}}
spec: {containers: [{name: c, image: nginx}]}
",
        settings: "",
    },
};

/// What the rule checks.
pub const CHECK: Check = Check::Pod(check);

fn check(subject: &PodSubject<'_>, judge: &mut Judge<'_>) {
    let Ok(selection) = subject.selection() else { return };
    if selection.namespace_unknown.is_empty() {
        return;
    }
    // A request without a namespace is reported as malformed.
    let Some(namespace) = subject.namespace.as_deref() else { return };
    let names = &selection.namespace_unknown;
    let related = names.iter().map(|name| Related::podnetworking(name, NAMESPACE_SELECTOR_PATH)).collect();
    judge.report(
        &RULE,
        Finding::from(Problem {
            path: "metadata.namespace".to_owned(),
            value: namespace.into(),
            message: format!(
                "the labels of namespace {} are unknown, so the policy ignores {} for {}",
                quote(namespace),
                wording::podnetworkings(&names.iter().map(String::as_str).collect::<Vec<_>>()),
                wording::pod(subject)
            ),
            help: format!("add the manifest of namespace {} to the checked manifests", quote(namespace)),
        })
        .with_related(related),
    );
}
