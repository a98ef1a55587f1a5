//! `malformed-object`: reported where fields are read, see [`crate::json::fault`].

#[cfg(feature = "catalogue")]
use crate::judgement::rule::Docs;
use crate::judgement::check::Check;
use crate::judgement::rule::{About, Rule, Severities};

/// The rule.
pub static RULE: Rule = Rule {
    id: "malformed-object",
    about: About::All,
    severities: Severities::DENY,
    #[cfg(feature = "catalogue")]
    docs: Docs {
        title: "a field has the wrong type",
        fires: "a field that a rule reads has the wrong type or is there twice; names path, expected and found",
        reason: "What cannot be read cannot be decided, and guessing would let a pod into the wrong network.",
        remedy: "Give the field the type that the message names.",
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
  selector: {podSelector: {matchLabels: {foo: true}}}
  securityGroupIDs: [sg-bp1]
  vSwitchOptions: vsw-bp1
",
        settings: "",
    },
};

/// What it looks at.
pub const CHECK: Check = Check::WhileReading;
