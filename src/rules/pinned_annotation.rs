//! `pinned-annotation`: an update changes what decides the network of a pod.

use crate::judgement::check::Check;
use crate::judgement::judge::Judge;
#[cfg(feature = "catalogue")]
use crate::judgement::rule::Docs;
use crate::judgement::rule::{About, Rule, Severities};
use crate::judgement::subject::pod_update::{KeyChange, PodUpdateSubject};
use crate::rules::support::missing;
use crate::settings::severity::Severity;
use crate::text::problem::Problem;
use crate::text::quote::quote;
use crate::well_known::{CREATION_ANNOTATIONS, POD_ENI, POD_NETWORKING};

/// The rule.
pub static RULE: Rule = Rule {
    id: "pinned-annotation",
    about: About::Pod,
    severities: Severities::DENY,
    #[cfg(feature = "catalogue")]
    docs: Docs {
        title: "an update changes what decides the network of a pod",
        fires: "An update of a Pod adds, changes or removes one of these:

- the annotations `k8s.aliyun.com/pod-networking`, `k8s.aliyun.com/pod-eni`, `k8s.aliyun.com/pod-networks` and `k8s.aliyun.com/pod-networks-request`
- the annotations `k8s.aliyun.com/eci-vswitch`, `k8s.aliyun.com/eci-security-group`, `network.alibabacloud.com/vswitch-ids` and `network.alibabacloud.com/security-group-ids`
- the label `k8s.aliyun.com/ignore-by-terway`

What the platform itself writes is allowed:

- The ECI and ACS annotations of a pod that is bound to a node. They have an effect at creation only, and the virtual node writes them.
- On ACK Serverless and ACS, an added `k8s.aliyun.com/pod-networking` that names a PodNetworking which selects the pod, and `k8s.aliyun.com/pod-eni: \"true\"` beside it.",
        reason: "A pod keeps the PodNetworking that selected it when it was created. A later change can put a pod that is not bound yet into another network, or hides which PodNetworking it uses.",
        remedy: "Keep the annotation or label. To change the network of a pod, delete the pod and create it again.",
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
metadata: {name: pod, namespace: default, labels: {foo: bar}, annotations: {k8s.aliyun.com/pod-networking: example}}
spec: {containers: [{name: c, image: nginx}]}
---
apiVersion: v1
kind: Pod
metadata: {name: pod, namespace: default, labels: {foo: bar}, annotations: {k8s.aliyun.com/pod-networking: example, owner: team-a}}
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
---
apiVersion: v1
kind: Pod
metadata: {name: pod, namespace: default, labels: {foo: bar}, annotations: {k8s.aliyun.com/pod-networking: example}}
spec: {containers: [{name: c, image: nginx}]}
---
apiVersion: v1
kind: Pod
metadata: {name: pod, namespace: default, labels: {foo: bar}, annotations: {k8s.aliyun.com/pod-networking: other}}
spec: {containers: [{name: c, image: nginx}]}
",
        settings: "",
    },
};

/// What the rule checks.
pub const CHECK: Check = Check::PodUpdate(check);

fn check(subject: &PodUpdateSubject<'_>, judge: &mut Judge<'_>) {
    for change in &subject.changes.network_keys {
        if is_by_platform(change, subject, judge) {
            continue;
        }
        let KeyChange { key, is_label, old, new } = change;
        let path = if *is_label { subject.pod.pod.label_path(key) } else { subject.pod.pod.annotation_path(key) };
        let noun = if *is_label { "label" } else { "annotation" };
        let again = "to change the network, delete the pod and create it again";
        let (message, help) = match (old, new) {
            (Some(old), Some(new)) => (
                format!("{} changes from {} to {}, but a pod keeps its network", quote(&path), quote(old), quote(new)),
                format!("keep the value {}: {again}", quote(old)),
            ),
            (Some(old), None) => (
                format!("{} ({}) is removed, but a pod keeps its network", quote(&path), quote(old)),
                format!("keep the value {}: {again}", quote(old)),
            ),
            (None, new) => (
                format!(
                    "{} ({}) is added, but a pod keeps its network",
                    quote(&path),
                    quote(new.as_deref().unwrap_or_default())
                ),
                format!("remove this {noun}: {again}"),
            ),
        };
        judge.report(
            &RULE,
            Problem { path, value: format!("{key}={}", new.as_deref().unwrap_or_default()), message, help },
        );
    }
}

/// Whether the platform itself makes such a change.
fn is_by_platform(change: &KeyChange<'_>, subject: &PodUpdateSubject<'_>, judge: &mut Judge<'_>) -> bool {
    if CREATION_ANNOTATIONS.contains(&change.key) {
        return subject.changes.was_bound;
    }
    if change.old.is_some() || !judge.settings.platform.records_later() {
        return false;
    }
    let Some(named) = subject.pod.pod.annotations.get(POD_NETWORKING) else { return false };
    let is_kept = || subject.changes.recorded.as_deref().is_none_or(|old| old == named);
    match change.key {
        POD_NETWORKING => {}
        POD_ENI if change.new.as_deref() == Some("true") && is_kept() => {}
        _ => return false,
    }
    match subject.pod.selection() {
        Ok(selection) => selection.selected.iter().any(|one| one.podnetworking.name() == named),
        Err(missing) => {
            missing::report(&missing, Severity::Deny, judge);
            // What cannot be decided is denied by the missing fact.
            true
        }
    }
}
