//! Node selection: `spec.nodeSelector` and required node affinity with Kubernetes' semantics (component-helpers,
//! `scheduling/corev1/nodeaffinity`), and which zones they leave possible.

use std::borrow::Cow;

use crate::fault::Faults;
use crate::json::Json;
use crate::label::{self, Labels};
use crate::path::Path;
use crate::selector::RawRequirement;

/// The label that every node of a zone has.
pub const ZONE: &str = "topology.kubernetes.io/zone";
/// Labels that have the zone as their value where a node has them.
const OTHER_ZONE_KEYS: [&str; 2] =
    ["failure-domain.beta.kubernetes.io/zone", "topology.diskplugin.csi.alibabacloud.com/zone"];
/// The one field of a node that `matchFields` can read.
const NODE_NAME: &str = "metadata.name";

/// Whether the label tells the zone of a node.
fn is_zone_key(key: &str) -> bool {
    key == ZONE || OTHER_ZONE_KEYS.contains(&key)
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
        if !label::is_key(&raw.key) || !raw.values.iter().all(|value| label::is_value(value)) {
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
        values.sort_unstable();
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

    /// Whether some node of the zone, with the labels of `node_selector`, can match the term.
    fn allows(&self, zone: &str, node_selector: &Labels<'_>) -> bool {
        if self.empty || self.invalid {
            return false;
        }
        let mut sorted: Vec<&Requirement<'a>> = self.expressions.iter().collect();
        sorted.sort_by(|a, b| a.key.cmp(&b.key));
        let labels_can_match = sorted.chunk_by(|a, b| a.key == b.key).all(|group| {
            let Some(key) = group.first().map(|requirement| requirement.key.as_ref()) else {
                return true;
            };
            // `nodeSelector` comes first: it fixes the value of its keys.
            let wanted = node_selector.get(key);
            let all = |value: Option<&str>| group.iter().all(|requirement| requirement.matches(value));
            match wanted {
                Some(value) => all(Some(value)),
                None if key == ZONE => all(Some(zone)),
                None if OTHER_ZONE_KEYS.contains(&key) => all(Some(zone)) || all(None),
                None => can_match(group),
            }
        });
        labels_can_match && names_can_match(&self.fields)
    }

    /// Whether every node that the term matches has one of the zones in its zone label.
    #[must_use]
    pub fn implies_zone_in(&self, zones: &[&str]) -> bool {
        let group: Vec<&Requirement<'a>> =
            self.expressions.iter().filter(|requirement| requirement.key == ZONE).collect();
        let all = |value: Option<&str>| group.iter().all(|requirement| requirement.matches(value));
        if all(None) {
            return false;
        }
        // Only a list of values, or a contradiction, keeps the label to some zones.
        match Values::of(&group) {
            Values::These(values) => values.iter().all(|value| zones.contains(value)),
            Values::Any => false,
        }
    }

    /// Whether the term has no requirement: then it matches nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.empty
    }
}

/// The values with which a label satisfies all requirements on it.
enum Values<'r> {
    /// These and no others.
    These(Vec<&'r str>),
    /// Endlessly many.
    Any,
}

impl<'r> Values<'r> {
    /// Takes time that grows with the number of values in all, never with values times requirements.
    fn of(group: &[&'r Requirement<'_>]) -> Self {
        let mut allowed: Option<Vec<&'r str>> = None;
        let mut excluded: Vec<&str> = Vec::new();
        let mut low = i64::MIN;
        let mut high = i64::MAX;
        let (mut number, mut present) = (false, true);
        for requirement in group {
            let values = requirement.values.iter().map(AsRef::as_ref);
            match requirement.operator {
                Operator::In => {
                    allowed = Some(match allowed.take() {
                        None => values.collect(),
                        Some(allowed) => allowed.into_iter().filter(|value| requirement.has(value)).collect(),
                    });
                }
                Operator::NotIn => excluded.extend(values),
                Operator::Exists => {}
                Operator::DoesNotExist => present = false,
                Operator::Gt(bound) => {
                    number = true;
                    match bound.checked_add(1) {
                        Some(least) => low = low.max(least),
                        None => present = false,
                    }
                }
                Operator::Lt(bound) => {
                    number = true;
                    match bound.checked_sub(1) {
                        Some(greatest) => high = high.min(greatest),
                        None => present = false,
                    }
                }
            }
        }
        if !present || low > high {
            return Self::These(Vec::new());
        }
        // Without a list of values, finitely many texts are excluded and a number is bounded; a number in the bounds
        // can be spelt in endlessly many ways (`7`, `07`, `007`).
        let Some(mut allowed) = allowed else {
            return Self::Any;
        };
        excluded.sort_unstable();
        allowed.retain(|value| {
            excluded.binary_search(value).is_err()
                && (!number || value.parse::<i64>().is_ok_and(|value| (low..=high).contains(&value)))
        });
        Self::These(allowed)
    }
}

/// Whether some value, or the absence, of a label that may be anything satisfies all requirements.
fn can_match(group: &[&Requirement<'_>]) -> bool {
    group.iter().all(|requirement| requirement.matches(None))
        || match Values::of(group) {
            Values::These(values) => !values.is_empty(),
            Values::Any => true,
        }
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

    /// Whether some node of the zone can match. Every node of a zone has [`ZONE`] with the zone; the other zone keys
    /// have it too or are absent; any other label, and the name, may be anything.
    #[must_use]
    pub fn allows(&self, zone: &str) -> bool {
        self.node_selector_allows(zone)
            && self.terms.as_ref().is_none_or(|terms| terms.iter().any(|term| term.allows(zone, &self.node_selector)))
    }

    /// The same for `spec.nodeSelector` alone.
    #[must_use]
    pub fn node_selector_allows(&self, zone: &str) -> bool {
        self.excluding_node_selector_key(zone).is_none()
    }

    /// The key of `spec.nodeSelector` that excludes the zone.
    #[must_use]
    pub fn excluding_node_selector_key(&self, zone: &str) -> Option<&str> {
        self.node_selector.iter().find(|(key, value)| is_zone_key(key) && *value != zone).map(|(key, _)| key)
    }

    /// Whether the required affinity alone, without `spec.nodeSelector`, allows the zone.
    #[must_use]
    pub fn terms_allow(&self, zone: &str) -> bool {
        self.terms.as_ref().is_none_or(|terms| terms.iter().any(|term| term.allows(zone, &Labels::default())))
    }

    /// The terms of the required affinity, if it is there.
    #[must_use]
    pub fn terms(&self) -> Option<&[Term<'a>]> {
        self.terms.as_deref()
    }

    /// The zones that the pod names, in any way, in its zone keys: what a message can say about "its zones".
    #[must_use]
    pub fn named_zones(&self) -> Vec<&str> {
        let mut zones: Vec<&str> = self
            .node_selector
            .iter()
            .filter(|(key, _)| is_zone_key(key))
            .map(|(_, value)| value)
            .chain(
                self.terms
                    .iter()
                    .flatten()
                    .flat_map(|term| &term.expressions)
                    .filter(|requirement| is_zone_key(&requirement.key))
                    .flat_map(|requirement| requirement.values.iter().map(AsRef::as_ref)),
            )
            .collect();
        zones.sort_unstable();
        zones.dedup();
        zones
    }
}
