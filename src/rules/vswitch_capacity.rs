//! `vswitch-capacity`: more replicas than idle addresses.

#[cfg(feature = "catalogue")]
use crate::judgement::rule::Docs;
use crate::judgement::check::Check;
use crate::judgement::rule::{About, Rule, Severities};
use crate::json::fault::Faults;
use crate::answer::finding::{Finding, Related};
use crate::json::value::Json;
use crate::judgement::judge::Judge;
use crate::rules::support::faults;
use crate::json::path::Path;
use crate::judgement::subject::pod::PodSubject;
use crate::request::Operation;
use crate::text::problem::Problem;
use crate::text::quote::quote;

/// The rule.
pub static RULE: Rule = Rule {
    id: "vswitch-capacity",
    about: About::Workload,
    severities: Severities::WARN,
    #[cfg(feature = "catalogue")]
    docs: Docs {
        title: "more replicas than idle addresses",
        fires: "inventory knows the idle IPs of every vSwitch of the selected PodNetworking, and `replicas` (on UPDATE only the increase) needs more",
        reason: "Pods beyond the idle addresses of the vSwitches cannot be created.",
        remedy: "Add a vSwitch to the PodNetworking, or lower the replicas.",
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

/// What it looks at.
pub const CHECK: Check = Check::Pod(check);

fn check(subject: &PodSubject<'_>, judge: &mut Judge<'_>) {
    // How many pods a DaemonSet makes depends on the nodes.
    if !subject.pod.is_template() || subject.pod.of_daemon_set {
        return;
    }
    let Some(one) = subject.selected() else { return };
    let mut ids = one.vswitches(&mut Faults::default());
    crate::collections::sort::texts(&mut ids);
    ids.dedup();
    let inventory = &judge.settings.inventory.vswitches;
    let idle: Option<u64> =
        ids.iter().map(|id| inventory.get(id.as_ref())?.available_ips).try_fold(0, |sum: u64, ips| Some(sum.saturating_add(ips?)));
    let (Some(idle), false) = (idle, ids.is_empty()) else { return };
    let Some((field, count)) = subject.pod.own_spec.map(|spec| replicas(spec, &subject.pod.kind)) else { return };
    let count = match count {
        Ok(count) => count,
        // What stands there in other kinds is theirs to say.
        Err(found) if subject.pod.is_of_kubernetes() => {
            let mut faults = Faults::default();
            faults.malformed(&Path::Written("spec").field(field), "a number of pods", found);
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
    judge.report(
        &RULE,
        Finding::from(Problem {
path: format!("spec.{field}"),
value: count.to_string(),
message: format!("it needs {needed} more addresses, and the vSwitches of {name} have {idle} idle ones"),
help: format!("add a vSwitch to {name}, or lower `spec.{field}`"),
})
        .with_related(vec![Related::podnetworking(one.name(), "spec.vSwitchOptions")]),
    );
}

/// How many pods the workload makes at a time, with the field that says so; absent is 1. A value that is no number of
/// pods is given back.
fn replicas<'a>(spec: Json<'a>, kind: &str) -> (&'static str, Result<u64, Json<'a>>) {
    let number = |json: Json<'a>| json.text().parse::<u64>().map_err(|_| json);
    let count = |json: Option<Json<'a>>| json.and_then(Json::present).map_or(Ok(1), number);
    if let Some(job) = spec.member("jobTemplate").and_then(|json| json.member("spec")) {
        return ("jobTemplate.spec.parallelism", count(job.member("parallelism")));
    }
    let field = if kind == "Job" || spec.member("parallelism").is_some() { "parallelism" } else { "replicas" };
    (field, count(spec.member(field)))
}
