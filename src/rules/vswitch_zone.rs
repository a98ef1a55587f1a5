//! `vswitch-zone`: a vSwitch's zone is unknown, or two sources disagree on it.

#[cfg(feature = "catalogue")]
use crate::judgement::rule::Docs;
use crate::judgement::check::Check;
use crate::judgement::rule::{About, Rule, Severities};
use crate::json::fault::Faults;
use crate::judgement::judge::Judge;
use crate::rules::support::missing;
use crate::judgement::subject::podnetworking::PodNetworkingSubject;
use crate::settings::severity::Severity;
use crate::collections::text_map::TextMap;
use crate::text::problem::Problem;
use crate::text::quote::quote;

/// The rule.
pub static RULE: Rule = Rule {
    id: "vswitch-zone",
    about: About::PodNetworking,
    severities: Severities::WARN,
    #[cfg(feature = "catalogue")]
    docs: Docs {
        title: "a vSwitch in an unknown zone",
        fires: "a vSwitch's zone is unknown (ack, acs: only where a status exists), or status and inventory disagree",
        reason: "Pods can be kept to the zones of their vSwitches only where these zones are known.",
        remedy: "Add the vSwitch to `settings.inventory.vSwitches`, or correct it there.",
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
  vSwitchOptions: [vsw-bp2]
",
        settings: "inventory: {vSwitches: {vsw-bp1: {zone: cn-hangzhou-h}}}",
    },
};

/// What it looks at.
pub const CHECK: Check = Check::PodNetworking(check);

fn check(subject: &PodNetworkingSubject<'_, '_>, judge: &mut Judge<'_>) {
    let settings = judge.settings;
    // Of one that is there twice the first is named.
    let indices: TextMap<'_, usize> =
        subject.vswitches.iter().enumerate().rev().map(|(index, id)| (id.as_str(), index)).collect();
    for (id, zone) in subject.podnetworking.status_zones(&mut Faults::default()) {
        let known = settings.inventory.vswitches.get(id.as_ref()).and_then(|vswitch| vswitch.zone.as_deref());
        let Some(index) = indices.get(id.as_ref()) else { continue };
        if let Some(known) = known
            && known != zone
        {
            judge.report(
                &RULE,
                Problem {
path: format!("spec.vSwitchOptions[{index}]"),
value: format!("{id} {zone} {known}"),
message: format!(
                        "{} is in zone {} by the status and in {} by the inventory",
                        quote(&id),
                        quote(&zone),
                        quote(known)
                    ),
help: format!("correct {} in the settings; the status counts", quote(&format!("inventory.vSwitches.{id}.zone"))),
},
            );
        }
    }
    // Before the first reconciliation no zone is known on ack and acs, and that is no fault.
    if settings.platform.writes_status() && !subject.podnetworking.has_status() {
        return;
    }
    let zones = match subject.zones() {
        Ok(zones) => zones,
        // It only warns, so what it cannot know does not refuse.
        Err(missing) => return missing::report(&missing, Severity::Warn, judge),
    };
    for id in zones.unknown {
        let index = indices.get(id.as_str()).copied().unwrap_or_default();
        judge.report(
            &RULE,
            Problem {
path: format!("spec.vSwitchOptions[{index}]"),
value: id.clone(),
message: format!("the zone of {} is unknown, so pods are not kept to the zones of the vSwitches", quote(&id)),
help: "add the vSwitch with its zone to `inventory.vSwitches` in the settings".to_owned(),
},
        );
    }
}
