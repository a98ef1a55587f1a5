//! `security-groups`: too many security groups, none, or a wrong id.

#[cfg(feature = "catalogue")]
use crate::judgement::rule::Docs;
use crate::judgement::check::Check;
use crate::judgement::rule::{About, Rule, Severities};
use crate::rules::support::resource_ids;
use crate::judgement::judge::Judge;
use crate::text::problem::Problem;
use crate::judgement::subject::podnetworking::PodNetworkingSubject;

/// The rule.
pub static RULE: Rule = Rule {
    id: "security-groups",
    about: About::PodNetworking,
    severities: Severities::DENY,
    #[cfg(feature = "catalogue")]
    docs: Docs {
        title: "too many security groups, none, or a wrong id",
        fires: "more than the platform allows (ack-serverless 5; ack, acs 10); an id not of the form `sg-[a-z0-9]([a-z0-9-]*[a-z0-9])?`; none and no default (on ack this is a warning: Terway fills it from eni-config)",
        reason: "Without valid security groups the platform cannot make the pod's network interface.",
        remedy: "List 1 to 5 security group ids (ack, acs: 10), or set `settings.defaults.securityGroupIDs`.",
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

/// What it looks at.
pub const CHECK: Check = Check::PodNetworking(check);

fn check(subject: &PodNetworkingSubject<'_, '_>, judge: &mut Judge<'_>) {
    let platform = judge.settings.platform;
    let most = platform.max_security_groups();
    let groups = &subject.security_groups;
    if groups.len() > most {
        judge.report(
            &RULE,
            Problem {
path: PATH.into(),
value: "count".to_owned(),
message: format!("`{PATH}` lists {} security groups, and `{}` allows {most}", groups.len(), platform.name()),
help: format!("list at most {most}"),
},
        );
    }
    if resource_ids::is_empty(subject.object, "securityGroupIDs") {
        resource_ids::report_empty(&RULE, PATH, "security group", "defaults.securityGroupIDs", judge);
    }
    resource_ids::report_malformed(&RULE, PATH, "sg-", "security group", groups, judge);
}

const PATH: &str = "spec.securityGroupIDs";
