//! The syntax of a document as events, the same for YAML and JSON.

use std::borrow::Cow;
use std::ops::Range;

/// The number that aliases name; 0 where a node has none.
pub(crate) type Anchor = usize;

/// What the tags of YAML's own types begin with.
pub(crate) const TYPE_TAG: &str = "tag:yaml.org,2002:";

/// One event. Keys and values of a mapping alternate.
pub(crate) enum Event<'a> {
    MappingStart(Anchor),
    MappingEnd,
    SequenceStart(Anchor),
    SequenceEnd,
    Scalar(Scalar<'a>),
    Alias(Anchor),
}

/// A scalar as it is written, its escapes resolved.
pub(crate) struct Scalar<'a> {
    pub text: Cow<'a, str>,
    pub style: Style,
    /// In its long form: `tag:yaml.org,2002:str`, `!custom`.
    pub tag: Option<Cow<'a, str>>,
    pub anchor: Anchor,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Style {
    /// Its type follows from its text.
    Plain,
    /// Quoted or a block: a string.
    Quoted,
    /// A number by JSON's grammar, kept as it is.
    JsonNumber,
}

/// The document cannot be read further.
#[derive(Debug)]
pub(crate) struct SyntaxError {
    /// In bytes of the text.
    pub at: usize,
    pub message: String,
}

impl SyntaxError {
    pub fn new(at: usize, message: impl Into<String>) -> Self {
        Self { at, message: message.into() }
    }
}

/// The events of one document, each with its bytes of the text. Tags and anchors are not part of a value's bytes. The
/// end of a collection is empty where nothing closes it.
pub(crate) trait Events<'a> {
    fn next(&mut self) -> Result<Option<(Event<'a>, Range<usize>)>, SyntaxError>;
}
