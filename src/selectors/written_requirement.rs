//! A requirement as it is written, of a label selector or of a node selector.

use std::borrow::Cow;

/// A requirement as it is written, of a label selector or of a node selector: not validated.
pub(crate) struct RawRequirement<'a> {
    pub(crate) key: Cow<'a, str>,
    pub(crate) operator: Cow<'a, str>,
    pub(crate) values: Vec<Cow<'a, str>>,
}
