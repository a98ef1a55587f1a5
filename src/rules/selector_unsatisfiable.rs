//! `selector-unsatisfiable`: no labels can ever match.

use crate::json::path::Path;
use crate::judgement::check::Check;
use crate::judgement::judge::Judge;
#[cfg(feature = "catalogue")]
use crate::judgement::rule::Docs;
use crate::judgement::rule::{About, Rule, Severities};
use crate::judgement::subject::podnetworking::PodNetworkingSubject;
use crate::objects::podnetworking::selector_path;
use crate::objects::read::requirement::requirement_path;
use crate::selectors::contradiction::{contradiction, namespace_contradiction};
use crate::selectors::requirement::Requirement;
use crate::selectors::selector_pair::Side;
use crate::text::problem::Problem;
use crate::text::quote::{join_first, quote};

/// The rule.
pub static RULE: Rule = Rule {
    id: "selector-unsatisfiable",
    about: About::PodNetworking,
    severities: Severities::WARN,
    #[cfg(feature = "catalogue")]
    docs: Docs {
        title: "a selector that cannot match",
        fires: "Requirements of a selector contradict each other, so no labels can match. The message names these requirements.",
        reason: "Such a PodNetworking selects no pods, although it looks as if it did.",
        remedy: "Remove or change one of the requirements that the message names.",
        good: "
apiVersion: network.alibabacloud.com/v1beta1
kind: PodNetworking
metadata: {name: example}
spec:
  selector: {podSelector: {matchLabels: {foo: bar}, matchExpressions: [{key: foo, operator: NotIn, values: [baz]}]}}
  securityGroupIDs: [sg-bp1]
  vSwitchOptions: [vsw-bp1]
",
        bad: "
apiVersion: network.alibabacloud.com/v1beta1
kind: PodNetworking
metadata: {name: example}
spec:
  selector: {podSelector: {matchLabels: {foo: bar}, matchExpressions: [{key: foo, operator: NotIn, values: [bar]}]}}
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
    report(Side::Pod, selectors.pod.as_ref().map(contradiction), judge);
    report(Side::Namespace, selectors.namespace.as_ref().map(namespace_contradiction), judge);
}

fn report(side: Side, contradicting: Option<Vec<&Requirement<'_>>>, judge: &mut Judge<'_>) {
    let contradicting = contradicting.unwrap_or_default();
    let Some(first) = contradicting.first() else { return };
    let all = join_first(&mut contradicting.iter().map(|requirement| quote(&requirement.to_string()).to_string()));
    let path = Path::Written(selector_path(side));
    let (message, help) = if contradicting.len() == 1 {
        (format!("{all} cannot match, so this PodNetworking selects no pods"), "remove or change this requirement")
    } else {
        (
            format!("{all} contradict each other, so this PodNetworking selects no pods"),
            "remove or change one of these requirements",
        )
    };
    let finding = Problem { path: requirement_path(first, &path), value: all.clone(), message, help: help.into() };
    judge.report(&RULE, finding);
}
