//! `zone-unconstrained`: the pod can run outside of the zones of its PodNetworking.

use crate::answer::finding::Finding;
use crate::judgement::check::Check;
use crate::judgement::judge::Judge;
#[cfg(feature = "catalogue")]
use crate::judgement::rule::Docs;
use crate::judgement::rule::{About, Rule, Severities};
use crate::judgement::subject::pod::PodSubject;
use crate::objects::pod::REQUIRED;
use crate::rules::support::wording;
use crate::text::problem::Problem;
use crate::text::quote::list;

/// The rule.
pub static RULE: Rule = Rule {
    id: "zone-unconstrained",
    about: About::Pod,
    severities: Severities::OFF,
    #[cfg(feature = "catalogue")]
    docs: Docs {
        title: "a pod that can run outside of the zones of its PodNetworking",
        fires: "The node requirements of the pod allow a zone in which its PodNetworking has no vSwitch, although the mutation `zone-affinity` would have added the zone constraint.

- The rule is for a validating policy that runs after a mutating one: it finds what a later webhook removed. `deploy/overlays/protect` sets it to `deny` there.
- If the pod requests several PodNetworkings, their common zones count.
- The rule has the conditions of the mutation: the zone of each vSwitch is known, nothing overrides the selection, the PodNetworking is ready (ACK, ACS), and the pod is not bound to a node.",
        reason: "The scheduler can place such a pod in a zone without a vSwitch, where the pod cannot get an address.",
        remedy: "Let the mutating policy add the zone constraint, or restrict the pod to the zones that the message names.",
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
metadata: {name: pod, namespace: default, labels: {foo: bar}}
spec:
  nodeSelector: {topology.kubernetes.io/zone: cn-hangzhou-h}
  containers: [{name: c, image: nginx}]
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
spec:
  containers: [{name: c, image: nginx}]
",
        settings: "rules: {zone-unconstrained: deny}
inventory: {vSwitches: {vsw-bp1: {zone: cn-hangzhou-h}}}",
    },
};

/// What the rule checks.
pub const CHECK: Check = Check::PodZones(check);

fn check(subject: &PodSubject<'_>, judge: &mut Judge<'_>) {
    if subject.pod.is_template() {
        return;
    }
    let Some(zones) = subject.zones_to_require().filter(|_| subject.takes_additions()) else { return };
    let affinity = &subject.pod.affinity;
    let named = affinity.named_zones();
    let outside: Vec<&str> = affinity
        .allowed_zones(&named)
        .into_iter()
        .filter(|zone| zones.known.binary_search_by(|known| known.as_str().cmp(zone)).is_err())
        .collect();
    let allowed = match outside.as_slice() {
        _ if affinity.allows_any_other_zone() => "any zone".to_owned(),
        [] => return,
        outside => list(outside),
    };
    let (owner, related) = wording::zones(subject, &zones.known);
    judge.report(
        &RULE,
        Finding::from(Problem {
            path: subject.pod.spec_path(&REQUIRED.join(".")),
            message: format!("{owner}, but the pod allows {allowed}"),
            help: format!(
                "check that the mutating policy has added the zone constraint and that no later webhook removes it, or \
                 restrict the pod to {}",
                list(&zones.known)
            ),
            ..Problem::default()
        })
        .with_related(related),
    );
}
