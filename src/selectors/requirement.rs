//! One requirement of a label selector.

use std::borrow::Cow;
use std::fmt;

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
