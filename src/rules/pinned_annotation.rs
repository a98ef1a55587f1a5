//! `pinned-annotation`: an update changes what was recorded of a pod's network.

#[cfg(feature = "catalogue")]
use super::Docs;
use super::{About, Check, DENY, Rule};
use crate::json::fault::Faults;
use crate::answer::finding::Finding;
use crate::json::value::Json;
use crate::judgement::judge::Judge;
use crate::selectors::labels::Labels;
use crate::mutations::pod_annotations::POD_NETWORKING;
use crate::json::path::Path;
use crate::selection::selects::POD_ENI;
use crate::text::quote::quote;

/// The rule.
pub static RULE: Rule = Rule {
    id: "pinned-annotation",
    about: About::Pod,
    severities: DENY,
    // Of a Pod's update it alone judges, and it needs the old object.
    check: Check::WhereRead,
    #[cfg(feature = "catalogue")]
    docs: Docs {
        title: "an update changes the recorded network",
        fires: "Pod UPDATE: the recorded `pod-networking` or `pod-eni` is changed or removed; adding one is allowed",
        reason: "A PodNetworking takes effect when a pod is created; a changed record would only hide which it was.",
        remedy: "Leave the annotation as it is, or create the pod anew.",
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
metadata: {name: pod, namespace: default, labels: {foo: bar}, annotations: {k8s.aliyun.com/pod-networking: example, k8s.aliyun.com/pod-eni: 'true'}}
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

/// Compares the recorded annotations of a pod before and after an update.
pub fn check(object: Json<'_>, old: Json<'_>, judge: &mut Judge<'_>) {
    let mut faults = Faults::default();
    let new = annotations(object, &mut faults);
    // What was wrong with the old object is no fault of the new one.
    let old = annotations(old, &mut Faults::default());
    judge.faults(faults);
    for key in [POD_NETWORKING, POD_ENI] {
        let Some(was) = old.get(key) else { continue };
        let now = new.get(key);
        if now == Some(was) {
            continue;
        }
        let path = format!("metadata.annotations[{key}]");
        let change = match now {
            Some(now) => format!("is changed to {}", quote(now)),
            None => "is removed".to_owned(),
        };
        judge.report(
            &RULE,
            Finding::new(
                &RULE,
                path,
                format!("{key}={}", now.unwrap_or_default()),
                format!("the recorded `{key}` {} {change}", quote(was)),
                format!("leave it at {}: a pod keeps its network, so create it anew for another", quote(was)),
            ),
        );
    }
}

fn annotations<'a>(object: Json<'a>, faults: &mut Faults) -> Labels<'a> {
    let path = Path::Written("metadata");
    let annotations =
        object.member("metadata").and_then(Json::present).map_or([None], |json| json.fields(["annotations"], &path, faults));
    let [annotations] = annotations;
    Labels::read(annotations, &path.field("annotations"), faults)
}
