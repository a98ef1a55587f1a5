//! One term of a required node affinity.

use crate::collections::sort;
use crate::selectors::known_labels::{ZONE, is_zone_key};
use crate::selectors::labels::Labels;
use crate::selectors::node_requirement::{NODE_NAME, NodeRequirement, names_can_match};
use crate::selectors::node_values::{NodeValues, can_match};

/// One term: its requirements are ANDed.
#[derive(Clone, Debug, Default)]
pub struct Term<'a> {
    pub(crate) expressions: Vec<NodeRequirement<'a>>,
    pub(crate) fields: Vec<NodeRequirement<'a>>,
    /// Neither expressions nor fields: it matches nothing.
    pub(crate) empty: bool,
    /// Kubernetes refuses a requirement in it: it matches nothing, and is an error if no other term matches.
    pub(crate) invalid: bool,
}

impl<'a> Term<'a> {
    /// Whether the term matches a node with these labels and this name.
    pub(super) fn matches(&self, labels: &Labels<'_>, name: &str) -> bool {
        !self.empty
            && !self.invalid
            && self.expressions.iter().all(|requirement| requirement.matches(labels.get(&requirement.key)))
            && (name.is_empty()
                || self
                    .fields
                    .iter()
                    .all(|requirement| requirement.matches(Some(if requirement.key == NODE_NAME { name } else { "" }))))
    }

    /// The zones of which some node, with the labels of `node_selector`, can match the term; `None`: of no zone.
    pub(super) fn zones<'r>(&'r self, node_selector: &Labels<'_>) -> Option<NodeValues<'r>> {
        if self.empty || self.invalid || !names_can_match(&self.fields) {
            return None;
        }
        let mut sorted: Vec<&'r NodeRequirement<'a>> = self.expressions.iter().collect();
        sort::by(&mut sorted, |a, b| a.key.cmp(&b.key));
        let mut zones = NodeValues::any();
        for group in sorted.chunk_by(|a, b| a.key == b.key) {
            let key = group.first().map_or("", |requirement| requirement.key.as_ref());
            let all = |value: Option<&str>| group.iter().all(|requirement| requirement.matches(value));
            // `nodeSelector` comes first: it fixes the value of its keys.
            let can_match = match node_selector.get(key) {
                Some(value) => all(Some(value)),
                None if key == ZONE || (is_zone_key(key) && !all(None)) => {
                    zones.restrict(group);
                    true
                }
                // A zone key that may be absent is one of these.
                None => can_match(group),
            };
            if !can_match {
                return None;
            }
        }
        let zones = zones.finish();
        (!zones.are_none()).then_some(zones)
    }

    /// Whether every node that the term matches has one of the zones, which are sorted, in its zone label.
    #[must_use]
    pub fn implies_zone_in(&self, zones: &[&str]) -> bool {
        let group: Vec<&NodeRequirement<'a>> =
            self.expressions.iter().filter(|requirement| requirement.key == ZONE).collect();
        if group.iter().all(|requirement| requirement.matches(None)) {
            return false;
        }
        // Only a list of values, or a contradiction, keeps the label to some zones.
        let listed = NodeValues::of(&group).listed;
        listed.is_some_and(|values| values.iter().all(|value| zones.binary_search(value).is_ok()))
    }

    /// Whether the term has no requirement: then it matches nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.empty
    }
}
