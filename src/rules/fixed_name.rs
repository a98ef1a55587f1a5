//! `fixed-name`: a `Fixed` PodNetworking ignores a pod that does not keep its name.

use crate::answer::finding::{Finding, Related};
use crate::judgement::check::Check;
use crate::judgement::judge::Judge;
#[cfg(feature = "catalogue")]
use crate::judgement::rule::Docs;
use crate::judgement::rule::{About, Rule, Severities};
use crate::judgement::subject::pod::PodSubject;
use crate::objects::crd::TYPE_PATH;
use crate::rules::support::wording;
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
        title: "a `Fixed` PodNetworking ignores a pod that does not keep its name",
        fires: "A PodNetworking of type `Fixed` matches the labels of a pod that does not keep its name, for example the pod of a Deployment.",
        reason: "A PodNetworking of type `Fixed` selects only pods that keep their names. This pod gets another network.",
        remedy: "Use a StatefulSet, add the kind of the owner to `fixedNameKinds` in the settings, or change the type to `Elastic`.",
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

/// What the rule checks.
pub const CHECK: Check = Check::Pod(check);

fn check(subject: &PodSubject<'_>, judge: &mut Judge<'_>) {
    let Ok(selection) = subject.selection() else { return };
    for name in &selection.not_fixed_name {
        let quoted = quote(name);
        judge.report_at_most(
            &RULE,
            subject.most(),
            Finding::from(Problem {
                path: format!("{}.labels", subject.pod.place.metadata()),
                value: name.clone(),
                message: format!(
                    "the labels of {} match PodNetworking {quoted}, but the type `Fixed` selects only pods that keep \
                     their names",
                    wording::pod(subject)
                ),
                help: format!(
                    "use a StatefulSet, add the kind of the owner to `fixedNameKinds` in the settings, or change the \
                     type of {quoted} to `Elastic`"
                ),
            })
            .with_related(vec![Related::podnetworking(name, TYPE_PATH)]),
        );
    }
}
