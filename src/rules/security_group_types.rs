//! `security-group-types`: basic and enterprise security groups mixed.

use crate::judgement::check::Check;
use crate::judgement::judge::Judge;
#[cfg(feature = "catalogue")]
use crate::judgement::rule::Docs;
use crate::judgement::rule::{About, Rule, Severities};
use crate::judgement::subject::podnetworking::PodNetworkingSubject;
use crate::objects::crd::SECURITY_GROUPS_PATH;
use crate::settings::inventory::SecurityGroupType;
use crate::text::problem::Problem;
use crate::text::quote::list;

/// The rule.
pub static RULE: Rule = Rule {
    id: "security-group-types",
    about: About::PodNetworking,
    severities: Severities::DENY,
    #[cfg(feature = "catalogue")]
    docs: Docs {
        title: "basic and enterprise security groups mixed",
        fires: "`spec.securityGroupIDs` contains basic and enterprise security groups, according to the inventory in the settings.",
        reason: "A network interface cannot be in basic and in enterprise security groups at the same time.",
        remedy: "Use security groups of one type.",
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
  securityGroupIDs: [sg-bp1, sg-bp2]
  vSwitchOptions: [vsw-bp1]
",
        settings: "inventory: {securityGroups: {sg-bp1: {type: basic}, sg-bp2: {type: enterprise}}}",
    },
};

/// What the rule checks.
pub const CHECK: Check = Check::PodNetworking(check);

fn check(subject: &PodNetworkingSubject<'_, '_>, judge: &mut Judge<'_>) {
    let of = |kind: SecurityGroupType| -> Vec<&str> {
        let groups = &judge.settings.inventory.security_groups;
        let is_of = |id: &&String| groups.get(id.as_str()).and_then(|group| group.kind) == Some(kind);
        subject.spec.security_groups.iter().filter(is_of).map(String::as_str).collect()
    };
    let (basic, enterprise) = (of(SecurityGroupType::Basic), of(SecurityGroupType::Enterprise));
    if basic.is_empty() || enterprise.is_empty() {
        return;
    }
    judge.report(
        &RULE,
        Problem {
            path: SECURITY_GROUPS_PATH.to_owned(),
            value: format!("{} | {}", basic.join(","), enterprise.join(",")),
            message: format!(
                "different types of security groups: basic ({}) and enterprise ({})",
                list(&basic),
                list(&enterprise)
            ),
            help: "use security groups of one type".to_owned(),
        },
    );
}
