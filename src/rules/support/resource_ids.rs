//! IDs of Alibaba Cloud resources in the lists of a PodNetworking.

use crate::collections::text_map::TextSet;
use crate::json::fault::Faults;
use crate::json::path::Path;
use crate::json::value::{Json, Kind};
use crate::judgement::judge::Judge;
use crate::judgement::rule::Rule;
use crate::settings::severity::Severity;
use crate::text::problem::Problem;
use crate::text::quote::quote;
use crate::text::resource_id::is_id;

/// Whether the field has no IDs. A malformed field was reported where it is read, and does not count as empty.
pub(crate) fn is_empty(object: Json<'_>, field: &'static str) -> bool {
    let Some(spec) = object.member("spec").and_then(Json::present) else { return true };
    match spec.member(field).and_then(Json::present) {
        None => spec.kind() == Kind::Object,
        Some(list) => list.kind() == Kind::List && list.list(&Path::Root, &mut Faults::default()).is_empty(),
    }
}

/// Reports invalid IDs, each once.
pub(crate) fn report_malformed(
    rule: &Rule,
    path: &str,
    prefix: &str,
    noun: &str,
    ids: &[String],
    judge: &mut Judge<'_>,
) {
    let mut seen = TextSet::default();
    for (index, id) in ids.iter().enumerate() {
        if is_id(id, prefix) || !seen.insert(id.as_str()) {
            continue;
        }
        judge.report(
            rule,
            Problem {
                path: format!("{path}[{index}]"),
                value: id.clone(),
                message: format!("{} is not a valid {noun} ID", quote(id)),
                help: format!("use `{prefix}` followed by lower-case letters, digits and `-`"),
            },
        );
    }
}

/// Reports that there are no IDs. On ack this is a warning at most, because Terway fills the list.
pub(crate) fn report_empty(rule: &Rule, path: &str, noun: &str, setting: &str, judge: &mut Judge<'_>) {
    let (most, message) = if judge.settings.platform.fills_empty_lists() {
        (Severity::Warn, format!("`{path}` is empty, so Terway uses the {noun} IDs of its `eni-config`"))
    } else {
        (Severity::Deny, format!("`{path}` is empty, so pods get no {noun}"))
    };
    let help = format!("add a {noun} ID, or set `{setting}` in the settings");
    judge.report_at_most(rule, most, Problem { path: path.into(), value: "none".to_owned(), message, help });
}
