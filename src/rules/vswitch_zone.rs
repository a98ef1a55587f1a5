//! `vswitch-zone`: the zone of a vSwitch is unknown, or two sources disagree.

use crate::collections::text_map::TextMap;
use crate::json::fault::Faults;
use crate::judgement::check::Check;
use crate::judgement::judge::Judge;
#[cfg(feature = "catalogue")]
use crate::judgement::rule::Docs;
use crate::judgement::rule::{About, Rule, Severities};
use crate::judgement::subject::podnetworking::PodNetworkingSubject;
use crate::rules::support::missing;
use crate::selection::zones::is_zone;
use crate::settings::severity::Severity;
use crate::text::problem::Problem;
use crate::text::quote::quote;
use crate::text::resource_id::{VSWITCH, is_id};

/// The rule.
pub static RULE: Rule = Rule {
    id: "vswitch-zone",
    about: About::PodNetworking,
    severities: Severities::WARN,
    #[cfg(feature = "catalogue")]
    docs: Docs {
        title: "the zone of a vSwitch is unknown, or not consistent",
        fires: "The zone of a vSwitch is unknown or not consistent:

- Neither the status of the PodNetworking nor the inventory in the settings has the zone. On ACK and ACS, this fires only if the PodNetworking has a status.
- The status and the inventory have different zones.",
        reason: "The policy restricts pods to the zones of their vSwitches only if all of these zones are known.",
        remedy: "Add the vSwitch with its zone to `inventory.vSwitches` in the settings, or correct the zone there.",
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

/// What the rule checks.
pub const CHECK: Check = Check::PodNetworking(check);

fn check(subject: &PodNetworkingSubject<'_, '_>, judge: &mut Judge<'_>) {
    let settings = judge.settings;
    // If an ID is there twice, the first place is reported.
    let indices: TextMap<'_, usize> =
        subject.spec.vswitches.iter().enumerate().rev().map(|(index, id)| (id.as_str(), index)).collect();
    for (id, zone) in subject.podnetworking.status_zones(&mut Faults::default()) {
        let known = settings.inventory.vswitches.get(id.as_ref()).and_then(|vswitch| vswitch.zone.as_deref());
        let Some(index) = indices.get(id.as_ref()) else { continue };
        if let Some(known) = known
            && known != zone
            && is_zone(&zone)
        {
            judge.report(
                &RULE,
                Problem {
                    path: format!("spec.vSwitchOptions[{index}]"),
                    value: format!("{id} {zone} {known}"),
                    message: format!(
                        "the status has zone {} for {}, but the inventory in the settings has zone {}",
                        quote(&zone),
                        quote(&id),
                        quote(known)
                    ),
                    help: format!(
                        "correct {} in the settings: the zone of the status is used",
                        quote(&format!("inventory.vSwitches.{id}.zone"))
                    ),
                },
            );
        }
    }
    // On ack and acs, the zones are unknown before the first reconciliation. This is not a problem.
    if settings.platform.writes_status() && !subject.podnetworking.has_status() {
        return;
    }
    let zones = match subject.zones() {
        Ok(zones) => zones,
        // The rule only warns, so missing data does not deny.
        Err(missing) => return missing::report(&missing, Severity::Warn, judge),
    };
    for id in zones.unknown {
        let index = indices.get(id.as_str()).copied().unwrap_or_default();
        judge.report(
            &RULE,
            Problem {
                path: format!("spec.vSwitchOptions[{index}]"),
                value: id.clone(),
                message: format!(
                    "the zone of {} is unknown, so pods of this PodNetworking are not restricted to zones",
                    quote(&id)
                ),
                help: if is_id(&id, VSWITCH) {
                    "add this vSwitch with its zone to `inventory.vSwitches` in the settings".to_owned()
                } else {
                    "correct the ID of this vSwitch".to_owned()
                },
            },
        );
    }
}
