//! `namespace-override`: the namespace disables PodNetworkings.

use crate::judgement::check::Check;
use crate::judgement::judge::Judge;
#[cfg(feature = "catalogue")]
use crate::judgement::rule::Docs;
use crate::judgement::rule::{About, Rule, Severities};
use crate::judgement::subject::namespace::NamespaceSubject;
use crate::settings::severity::Severity;
use crate::text::problem::Problem;
use crate::well_known::POD_ENI;

/// The rule.
pub static RULE: Rule = Rule {
    id: "namespace-override",
    about: About::Namespace,
    severities: Severities { ack_serverless: Severity::Off, ack: Severity::Warn, acs: Severity::Off },
    #[cfg(feature = "catalogue")]
    docs: Docs {
        title: "the namespace disables PodNetworkings",
        fires: "The Namespace has the label `k8s.aliyun.com/pod-eni: \"false\"`.",
        reason: "This label disables the platform's webhook for the namespace. No PodNetworking selects a pod of this namespace.",
        remedy: "Remove the label, if this is not intended.",
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

/// What the rule checks.
pub const CHECK: Check = Check::Namespace(check);

fn check(subject: &NamespaceSubject<'_>, judge: &mut Judge<'_>) {
    if subject.namespace.labels.get(POD_ENI) != Some("false") {
        return;
    }
    let path = format!("metadata.labels[{POD_ENI}]");
    judge.report(
        &RULE,
        Problem {
            path: path.clone(),
            value: "false".to_owned(),
            message: format!("`{path}` is `false`, which disables PodNetworkings for all pods of this namespace"),
            help: "remove the label if this is not intended".to_owned(),
        },
    );
}
