//! `vpc-mismatch`: security groups and vSwitches in different VPCs.

use crate::judgement::check::Check;
use crate::judgement::judge::Judge;
#[cfg(feature = "catalogue")]
use crate::judgement::rule::Docs;
use crate::judgement::rule::{About, Rule, Severities};
use crate::judgement::subject::podnetworking::PodNetworkingSubject;
use crate::text::problem::Problem;
use crate::text::quote::quote;

/// The rule.
pub static RULE: Rule = Rule {
    id: "vpc-mismatch",
    about: About::PodNetworking,
    severities: Severities::DENY,
    #[cfg(feature = "catalogue")]
    docs: Docs {
        title: "security groups and vSwitches in different VPCs",
        fires: "The vSwitches and security groups of the PodNetworking are in different VPCs, according to the inventory in the settings.",
        reason: "A network interface cannot be in two VPCs, so pods would not get a network.",
        remedy: "Use vSwitches and security groups of the same VPC.",
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
  securityGroupIDs: [sg-bp2]
  vSwitchOptions: [vsw-bp1]
",
        settings: "inventory: {vSwitches: {vsw-bp1: {vpc: vpc-1}}, securityGroups: {sg-bp1: {vpc: vpc-1}, sg-bp2: {vpc: vpc-2}}}",
    },
};

/// What the rule checks.
pub const CHECK: Check = Check::PodNetworking(check);

fn check(subject: &PodNetworkingSubject<'_, '_>, judge: &mut Judge<'_>) {
    let inventory = &judge.settings.inventory;
    let mut known: Vec<(String, &str, &str)> = Vec::new();
    for (index, id) in subject.spec.vswitches.iter().enumerate() {
        if let Some(vpc) = inventory.vswitches.get(id).and_then(|vswitch| vswitch.vpc.as_deref()) {
            known.push((format!("spec.vSwitchOptions[{index}]"), id, vpc));
        }
    }
    for (index, id) in subject.spec.security_groups.iter().enumerate() {
        if let Some(vpc) = inventory.security_groups.get(id).and_then(|group| group.vpc.as_deref()) {
            known.push((format!("spec.securityGroupIDs[{index}]"), id, vpc));
        }
    }
    let Some((_, first, vpc)) = known.first() else { return };
    let Some((path, other, other_vpc)) = known.iter().find(|(_, _, other)| other != vpc) else { return };
    let mut vpcs: Vec<&str> = known.iter().map(|(_, _, vpc)| *vpc).collect();
    crate::collections::sort::texts(&mut vpcs);
    vpcs.dedup();
    judge.report(
        &RULE,
        Problem {
            path: path.into(),
            value: vpcs.join(","),
            message: format!(
                "{} is in VPC {}, but {} is in VPC {}",
                quote(other),
                quote(other_vpc),
                quote(first),
                quote(vpc)
            ),
            help: "use vSwitches and security groups of the same VPC".to_owned(),
        },
    );
}
