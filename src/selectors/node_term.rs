//! One term of a required node affinity.

use crate::collections::sort;
use crate::selectors::known_labels::{ZONE, is_zone_key};
use crate::selectors::labels::Labels;
use crate::selectors::node_requirement::{NODE_NAME, NodeRequirement, names_can_match};
use crate::selectors::node_values::{NodeValues, can_match};
use crate::selectors::written_requirement::WrittenRequirement;

/// One term: a node matches it if it satisfies all requirements. A term without requirements matches nothing.
#[derive(Clone, Debug, Default)]
pub struct NodeTerm<'a> {
    pub(super) expressions: Vec<NodeRequirement<'a>>,
    fields: Vec<NodeRequirement<'a>>,
    /// There are neither expressions nor fields.
    is_empty: bool,
    /// Kubernetes does not accept a requirement: the term matches nothing, and is an error if no other term matches.
    pub(super) is_invalid: bool,
}

impl<'a> NodeTerm<'a> {
    /// A term of `matchExpressions` and `matchFields`. A requirement that Kubernetes would not accept makes it invalid.
    ///
    /// ```
    /// use podnetworking_policy::selectors::labels::Labels;
    /// use podnetworking_policy::selectors::node_term::NodeTerm;
    /// use podnetworking_policy::selectors::written_requirement::WrittenRequirement;
    ///
    /// let big = NodeTerm::new(vec![WrittenRequirement::new("cpus", "Gt", &["8"])], vec![]);
    /// let labels: Labels<'_> = [("cpus", "16")].into_iter().collect();
    /// assert!(big.matches(&labels, "node-1"));
    /// assert!(!big.matches(&Labels::default(), "node-1"));
    ///
    /// let nothing = NodeTerm::new(vec![], vec![]);
    /// assert!(!nothing.matches(&labels, "node-1"));
    /// ```
    #[must_use]
    pub fn new(expressions: Vec<WrittenRequirement<'a>>, fields: Vec<WrittenRequirement<'a>>) -> Self {
        let mut term = Self { is_empty: expressions.is_empty() && fields.is_empty(), ..Self::default() };
        for written in expressions {
            match NodeRequirement::expression(written) {
                Some(requirement) => term.expressions.push(requirement),
                None => term.is_invalid = true,
            }
        }
        for written in fields {
            match NodeRequirement::field(written) {
                Some(requirement) => term.fields.push(requirement),
                None => term.is_invalid = true,
            }
        }
        term
    }

    /// Whether a node with these labels and this name matches. Without a name, `matchFields` is not checked.
    #[must_use]
    pub fn matches(&self, labels: &Labels<'_>, name: &str) -> bool {
        !self.is_empty
            && !self.is_invalid
            && self.expressions.iter().all(|requirement| requirement.matches(labels.get(&requirement.key)))
            && (name.is_empty()
                || self
                    .fields
                    .iter()
                    .all(|requirement| requirement.matches(Some(if requirement.key == NODE_NAME { name } else { "" }))))
    }

    /// The zones in which some node, with the labels of `node_selector`, can match the term; `None` if there are none.
    pub(super) fn zones<'r>(&'r self, node_selector: &Labels<'_>) -> Option<NodeValues<'r>> {
        if self.is_empty || self.is_invalid || !names_can_match(&self.fields) {
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
                // A zone key that cannot be absent has the zone as its value.
                None if key == ZONE || (is_zone_key(key) && !all(None)) => {
                    zones.restrict(group);
                    true
                }
                // A zone key that can be absent says nothing about the zone.
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
    ///
    /// ```
    /// use podnetworking_policy::selectors::known_labels::ZONE;
    /// use podnetworking_policy::selectors::node_term::NodeTerm;
    /// use podnetworking_policy::selectors::written_requirement::WrittenRequirement;
    ///
    /// let term = NodeTerm::new(vec![WrittenRequirement::new(ZONE, "In", &["zone-h", "zone-i"])], vec![]);
    /// assert!(term.implies_zone_in(&["zone-h", "zone-i", "zone-k"]));
    /// assert!(!term.implies_zone_in(&["zone-h"]));
    /// ```
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

    /// Whether the expressions with these indices, together, allow none of the zones on the zone keys of a node.
    pub(super) fn allows_none(&self, indices: &[usize], zones: &[&str]) -> bool {
        let chosen: Vec<&NodeRequirement<'a>> =
            indices.iter().filter_map(|index| self.expressions.get(*index)).collect();
        !zones.iter().any(|zone| {
            chosen.iter().all(|one| {
                let on_key = || chosen.iter().filter(|other| other.key == one.key);
                let can_be_absent = one.key != ZONE && on_key().all(|other| other.matches(None));
                can_be_absent || on_key().all(|other| other.matches(Some(zone)))
            })
        })
    }

    /// Whether the term has no requirement: then it matches nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.is_empty
    }
}
