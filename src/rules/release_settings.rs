//! `release-settings`: release settings that have no effect or no meaning.

#[cfg(feature = "catalogue")]
use crate::judgement::rule::Docs;
use crate::judgement::check::Check;
use crate::judgement::rule::{About, Rule, Severities};
use crate::text::duration;
use crate::judgement::judge::Judge;
use crate::judgement::subject::podnetworking::PodNetworkingSubject;
use crate::settings::severity::Severity;
use crate::text::problem::Problem;
use crate::text::quote::quote;

/// The rule.
pub static RULE: Rule = Rule {
    id: "release-settings",
    about: About::PodNetworking,
    severities: Severities::DENY,
    #[cfg(feature = "catalogue")]
    docs: Docs {
        title: "release settings that have no effect or no meaning",
        fires: "ack-serverless: `releaseStrategy`/`releaseAfter` with `Fixed`; ack, acs: TTL without a Go duration of at least 5m, `Never` with `releaseAfter`; release settings with `Elastic` only warn",
        reason: "An address is released after a time that the platform can read, or never; elsewhere the settings are ignored.",
        remedy: "Remove the settings, or give `releaseAfter` a Go duration of at least `5m` together with `TTL`.",
        good: "
apiVersion: network.alibabacloud.com/v1beta1
kind: PodNetworking
metadata: {name: example}
spec:
  selector: {podSelector: {matchLabels: {foo: bar}}}
  securityGroupIDs: [sg-bp1]
  vSwitchOptions: [vsw-bp1]
  allocationType: {type: Elastic}
",
        bad: "
apiVersion: network.alibabacloud.com/v1beta1
kind: PodNetworking
metadata: {name: example}
spec:
  selector: {podSelector: {matchLabels: {foo: bar}}}
  securityGroupIDs: [sg-bp1]
  vSwitchOptions: [vsw-bp1]
  allocationType: {type: Fixed, releaseStrategy: TTL, releaseAfter: 10m}
",
        settings: "",
    },
};

/// What it looks at.
pub const CHECK: Check = Check::PodNetworking(check);

/// The shortest time after which an address is released, in nanoseconds.
const SHORTEST: i64 = 5 * 60 * 1_000_000_000;

fn check(subject: &PodNetworkingSubject<'_, '_>, judge: &mut Judge<'_>) {
    let strategy = subject.release_strategy.as_deref().filter(|text| !text.is_empty());
    let after = subject.release_after.as_deref().filter(|text| !text.is_empty());
    match subject.allocation_type.as_deref() {
        Some("Fixed") if !judge.settings.platform.keeps_addresses() => {
            for (name, value) in [("releaseStrategy", strategy), ("releaseAfter", after)] {
                if let Some(value) = value {
                    report(
                        judge,
                        Severity::Deny,
                        name,
                        value,
                        format!("`{name}`, now {}, is not supported with `Fixed` on `ack-serverless`", quote(value)),
                        "remove it",
                    );
                }
            }
        }
        Some("Fixed") => fixed(strategy, after, judge),
        _ => {
            for (name, value) in [("releaseStrategy", strategy), ("releaseAfter", after)] {
                if let Some(value) = value {
                    report(
                        judge,
                        Severity::Warn,
                        name,
                        value,
                        format!("`{name}`, now {}, has no effect: addresses are not `Fixed`", quote(value)),
                        "remove it, or set `spec.allocationType.type` to `Fixed`",
                    );
                }
            }
        }
    }
}

/// On ack and acs.
fn fixed(strategy: Option<&str>, after: Option<&str>, judge: &mut Judge<'_>) {
    match (strategy, after) {
        (Some("TTL"), after) => {
            // Negative means never there, and is not documented.
            let text = after.unwrap_or_default();
            if duration::parse(text).is_none_or(|time| time < SHORTEST) {
                let message = match after {
                    None => "`releaseStrategy` `TTL` has no `releaseAfter`".to_owned(),
                    Some(text) => format!("`releaseAfter` {} is not a Go duration of at least `5m`", quote(text)),
                };
                report(judge, Severity::Deny, "releaseAfter", text, message, "set it to `5m` or more, `1h30m` say");
            }
        }
        (Some("Never"), Some(text)) => report(
            judge,
            Severity::Deny,
            "releaseAfter",
            text,
            format!("`releaseAfter`, now {}, contradicts `releaseStrategy` `Never`", quote(text)),
            "remove it, or set `releaseStrategy` to `TTL`",
        ),
        (Some("Never") | None, None) => {}
        (None, Some(text)) => report(
            judge,
            Severity::Warn,
            "releaseAfter",
            text,
            format!("`releaseAfter`, now {}, has no effect without `releaseStrategy` `TTL`", quote(text)),
            "set `releaseStrategy` to `TTL`, or remove it",
        ),
        (Some(other), _) => report(
            judge,
            Severity::Deny,
            "releaseStrategy",
            other,
            format!("{} is not a release strategy", quote(other)),
            "set it to `TTL` or `Never`",
        ),
    }
}

fn report(judge: &mut Judge<'_>, most: Severity, name: &str, value: &str, message: String, help: &str) {
    let path = format!("spec.allocationType.{name}");
    judge.report_at_most(&RULE, most, Problem {
path,
value: format!("{name}={value}"),
message,
help: help.into(),
});
}
