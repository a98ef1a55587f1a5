//! The fields that the expected decision of a case may have.

use crate::exact::Exact;

const FIELDS: [&str; 6] = ["decision", "selected", "zones", "findings", "mutatedObject", "changed"];
const FINDING_FIELDS: [&str; 9] =
    ["rule", "severity", "object", "path", "message", "help", "witness", "related", "fix"];
/// The fields that every expected finding must have.
const REQUIRED: [&str; 3] = ["rule", "severity", "path"];

/// Fails if a case expects a field that decisions do not have: it would never be compared.
pub(crate) fn check(name: &str, expected: &Exact) {
    for (key, _) in expected.members() {
        assert!(FIELDS.contains(&key), "{name}: `expected.{key}` is not a field of a decision");
    }
    for finding in expected.get("findings").map(Exact::elements).unwrap_or_default() {
        for (key, _) in finding.members() {
            assert!(FINDING_FIELDS.contains(&key), "{name}: `{key}` is not a field of a finding");
        }
        for key in REQUIRED {
            assert!(finding.get(key).is_some(), "{name}: an expected finding has no `{key}`");
        }
    }
}
