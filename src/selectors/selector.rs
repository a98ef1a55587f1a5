//! Label selectors: Kubernetes' semantics to the letter, and the exact decision whether selectors can match one label
//! set.
//!
//! Validation and matching follow apimachinery (`metav1.LabelSelectorAsSelector`, `labels.Requirement`). Whether two
//! selectors can meet is decided key by key, all requirements on a key together: pairwise is not enough
//! (`In [a, b]` with `NotIn [a]` and `NotIn [b]`).

use std::borrow::Cow;
use std::fmt;

use crate::json::fault::Faults;
use crate::json::path::Path;
use crate::json::value::Json;
use crate::selectors::labels::Labels;

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
    pub(crate) requirements: Vec<Requirement<'a>>,
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
            crate::selectors::read::match_labels(labels, &path.field("matchLabels"), &mut requirements, faults);
        }
        if let Some(expressions) = expressions {
            let path = path.field("matchExpressions");
            for (index, expression) in expressions.list(&path, faults).into_iter().enumerate() {
                let origin = Origin::MatchExpressions(index);
                requirements.extend(crate::selectors::read::expression(expression, origin, &path.index(index), faults));
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
            .all(|requirement| requirement.matches(podnetworking_walk::first_value(labels, &requirement.key)))
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
