//! `host-network`: the pod is selected, but uses the network of its host.

#[cfg(feature = "catalogue")]
use crate::judgement::rule::Docs;
use crate::judgement::check::Check;
use crate::judgement::rule::{About, Rule, Severities};
use crate::answer::finding::{Finding, Related};
use crate::judgement::judge::Judge;
use crate::judgement::subject::pod::PodSubject;
use crate::text::problem::Problem;
use crate::text::quote::list;

/// The rule.
pub static RULE: Rule = Rule {
    id: "host-network",
    about: About::PodLike,
    severities: Severities::WARN,
    #[cfg(feature = "catalogue")]
    docs: Docs {
        title: "a selected pod uses the host's network",
        fires: "selected, but `hostNetwork: true`: the PodNetworking has no effect",
        reason: "A pod with the host's network has no interface of its own that a PodNetworking could configure.",
        remedy: "Remove `hostNetwork`, or the label by which the pod is selected.",
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

/// What it looks at.
pub const CHECK: Check = Check::HostNetworkPod(check);

fn check(subject: &PodSubject<'_>, judge: &mut Judge<'_>) {
    let Ok(selection) = subject.selection() else { return };
    if selection.selected.is_empty() {
        return;
    }
    let names: Vec<&str> = selection.selected.iter().map(|one| one.podnetworking.name()).collect();
    let related = names.iter().map(|name| Related::podnetworking(name, "spec.selector")).collect();
    let path = subject.pod.spec_path("hostNetwork");
    // A pod with the host's network is never refused, whatever the settings say.
    judge.report_at_most(
        &RULE,
        crate::settings::severity::Severity::Warn,
        Finding::from(Problem {
path: path.clone(),
value: "true".to_owned(),
message: format!("it uses the host's network, so {} cannot have an effect on it", list(&names)),
help: format!("remove `{path}`, or the label by which it is selected"),
})
        .with_related(related),
    );
}
