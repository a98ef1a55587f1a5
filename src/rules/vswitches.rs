//! `vswitches`: no vSwitch, or a wrong id.

#[cfg(feature = "catalogue")]
use crate::judgement::rule::Docs;
use crate::judgement::check::Check;
use crate::judgement::rule::{About, Rule, Severities};
use crate::rules::support::resource_ids;
use crate::judgement::judge::Judge;
use crate::judgement::subject::podnetworking::PodNetworkingSubject;

/// The rule.
pub static RULE: Rule = Rule {
    id: "vswitches",
    about: About::PodNetworking,
    severities: Severities::DENY,
    #[cfg(feature = "catalogue")]
    docs: Docs {
        title: "no vSwitch, or a wrong id",
        fires: "an id not of the form `vsw-...` (same alphabet); none and no default (on ack a warning, as above)",
        reason: "Without a valid vSwitch the platform cannot give the pod an address.",
        remedy: "List at least one vSwitch id, or set `settings.defaults.vSwitchOptions`.",
        good: "
apiVersion: network.alibabacloud.com/v1beta1
kind: PodNetworking
metadata: {name: example}
spec:
  selector: {podSelector: {matchLabels: {foo: bar}}}
  securityGroupIDs: [sg-bp1]
  vSwitchOptions: [vsw-bp1]
",
        bad: "
apiVersion: network.alibabacloud.com/v1beta1
kind: PodNetworking
metadata: {name: example}
spec:
  selector: {podSelector: {matchLabels: {foo: bar}}}
  securityGroupIDs: [sg-bp1]
  vSwitchOptions: [vsw_bp1]
",
        settings: "",
    },
};

/// What it looks at.
pub const CHECK: Check = Check::PodNetworking(check);

fn check(subject: &PodNetworkingSubject<'_, '_>, judge: &mut Judge<'_>) {
    if resource_ids::is_empty(subject.object, "vSwitchOptions") {
        resource_ids::report_empty(&RULE, PATH, "vSwitch", "defaults.vSwitchOptions", judge);
    }
    resource_ids::report_malformed(&RULE, PATH, "vsw-", "vSwitch", &subject.vswitches, judge);
}

const PATH: &str = "spec.vSwitchOptions";
