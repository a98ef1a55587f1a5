//! `selector-missing`: neither selector is set.

use crate::judgement::check::Check;
use crate::judgement::judge::Judge;
#[cfg(feature = "catalogue")]
use crate::judgement::rule::Docs;
use crate::judgement::rule::{About, Rule, Severities};
use crate::judgement::subject::podnetworking::PodNetworkingSubject;
use crate::objects::crd::SELECTOR_PATH;
use crate::text::problem::Problem;

/// The rule.
pub static RULE: Rule = Rule {
    id: "selector-missing",
    about: About::PodNetworking,
    severities: Severities::WARN,
    #[cfg(feature = "catalogue")]
    docs: Docs {
        title: "no selector",
        fires: "A PodNetworking has neither a `podSelector` nor a `namespaceSelector`.",
        reason: "Such a PodNetworking selects no pods. Pods can only request it by name, with the annotation `k8s.aliyun.com/pod-networks-request`.",
        remedy: "Set `podSelector` or `namespaceSelector`, unless pods request the PodNetworking by name.",
        good: "
apiVersion: network.alibabacloud.com/v1beta1
kind: PodNetworking
metadata: {name: example}
spec:
  selector: {namespaceSelector: {matchLabels: {team: a}}}
  securityGroupIDs: [sg-bp1]
  vSwitchOptions: [vsw-bp1]
",
        bad: "
apiVersion: network.alibabacloud.com/v1beta1
kind: PodNetworking
metadata: {name: example}
spec:
  selector: {}
  securityGroupIDs: [sg-bp1]
  vSwitchOptions: [vsw-bp1]
",
        settings: "",
    },
};

/// What the rule checks.
pub const CHECK: Check = Check::PodNetworking(check);

fn check(subject: &PodNetworkingSubject<'_, '_>, judge: &mut Judge<'_>) {
    if subject.selectors.as_ref().is_some_and(crate::selectors::selector_pair::SelectorPair::are_both_absent) {
        judge.report(
            &RULE,
            Problem {
                path: SELECTOR_PATH.to_owned(),
                message: "`spec.selector` has neither `podSelector` nor `namespaceSelector`, so this PodNetworking selects no pods"
                    .to_owned(),
                help: "set one of the two, unless pods request this PodNetworking in `k8s.aliyun.com/pod-networks-request`".to_owned(),
                ..Problem::default()
            },
        );
    }
}
