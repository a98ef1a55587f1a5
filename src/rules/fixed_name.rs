//! `fixed-name`: a fixed address without a fixed name.

#[cfg(feature = "catalogue")]
use crate::judgement::rule::Docs;
use crate::judgement::check::Check;
use crate::judgement::rule::{About, Rule, Severities};
use crate::answer::finding::{Finding, Related};
use crate::judgement::judge::Judge;
use crate::judgement::subject::pod::PodSubject;
use crate::settings::severity::Severity;
use crate::text::problem::Problem;
use crate::text::quote::quote;

/// The rule.
pub static RULE: Rule = Rule {
    id: "fixed-name",
    about: About::PodLike,
    severities: Severities { ack_serverless: Severity::Off, ack: Severity::Warn, acs: Severity::Warn },
    #[cfg(feature = "catalogue")]
    docs: Docs {
        title: "a fixed address without a fixed name",
        fires: "a `Fixed` PodNetworking matches its labels, but it has no fixed name, so it is not selected",
        reason: "A `Fixed` PodNetworking selects only pods that keep their names, so this pod gets another network.",
        remedy: "Use a StatefulSet, add its owner's kind to `settings.fixedNameKinds`, or make the PodNetworking `Elastic`.",
        good: "
apiVersion: network.alibabacloud.com/v1beta1
kind: PodNetworking
metadata: {name: example}
spec:
  selector: {podSelector: {matchLabels: {foo: bar}}}
  securityGroupIDs: [sg-bp1]
  vSwitchOptions: [vsw-bp1]
  allocationType: {type: Fixed}
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
  selector: {podSelector: {matchLabels: {foo: bar}}}
  securityGroupIDs: [sg-bp1]
  vSwitchOptions: [vsw-bp1]
  allocationType: {type: Fixed}
---
apiVersion: v1
kind: Pod
metadata: {name: pod, namespace: default, labels: {foo: bar}, ownerReferences: [{apiVersion: apps/v1, kind: ReplicaSet, name: web, uid: u}]}
spec: {containers: [{name: c, image: nginx}]}
",
        settings: "platform: ack",
    },
};

/// What it looks at.
pub const CHECK: Check = Check::Pod(check);

fn check(subject: &PodSubject<'_>, judge: &mut Judge<'_>) {
    let Ok(selection) = subject.selection() else { return };
    for name in &selection.not_fixed_name {
        let name_quoted = quote(name);
        judge.report(
            &RULE,
            Finding::from(Problem {
path: format!("{}.labels", subject.pod.place.metadata()),
value: name.clone(),
message: format!("{name_quoted} matches its labels, but is `Fixed`, and does not select pods without a fixed name"),
help: format!(
                    "use a StatefulSet, add the kind of the owner to `fixedNameKinds` in the settings, or make {name_quoted} `Elastic`"
                ),
})
            .with_related(vec![Related::podnetworking(name, "spec.allocationType.type")]),
        );
    }
}
