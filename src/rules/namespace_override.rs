//! `namespace-override`: the namespace switches the webhook off.

#[cfg(feature = "catalogue")]
use crate::judgement::rule::Docs;
use crate::judgement::check::Check;
use crate::judgement::rule::{About, Rule, Severities};
use crate::judgement::judge::Judge;
use crate::text::problem::Problem;
use crate::judgement::subject::namespace::NamespaceSubject;
use crate::well_known::POD_ENI;
use crate::settings::severity::Severity;

/// The rule.
pub static RULE: Rule = Rule {
    id: "namespace-override",
    about: About::Namespace,
    severities: Severities { ack_serverless: Severity::Off, ack: Severity::Warn, acs: Severity::Off },
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

/// What it looks at.
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
message: format!("`{path}`, now `false`, switches PodNetworkings off for all pods in it"),
help: "remove the label, unless that is meant".to_owned(),
},
    );
}
