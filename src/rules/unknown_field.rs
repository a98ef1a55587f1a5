//! `unknown-field`: a field that the CRD does not define.

use crate::json::fault::Faults;
use crate::json::path::Path;
use crate::json::value::{Json, Kind};
use crate::judgement::check::Check;
use crate::judgement::judge::Judge;
#[cfg(feature = "catalogue")]
use crate::judgement::rule::Docs;
use crate::judgement::rule::{About, Rule, Severities};
use crate::judgement::subject::podnetworking::PodNetworkingSubject;
use crate::objects::crd::{MEANT, PARENTS, fields_of};
use crate::objects::podnetworking::selector_path;
use crate::objects::read::selector::{EXPRESSION_FIELDS, MATCH_EXPRESSIONS, SELECTOR_FIELDS};
use crate::selectors::selector_pair::Side;
use crate::settings::severity::Severity;
use crate::text::nearest::nearest;
use crate::text::problem::Problem;
use crate::text::quote::{join_quoted, quote};

/// The rule.
pub static RULE: Rule = Rule {
    id: "unknown-field",
    about: About::PodNetworking,
    severities: Severities::DENY,
    #[cfg(feature = "catalogue")]
    docs: Docs {
        title: "a field that the CRD does not define",
        fires: "The manifest of a PodNetworking contains a field that the CRD does not define in `spec`, `spec.selector`, its two label selectors, `spec.allocationType`, `spec.eniOptions` or `spec.vSwitchSelectOptions`.

- The rule denies if the name is similar to a known field (another case, or up to two wrong letters), or is a common wrong name.
- Otherwise the rule warns.

The rule is for manifests, for example in CI. In a cluster, the API server drops unknown fields before the policy gets the object.",
        reason: "The API server does not accept an unknown field, or drops it. Without a misspelt `namespaceSelector`, a PodNetworking selects pods of every namespace. Without a misspelt `matchLabels`, it selects every pod.",
        remedy: "Use the field that the message names, or remove the field.",
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

/// What the rule checks.
pub const CHECK: Check = Check::PodNetworking(check);

fn check(subject: &PodNetworkingSubject<'_, '_>, judge: &mut Judge<'_>) {
    for path in PARENTS {
        let known = fields_of(path);
        // Each path except the first is a field of the spec.
        let object = match path.strip_prefix("spec.") {
            None => subject.spec.json,
            Some(field) => known_member(subject.spec.json, field),
        };
        let Some(object) = object.filter(|json| json.kind() == Kind::Object) else { continue };
        let mut faults = Faults::default();
        for (key, _) in object.members(&Path::Written(path), &mut faults) {
            if !known.contains(&key.as_ref()) {
                report(path, &key, &known, judge);
            }
        }
    }
    for side in [Side::Pod, Side::Namespace] {
        check_selector(subject.spec.json, side, judge);
    }
}

fn check_selector(spec: Option<Json<'_>>, side: Side, judge: &mut Judge<'_>) {
    let path = selector_path(side);
    let mut faults = Faults::default();
    // The path begins with `spec`.
    let selector = spec.and_then(|spec| spec.at(path.split('.').skip(1)));
    let Some(selector) = selector.filter(|json| json.kind() == Kind::Object) else { return };
    for (key, value) in selector.members(&Path::Root, &mut faults) {
        if key == MATCH_EXPRESSIONS && value.kind() == Kind::List {
            for (index, expression) in value.list(&Path::Root, &mut faults).into_iter().enumerate() {
                let path = format!("{path}.{MATCH_EXPRESSIONS}[{index}]");
                let unknown = expression
                    .members(&Path::Root, &mut faults)
                    .into_iter()
                    .filter(|(key, _)| !EXPRESSION_FIELDS.contains(&key.as_ref()));
                for (key, _) in unknown.filter(|_| expression.kind() == Kind::Object) {
                    report(&path, &key, &EXPRESSION_FIELDS, judge);
                }
            }
        } else if !SELECTOR_FIELDS.contains(&key.as_ref()) {
            report(path, &key, &SELECTOR_FIELDS, judge);
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
        Some(meant) => (Severity::Deny, format!("use `{meant}`")),
        None => (Severity::Warn, format!("remove this field (known fields of `{parent}`: {})", join_quoted(known))),
    };
    let path = Path::Written(parent).field(key).to_string();
    let message = format!("{} is not a PodNetworking field, and the API server drops unknown fields", quote(&path));
    judge.report_with_default(&RULE, default, Problem { path: path.clone(), value: path, message, help });
}
