//! Node selection: `spec.nodeSelector` and required node affinity with Kubernetes' semantics (component-helpers,
//! `scheduling/corev1/nodeaffinity`), and which zones they leave possible.

use std::borrow::Cow;

use crate::collections::sort;
use crate::collections::text_map::{TextMap, TextSet};
use crate::json::fault::Faults;
use crate::json::path::Path;
use crate::json::value::Json;
use crate::selectors::labels::{self, Labels};
use crate::selectors::read::RawRequirement;

/// The label that every node of a zone has.
pub const ZONE: &str = "topology.kubernetes.io/zone";
/// The labels that have the zone as their value, [`ZONE`] on every node, the others where a node has them; sorted.
const ZONE_KEYS: [&str; 3] =
    ["failure-domain.beta.kubernetes.io/zone", "topology.diskplugin.csi.alibabacloud.com/zone", ZONE];
/// The one field of a node that `matchFields` can read.
const NODE_NAME: &str = "metadata.name";

/// Whether the label tells the zone of a node.
fn is_zone_key(key: &str) -> bool {
    ZONE_KEYS.contains(&key)
}

/// An operator of a node selector.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Operator {
    In,
    NotIn,
    Exists,
    DoesNotExist,
    /// Greater than this number.
    Gt(i64),
    /// Less than this number.
    Lt(i64),
}

/// A valid requirement of a term.
#[derive(Clone, Debug)]
struct Requirement<'a> {
    key: Cow<'a, str>,
    operator: Operator,
    values: Vec<Cow<'a, str>>,
}

impl<'a> Requirement<'a> {
    /// A requirement on labels; `None` if Kubernetes would refuse it.
    fn expression(raw: RawRequirement<'a>) -> Option<Self> {
        if !labels::is_key(&raw.key) || !raw.values.iter().all(|value| labels::is_value(value)) {
            return None;
        }
        let number = || match raw.values.as_slice() {
            [value] => value.parse::<i64>().ok(),
            _ => None,
        };
        let operator = match raw.operator.as_ref() {
            "In" if !raw.values.is_empty() => Operator::In,
            "NotIn" if !raw.values.is_empty() => Operator::NotIn,
            "Exists" if raw.values.is_empty() => Operator::Exists,
            "DoesNotExist" if raw.values.is_empty() => Operator::DoesNotExist,
            "Gt" => Operator::Gt(number()?),
            "Lt" => Operator::Lt(number()?),
            _ => return None,
        };
        let mut values = raw.values;
        sort::texts(&mut values);
        Some(Self { key: raw.key, operator, values })
    }

    /// A requirement on fields: `In` or `NotIn` with exactly one value.
    fn field(raw: RawRequirement<'a>) -> Option<Self> {
        let operator = match raw.operator.as_ref() {
            "In" => Operator::In,
            "NotIn" => Operator::NotIn,
            _ => return None,
        };
        (raw.values.len() == 1).then_some(Self { key: raw.key, operator, values: raw.values })
    }

    fn has(&self, value: &str) -> bool {
        self.values.binary_search_by(|candidate| candidate.as_ref().cmp(value)).is_ok()
    }

    fn matches(&self, value: Option<&str>) -> bool {
        let number = || value.and_then(|value| value.parse::<i64>().ok());
        match self.operator {
            Operator::In => value.is_some_and(|value| self.has(value)),
            Operator::NotIn => !value.is_some_and(|value| self.has(value)),
            Operator::Exists => value.is_some(),
            Operator::DoesNotExist => value.is_none(),
            Operator::Gt(bound) => number().is_some_and(|number| number > bound),
            Operator::Lt(bound) => number().is_some_and(|number| number < bound),
        }
    }
}

/// One term: its requirements are ANDed.
#[derive(Clone, Debug, Default)]
pub struct Term<'a> {
    expressions: Vec<Requirement<'a>>,
    fields: Vec<Requirement<'a>>,
    /// Neither expressions nor fields: it matches nothing.
    empty: bool,
    /// Kubernetes refuses a requirement in it: it matches nothing, and is an error if no other term matches.
    invalid: bool,
}

impl<'a> Term<'a> {
    fn read(json: Json<'a>, path: &Path<'_>, faults: &mut Faults) -> Self {
        let [expressions, fields] = json.fields(["matchExpressions", "matchFields"], path, faults);
        let mut term = Self::default();
        let path_of = path.field("matchExpressions");
        let expressions = expressions.map(|list| list.list(&path_of, faults)).unwrap_or_default();
        for (index, requirement) in expressions.iter().enumerate() {
            let raw = RawRequirement::read(*requirement, &path_of.index(index), faults);
            match raw.and_then(Requirement::expression) {
                Some(requirement) => term.expressions.push(requirement),
                None => term.invalid = true,
            }
        }
        let path_of = path.field("matchFields");
        let fields = fields.map(|list| list.list(&path_of, faults)).unwrap_or_default();
        for (index, requirement) in fields.iter().enumerate() {
            let raw = RawRequirement::read(*requirement, &path_of.index(index), faults);
            match raw.and_then(Requirement::field) {
                Some(requirement) => term.fields.push(requirement),
                None => term.invalid = true,
            }
        }
        term.empty = expressions.is_empty() && fields.is_empty();
        term
    }

    /// Whether the term matches a node with these labels and this name.
    fn matches(&self, labels: &Labels<'_>, name: &str) -> bool {
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
    fn zones<'r>(&'r self, node_selector: &Labels<'_>) -> Option<Values<'r>> {
        if self.empty || self.invalid || !names_can_match(&self.fields) {
            return None;
        }
        let mut sorted: Vec<&'r Requirement<'a>> = self.expressions.iter().collect();
        sort::by(&mut sorted, |a, b| a.key.cmp(&b.key));
        let mut zones = Values::any();
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
        let group: Vec<&Requirement<'a>> =
            self.expressions.iter().filter(|requirement| requirement.key == ZONE).collect();
        if group.iter().all(|requirement| requirement.matches(None)) {
            return false;
        }
        // Only a list of values, or a contradiction, keeps the label to some zones.
        let listed = Values::of(&group).listed;
        listed.is_some_and(|values| values.iter().all(|value| zones.binary_search(value).is_ok()))
    }

    /// Whether the term has no requirement: then it matches nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.empty
    }
}

/// The values with which a label satisfies all requirements on it.
///
/// It is made in time that grows with the number of values in all, never with values times requirements.
#[derive(Debug)]
struct Values<'r> {
    /// These and no others; `None`: endlessly many.
    listed: Option<Vec<&'r str>>,
    /// Where they are not listed: none of these, which are sorted.
    excluded: Vec<&'r str>,
    /// Where they are not listed: only numbers from the one to the other.
    bounds: Option<(i64, i64)>,
}

impl<'r> Values<'r> {
    fn any() -> Self {
        Self { listed: None, excluded: Vec::new(), bounds: None }
    }

    fn of(group: &[&'r Requirement<'_>]) -> Self {
        let mut values = Self::any();
        values.restrict(group);
        values.finish()
    }

    /// Takes more requirements in; [`Values::finish`] comes last.
    fn restrict(&mut self, group: &[&'r Requirement<'_>]) {
        for requirement in group {
            let values = requirement.values.iter().map(AsRef::as_ref);
            match requirement.operator {
                Operator::In => {
                    self.listed = Some(match self.listed.take() {
                        None => values.collect(),
                        Some(listed) => listed.into_iter().filter(|value| requirement.has(value)).collect(),
                    });
                }
                Operator::NotIn => self.excluded.extend(values),
                Operator::Exists => {}
                Operator::DoesNotExist => self.bound(1, 0),
                Operator::Gt(bound) => match bound.checked_add(1) {
                    Some(least) => self.bound(least, i64::MAX),
                    None => self.bound(1, 0),
                },
                Operator::Lt(bound) => match bound.checked_sub(1) {
                    Some(greatest) => self.bound(i64::MIN, greatest),
                    None => self.bound(1, 0),
                },
            }
        }
    }

    fn bound(&mut self, low: i64, high: i64) {
        let (least, greatest) = self.bounds.unwrap_or((i64::MIN, i64::MAX));
        self.bounds = Some((least.max(low), greatest.min(high)));
    }

    fn finish(mut self) -> Self {
        sort::texts(&mut self.excluded);
        self.excluded.dedup();
        if self.bounds.is_some_and(|(low, high)| low > high) {
            self.listed = Some(Vec::new());
        }
        // Without a list of values, finitely many texts are excluded and a number is bounded; a number in the bounds
        // can be spelt in endlessly many ways (`7`, `07`, `007`).
        if let Some(mut listed) = self.listed.take() {
            listed.retain(|value| self.excluded.binary_search(value).is_err() && self.is_in_bounds(value));
            self.listed = Some(listed);
        }
        self
    }

    fn is_in_bounds(&self, value: &str) -> bool {
        self.bounds.is_none_or(|(low, high)| value.parse::<i64>().is_ok_and(|number| (low..=high).contains(&number)))
    }

    fn are_none(&self) -> bool {
        self.listed.as_ref().is_some_and(Vec::is_empty)
    }
}

/// Whether some value, or the absence, of a label that may be anything satisfies all requirements.
fn can_match(group: &[&Requirement<'_>]) -> bool {
    group.iter().all(|requirement| requirement.matches(None)) || !Values::of(group).are_none()
}

/// Which of `zones` (sorted, each once) one of `sets` has. It takes time that grows with the zones and the values in all,
/// never with zones times sets.
fn in_any<'z>(zones: &[&'z str], sets: &[Values<'_>]) -> Vec<&'z str> {
    let mut listed = TextSet::default();
    // How many sets have any value but the excluded ones, and how many exclude a value.
    let mut open = 0_usize;
    let mut excluding: TextMap<'_, usize> = TextMap::default();
    // The zones that are numbers, ascending, and at each by how much the number of sets in whose bounds it is changes.
    let mut numbers: Vec<(i64, &str)> = zones.iter().filter_map(|zone| Some((zone.parse().ok()?, *zone))).collect();
    sort::by(&mut numbers, Ord::cmp);
    let mut steps = vec![0_i64; numbers.len() + 1];
    let mut out: TextMap<'_, i64> = TextMap::default();
    for set in sets {
        match (&set.listed, set.bounds) {
            (Some(values), _) => {
                for value in values {
                    listed.insert(*value);
                }
            }
            (None, None) => {
                open += 1;
                for value in &set.excluded {
                    excluding.change(value, |count| *count += 1);
                }
            }
            (None, Some((low, high))) => {
                let from = numbers.partition_point(|(number, _)| *number < low);
                let to = numbers.partition_point(|(number, _)| *number <= high);
                for (index, step) in [(from, 1), (to, -1)] {
                    if let Some(place) = steps.get_mut(index) {
                        *place += step;
                    }
                }
                for value in set.excluded.iter().filter(|value| set.is_in_bounds(value)) {
                    out.change(value, |count| *count += 1);
                }
            }
        }
    }
    let mut covering = 0;
    let mut bounded = TextSet::default();
    for ((_, zone), step) in numbers.iter().zip(steps) {
        covering += step;
        if covering > out.get(zone).copied().unwrap_or_default() {
            bounded.insert(*zone);
        }
    }
    zones
        .iter()
        .copied()
        .filter(|zone| {
            listed.contains(zone) || open > excluding.get(zone).copied().unwrap_or_default() || bounded.contains(zone)
        })
        .collect()
}

/// Whether some node name satisfies all requirements on fields.
fn names_can_match(fields: &[Requirement<'_>]) -> bool {
    let (names, others): (Vec<_>, Vec<_>) = fields.iter().partition(|requirement| requirement.key == NODE_NAME);
    // Kubernetes reads any other field as the empty text.
    if !others.iter().all(|requirement| requirement.matches(Some(""))) {
        return false;
    }
    match names.iter().find(|requirement| requirement.operator == Operator::In) {
        Some(listed) => listed
            .values
            .iter()
            .any(|name| !name.is_empty() && names.iter().all(|requirement| requirement.matches(Some(name)))),
        None => true,
    }
}

/// What a pod asks of its node.
#[derive(Clone, Debug, Default)]
pub struct NodeAffinity<'a> {
    /// `spec.nodeSelector`: exact equality, never validated.
    node_selector: Labels<'a>,
    /// The terms of the required affinity, ORed; `None` is no restriction, no terms match nothing.
    terms: Option<Vec<Term<'a>>>,
}

/// A term had a requirement that Kubernetes refuses, and no other term matched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvalidTerm;

impl<'a> NodeAffinity<'a> {
    /// Reads `nodeSelector` and `requiredDuringSchedulingIgnoredDuringExecution`, each absent or not null.
    pub fn read(
        node_selector: Option<Json<'a>>,
        node_selector_path: &Path<'_>,
        required: Option<Json<'a>>,
        required_path: &Path<'_>,
        faults: &mut Faults,
    ) -> Self {
        let node_selector = Labels::read(node_selector, node_selector_path, faults);
        let mut affinity = Self { node_selector, terms: None };
        if let Some(required) = required {
            let [terms] = required.fields(["nodeSelectorTerms"], required_path, faults);
            let path = required_path.field("nodeSelectorTerms");
            let terms = terms.map(|terms| terms.list(&path, faults)).unwrap_or_default();
            affinity.terms = Some(
                terms
                    .into_iter()
                    .enumerate()
                    .map(|(index, term)| match term.present() {
                        Some(term) => Term::read(term, &path.index(index), faults),
                        None => Term { empty: true, ..Term::default() },
                    })
                    .collect(),
            );
        }
        affinity
    }

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
        let sets: Vec<Values<'_>> = terms.iter().filter_map(|term| term.zones(&self.node_selector)).collect();
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
