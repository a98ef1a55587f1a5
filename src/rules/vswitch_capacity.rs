//! `vswitch-capacity`: more pods than available IP addresses.

use crate::answer::finding::{Finding, Related};
use crate::json::fault::Faults;
use crate::json::path::Path;
use crate::json::value::Json;
use crate::judgement::check::Check;
use crate::judgement::judge::Judge;
#[cfg(feature = "catalogue")]
use crate::judgement::rule::Docs;
use crate::judgement::rule::{About, Rule, Severities};
use crate::judgement::subject::pod::PodSubject;
use crate::objects::crd::VSWITCHES_PATH;
use crate::request::Operation;
use crate::rules::support::faults;
use crate::text::problem::Problem;
use crate::text::quote::quote;

/// The rule.
pub static RULE: Rule = Rule {
    id: "vswitch-capacity",
    about: About::Workload,
    severities: Severities::WARN,
    #[cfg(feature = "catalogue")]
    docs: Docs {
        title: "more pods than available IP addresses",
        fires: "A workload needs more IP addresses than its vSwitches have available, according to the inventory in the settings. On UPDATE, only the additional pods count.",
        reason: "Pods without an available IP address do not start.",
        remedy: "Add a vSwitch to the PodNetworking, or reduce the number of pods.",
        good: "
apiVersion: network.alibabacloud.com/v1beta1
kind: PodNetworking
metadata: {name: example}
spec:
  selector: {podSelector: {matchLabels: {foo: bar}}}
  securityGroupIDs: [sg-bp1]
  vSwitchOptions: [vsw-bp1]
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: default}
spec:
  replicas: 2
  selector: {matchLabels: {foo: bar}}
  template:
    metadata: {labels: {foo: bar}}
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
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: default}
spec:
  replicas: 3
  selector: {matchLabels: {foo: bar}}
  template:
    metadata: {labels: {foo: bar}}
    spec: {containers: [{name: c, image: nginx}]}
",
        settings: "inventory: {vSwitches: {vsw-bp1: {zone: cn-hangzhou-h, availableIPs: 2}}}",
    },
};

/// What the rule checks.
pub const CHECK: Check = Check::Pod(check);

fn check(subject: &PodSubject<'_>, judge: &mut Judge<'_>) {
    // The number of pods of a DaemonSet depends on the nodes.
    if !subject.pod.is_template() || subject.pod.of_daemon_set {
        return;
    }
    let Some(one) = subject.selected() else { return };
    let mut ids = one.vswitches(&mut Faults::default());
    crate::collections::sort::texts(&mut ids);
    ids.dedup();
    let inventory = &judge.settings.inventory.vswitches;
    let idle: Option<u64> = ids
        .iter()
        .map(|id| inventory.get(id.as_ref())?.available_ips)
        .try_fold(0, |sum: u64, ips| Some(sum.saturating_add(ips?)));
    let (Some(idle), false) = (idle, ids.is_empty()) else { return };
    let Some((field, count)) = subject.pod.own_spec.map(|spec| replicas(spec, &subject.pod.kind)) else { return };
    let count = match count {
        Ok(count) => count,
        // In other kinds, this field may have another meaning.
        Err(found) if subject.pod.is_of_kubernetes() => {
            let mut faults = Faults::default();
            faults.malformed(&Path::Written("spec").field(field), "a non-negative whole number", found);
            return faults::report(faults, judge);
        }
        Err(_) => return,
    };
    let before = match subject.operation {
        Operation::Update => {
            let old_spec = subject.old_object.and_then(|old| old.member("spec")).and_then(Json::present);
            old_spec.and_then(|spec| replicas(spec, &subject.pod.kind).1.ok()).unwrap_or_default()
        }
        _ => 0,
    };
    let needed = count.saturating_sub(before);
    if needed <= idle {
        return;
    }
    let name = quote(one.name());
    judge.report_at_most(
        &RULE,
        subject.most(),
        Finding::from(Problem {
            path: format!("spec.{field}"),
            value: count.to_string(),
            message: format!(
                "this workload needs {needed} more IP {}, but the vSwitches of PodNetworking {name} have only {idle} available",
                if needed == 1 { "address" } else { "addresses" }
            ),
            help: format!("add a vSwitch to {name}, or reduce the number of pods"),
        })
        .with_related(vec![Related::podnetworking(one.name(), VSWITCHES_PATH)]),
    );
}

/// The field for the number of pods that the workload runs at the same time, and its value. The default is 1. The error
/// is a value that is not such a number.
fn replicas<'a>(spec: Json<'a>, kind: &str) -> (&'static str, Result<u64, Json<'a>>) {
    let number = |json: Json<'a>| json.text().parse::<u64>().map_err(|_| json);
    let count = |json: Option<Json<'a>>| json.and_then(Json::present).map_or(Ok(1), number);
    if let Some(job) = spec.member("jobTemplate").and_then(|json| json.member("spec")) {
        return ("jobTemplate.spec.parallelism", count(job.member("parallelism")));
    }
    let field = if kind == "Job" || spec.member("parallelism").is_some() { "parallelism" } else { "replicas" };
    (field, count(spec.member(field)))
}
