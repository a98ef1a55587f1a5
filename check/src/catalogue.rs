//! The rules of the core, and the one that is about several manifests.

use podnetworking_policy::judgement::rule::{About, Docs, Rule, Severities};
use podnetworking_policy::rules;

/// One name, defined twice. The policy in a cluster has no such rule: there every object exists once.
pub static DEFINED_TWICE: Rule = Rule {
    id: "defined-twice",
    about: About::All,
    severities: Severities::WARN,
    docs: Docs {
        title: "one object, defined twice",
        fires: "Two manifests define an object of the same kind and name with different content. Patches of a kustomization do not count. This rule is in the command line and in the npm package only.",
        reason: "A cluster has only one of the two. If the manifests are for two clusters, what is checked against the wrong one gets wrong results.",
        remedy: "Check the folder of each cluster on its own, leave one out with `--exclude`, or give the objects different names.",
        good: "
apiVersion: v1
kind: Namespace
metadata: {name: shop}
",
        bad: "
apiVersion: v1
kind: Namespace
metadata: {name: shop}
---
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {team: a}}
",
        settings: "",
    },
};

/// All rules.
pub fn all() -> impl Iterator<Item = &'static Rule> {
    rules::all().chain(std::iter::once(&DEFINED_TWICE))
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

const DOCS: &str = "https://github.com/podnetworking-policy/podnetworking-policy/blob/main/docs";

/// The address of the section about a rule.
#[must_use]
pub fn page(rule: &str) -> String {
    // The rules of the policy have a page; this one is of the command line.
    let name = if rule == DEFINED_TWICE.id { "ci.md" } else { "rules.md" };
    format!("{DOCS}/{name}#{rule}")
}
