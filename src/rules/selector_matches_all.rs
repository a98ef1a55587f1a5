//! `selector-matches-all`: a selector is set, but empty.

use crate::judgement::check::Check;
use crate::judgement::judge::Judge;
#[cfg(feature = "catalogue")]
use crate::judgement::rule::Docs;
use crate::judgement::rule::{About, Rule, Severities};
use crate::judgement::subject::podnetworking::PodNetworkingSubject;
use crate::objects::podnetworking::selector_path;
use crate::selectors::selector_pair::Side;
use crate::text::problem::Problem;

/// The rule.
pub static RULE: Rule = Rule {
    id: "selector-matches-all",
    about: About::PodNetworking,
    severities: Severities::WARN,
    #[cfg(feature = "catalogue")]
    docs: Docs {
        title: "an empty selector",
        fires: "`podSelector` or `namespaceSelector` is set, but empty (`{}`).",
        reason: "An empty `podSelector` matches every pod, and an empty `namespaceSelector` every namespace. This is rarely intended.",
        remedy: "Add the labels of the intended pods or namespaces, or remove the empty selector.",
        good: "
apiVersion: network.alibabacloud.com/v1beta1
kind: PodNetworking
metadata: {name: example}
spec:
  selector: {podSelector: {matchLabels: {foo: bar}}}
  securityGroupIDs: [sg-bp1]
  vSwitchOptions: [vsw-bp1]
",
        bad: "
apiVersion: network.alibabacloud.com/v1beta1
kind: PodNetworking
metadata: {name: example}
spec:
  selector: {podSelector: {}}
  securityGroupIDs: [sg-bp1]
  vSwitchOptions: [vsw-bp1]
",
        settings: "",
    },
};

/// What the rule checks.
pub const CHECK: Check = Check::PodNetworking(check);

fn check(subject: &PodNetworkingSubject<'_, '_>, judge: &mut Judge<'_>) {
    let Some(selectors) = &subject.selectors else { return };
    let sides = [(Side::Pod, &selectors.pod, "pod"), (Side::Namespace, &selectors.namespace, "namespace")];
    for (side, selector, noun) in sides {
        if selector.as_ref().is_some_and(|selector| selector.requirements().is_empty()) {
            let path = selector_path(side);
            judge.report(
                &RULE,
                Problem {
                    path: path.into(),
                    value: path.into(),
                    message: format!("`{path}` is empty, so it matches every {noun}"),
                    help: format!("add the labels of the intended {noun}s, or remove this field"),
                },
            );
        }
    }
}
