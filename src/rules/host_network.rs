//! `host-network`: the pod is selected, but uses the network of its host.

#[cfg(feature = "catalogue")]
use super::Docs;
use super::{About, Check, Rule, WARN};
use crate::answer::finding::{Finding, Related};
use crate::judgement::judge::Judge;
use crate::judgement::subject::pod::PodSubject;
use crate::text::quote::list;

/// The rule.
pub static RULE: Rule = Rule {
    id: "host-network",
    about: About::PodLike,
    severities: WARN,
    check: Check::Pod(check),
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

pub(crate) fn check(subject: &PodSubject<'_>, judge: &mut Judge<'_>) {
    let Some(selection) = &subject.selection else { return };
    if !subject.pod.host_network || selection.selected.is_empty() {
        return;
    }
    let names: Vec<&str> = selection.selected.iter().map(|one| one.podnetworking.name()).collect();
    let related = names.iter().map(|name| Related::podnetworking(name, "spec.selector")).collect();
    let path = subject.pod.spec_path("hostNetwork");
    // A pod with the host's network is never refused, whatever the settings say.
    judge.report_at_most(
        &RULE,
        crate::settings::values::Severity::Warn,
        Finding::new(
            &RULE,
            path.clone(),
            "true",
            format!("it uses the host's network, so {} cannot have an effect on it", list(&names)),
            format!("remove `{path}`, or the label by which it is selected"),
        )
        .with_related(related),
    );
}
