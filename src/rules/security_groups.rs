//! `security-groups`: too many security groups, none, or an invalid ID.

use crate::judgement::check::Check;
use crate::judgement::judge::Judge;
#[cfg(feature = "catalogue")]
use crate::judgement::rule::Docs;
use crate::judgement::rule::{About, Rule, Severities};
use crate::judgement::subject::podnetworking::PodNetworkingSubject;
use crate::objects::crd::{SECURITY_GROUP_IDS, SECURITY_GROUPS_PATH};
use crate::rules::support::resource_ids;
use crate::text::problem::Problem;
use crate::text::resource_id;

/// The rule.
pub static RULE: Rule = Rule {
    id: "security-groups",
    about: About::PodNetworking,
    severities: Severities::DENY,
    #[cfg(feature = "catalogue")]
    docs: Docs {
        title: "too many security groups, none, or an invalid ID",
        fires: "`spec.securityGroupIDs` is not valid:

- It lists more security groups than the platform allows: 5 on ACK Serverless, 10 on ACK and ACS.
- An ID does not have the form `sg-[a-z0-9]([a-z0-9-]*[a-z0-9])?`.
- It is empty, and `defaults.securityGroupIDs` is not set. On ACK this is a warning at most, because Terway fills an empty list from its `eni-config`.",
        reason: "Without valid security groups, the platform cannot create the network interface of the pod.",
        remedy: "List 1 to 5 security group IDs (10 on ACK and ACS), or set `defaults.securityGroupIDs` in the settings.",
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
  securityGroupIDs: [<sg-id>]
  vSwitchOptions: [vsw-bp1]
",
        settings: "",
    },
};

/// What the rule checks.
pub const CHECK: Check = Check::PodNetworking(check);

fn check(subject: &PodNetworkingSubject<'_, '_>, judge: &mut Judge<'_>) {
    let platform = judge.settings.platform;
    let most = platform.max_security_groups();
    let groups = &subject.spec.security_groups;
    if groups.len() > most {
        judge.report(
            &RULE,
            Problem {
                path: PATH.into(),
                value: "count".to_owned(),
                message: format!(
                    "`{PATH}` lists {} security groups, but `{}` allows at most {most}",
                    groups.len(),
                    platform.name()
                ),
                help: format!("list at most {most} security groups"),
            },
        );
    }
    if resource_ids::is_empty(subject.object, SECURITY_GROUP_IDS) {
        resource_ids::report_empty(&RULE, PATH, "security group", "defaults.securityGroupIDs", judge);
    }
    resource_ids::report_malformed(&RULE, PATH, resource_id::SECURITY_GROUP, "security group", groups, judge);
}

const PATH: &str = SECURITY_GROUPS_PATH;
