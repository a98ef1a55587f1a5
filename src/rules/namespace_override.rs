//! `namespace-override`: the namespace switches the webhook off.

#[cfg(feature = "catalogue")]
use super::Docs;
use super::{About, Check, Rule, Severities};
use crate::answer::finding::Finding;
use crate::judgement::judge::Judge;
use crate::selection::in_namespace::NamespaceSubject;
use crate::selection::selects::POD_ENI;
use crate::settings::values::Severity;

/// The rule.
pub static RULE: Rule = Rule {
    id: "namespace-override",
    about: About::Namespace,
    severities: Severities(Severity::Off, Severity::Warn, Severity::Off),
    check: Check::Namespace(check),
    #[cfg(feature = "catalogue")]
    docs: Docs {
        title: "the namespace switches the webhook off",
        fires: "the label `k8s.aliyun.com/pod-eni: \"false\"` switches the platform's webhook off for it",
        reason: "In a namespace with this label no PodNetworking selects any pod.",
        remedy: "Remove the label.",
        good: "
apiVersion: v1
kind: Namespace
metadata: {name: shop}
",
        bad: "
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {k8s.aliyun.com/pod-eni: 'false'}}
",
        settings: "platform: ack",
    },
};

fn check(subject: &NamespaceSubject<'_>, judge: &mut Judge<'_>) {
    if subject.namespace.labels.get(POD_ENI) != Some("false") {
        return;
    }
    let path = format!("metadata.labels[{POD_ENI}]");
    judge.report(
        &RULE,
        Finding::new(
            &RULE,
            path.clone(),
            "false",
            format!("`{path}`, now `false`, switches PodNetworkings off for all pods in it"),
            "remove the label, unless that is meant",
        ),
    );
}
