//! `namespace-unknown`: the namespace is not among the manifests.

#[cfg(feature = "catalogue")]
use crate::judgement::rule::Docs;
use crate::judgement::check::Check;
use crate::judgement::rule::{About, Rule, Severities};
use crate::answer::finding::{Finding, Related};
use crate::judgement::judge::Judge;
use crate::judgement::subject::pod::PodSubject;
use crate::text::problem::Problem;
use crate::text::quote::{list, quote};

/// The rule.
pub static RULE: Rule = Rule {
    id: "namespace-unknown",
    about: About::PodLike,
    severities: Severities::WARN,
    #[cfg(feature = "catalogue")]
    docs: Docs {
        title: "the namespace is not among the manifests",
        fires: "its namespace is not among the checked manifests and a namespaceSelector depends on it (such a PodNetworking then counts as not selecting)",
        reason: "Whether a namespaceSelector matches cannot be told without the labels of the namespace.",
        remedy: "Add the manifest of the namespace to what is checked.",
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

/// What it looks at.
pub const CHECK: Check = Check::Pod(check);

fn check(subject: &PodSubject<'_>, judge: &mut Judge<'_>) {
    let Ok(selection) = subject.selection() else { return };
    if selection.namespace_unknown.is_empty() {
        return;
    }
    // A request that names no namespace is malformed, and says so.
    let Some(namespace) = subject.namespace.as_deref() else { return };
    let names = &selection.namespace_unknown;
    let related = names.iter().map(|name| Related::podnetworking(name, "spec.selector.namespaceSelector")).collect();
    judge.report(
        &RULE,
        Finding::from(Problem {
path: "metadata.namespace".to_owned(),
value: namespace.into(),
message: format!(
                "the namespace {} is not known, so it is taken as not selected by {}",
                quote(namespace),
                list(names)
            ),
help: format!("add the manifest of the namespace {} to what is checked", quote(namespace)),
})
        .with_related(related),
    );
}
