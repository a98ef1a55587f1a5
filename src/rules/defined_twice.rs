//! `defined-twice`: two manifests that define one object. Hosts that read manifests check it, not the decision: in a
//! cluster, every object exists once.

#[cfg(feature = "catalogue")]
use crate::judgement::rule::Docs;
use crate::judgement::rule::{About, Rule, Severities};

/// The rule.
pub static RULE: Rule = Rule {
    id: "defined-twice",
    about: About::All,
    severities: Severities::WARN,
    #[cfg(feature = "catalogue")]
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
