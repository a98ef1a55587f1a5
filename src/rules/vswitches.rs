//! `vswitches`: no vSwitch, or an invalid ID.

use crate::judgement::check::Check;
use crate::judgement::judge::Judge;
#[cfg(feature = "catalogue")]
use crate::judgement::rule::Docs;
use crate::judgement::rule::{About, Rule, Severities};
use crate::judgement::subject::podnetworking::PodNetworkingSubject;
use crate::objects::crd::{VSWITCH_OPTIONS, VSWITCHES_PATH};
use crate::rules::support::resource_ids;
use crate::text::resource_id;

/// The rule.
pub static RULE: Rule = Rule {
    id: "vswitches",
    about: About::PodNetworking,
    severities: Severities::DENY,
    #[cfg(feature = "catalogue")]
    docs: Docs {
        title: "no vSwitch, or an invalid ID",
        fires: "`spec.vSwitchOptions` is not valid:

- An ID does not have the form `vsw-[a-z0-9]([a-z0-9-]*[a-z0-9])?`.
- It is empty, and `defaults.vSwitchOptions` is not set. On ACK this is a warning at most, because Terway fills an empty list from its `eni-config`.",
        reason: "Without a valid vSwitch, the platform cannot give the pod an IP address.",
        remedy: "List at least one vSwitch ID, or set `defaults.vSwitchOptions` in the settings.",
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

/// What the rule checks.
pub const CHECK: Check = Check::PodNetworking(check);

fn check(subject: &PodNetworkingSubject<'_, '_>, judge: &mut Judge<'_>) {
    if resource_ids::is_empty(subject.object, VSWITCH_OPTIONS) {
        resource_ids::report_empty(&RULE, PATH, "vSwitch", "defaults.vSwitchOptions", judge);
    }
    resource_ids::report_malformed(&RULE, PATH, resource_id::VSWITCH, "vSwitch", &subject.spec.vswitches, judge);
}

const PATH: &str = VSWITCHES_PATH;
