//! `selector-missing`: neither selector is set.

#[cfg(feature = "catalogue")]
use crate::judgement::rule::Docs;
use crate::judgement::check::Check;
use crate::judgement::rule::{About, Rule, Severities};
use crate::judgement::judge::Judge;
use crate::text::problem::Problem;
use crate::judgement::subject::podnetworking::PodNetworkingSubject;

/// The rule.
pub static RULE: Rule = Rule {
    id: "selector-missing",
    about: About::PodNetworking,
    severities: Severities::WARN,
    #[cfg(feature = "catalogue")]
    docs: Docs {
        title: "no selector",
        fires: "neither selector is set: it selects no pod",
        reason: "A PodNetworking without selectors selects no pod; only `pod-networks-request` can use it.",
        remedy: "Set `podSelector` or `namespaceSelector`, unless pods request it by name.",
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

/// What it looks at.
pub const CHECK: Check = Check::PodNetworking(check);

fn check(subject: &PodNetworkingSubject<'_, '_>, judge: &mut Judge<'_>) {
    if subject.selectors.as_ref().is_some_and(crate::selectors::selector_pair::SelectorPair::is_missing) {
        judge.report(
            &RULE,
            Problem {
path: "spec.selector".to_owned(),
message: "`spec.selector` has neither `podSelector` nor `namespaceSelector`, so it selects no pod".to_owned(),
help: "set one of them, unless pods name it in `k8s.aliyun.com/pod-networks-request`".to_owned(),
..Problem::default()
},
        );
    }
}
