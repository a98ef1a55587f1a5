//! `host-network`: the pod is selected, but uses the network of its node.

use crate::answer::finding::{Finding, Related};
use crate::judgement::check::Check;
use crate::judgement::judge::Judge;
#[cfg(feature = "catalogue")]
use crate::judgement::rule::Docs;
use crate::judgement::rule::{About, Rule, Severities};
use crate::judgement::subject::pod::PodSubject;
use crate::objects::crd::SELECTOR_PATH;
use crate::rules::support::wording;
use crate::text::problem::Problem;

/// The rule.
pub static RULE: Rule = Rule {
    id: "host-network",
    about: About::PodLike,
    severities: Severities::WARN,
    #[cfg(feature = "catalogue")]
    docs: Docs {
        title: "a selected pod uses `hostNetwork`",
        fires: "A PodNetworking selects the pod, and the pod has `hostNetwork: true`.",
        reason: "A pod with `hostNetwork: true` uses the network of its node, so a PodNetworking cannot configure an interface for the pod.",
        remedy: "Remove `hostNetwork`, or change the labels of the pod so that no PodNetworking selects the pod.",
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
metadata: {name: pod, namespace: default}
spec: {hostNetwork: true, containers: [{name: c, image: nginx}]}
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
metadata: {name: pod, namespace: default, labels: {foo: bar}}
spec: {hostNetwork: true, containers: [{name: c, image: nginx}]}
",
        settings: "",
    },
};

/// What the rule checks.
pub const CHECK: Check = Check::HostNetworkPod(check);

fn check(subject: &PodSubject<'_>, judge: &mut Judge<'_>) {
    let Ok(selection) = subject.selection() else { return };
    if selection.selected.is_empty() {
        return;
    }
    let names: Vec<&str> = selection.selected.iter().map(|one| one.podnetworking.name()).collect();
    let related = names.iter().map(|name| Related::podnetworking(name, SELECTOR_PATH)).collect();
    let path = subject.pod.spec_path("hostNetwork");
    // Nodes depend on such pods, so they are never denied, whatever the settings are.
    judge.report_at_most(
        &RULE,
        crate::settings::severity::Severity::Warn,
        Finding::from(Problem {
            path: path.clone(),
            value: "true".to_owned(),
            message: format!(
                "`{path}` is `true`, so {} cannot affect {}",
                wording::podnetworkings(&names),
                wording::pod(subject)
            ),
            help: format!(
                "remove `hostNetwork`, or change the labels so that no PodNetworking selects {}",
                wording::pod(subject)
            ),
        })
        .with_related(related),
    );
}
