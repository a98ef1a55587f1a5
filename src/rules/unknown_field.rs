//! `unknown-field`: a field that the CRD does not define.

use crate::answer::finding::Finding;
use crate::answer::fix::{Change, Fix};
use crate::json::fault::Faults;
use crate::json::path::Path;
use crate::json::value::{Json, Kind};
use crate::judgement::check::Check;
use crate::judgement::judge::Judge;
#[cfg(feature = "catalogue")]
use crate::judgement::rule::Docs;
use crate::judgement::rule::{About, Rule, Severities};
use crate::judgement::subject::podnetworking::PodNetworkingSubject;
use crate::objects::crd::{FIELDS, MEANT, PARENTS, fields_of, kind_of};
use crate::objects::podnetworking::selector_path;
use crate::objects::read::selector::{MATCH_EXPRESSIONS, SELECTOR_FIELDS};
use crate::selectors::selector_pair::Side;
use crate::settings::severity::Severity;
use crate::text::nearest::nearest;
use crate::text::problem::Problem;
use crate::text::quote::{join_quoted, quote};
use crate::well_known::EXPRESSION_FIELDS;

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
        // Each path except the first is a field of the spec.
        let object = match path.strip_prefix("spec.") {
            None => subject.spec.json,
            Some(field) => known_member(subject.spec.json, field),
        };
        let Some(object) = object.filter(|json| json.kind() == Kind::Object) else { continue };
        let is_known = |key: &str| {
            FIELDS.iter().any(|field| field.strip_prefix(path).and_then(|rest| rest.strip_prefix('.')) == Some(key))
        };
        // Most objects have no other field.
        if object.members(&Path::Written(path), &mut Faults::default()).iter().all(|(key, _)| is_known(key)) {
            continue;
        }
        let known = fields_of(path);
        // A default is not a field that is there already.
        let written = subject.written.at(path.split('.')).unwrap_or(object);
        report_unknown((object, written), path, &known, judge);
    }
    for side in [Side::Pod, Side::Namespace] {
        check_selector(subject.spec.json, side, judge);
    }
}

fn check_selector(spec: Option<Json<'_>>, side: Side, judge: &mut Judge<'_>) {
    let path = selector_path(side);
    // The path begins with `spec`.
    let selector = spec.and_then(|spec| spec.at(path.split('.').skip(1)));
    let Some(selector) = selector.filter(|json| json.kind() == Kind::Object) else { return };
    report_unknown((selector, selector), path, &SELECTOR_FIELDS, judge);
    let expressions = selector.member(MATCH_EXPRESSIONS).filter(|json| json.kind() == Kind::List);
    let expressions = expressions.map(|json| json.list(&Path::Root, &mut Faults::default())).unwrap_or_default();
    for (index, expression) in expressions.into_iter().enumerate().filter(|(_, json)| json.kind() == Kind::Object) {
        report_unknown(
            (expression, expression),
            &format!("{path}.{MATCH_EXPRESSIONS}[{index}]"),
            &EXPRESSION_FIELDS,
            judge,
        );
    }
}

fn known_member<'a>(spec: Option<Json<'a>>, field: &'static str) -> Option<Json<'a>> {
    spec?.member(field)
}

/// Reports the fields of an object that are not among the known ones. The second object is the first one without defaults.
fn report_unknown((object, written): (Json<'_>, Json<'_>), path: &str, known: &[&'static str], judge: &mut Judge<'_>) {
    for (key, value) in object.members(&Path::Written(path), &mut Faults::default()) {
        if !known.contains(&key.as_ref()) {
            report(written, (&key, value), path, known, judge);
        }
    }
}

fn report(
    written: Json<'_>,
    (key, value): (&str, Json<'_>),
    parent: &str,
    known: &[&'static str],
    judge: &mut Judge<'_>,
) {
    // A field of the same parent, or another path.
    let wrong = MEANT.iter().find(|(path, wrong, _)| *path == parent && *wrong == key).map(|(_, _, meant)| *meant);
    let near = match wrong {
        Some(meant) => meant.strip_prefix(parent).and_then(|rest| rest.strip_prefix('.')),
        None => nearest(key, known),
    };
    let near = near.filter(|name| known.contains(name));
    let (default, help) = match (near, wrong) {
        (Some(near), _) => (Severity::Deny, format!("use `{parent}.{near}`")),
        (None, Some(meant)) => (Severity::Deny, format!("use `{meant}`")),
        (None, None) => {
            (Severity::Warn, format!("remove this field (known fields of `{parent}`: {})", join_quoted(known)))
        }
    };
    let path = Path::Written(parent).field(key).to_string();
    // The value has to fit, and the right field must not be there already.
    let renamed = near.filter(|name| value.kind() == kind_of(name) && written.member(name).is_none());
    let fix = renamed.map(|name| Fix { is_safe: true, path: path.clone(), change: Change::Rename(name.to_owned()) });
    let message = format!("{} is not a PodNetworking field, and the API server drops unknown fields", quote(&path));
    let problem = Problem { path: path.clone(), value: path, message, help };
    judge.report_with_default(&RULE, default, Finding::from(problem).with_fix(fix));
}
