//! Node selection: `spec.nodeSelector` and required node affinity with Kubernetes' semantics (component-helpers,
//! `scheduling/corev1/nodeaffinity`), and which zones they leave possible.

use crate::collections::sort;
use crate::selectors::known_labels::{ZONE, ZONE_KEYS, is_zone_key};
use crate::selectors::labels::Labels;
use crate::selectors::node_term::Term;
use crate::selectors::node_values::{NodeValues, in_any};

/// What a pod asks of its node.
#[derive(Clone, Debug, Default)]
pub struct NodeAffinity<'a> {
    /// `spec.nodeSelector`: exact equality, never validated.
    pub(crate) node_selector: Labels<'a>,
    /// The terms of the required affinity, ORed; `None` is no restriction, no terms match nothing.
    pub(crate) terms: Option<Vec<Term<'a>>>,
}

/// A term had a requirement that Kubernetes refuses, and no other term matched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvalidTerm;

impl<'a> NodeAffinity<'a> {
    /// Whether a node with these labels and this name matches, as `GetRequiredNodeAffinity(pod).Match(node)` says.
    ///
    /// # Errors
    /// [`InvalidTerm`], where no term matches and one is invalid.
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
        if terms.iter().any(|term| term.invalid) { Err(InvalidTerm) } else { Ok(false) }
    }

    /// Whether some node of the zone can match.
    #[must_use]
    pub fn allows(&self, zone: &str) -> bool {
        !self.allowed(&[zone]).is_empty()
    }

    /// Those of `zones`, sorted and each once, of which some node can match. Every node of a zone has [`ZONE`] with the
    /// zone; the other zone keys have it too or are absent; any other label, and the name, may be anything.
    #[must_use]
    pub fn allowed<'z, Z: AsRef<str>>(&self, zones: &'z [Z]) -> Vec<&'z str> {
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

    /// The zone keys of `spec.nodeSelector`, with the zones that they ask for.
    pub fn node_selector_zones(&self) -> impl Iterator<Item = (&'static str, &str)> {
        ZONE_KEYS.into_iter().filter_map(|key| Some((key, self.node_selector.get(key)?)))
    }

    /// The same without the required affinity.
    #[must_use]
    pub fn without_terms(&self) -> Self {
        Self { node_selector: self.node_selector.clone(), terms: None }
    }

    /// The same without `spec.nodeSelector`.
    #[must_use]
    pub fn without_node_selector(&self) -> Self {
        Self { node_selector: Labels::default(), terms: self.terms.clone() }
    }

    /// The same without one key of `spec.nodeSelector`.
    #[must_use]
    pub fn without_node_selector_key(&self, key: &str) -> Self {
        Self { node_selector: self.node_selector.without(key), terms: self.terms.clone() }
    }

    /// The index of the one expression of the one term that excludes all `zones`, which are sorted, by itself.
    #[must_use]
    pub fn excluding_expression(&self, zones: &[String]) -> Option<usize> {
        let Some([term]) = self.terms.as_deref() else { return None };
        if term.invalid {
            return None;
        }
        let zones: Vec<&str> = zones.iter().map(String::as_str).collect();
        term.expressions.iter().position(|requirement| {
            is_zone_key(&requirement.key)
                && (requirement.key == ZONE || !requirement.matches(None))
                && !zones.iter().any(|zone| requirement.matches(Some(zone)))
        })
    }

    /// The terms of the required affinity, if it is there.
    #[must_use]
    pub fn terms(&self) -> Option<&[Term<'a>]> {
        self.terms.as_deref()
    }

    /// The zones that the pod names, in any way, in its zone keys: what a message can say about "its zones".
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
