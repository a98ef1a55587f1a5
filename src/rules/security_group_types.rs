//! `security-group-types`: basic and enterprise security groups mixed.

#[cfg(feature = "catalogue")]
use super::Docs;
use super::{About, Check, DENY, Rule};
use crate::answer::finding::Finding;
use crate::judgement::judge::Judge;
use crate::judgement::subject::podnetworking::PodNetworkingSubject;
use crate::settings::values::SecurityGroupType;
use crate::text::quote::list;

/// The rule.
pub static RULE: Rule = Rule {
    id: "security-group-types",
    about: About::PodNetworking,
    severities: DENY,
    check: Check::PodNetworking(check),
    #[cfg(feature = "catalogue")]
    docs: Docs {
        title: "basic and enterprise security groups mixed",
        fires: "inventory knows that basic and enterprise groups are mixed",
        reason: "One network interface cannot be in basic and enterprise security groups at once.",
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

fn check(subject: &PodNetworkingSubject<'_>, judge: &mut Judge<'_>) {
    let of = |kind: SecurityGroupType| -> Vec<&str> {
        let groups = &judge.settings.inventory.security_groups;
        let is_of = |id: &&String| groups.get(id.as_str()).and_then(|group| group.kind) == Some(kind);
        subject.security_groups.iter().filter(is_of).map(String::as_str).collect()
    };
    let (basic, enterprise) = (of(SecurityGroupType::Basic), of(SecurityGroupType::Enterprise));
    if basic.is_empty() || enterprise.is_empty() {
        return;
    }
    judge.report(
        &RULE,
        Finding::new(
            &RULE,
            "spec.securityGroupIDs",
            format!("{} | {}", basic.join(","), enterprise.join(",")),
            format!("the groups {} are basic, and {} are enterprise", list(&basic), list(&enterprise)),
            "list groups of one type",
        ),
    );
}
