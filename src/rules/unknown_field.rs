//! `unknown-field`: a field that the CRD does not have.

#[cfg(feature = "catalogue")]
use crate::judgement::rule::Docs;
use crate::judgement::check::Check;
use crate::judgement::rule::{About, Rule, Severities};
use crate::json::fault::Faults;
use crate::json::value::{Json, Kind};
use crate::judgement::judge::Judge;
use crate::text::nearest::nearest;
use crate::json::path::Path;
use crate::judgement::subject::podnetworking::PodNetworkingSubject;
use crate::objects::crd::fields_of;
use crate::settings::severity::Severity;
use crate::text::problem::Problem;
use crate::text::quote::{join_quoted, quote};

/// The rule.
pub static RULE: Rule = Rule {
    id: "unknown-field",
    about: About::PodNetworking,
    severities: Severities::DENY,
    #[cfg(feature = "catalogue")]
    docs: Docs {
        title: "a field that the CRD does not have",
        fires: "a field in `spec`, `spec.selector`, `spec.allocationType`, `eniOptions` or `vSwitchSelectOptions` that the CRD does not have: the API server drops it silently, and a misspelt `namespaceSelector` then selects in every namespace. Near (differs by case or by one or two letters, or a known wrong name) denies, else warns",
        reason: "The API server drops such a field silently: a misspelt `namespaceSelector` then selects in every namespace.",
        remedy: "Write the field that the help names, or remove it.",
        good: "
apiVersion: network.alibabacloud.com/v1beta1
kind: PodNetworking
metadata: {name: example}
spec:
  selector: {podSelector: {matchLabels: {foo: bar}}, namespaceSelector: {matchLabels: {team: a}}}
  securityGroupIDs: [sg-bp1]
  vSwitchOptions: [vsw-bp1]
",
        bad: "
apiVersion: network.alibabacloud.com/v1beta1
kind: PodNetworking
metadata: {name: example}
spec:
  selector: {podSelector: {matchLabels: {foo: bar}}, namesapceSelector: {matchLabels: {team: a}}}
  securityGroupIDs: [sg-bp1]
  vSwitchOptions: [vsw-bp1]
",
        settings: "",
    },
};

/// What it looks at.
pub const CHECK: Check = Check::PodNetworking(check);

/// The objects whose fields are known.
const PARENTS: [&str; 5] =
    ["spec", "spec.selector", "spec.allocationType", "spec.eniOptions", "spec.vSwitchSelectOptions"];

/// Wrong names that manifests have, and the field meant.
const MEANT: [(&str, &str, &str); 16] = [
    ("spec", "vSwitchIDs", "spec.vSwitchOptions"),
    ("spec", "vSwitchIds", "spec.vSwitchOptions"),
    ("spec", "vSwitches", "spec.vSwitchOptions"),
    ("spec", "vswitches", "spec.vSwitchOptions"),
    ("spec", "vSwitch", "spec.vSwitchOptions"),
    ("spec", "securityGroups", "spec.securityGroupIDs"),
    ("spec", "securityGroup", "spec.securityGroupIDs"),
    ("spec", "podSelector", "spec.selector.podSelector"),
    ("spec", "namespaceSelector", "spec.selector.namespaceSelector"),
    ("spec", "ipType", "spec.allocationType.type"),
    ("spec", "releaseStrategy", "spec.allocationType.releaseStrategy"),
    ("spec", "releaseAfter", "spec.allocationType.releaseAfter"),
    ("spec", "eniType", "spec.eniOptions.eniType"),
    ("spec", "vSwitchSelectionPolicy", "spec.vSwitchSelectOptions.vSwitchSelectionPolicy"),
    ("spec.selector", "matchLabels", "spec.selector.podSelector.matchLabels"),
    ("spec.selector", "matchExpressions", "spec.selector.podSelector.matchExpressions"),
];

fn check(subject: &PodNetworkingSubject<'_, '_>, judge: &mut Judge<'_>) {
    for path in PARENTS {
        let known = fields_of(path);
        // Every path but the first is a field of the spec.
        let object = match path.strip_prefix("spec.") {
            None => subject.spec,
            Some(field) => known_member(subject.spec, field),
        };
        let Some(object) = object.filter(|json| json.kind() == Kind::Object) else { continue };
        let mut faults = Faults::default();
        for (key, _) in object.members(&Path::Written(path), &mut faults) {
            if !known.contains(&key.as_ref()) {
                report(path, &key, &known, judge);
            }
        }
    }
}

fn known_member<'a>(spec: Option<Json<'a>>, field: &'static str) -> Option<Json<'a>> {
    spec?.member(field)
}

fn report(parent: &str, key: &str, known: &[&str], judge: &mut Judge<'_>) {
    let meant = MEANT
        .iter()
        .find(|(path, wrong, _)| *path == parent && *wrong == key)
        .map(|(_, _, meant)| (*meant).to_owned())
        .or_else(|| nearest(key, known).map(|near| format!("{parent}.{near}")));
    let (default, help) = match meant {
        Some(meant) => (Severity::Deny, format!("write `{meant}`")),
        None => (Severity::Warn, format!("remove it; `{parent}` has {}", join_quoted(known))),
    };
    let path = Path::Written(parent).field(key).to_string();
    let message = format!("`{parent}` has no field {}, so the API server drops it silently", quote(key));
    judge.report_with_default(&RULE, default, Problem {
path: path.clone(),
value: path,
message,
help,
});
}
