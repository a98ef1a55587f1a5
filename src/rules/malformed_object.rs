//! `malformed-object`: reported where fields are read, see [`crate::json::fault`].

use crate::judgement::check::Check;
#[cfg(feature = "catalogue")]
use crate::judgement::rule::Docs;
use crate::judgement::rule::{About, Rule, Severities};

/// The rule.
pub static RULE: Rule = Rule {
    id: "malformed-object",
    about: About::All,
    severities: Severities::DENY,
    #[cfg(feature = "catalogue")]
    docs: Docs {
        title: "a field has the wrong type, or is set twice",
        fires: "A field that a rule reads has the wrong type, or is set twice. The message names the field, the expected type and what was found.",
        reason: "The policy cannot evaluate such an object. A guess could put a pod into the wrong network.",
        remedy: "Give the field the type that the message names, or remove the duplicate.",
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

/// What the rule checks.
pub const CHECK: Check = Check::WhileReading;
