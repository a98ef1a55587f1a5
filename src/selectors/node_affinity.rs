//! What a pod asks of its node, `spec.nodeSelector` and required node affinity, and the zones that this leaves.

use crate::collections::sort;
use crate::selectors::known_labels::{ZONE, ZONE_KEYS, is_zone_key};
use crate::selectors::labels::Labels;
use crate::selectors::node_term::NodeTerm;
use crate::selectors::node_values::{NodeValues, in_any};

/// What a pod asks of its node: all labels of a node selector, and one of the terms of a required affinity.
///
/// ```
/// use podnetworking_policy::selectors::known_labels::ZONE;
/// use podnetworking_policy::selectors::labels::Labels;
/// use podnetworking_policy::selectors::node_affinity::NodeAffinity;
/// use podnetworking_policy::selectors::node_term::NodeTerm;
/// use podnetworking_policy::selectors::written_requirement::WrittenRequirement;
///
/// let node_selector: Labels<'_> = [("arch", "arm64")].into_iter().collect();
/// let not_k = WrittenRequirement::new(ZONE, "NotIn", &["zone-k"]);
/// let affinity = NodeAffinity::new(node_selector, Some(vec![NodeTerm::new(vec![not_k], vec![])]));
///
/// let node: Labels<'_> = [("arch", "arm64"), (ZONE, "zone-h")].into_iter().collect();
/// assert_eq!(affinity.matches(&node, "node-1"), Ok(true));
/// assert_eq!(affinity.allowed_zones(&["zone-h", "zone-i", "zone-k"]), ["zone-h", "zone-i"]);
/// ```
#[derive(Clone, Debug, Default)]
pub struct NodeAffinity<'a> {
    /// Exact values of labels, never validated.
    node_selector: Labels<'a>,
    /// A node has to match one of the terms. `None` is no restriction; an empty list matches nothing.
    terms: Option<Vec<NodeTerm<'a>>>,
}

/// Stands for each zone that a pod does not name: no zone of a node is called so.
const UNNAMED: &str = "\u{0}";

/// No term matches, and Kubernetes does not accept a requirement of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvalidTerm;

impl std::fmt::Display for InvalidTerm {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a term of the node affinity has an invalid requirement")
    }
}

impl std::error::Error for InvalidTerm {}

impl<'a> NodeAffinity<'a> {
    /// What `spec.nodeSelector` and the terms of `requiredDuringSchedulingIgnoredDuringExecution` ask. Without `terms`,
    /// nothing more is asked; no term matches if the list is empty.
    #[must_use]
    pub fn new(node_selector: Labels<'a>, terms: Option<Vec<NodeTerm<'a>>>) -> Self {
        Self { node_selector, terms }
    }

    /// Whether a node with these labels and this name matches, as Kubernetes' `GetRequiredNodeAffinity(pod).Match(node)`.
    ///
    /// # Errors
    /// [`InvalidTerm`], if no term matches and one is invalid.
    pub fn matches(&self, labels: &Labels<'_>, name: &str) -> Result<bool, InvalidTerm> {
        if !self.node_selector.iter().all(|(key, value)| labels.get(key) == Some(value)) {
            return Ok(false);
        }
        let Some(terms) = &self.terms else {
            return Ok(true);
        };
        if terms.iter().any(|term| term.matches(labels, name)) {
            return Ok(true);
        }
        if terms.iter().any(|term| term.is_invalid) { Err(InvalidTerm) } else { Ok(false) }
    }

    /// Whether some node of the zone can match.
    #[must_use]
    pub fn allows_zone(&self, zone: &str) -> bool {
        !self.allowed_zones(&[zone]).is_empty()
    }

    /// Whether some node can match in a zone that the pod does not name.
    ///
    /// ```
    /// use podnetworking_policy::selectors::labels::Labels;
    /// use podnetworking_policy::selectors::node_affinity::NodeAffinity;
    /// use podnetworking_policy::selectors::known_labels::ZONE;
    ///
    /// assert!(NodeAffinity::default().allows_any_other_zone());
    /// let in_h: Labels<'_> = [(ZONE, "zone-h")].into_iter().collect();
    /// assert!(!NodeAffinity::new(in_h, None).allows_any_other_zone());
    /// ```
    #[must_use]
    pub fn allows_any_other_zone(&self) -> bool {
        self.allows_zone(UNNAMED)
    }

    /// The `zones` in which some node can match, sorted, each once.
    ///
    /// Every node has [`ZONE`] with its zone. The other zone keys have the same value or are absent. Any other label, and
    /// the name, can be anything.
    #[must_use]
    pub fn allowed_zones<'z, Z: AsRef<str>>(&self, zones: &'z [Z]) -> Vec<&'z str> {
        let mut zones: Vec<&str> =
            zones.iter().map(AsRef::as_ref).filter(|zone| self.node_selector_allows(zone)).collect();
        sort::texts(&mut zones);
        zones.dedup();
        let Some(terms) = &self.terms else {
            return zones;
        };
        let sets: Vec<NodeValues<'_>> = terms.iter().filter_map(|term| term.zones(&self.node_selector)).collect();
        in_any(&zones, &sets)
    }

    fn node_selector_allows(&self, zone: &str) -> bool {
        self.node_selector_zones().all(|(_, wanted)| wanted == zone)
    }

    /// The zone keys of the node selector, with the zones that they ask for.
    pub fn node_selector_zones(&self) -> impl Iterator<Item = (&'static str, &str)> {
        ZONE_KEYS.into_iter().filter_map(|key| Some((key, self.node_selector.get(key)?)))
    }

    /// The same without the terms.
    #[must_use]
    pub fn without_terms(&self) -> Self {
        Self { node_selector: self.node_selector.clone(), terms: None }
    }

    /// The same without the node selector.
    #[must_use]
    pub fn without_node_selector(&self) -> Self {
        Self { node_selector: Labels::default(), terms: self.terms.clone() }
    }

    /// The same without one key of the node selector.
    #[must_use]
    pub fn without_node_selector_key(&self, key: &str) -> Self {
        Self { node_selector: self.node_selector.without(key), terms: self.terms.clone() }
    }

    /// If there is exactly one term: the index of its first expression that excludes all `zones` by itself.
    ///
    /// ```
    /// use podnetworking_policy::selectors::known_labels::ZONE;
    /// use podnetworking_policy::selectors::labels::Labels;
    /// use podnetworking_policy::selectors::node_affinity::NodeAffinity;
    /// use podnetworking_policy::selectors::node_term::NodeTerm;
    /// use podnetworking_policy::selectors::written_requirement::WrittenRequirement;
    ///
    /// let arch = WrittenRequirement::new("arch", "In", &["arm64"]);
    /// let zone = WrittenRequirement::new(ZONE, "In", &["zone-h"]);
    /// let affinity = NodeAffinity::new(Labels::default(), Some(vec![NodeTerm::new(vec![arch, zone], vec![])]));
    /// assert_eq!(affinity.excluding_expression(&["zone-i".to_owned()]), Some(1));
    /// ```
    #[must_use]
    pub fn excluding_expression(&self, zones: &[String]) -> Option<usize> {
        let Some([term]) = self.terms.as_deref() else { return None };
        if term.is_invalid {
            return None;
        }
        let zones: Vec<&str> = zones.iter().map(String::as_str).collect();
        term.expressions.iter().position(|requirement| {
            is_zone_key(&requirement.key)
                && (requirement.key == ZONE || !requirement.matches(None))
                && !zones.iter().any(|zone| requirement.matches(Some(zone)))
        })
    }

    /// If there is exactly one term, and its expressions exclude the `zones` only together: the fewest that do. Also if the
    /// expressions contradict each other, so that no zone is left at all.
    ///
    /// ```
    /// use podnetworking_policy::selectors::known_labels::ZONE;
    /// use podnetworking_policy::selectors::labels::Labels;
    /// use podnetworking_policy::selectors::node_affinity::NodeAffinity;
    /// use podnetworking_policy::selectors::node_term::NodeTerm;
    /// use podnetworking_policy::selectors::written_requirement::WrittenRequirement;
    ///
    /// let kept = WrittenRequirement::new(ZONE, "In", &["zone-k"]);
    /// let own = WrittenRequirement::new(ZONE, "In", &["zone-h", "zone-i"]);
    /// let affinity = NodeAffinity::new(Labels::default(), Some(vec![NodeTerm::new(vec![kept, own], vec![])]));
    /// assert_eq!(affinity.excluding_together(&["zone-h".to_owned(), "zone-i".to_owned()]), [0, 1]);
    /// assert_eq!(affinity.zones_of_expression(0), (vec!["zone-k"], false));
    /// ```
    #[must_use]
    pub fn excluding_together(&self, zones: &[String]) -> Vec<usize> {
        let Some([term]) = self.terms.as_deref() else { return Vec::new() };
        let expressions = || term.expressions.iter().enumerate().filter(|(_, one)| is_zone_key(&one.key));
        let all: Vec<usize> = expressions().map(|(index, _)| index).collect();
        let named = self.named_zones();
        let every: Vec<&str> = zones.iter().map(String::as_str).chain(named).chain([UNNAMED]).collect();
        let own: Vec<&str> = zones.iter().map(String::as_str).collect();
        let excluded = if term.allows_none(&all, &every) { every } else { own };
        if term.is_invalid || !term.allows_none(&all, &excluded) {
            return Vec::new();
        }
        let mut fewest = all.clone();
        for index in all {
            let without: Vec<usize> = fewest.iter().copied().filter(|one| *one != index).collect();
            if term.allows_none(&without, &excluded) {
                fewest = without;
            }
        }
        if fewest.len() > 1 { fewest } else { Vec::new() }
    }

    /// If there is exactly one term: which zones that the pod names its expression with this index allows by itself, and
    /// whether it allows zones that the pod does not name.
    #[must_use]
    pub fn zones_of_expression(&self, index: usize) -> (Vec<&str>, bool) {
        let Some([term]) = self.terms.as_deref() else { return (Vec::new(), true) };
        let allows = |zone: &&str| !term.allows_none(&[index], &[zone]);
        (self.named_zones().into_iter().filter(allows).collect(), allows(&UNNAMED))
    }

    /// The terms, if there is a required affinity.
    #[must_use]
    pub fn terms(&self) -> Option<&[NodeTerm<'a>]> {
        self.terms.as_deref()
    }

    /// The zones that the pod names on its zone keys, in any way, sorted, each once: what a message calls its zones.
    #[must_use]
    pub fn named_zones(&self) -> Vec<&str> {
        let mut zones = Vec::new();
        for (key, value) in self.node_selector.iter() {
            if is_zone_key(key) {
                zones.push(value);
            }
        }
        for term in self.terms.iter().flatten() {
            for requirement in term.expressions.iter().filter(|requirement| is_zone_key(&requirement.key)) {
                zones.extend(requirement.values.iter().map(AsRef::as_ref));
            }
        }
        sort::texts(&mut zones);
        zones.dedup();
        zones
    }
}
