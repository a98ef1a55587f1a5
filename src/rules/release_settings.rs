//! `release-settings`: release settings without effect, or with an invalid value.

use crate::answer::finding::Finding;
use crate::answer::fix::{Change, Fix};
use crate::judgement::check::Check;
use crate::judgement::judge::Judge;
#[cfg(feature = "catalogue")]
use crate::judgement::rule::Docs;
use crate::judgement::rule::{About, Rule, Severities};
use crate::judgement::subject::podnetworking::PodNetworkingSubject;
use crate::objects::crd::{RELEASE_AFTER, RELEASE_STRATEGY};
use crate::settings::severity::Severity;
use crate::text::duration;
use crate::text::problem::Problem;
use crate::text::quote::quote;

/// The rule.
pub static RULE: Rule = Rule {
    id: "release-settings",
    about: About::PodNetworking,
    severities: Severities::DENY,
    #[cfg(feature = "catalogue")]
    docs: Docs {
        title: "release settings without effect, or with an invalid value",
        fires: "`releaseStrategy` or `releaseAfter` in `spec.allocationType` has no effect, or has an invalid value:

- On ACK Serverless: one of the two fields is set and the type is `Fixed`.
- On ACK and ACS, with the type `Fixed`: `releaseStrategy` is not `TTL` or `Never`. With `TTL`, `releaseAfter` is not a Go duration of at least `5m`. With `Never`, `releaseAfter` is set. `releaseAfter` without `releaseStrategy` is a warning at most.
- On all platforms: one of the two fields is set and the type is not `Fixed`. This is a warning at most.",
        reason: "The platform releases a static address after `releaseAfter`, or never. It ignores release settings that it cannot use.",
        remedy: "Remove the fields. On ACK and ACS, you can instead set `releaseStrategy` to `TTL` and `releaseAfter` to a Go duration of at least `5m`.",
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

/// What the rule checks.
pub const CHECK: Check = Check::PodNetworking(check);

/// The shortest time after which an address can be released, in nanoseconds.
const SHORTEST: i64 = 5 * 60 * 1_000_000_000;

fn check(subject: &PodNetworkingSubject<'_, '_>, judge: &mut Judge<'_>) {
    let strategy = subject.spec.release_strategy.as_deref().filter(|text| !text.is_empty());
    let after = subject.spec.release_after.as_deref().filter(|text| !text.is_empty());
    let fields = [(STRATEGY, strategy), (AFTER, after)];
    let set = fields.into_iter().filter_map(|(name, value)| Some((name, value?)));
    let keeps_addresses = judge.settings.platform.keeps_addresses();
    match subject.spec.allocation_type.as_deref() {
        Some("Fixed") if keeps_addresses => check_fixed(strategy, after, judge),
        Some("Fixed") => {
            let platform = judge.settings.platform.name();
            for (name, value) in set {
                let reason = format!("is not supported with `Fixed` on `{platform}`");
                report(judge, Severity::Deny, name, value, &reason, "remove this field", Some(true));
            }
        }
        _ => {
            let help = match keeps_addresses {
                true => "remove this field, or set `spec.allocationType.type` to `Fixed`",
                false => "remove this field",
            };
            // Another type is an error of its own: `Fixed` may be meant.
            let is_elastic = subject.spec.allocation_type.as_deref().is_none_or(|name| name == "Elastic");
            for (name, value) in set {
                let reason = "has no effect, because the type is not `Fixed`";
                report(judge, Severity::Warn, name, value, reason, help, is_elastic.then_some(true));
            }
        }
    }
}

/// Checks the settings of a PodNetworking whose pods keep their addresses.
fn check_fixed(strategy: Option<&str>, after: Option<&str>, judge: &mut Judge<'_>) {
    let (most, name, value, reason, help, fix) = match (strategy, after) {
        // A negative duration means that the address is never released; this is not documented.
        (Some("TTL"), Some(after)) if duration::parse(after).is_some_and(|time| time >= SHORTEST) => return,
        (Some("Never") | None, None) => return,
        (Some("TTL"), after) => (
            Severity::Deny,
            AFTER,
            after.unwrap_or_default(),
            match after {
                Some(_) => "is not a Go duration of at least `5m`",
                None => "is not set, but `releaseStrategy` is `TTL`",
            },
            "set `releaseAfter` to at least `5m`, for example `1h30m`",
            None,
        ),
        (Some("Never"), Some(after)) => (
            Severity::Deny,
            AFTER,
            after,
            "cannot be set, because `releaseStrategy` is `Never`",
            "remove `releaseAfter`, or set `releaseStrategy` to `TTL`",
            Some(false),
        ),
        (None, Some(after)) => (
            Severity::Warn,
            AFTER,
            after,
            "has no effect, because `releaseStrategy` is not set",
            "remove `releaseAfter`, or set `releaseStrategy` to `TTL`",
            Some(true),
        ),
        (Some(strategy), _) => {
            (Severity::Deny, STRATEGY, strategy, "is not a release strategy", "use `TTL` or `Never`", None)
        }
    };
    report(judge, most, name, value, reason, help, fix);
}

const STRATEGY: &str = RELEASE_STRATEGY;
const AFTER: &str = RELEASE_AFTER;

/// Reports one of the two fields. The message is the field with its value, and the reason. `removed` is whether it is
/// safe to remove the field, if that is a fix.
fn report(
    judge: &mut Judge<'_>,
    most: Severity,
    name: &str,
    value: &str,
    reason: &str,
    help: &str,
    removed: Option<bool>,
) {
    let path = format!("spec.allocationType.{name}");
    let message = match value {
        "" => format!("`{path}` {reason}"),
        value => format!("`{path}` ({}) {reason}", quote(value)),
    };
    let fix = removed.map(|is_safe| Fix { is_safe, path: path.clone(), change: Change::Remove });
    let problem = Problem { path, value: format!("{name}={value}"), message, help: help.into() };
    judge.report_at_most(&RULE, most, Finding::from(problem).with_fix(fix));
}
