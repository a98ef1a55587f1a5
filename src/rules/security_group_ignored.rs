//! `security-group-ignored`: security groups that have no effect.

use crate::judgement::check::Check;
use crate::judgement::judge::Judge;
#[cfg(feature = "catalogue")]
use crate::judgement::rule::Docs;
use crate::judgement::rule::{About, Rule, Severities};
use crate::judgement::subject::podnetworking::PodNetworkingSubject;
use crate::settings::severity::Severity;
use crate::text::problem::Problem;
use crate::text::quote::{list, quote};

/// The rule.
pub static RULE: Rule = Rule {
    id: "security-group-ignored",
    about: About::PodNetworking,
    severities: Severities { ack_serverless: Severity::Warn, ack: Severity::Off, acs: Severity::Off },
    #[cfg(feature = "catalogue")]
    docs: Docs {
        title: "security groups that have no effect",
        fires: "`spec.securityGroupIDs` contains more than one security group.",
        reason: "ACK Serverless uses only the first security group. The rules of the others do not apply.",
        remedy: "Keep only one security group.",
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
        settings: "",
    },
};

/// What the rule checks.
pub const CHECK: Check = Check::PodNetworking(check);

fn check(subject: &PodNetworkingSubject<'_, '_>, judge: &mut Judge<'_>) {
    let Some(first) = subject.spec.security_groups.first() else { return };
    // A repetition of the first one is not ignored.
    let Some(place) = subject.spec.security_groups.iter().position(|group| group != first) else { return };
    let others: Vec<&str> =
        subject.spec.security_groups.iter().map(String::as_str).filter(|group| group != first).collect();
    judge.report(
        &RULE,
        Problem {
            path: format!("spec.securityGroupIDs[{place}]"),
            value: others.join(","),
            message: format!(
                "`{}` uses only the first security group ({}) and ignores {}",
                judge.settings.platform.name(),
                quote(first),
                list(&others)
            ),
            help: "remove the others, or move the security group that you need to the first place".to_owned(),
        },
    );
}
