//! `template-labels`: the labels of the template do not match the workload's own selector.

use crate::json::fault::{FaultKind, Faults};
use crate::json::path::Path;
use crate::json::value::{Json, Kind};
use crate::judgement::check::Check;
use crate::judgement::judge::Judge;
#[cfg(feature = "catalogue")]
use crate::judgement::rule::Docs;
use crate::judgement::rule::{About, Rule, Severities};
use crate::judgement::subject::pod::PodSubject;
use crate::objects::read::labels::read_labels;
use crate::objects::read::selector::read_selector;
use crate::objects::workload::PodLocation;
use crate::rules::support::faults;
use crate::text::problem::Problem;
use crate::text::quote::quote;

/// The rule.
pub static RULE: Rule = Rule {
    id: "template-labels",
    about: About::Workload,
    severities: Severities::WARN,
    #[cfg(feature = "catalogue")]
    docs: Docs {
        title: "the labels of the template do not match the workload's own selector",
        fires: "The labels of the pod template do not match `spec.selector` of the workload.",
        reason: "The API server does not accept such a workload, or the workload does not count the pods that it creates.",
        remedy: "Change the labels of the template, so that `spec.selector` of the workload matches.",
        good: "
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: default}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: c, image: nginx}]}
",
        bad: "
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: default}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: wbe}}
    spec: {containers: [{name: c, image: nginx}]}
",
        settings: "",
    },
};

/// What the rule checks.
pub const CHECK: Check = Check::Pod(check);

fn check(subject: &PodSubject<'_>, judge: &mut Judge<'_>) {
    if subject.pod.place != PodLocation::Template {
        return;
    }
    let selector = subject.pod.own_spec.and_then(|spec| spec.member("selector")).and_then(Json::present);
    let Some(selector) = selector else { return };
    let path = Path::Written("spec.selector");
    let labels_path = format!("{}.labels", subject.pod.place.metadata());
    let mut faults = Faults::default();
    let failed = if selector.kind() != Kind::Object {
        faults.malformed(&path, "an object", selector);
        None
    } else if subject.pod.kind == "ReplicationController" {
        // Its selector is a map of labels, not a label selector.
        let labels = read_labels(Some(selector), &path, &mut faults);
        let failed = labels.iter().find(|(key, value)| subject.pod.labels.get(key) != Some(value));
        failed.map(|(key, value)| format!("{key} In [{value}]"))
    } else {
        // The API server reports an invalid selector.
        let selector = read_selector(selector, &path, &mut faults);
        selector.and_then(|selector| selector.failed(&subject.pod.labels).map(ToString::to_string))
    };
    // In other kinds, this field may have another meaning.
    if subject.pod.is_of_kubernetes() {
        faults::report(faults.of_kind(FaultKind::Malformed), judge);
    }
    let Some(failed) = failed else { return };
    judge.report(
        &RULE,
        Problem {
            path: labels_path,
            value: failed.clone(),
            message: format!(
                "`spec.selector` requires {}, but the labels of the pod template do not match",
                quote(&failed)
            ),
            help: "change the labels of the pod template so that `spec.selector` matches".to_owned(),
        },
    );
}
