//! One requirement of a label selector: a key, an operator and values.

use std::borrow::Cow;
use std::fmt;

use crate::collections::sort;
use crate::selectors::syntax::{is_key, is_value};
use crate::selectors::written_requirement::WrittenRequirement;

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
    /// The operator of this name. Case matters, as in Kubernetes.
    ///
    /// ```
    /// use podnetworking_policy::selectors::requirement::Operator;
    ///
    /// assert_eq!(Operator::parse("NotIn"), Some(Operator::NotIn));
    /// assert_eq!(Operator::parse("notin"), None);
    /// ```
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Some(match name {
            "In" => Self::In,
            "NotIn" => Self::NotIn,
            "Exists" => Self::Exists,
            "DoesNotExist" => Self::DoesNotExist,
            _ => return None,
        })
    }

    /// The name that Kubernetes gives the operator.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::In => "In",
            Self::NotIn => "NotIn",
            Self::Exists => "Exists",
            Self::DoesNotExist => "DoesNotExist",
        }
    }

    /// The operator that, with the same values, holds exactly where this one does not.
    #[must_use]
    pub fn negated(self) -> Self {
        match self {
            Self::In => Self::NotIn,
            Self::NotIn => Self::In,
            Self::Exists => Self::DoesNotExist,
            Self::DoesNotExist => Self::Exists,
        }
    }

    /// Whether a requirement with this operator needs values. Otherwise it must have none.
    #[must_use]
    pub fn takes_values(self) -> bool {
        matches!(self, Self::In | Self::NotIn)
    }
}

/// Where in its selector a requirement is written. A message can point there; matching ignores it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// An entry of `matchLabels`.
    MatchLabels,
    /// The element of `matchExpressions` with this index.
    MatchExpressions(usize),
}

/// One requirement of a label selector, which Kubernetes would accept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Requirement<'a> {
    pub(super) key: Cow<'a, str>,
    pub(super) operator: Operator,
    /// Sorted, each once.
    pub(super) values: Vec<Cow<'a, str>>,
    pub(super) origin: Origin,
}

impl<'a> Requirement<'a> {
    /// A requirement of `matchExpressions`. The selector that it is put into numbers it.
    ///
    /// ```
    /// use podnetworking_policy::selectors::requirement::{Operator, Requirement};
    ///
    /// let tiers = Requirement::new("tier", Operator::In, &["web", "edge"]).unwrap();
    /// assert!(tiers.matches(Some("web")));
    /// assert!(!tiers.matches(None), "the label is absent");
    /// assert_eq!(tiers.to_string(), "tier In [edge, web]");
    ///
    /// assert!(Requirement::new("tier", Operator::In, &[]).is_err(), "`In` needs values");
    /// assert!(Requirement::new("tier", Operator::In, &["a b"]).is_err(), "no label has the value `a b`");
    /// ```
    ///
    /// # Errors
    /// [`InvalidRequirement`], if Kubernetes would not accept it.
    pub fn new(key: &'a str, operator: Operator, values: &[&'a str]) -> Result<Self, InvalidRequirement<'a>> {
        Self::from_written(WrittenRequirement::new(key, operator.name(), values))
    }

    /// A requirement of `matchLabels`: the label has exactly this value.
    ///
    /// ```
    /// use podnetworking_policy::selectors::requirement::Requirement;
    ///
    /// let shop = Requirement::label("app", "shop").unwrap();
    /// assert_eq!(shop.to_string(), "app In [shop]");
    /// ```
    ///
    /// # Errors
    /// [`InvalidRequirement`], if no label has this key or value.
    pub fn label(key: impl Into<Cow<'a, str>>, value: impl Into<Cow<'a, str>>) -> Result<Self, InvalidRequirement<'a>> {
        let written =
            WrittenRequirement { key: key.into(), operator: Operator::In.name().into(), values: vec![value.into()] };
        Self::from_written(written).map(|requirement| Self { origin: Origin::MatchLabels, ..requirement })
    }

    /// Validates a requirement as Kubernetes does, and sorts its values.
    ///
    /// # Errors
    /// [`InvalidRequirement`] with all that is wrong.
    pub fn from_written(written: WrittenRequirement<'a>) -> Result<Self, InvalidRequirement<'a>> {
        let mut problems = Vec::new();
        if !is_key(&written.key) {
            problems.push(RequirementProblem::Key);
        }
        for (index, value) in written.values.iter().enumerate() {
            if !is_value(value) {
                problems.push(RequirementProblem::Value(index));
            }
        }
        let operator = Operator::parse(&written.operator);
        match operator.map(Operator::takes_values) {
            None => problems.push(RequirementProblem::Operator),
            Some(true) if written.values.is_empty() => problems.push(RequirementProblem::ValuesMissing),
            Some(false) if !written.values.is_empty() => problems.push(RequirementProblem::ValuesUnwanted),
            Some(_) => {}
        }
        match operator {
            Some(operator) if problems.is_empty() => {
                let WrittenRequirement { key, mut values, .. } = written;
                sort::texts(&mut values);
                values.dedup();
                Ok(Self { key, operator, values, origin: Origin::MatchExpressions(0) })
            }
            _ => Err(InvalidRequirement { written, problems }),
        }
    }

    /// The label key.
    #[must_use]
    pub fn key(&self) -> &Cow<'a, str> {
        &self.key
    }

    /// What the requirement asks.
    #[must_use]
    pub fn operator(&self) -> Operator {
        self.operator
    }

    /// The values, sorted, each once. `Exists` and `DoesNotExist` have none.
    #[must_use]
    pub fn values(&self) -> &[Cow<'a, str>] {
        &self.values
    }

    /// Where the requirement is written.
    #[must_use]
    pub fn origin(&self) -> Origin {
        self.origin
    }

    /// Whether a label with this value, or an absent label, satisfies the requirement.
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

    /// Whether the value is listed.
    pub(super) fn has(&self, value: &str) -> bool {
        self.values.binary_search_by(|candidate| candidate.as_ref().cmp(value)).is_ok()
    }

    /// The requirement that holds exactly where this one does not.
    ///
    /// ```
    /// use podnetworking_policy::selectors::requirement::{Operator, Requirement};
    ///
    /// let tiers = Requirement::new("tier", Operator::In, &["web"]).unwrap();
    /// for value in [None, Some(""), Some("web"), Some("db")] {
    ///     assert_ne!(tiers.matches(value), tiers.negated().matches(value));
    /// }
    /// ```
    #[must_use]
    pub fn negated(&self) -> Self {
        Self { operator: self.operator.negated(), ..self.clone() }
    }

    /// The requirement with texts of its own.
    #[must_use]
    pub fn into_owned(self) -> Requirement<'static> {
        Requirement {
            key: self.key.into_owned().into(),
            operator: self.operator,
            values: self.values.into_iter().map(|value| value.into_owned().into()).collect(),
            origin: self.origin,
        }
    }

    /// The requirement as text with all its values, for a message that asks to add it. From [`MAX_VALUES_IN_FULL`] on it
    /// is cut, as in [`fmt::Display`].
    ///
    /// ```
    /// use podnetworking_policy::selectors::requirement::{Operator, Requirement};
    ///
    /// let many = Requirement::new("a", Operator::In, &["1", "2", "3", "4", "5", "6", "7"]).unwrap();
    /// assert_eq!(many.in_full(), "a In [1, 2, 3, 4, 5, 6, 7]");
    /// assert_eq!(many.to_string(), "a In [1, 2, 3, 4, 5, and 2 more]");
    /// ```
    #[must_use]
    pub fn in_full(&self) -> String {
        if self.values.is_empty() {
            return format!("{} {}", self.key, self.operator.name());
        }
        if self.values.len() > MAX_VALUES_IN_FULL {
            return self.to_string();
        }
        let values: Vec<String> = self.values.iter().map(|value| Value(value).to_string()).collect();
        format!("{} {} [{}]", self.key, self.operator.name(), values.join(", "))
    }
}

/// The most values that [`Requirement::in_full`] writes: a longer message would not be read or sent on.
pub const MAX_VALUES_IN_FULL: usize = 200;

/// The most values that [`fmt::Display`] writes.
const MAX_VALUES: usize = 5;

/// `foo In [bar]`, `foo Exists`: for messages. A long list of values is cut after the fifth.
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
                1..MAX_VALUES => write!(f, ", {}", Value(value))?,
                _ => {
                    write!(f, ", and {} more", self.values.len().saturating_sub(MAX_VALUES))?;
                    break;
                }
            }
        }
        f.write_str("]")
    }
}

/// A value as text. The empty one is written as `""`, so that a reader sees it.
struct Value<'a>(&'a str);

impl fmt::Display for Value<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_empty() { "\"\"" } else { self.0 })
    }
}

/// A requirement that Kubernetes would not accept in a label selector.
///
/// ```
/// use podnetworking_policy::selectors::requirement::{Requirement, RequirementProblem};
/// use podnetworking_policy::selectors::written_requirement::WrittenRequirement;
///
/// let invalid = Requirement::from_written(WrittenRequirement::new("a b", "Exists", &["1"])).unwrap_err();
/// assert_eq!(invalid.problems, [RequirementProblem::Key, RequirementProblem::ValuesUnwanted]);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidRequirement<'a> {
    /// The requirement.
    pub written: WrittenRequirement<'a>,
    /// All that is wrong with it: the key, then the values, then the operator. There is at least one.
    pub problems: Vec<RequirementProblem>,
}

/// One thing that is wrong with a requirement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RequirementProblem {
    /// The key is not a label key.
    Key,
    /// The value with this index is not a label value.
    Value(usize),
    /// There is no operator of this name.
    Operator,
    /// The operator needs values and there are none.
    ValuesMissing,
    /// The operator takes no values and there are some.
    ValuesUnwanted,
}

impl fmt::Display for InvalidRequirement<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let WrittenRequirement { key, operator, values } = &self.written;
        write!(f, "not a requirement of a label selector: {key:?} {operator:?} {values:?}")
    }
}

impl std::error::Error for InvalidRequirement<'_> {}
