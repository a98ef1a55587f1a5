//! The rules of the core, and the one that is about several manifests.

use podnetworking_policy::judgement::rule::Rule;
use podnetworking_policy::rules;

/// All rules.
pub fn all() -> impl Iterator<Item = &'static Rule> {
    rules::of_every_host()
}

/// The rule with this ID.
#[must_use]
pub fn find(id: &str) -> Option<&'static Rule> {
    all().find(|rule| rule.id == id)
}

/// The place of a rule among all. An unknown ID comes first.
#[must_use]
pub fn place(id: &str) -> Option<usize> {
    all().position(|rule| rule.id == id)
}
