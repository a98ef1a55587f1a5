//! Label selectors: Kubernetes' semantics to the letter, and the exact decision whether selectors can match one label
//! set.
//!
//! Validation and matching follow apimachinery (`metav1.LabelSelectorAsSelector`, `labels.Requirement`). Whether two
//! selectors can meet is decided key by key, all requirements on a key together: pairwise is not enough
//! (`In [a, b]` with `NotIn [a]` and `NotIn [b]`).

use std::borrow::Cow;
use std::fmt;

use crate::fault::Faults;
use crate::json::Json;
use crate::label::{self, Labels};
use crate::path::Path;
use crate::text::quote;

/// What a requirement asks of the value of its key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Operator {
    /// The key is there with one of the values.
    In,
    /// The key is absent, or there with none of the values.
    NotIn,
    /// The key is there.
    Exists,
    /// The key is absent.
    DoesNotExist,
}

impl Operator {
    pub(crate) fn read(text: &str) -> Option<Self> {
        // Exact case, as Kubernetes has it.
        Some(match text {
            "In" => Self::In,
            "NotIn" => Self::NotIn,
            "Exists" => Self::Exists,
            "DoesNotExist" => Self::DoesNotExist,
            _ => return None,
        })
    }

    /// The operator that holds exactly where this one does not, with the same values.
    #[must_use]
    pub fn negated(self) -> Self {
        match self {
            Self::In => Self::NotIn,
            Self::NotIn => Self::In,
            Self::Exists => Self::DoesNotExist,
            Self::DoesNotExist => Self::Exists,
        }
    }

    /// The name that Kubernetes gives it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::In => "In",
            Self::NotIn => "NotIn",
            Self::Exists => "Exists",
            Self::DoesNotExist => "DoesNotExist",
        }
    }
}

/// Where in its selector a requirement stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// An entry of `matchLabels`.
    MatchLabels,
    /// The element of `matchExpressions` with this index.
    MatchExpressions(usize),
}

/// One requirement of a selector.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Requirement<'a> {
    /// The label key.
    pub key: Cow<'a, str>,
    /// What is asked.
    pub operator: Operator,
    /// The values, sorted, each once; empty for `Exists` and `DoesNotExist`.
    pub values: Vec<Cow<'a, str>>,
    /// Where it stands.
    pub origin: Origin,
}

impl Requirement<'_> {
    /// Whether a label with this value, or no label, satisfies the requirement.
    #[must_use]
    pub fn matches(&self, value: Option<&str>) -> bool {
        match (self.operator, value) {
            (Operator::In, Some(value)) => self.has(value),
            (Operator::NotIn, Some(value)) => !self.has(value),
            (Operator::Exists, value) => value.is_some(),
            (Operator::DoesNotExist, value) => value.is_none(),
            (Operator::In, None) => false,
            (Operator::NotIn, None) => true,
        }
    }

    pub(crate) fn has(&self, value: &str) -> bool {
        self.values.binary_search_by(|candidate| candidate.as_ref().cmp(value)).is_ok()
    }

    /// The requirement that holds exactly where this one does not.
    #[must_use]
    pub fn negated(&self) -> Self {
        Self { operator: self.operator.negated(), ..self.clone() }
    }

    /// The path of the requirement below its selector's.
    #[must_use]
    pub fn path(&self, selector: &Path<'_>) -> String {
        match self.origin {
            Origin::MatchLabels => selector.field("matchLabels").key(&self.key).to_string(),
            Origin::MatchExpressions(index) => selector.field("matchExpressions").index(index).to_string(),
        }
    }
}

impl Requirement<'_> {
    /// As in a message, with all its values: what is to be added has to be said in full.
    #[must_use]
    pub fn in_full(&self) -> String {
        if self.values.is_empty() {
            return format!("{} {}", self.key, self.operator.name());
        }
        if self.values.len() > IN_FULL {
            return self.to_string();
        }
        let values: Vec<String> = self.values.iter().map(|value| Value(value).to_string()).collect();
        format!("{} {} [{}]", self.key, self.operator.name(), values.join(", "))
    }
}

/// The most values that are written in full: with more a message would be longer than anybody reads or sends on.
const IN_FULL: usize = 200;

/// As in a message: `foo In [bar]`, `foo Exists`. Long lists of values are cut.
impl fmt::Display for Requirement<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.key, self.operator.name())?;
        if self.values.is_empty() {
            return Ok(());
        }
        f.write_str(" [")?;
        for (index, value) in self.values.iter().enumerate() {
            match index {
                0 => write!(f, "{}", Value(value))?,
                1..=4 => write!(f, ", {}", Value(value))?,
                _ => {
                    write!(f, ", and {} more", self.values.len().saturating_sub(5))?;
                    break;
                }
            }
        }
        f.write_str("]")
    }
}

/// A value of a requirement: the empty one has to be seen.
struct Value<'a>(&'a str);

impl fmt::Display for Value<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_empty() { "\"\"" } else { self.0 })
    }
}

/// A label selector that Kubernetes would accept. Without requirements it matches everything.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selector<'a> {
    requirements: Vec<Requirement<'a>>,
}

impl<'a> Selector<'a> {
    /// Reads a `metav1.LabelSelector`. All of it is validated before anything is matched; with any fault there is no
    /// selector.
    #[must_use]
    pub fn read(json: Json<'a>, path: &Path<'_>, faults: &mut Faults) -> Option<Self> {
        let before = faults.len();
        let mut requirements = Vec::new();
        let [labels, expressions] = json.fields(["matchLabels", "matchExpressions"], path, faults);
        if let Some(labels) = labels {
            read_match_labels(labels, &path.field("matchLabels"), &mut requirements, faults);
        }
        if let Some(expressions) = expressions {
            let path = path.field("matchExpressions");
            for (index, expression) in expressions.list(&path, faults).into_iter().enumerate() {
                let origin = Origin::MatchExpressions(index);
                requirements.extend(read_expression(expression, origin, &path.index(index), faults));
            }
        }
        (faults.len() == before).then_some(Self { requirements })
    }

    /// The requirements: those of `matchLabels` by key, then `matchExpressions` in their order.
    #[must_use]
    pub fn requirements(&self) -> &[Requirement<'a>] {
        &self.requirements
    }

    /// How many requirements and values there are: what it costs to look at all of them.
    #[must_use]
    pub fn size(&self) -> usize {
        self.requirements.iter().map(|requirement| 1 + requirement.values.len()).sum()
    }

    /// Whether the selector matches the labels.
    #[must_use]
    pub fn matches(&self, labels: &Labels<'_>) -> bool {
        self.failed(labels).is_none()
    }

    /// Whether the selector matches the labels, of which the first with a key counts.
    pub(crate) fn matches_these(&self, labels: &[(&str, &str)]) -> bool {
        self.requirements
            .iter()
            .all(|requirement| requirement.matches(podnetworking_walk::value_of(labels, &requirement.key)))
    }

    /// The first requirement that the labels do not satisfy.
    #[must_use]
    pub fn failed(&self, labels: &Labels<'_>) -> Option<&Requirement<'a>> {
        self.requirements.iter().find(|requirement| !requirement.matches(labels.get(&requirement.key)))
    }

    /// The selector with one more requirement.
    #[must_use]
    pub fn with(&self, requirement: Requirement<'a>) -> Self {
        let mut requirements = self.requirements.clone();
        requirements.push(requirement);
        Self { requirements }
    }
}

fn read_match_labels<'a>(
    json: Json<'a>,
    path: &Path<'_>,
    requirements: &mut Vec<Requirement<'a>>,
    faults: &mut Faults,
) {
    let mut labels = json.members(path, faults);
    crate::sort::by(&mut labels, |(a, _), (b, _)| a.cmp(b));
    for (key, value) in labels {
        let path = path.key(&key);
        let Some(value) = value.string(&path, faults) else {
            continue;
        };
        check_key(&key, &path, faults);
        check_value(&value, &path, faults);
        requirements.push(Requirement {
            key: key.clone(),
            operator: Operator::In,
            values: vec![value],
            origin: Origin::MatchLabels,
        });
    }
}

fn read_expression<'a>(
    json: Json<'a>,
    origin: Origin,
    path: &Path<'_>,
    faults: &mut Faults,
) -> Option<Requirement<'a>> {
    let raw = RawRequirement::read(json, path, faults)?;
    check_key(&raw.key, &path.field("key"), faults);
    let values_path = path.field("values");
    for (index, value) in raw.values.iter().enumerate() {
        check_value(value, &values_path.index(index), faults);
    }
    let Some(operator) = Operator::read(&raw.operator) else {
        faults.invalid_selector(
            &path.field("operator"),
            &raw.operator,
            format!("{} is not an operator of a label selector", quote(&raw.operator)),
            "use `In`, `NotIn`, `Exists` or `DoesNotExist`".to_owned(),
        );
        return None;
    };
    let takes_values = matches!(operator, Operator::In | Operator::NotIn);
    if takes_values && raw.values.is_empty() {
        faults.invalid_selector(
            &values_path,
            &format!("{} {}", raw.key, operator.name()),
            format!("`{}` on {} has no values", operator.name(), quote(&raw.key)),
            "list at least one value, or use `Exists` or `DoesNotExist`".to_owned(),
        );
    }
    if !takes_values && !raw.values.is_empty() {
        faults.invalid_selector(
            &values_path,
            &format!("{} {} {}", raw.key, operator.name(), raw.values.join(",")),
            format!("`{}` on {} takes no values, found {}", operator.name(), quote(&raw.key), raw.values.len()),
            "remove the values, or use `In` or `NotIn`".to_owned(),
        );
    }
    let mut values = raw.values;
    crate::sort::texts(&mut values);
    values.dedup();
    Some(Requirement { key: raw.key, operator, values, origin })
}

fn check_key(key: &str, path: &Path<'_>, faults: &mut Faults) {
    if !label::is_key(key) {
        faults.invalid_selector(
            path,
            key,
            format!("{} is not a label key", quote(key)),
            format!("use {}", label::KEY_FORM),
        );
    }
}

fn check_value(value: &str, path: &Path<'_>, faults: &mut Faults) {
    if !label::is_value(value) {
        faults.invalid_selector(
            path,
            value,
            format!("{} is not a label value", quote(value)),
            format!("use {}", label::VALUE_FORM),
        );
    }
}

/// A requirement as it is written, of a label selector or of a node selector: not validated.
pub(crate) struct RawRequirement<'a> {
    pub(crate) key: Cow<'a, str>,
    pub(crate) operator: Cow<'a, str>,
    pub(crate) values: Vec<Cow<'a, str>>,
}

impl<'a> RawRequirement<'a> {
    /// Reads `key`, `operator` and `values`; a missing string is the empty one, as in Go.
    pub(crate) fn read(json: Json<'a>, path: &Path<'_>, faults: &mut Faults) -> Option<Self> {
        let before = faults.len();
        let [key, operator, values] = json.fields(["key", "operator", "values"], path, faults);
        let key = key.map_or(Some(Cow::Borrowed("")), |key| key.string(&path.field("key"), faults));
        let operator = operator.map_or(Some(Cow::Borrowed("")), |text| text.string(&path.field("operator"), faults));
        let values_path = path.field("values");
        let list = values.map(|values| values.list(&values_path, faults)).unwrap_or_default();
        let mut values = Vec::with_capacity(list.len());
        for (index, value) in list.into_iter().enumerate() {
            values.extend(value.string(&values_path.index(index), faults));
        }
        if faults.len() != before {
            return None;
        }
        Some(Self { key: key?, operator: operator?, values })
    }
}

/// What all requirements on one key together leave possible.
#[derive(Debug)]
pub(crate) struct Constraint<'r> {
    /// The key may be absent.
    pub(crate) absent: bool,
    /// The values it may have, sorted; `None`: any but the excluded ones.
    pub(crate) allowed: Option<Vec<&'r str>>,
    /// The values that it may not have, sorted.
    pub(crate) excluded: Vec<&'r str>,
    /// The key may be there.
    pub(crate) present: bool,
}

impl<'r> Constraint<'r> {
    fn of(requirements: &[&'r Requirement<'_>]) -> Self {
        let mut all = Self { absent: true, allowed: None, excluded: Vec::new(), present: true };
        for requirement in requirements {
            let values = requirement.values.iter().map(AsRef::as_ref);
            match requirement.operator {
                Operator::In => {
                    all.absent = false;
                    all.allowed = Some(match all.allowed.take() {
                        None => values.collect(),
                        Some(allowed) => allowed.into_iter().filter(|value| requirement.has(value)).collect(),
                    });
                }
                Operator::NotIn => all.excluded.extend(values),
                Operator::Exists => all.absent = false,
                Operator::DoesNotExist => all.present = false,
            }
        }
        crate::sort::texts(&mut all.excluded);
        all.excluded.dedup();
        all
    }

    /// With the excluded values left out of the allowed ones, and, of namespaces, with what all their names have.
    fn settled(requirements: &[&'r Requirement<'_>], of_namespaces: bool) -> Self {
        let mut constraint = Self::of(requirements);
        let is_name = of_namespaces && requirements.first().is_some_and(|one| one.key == label::METADATA_NAME);
        constraint.absent &= !is_name;
        if let Some(allowed) = &mut constraint.allowed {
            allowed.retain(|value| {
                constraint.excluded.binary_search(value).is_err() && (!is_name || label::is_namespace_name(value))
            });
            constraint.excluded.clear();
        }
        constraint
    }

    /// Of a settled one: whether some value, or the absence of the key, satisfies it.
    fn is_possible(&self) -> bool {
        self.absent || (self.present && self.allowed.as_ref().is_none_or(|allowed| !allowed.is_empty()))
    }

    /// Of a settled one: whether the key may have the value.
    fn allows(&self, value: &str) -> bool {
        self.present
            && match &self.allowed {
                Some(allowed) => allowed.binary_search(&value).is_ok(),
                None => self.excluded.binary_search(&value).is_err(),
            }
    }

    /// Of two settled ones: whether some value, or the absence of the key, satisfies both.
    fn meets(&self, other: &Self) -> bool {
        let any = |few: &[&str], many: &Self| few.iter().any(|value| many.allows(value));
        (self.absent && other.absent)
            || (self.present
                && other.present
                && match (&self.allowed, &other.allowed) {
                    (Some(own), Some(others)) if own.len() <= others.len() => any(own, other),
                    (_, Some(others)) => any(others, self),
                    (Some(own), None) => any(own, other),
                    // Finitely many values are excluded, and there are more than anybody could list.
                    (None, None) => true,
                })
    }

    /// The bytewise least value that the key may have; `least` gives the least of all values.
    fn least(&self, least: impl Fn(&[&str]) -> Option<String>) -> Option<String> {
        if !self.present {
            return None;
        }
        match &self.allowed {
            Some(allowed) => allowed
                .iter()
                .find(|value| self.excluded.binary_search(value).is_err())
                .map(|value| (*value).to_owned()),
            None => least(&self.excluded),
        }
    }
}

/// Labels that a witness has, by key.
pub type WitnessLabels = Vec<(String, String)>;

/// The requirements of several selectors, all of which must hold, grouped by key.
fn by_key<'r, 'a>(selectors: &[&'r Selector<'a>]) -> Vec<&'r Requirement<'a>> {
    let mut all: Vec<&Requirement<'a>> = selectors.iter().flat_map(|selector| &selector.requirements).collect();
    crate::sort::by(&mut all, |a, b| a.key.cmp(&b.key));
    all
}

fn groups<'s, 'r, 'a>(sorted: &'s [&'r Requirement<'a>]) -> impl Iterator<Item = &'s [&'r Requirement<'a>]> {
    sorted.chunk_by(|a, b| a.key == b.key)
}

/// What one selector asks of each key, ready to be compared with many others.
#[derive(Debug)]
pub struct Constraints<'r> {
    /// By key.
    pub(crate) keys: Vec<(&'r str, Constraint<'r>)>,
    /// How many keys must be there.
    required: usize,
    /// Some labels satisfy all of them.
    pub(crate) possible: bool,
    /// The labels are those of namespaces.
    are_namespaces: bool,
}

impl<'r> Constraints<'r> {
    /// Of a selector of pods; without one everything matches.
    #[must_use]
    pub fn of_pods(selector: Option<&'r Selector<'_>>) -> Self {
        Self::new(selector, false)
    }

    /// Of a selector of namespaces, which all have a name in their labels.
    #[must_use]
    pub fn of_namespaces(selector: Option<&'r Selector<'_>>) -> Self {
        Self::new(selector, true)
    }

    fn new(selector: Option<&'r Selector<'_>>, are_namespaces: bool) -> Self {
        let mut sorted: Vec<&'r Requirement<'_>> = selector.into_iter().flat_map(Selector::requirements).collect();
        crate::sort::by(&mut sorted, |a, b| a.key.cmp(&b.key));
        let keys: Vec<(&'r str, Constraint<'r>)> = sorted
            .chunk_by(|a, b| a.key == b.key)
            .filter_map(|group| Some((group.first()?.key.as_ref(), Constraint::settled(group, are_namespaces))))
            .collect();
        let required = keys.iter().filter(|(_, constraint)| !constraint.absent).count();
        let possible = keys.iter().all(|(_, constraint)| constraint.is_possible());
        Self { keys, required, possible, are_namespaces }
    }

    pub(crate) fn get(&self, key: &str) -> Option<&Constraint<'r>> {
        let index = self.keys.binary_search_by(|(own, _)| (*own).cmp(key)).ok()?;
        self.keys.get(index).map(|(_, constraint)| constraint)
    }

    /// Whether some labels match both: in time that grows with the smaller one.
    #[must_use]
    pub fn meet(&self, other: &Self) -> bool {
        let (few, many) = if self.keys.len() <= other.keys.len() { (self, other) } else { (other, self) };
        self.possible
            && other.possible
            && few.keys.iter().all(|(key, one)| many.get(key).is_none_or(|another| one.meets(another)))
    }

    /// Whether some labels match with one more requirement.
    #[must_use]
    pub fn meet_requirement(&self, requirement: &Requirement<'_>) -> bool {
        let one = Constraint::settled(&[requirement], self.are_namespaces);
        self.possible
            && match self.get(&requirement.key) {
                Some(constraint) => constraint.meets(&one),
                None => one.is_possible(),
            }
    }

    /// Whether the selector matches the labels: in time that grows with the smaller one.
    #[must_use]
    pub fn match_labels(&self, labels: &Labels<'_>) -> bool {
        if labels.len() > self.keys.len() {
            return self.keys.iter().all(|(key, constraint)| match labels.get(key) {
                Some(value) => constraint.allows(value),
                None => constraint.absent,
            });
        }
        let mut met = 0;
        for (key, value) in labels.iter() {
            let Some(constraint) = self.get(key) else { continue };
            if !constraint.allows(value) {
                return false;
            }
            met += usize::from(!constraint.absent);
        }
        met == self.required
    }
}

/// The smallest label set of a pod that all selectors match: the fewest labels, and of these the bytewise least;
/// `None` if there is none.
#[must_use]
pub fn witness(selectors: &[&Selector<'_>]) -> Option<WitnessLabels> {
    let mut labels = Vec::new();
    for group in groups(&by_key(selectors)) {
        let constraint = Constraint::of(group);
        if constraint.absent {
            continue;
        }
        let key = group.first()?.key.as_ref();
        labels.push((key.to_owned(), constraint.least(label::least_value)?));
    }
    Some(labels)
}

/// The smallest label set of a namespace that all selectors match. A namespace always has the label
/// `kubernetes.io/metadata.name`, and its name is a DNS-1123 label.
#[must_use]
pub fn namespace_witness(selectors: &[&Selector<'_>]) -> Option<WitnessLabels> {
    let name = Selector {
        requirements: vec![Requirement {
            key: Cow::Borrowed(label::METADATA_NAME),
            operator: Operator::Exists,
            values: Vec::new(),
            origin: Origin::MatchLabels,
        }],
    };
    let mut all: Vec<&Selector<'_>> = selectors.to_vec();
    all.push(&name);
    let mut labels = Vec::new();
    for group in groups(&by_key(&all)) {
        let mut constraint = Constraint::of(group);
        if constraint.absent {
            continue;
        }
        let key = group.first()?.key.as_ref();
        let value = if key == label::METADATA_NAME {
            if let Some(allowed) = &mut constraint.allowed {
                allowed.retain(|value| label::is_namespace_name(value));
            }
            constraint.least(label::least_namespace_name)?
        } else {
            constraint.least(label::least_value)?
        };
        labels.push((key.to_owned(), value));
    }
    Some(labels)
}

/// The requirements that contradict each other, as few as possible, in the first key that has such; empty if labels
/// can match. `satisfiable` decides whether labels can match a selector.
#[must_use]
pub fn contradiction<'r, 'a>(
    selector: &'r Selector<'a>,
    satisfiable: impl Fn(&Selector<'a>) -> bool,
) -> Vec<&'r Requirement<'a>> {
    let sorted = by_key(&[selector]);
    for group in groups(&sorted) {
        let holds = |group: &[&Requirement<'a>]| {
            satisfiable(&Selector { requirements: group.iter().map(|requirement| (*requirement).clone()).collect() })
        };
        if holds(group) {
            continue;
        }
        // Leave out what is not needed for the contradiction. Few requirements with few values stand on one key; where
        // there are many, naming them all is better than trying them all.
        let mut rest: Vec<&Requirement<'a>> = group.to_vec();
        let values: usize = group.iter().map(|requirement| requirement.values.len()).sum();
        let is_tried = rest.len() <= 64 && values <= 10_000;
        let mut index = 0;
        while is_tried && index < rest.len() {
            let mut without = rest.clone();
            without.remove(index);
            if holds(&without) {
                index += 1;
            } else {
                rest = without;
            }
        }
        return rest;
    }
    Vec::new()
}
