//! The pages that describe the rules.

use podnetworking_check::catalogue::DEFINED_TWICE;

const DOCS: &str = "https://github.com/podnetworking-policy/podnetworking-policy/blob/main/docs";

/// The address of the section about a rule.
pub fn page(rule: &str) -> String {
    // The rules of the policy have a page; this one is of the command line.
    let name = if rule == DEFINED_TWICE.id { "ci.md" } else { "rules.md" };
    format!("{DOCS}/{name}#{rule}")
}
