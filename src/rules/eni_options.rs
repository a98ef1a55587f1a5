//! `eni-options`: interface options that the platform does not know.

use crate::json::fault::Faults;
use crate::json::path::Path;
use crate::json::value::Json;
use crate::judgement::check::Check;
use crate::judgement::judge::Judge;
#[cfg(feature = "catalogue")]
use crate::judgement::rule::Docs;
use crate::judgement::rule::{About, Rule, Severities};
use crate::judgement::subject::podnetworking::PodNetworkingSubject;
use crate::objects::crd::{ENI_OPTIONS, ENI_TYPE, VSWITCH_SELECT_OPTIONS, VSWITCH_SELECTION_POLICY};
use crate::rules::support::faults;
use crate::text::problem::Problem;
use crate::text::quote::{join_quoted, quote};

/// The rule.
pub static RULE: Rule = Rule {
    id: "eni-options",
    about: About::PodNetworking,
    severities: Severities::WARN,
    #[cfg(feature = "catalogue")]
    docs: Docs {
        title: "an interface option that the platform does not support",
        fires: "`spec.eniOptions` or `spec.vSwitchSelectOptions` contains a value that the platform does not support. An absent or empty field, `eniType: Default` and `vSwitchSelectionPolicy: ordered` never fire, because the CRD sets these defaults.",
        reason: "An option that the platform does not support has no effect, or the API server does not accept the object.",
        remedy: "Remove the field, or use a value that the message names.",
        good: "
apiVersion: network.alibabacloud.com/v1beta1
kind: PodNetworking
metadata: {name: example}
spec:
  selector: {podSelector: {matchLabels: {foo: bar}}}
  securityGroupIDs: [sg-bp1]
  vSwitchOptions: [vsw-bp1]
  eniOptions: {eniType: Default}
",
        bad: "
apiVersion: network.alibabacloud.com/v1beta1
kind: PodNetworking
metadata: {name: example}
spec:
  selector: {podSelector: {matchLabels: {foo: bar}}}
  securityGroupIDs: [sg-bp1]
  vSwitchOptions: [vsw-bp1]
  eniOptions: {eniType: Trunk}
",
        settings: "",
    },
};

/// What the rule checks.
pub const CHECK: Check = Check::PodNetworking(check);

fn check(subject: &PodNetworkingSubject<'_, '_>, judge: &mut Judge<'_>) {
    let Some(spec) = subject.spec.json else { return };
    let platform = judge.settings.platform;
    value(spec, ENI_OPTIONS, ENI_TYPE, platform.eni_types(), judge);
    value(spec, VSWITCH_SELECT_OPTIONS, VSWITCH_SELECTION_POLICY, platform.vswitch_policies(), judge);
}

fn value(spec: Json<'_>, options: &'static str, field: &'static str, known: &[&str], judge: &mut Judge<'_>) {
    let root = Path::Written("spec");
    let path = root.field(options);
    let Some(options) = spec.member(options).and_then(Json::present) else { return };
    let mut faults = Faults::default();
    let [found] = options.fields([field], &path, &mut faults);
    let path = path.field(field);
    let found = found.and_then(|json| json.string(&path, &mut faults));
    // Malformed fields were reported where they are read. Only this rule reads the selection policy.
    if field == VSWITCH_SELECTION_POLICY {
        faults::report(faults, judge);
    }
    let Some(found) = found.filter(|found| !found.is_empty() && !known.contains(&found.as_ref())) else { return };
    let path = path.to_string();
    let platform = judge.settings.platform.name();
    judge.report(
        &RULE,
        Problem {
            path: path.clone(),
            value: format!("{path}={found}"),
            message: format!("`{path}` cannot be {} on `{platform}`", quote(&found)),
            help: format!(
                "remove this field, or use {}{}",
                if known.len() > 1 { "one of " } else { "" },
                join_quoted(known)
            ),
        },
    );
}
