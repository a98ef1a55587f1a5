//! What the scanner makes of the text.

use std::borrow::Cow;

/// A token and its bytes of the text.
pub(crate) struct Token<'a> {
    pub kind: Kind,
    pub start: usize,
    pub end: usize,
    /// The content of a scalar, the name of an anchor or an alias, or a whole tag.
    pub text: Cow<'a, str>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    StreamEnd,
    Directive,
    DocumentStart,
    DocumentEnd,
    BlockSequenceStart,
    BlockMappingStart,
    BlockEnd,
    FlowSequenceStart,
    FlowSequenceEnd,
    FlowMappingStart,
    FlowMappingEnd,
    BlockEntry,
    FlowEntry,
    Key,
    Value,
    Alias,
    Anchor,
    Tag,
    PlainScalar,
    QuotedScalar,
}

/// A token that is looked at before it is taken.
#[derive(Clone, Copy)]
pub(crate) struct Peeked {
    pub kind: Kind,
    pub start: usize,
    pub end: usize,
}
