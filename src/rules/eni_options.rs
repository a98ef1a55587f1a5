//! `eni-options`: interface options that the platform does not know.

#[cfg(feature = "catalogue")]
use super::Docs;
use super::{About, Check, Rule, WARN};
use crate::json::fault::Faults;
use crate::answer::finding::Finding;
use crate::json::value::Json;
use crate::judgement::judge::Judge;
use crate::json::path::Path;
use crate::judgement::subject::podnetworking::PodNetworkingSubject;
use crate::settings::values::Platform;
use crate::text::quote::{join_quoted, quote};

/// The rule.
pub static RULE: Rule = Rule {
    id: "eni-options",
    about: About::PodNetworking,
    severities: WARN,
    check: Check::PodNetworking(check),
    #[cfg(feature = "catalogue")]
    docs: Docs {
        title: "interface options that the platform does not know",
        fires: "in `eniOptions` or `vSwitchSelectOptions`, a field or value that the platform does not support or know; absent, empty, `Default` and `ordered` never fire (the CRD fills them in)",
        reason: "An option that the platform does not support has no effect, or makes the API server refuse the object.",
        remedy: "Remove the option, or use a value that the help names.",
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

fn check(subject: &PodNetworkingSubject<'_>, judge: &mut Judge<'_>) {
    let Some(spec) = subject.spec else { return };
    let platform = judge.settings.platform;
    let has_options = platform != Platform::AckServerless;
    let types: &[&str] = if platform == Platform::Ack { &["Default", "ENI", "Trunk"] } else { &["Default"] };
    let policies: &[&str] = if has_options { &["ordered", "random", "most"] } else { &["ordered"] };
    value(spec, "eniOptions", "eniType", types, judge);
    value(spec, "vSwitchSelectOptions", "vSwitchSelectionPolicy", policies, judge);
}

fn value(spec: Json<'_>, options: &'static str, field: &'static str, known: &[&str], judge: &mut Judge<'_>) {
    let root = Path::Written("spec");
    let path = root.field(options);
    let Some(options) = spec.member(options).and_then(Json::present) else { return };
    let mut faults = Faults::default();
    let [found] = options.fields([field], &path, &mut faults);
    let path = path.field(field);
    let found = found.and_then(|json| json.string(&path, &mut faults));
    // What is malformed was reported where it was read; the policy is read here alone.
    if field == "vSwitchSelectionPolicy" {
        judge.faults(faults);
    }
    let Some(found) = found.filter(|found| !found.is_empty() && !known.contains(&found.as_ref())) else { return };
    let path = path.to_string();
    let platform = judge.settings.platform.name();
    judge.report(
        &RULE,
        Finding::new(
            &RULE,
            path.clone(),
            format!("{path}={found}"),
            format!("{} is not supported on `{platform}` as `{path}`", quote(&found)),
            format!("remove it, or use {}{}", if known.len() > 1 { "one of " } else { "" }, join_quoted(known)),
        ),
    );
}
