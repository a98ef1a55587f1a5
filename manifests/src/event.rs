//! The syntax of a document as events, the same for YAML and JSON.

use std::borrow::Cow;
use std::ops::Range;

use saphyr_parser::{Event as YamlEvent, Parser, ScalarStyle, ScanError, StrInput};

use crate::json::JsonEvents;

/// The number that aliases name; 0 where a node has none.
pub(crate) type Anchor = usize;

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
    /// In its short form: `!!str`, `!custom`.
    pub tag: Option<String>,
    pub anchor: Anchor,
    /// Whether an anchor or a tag may stand before the text, within the span.
    pub decorated: bool,
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
    /// In the units of the events.
    pub at: usize,
    pub message: String,
}

/// The events of one document, each with its span, in characters for YAML and in bytes for JSON.
pub(crate) trait Events<'a> {
    fn next(&mut self) -> Result<Option<(Event<'a>, Range<usize>)>, SyntaxError>;
}

/// The syntax that a document turned out to be written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Syntax {
    Yaml,
    Json,
}

impl Syntax {
    pub fn events(self, text: &str) -> Box<dyn Events<'_> + '_> {
        match self {
            Self::Yaml => Box::new(YamlEvents::new(text)),
            Self::Json => Box::new(JsonEvents::new(text)),
        }
    }
}

/// Turns the units of events into offsets of bytes; quick where one asks in rising order.
pub(crate) struct Offsets<'a> {
    text: &'a str,
    bytes: bool,
    unit: usize,
    offset: usize,
}

impl<'a> Offsets<'a> {
    pub fn new(syntax: Syntax, text: &'a str) -> Self {
        Self { text, bytes: syntax == Syntax::Json || text.is_ascii(), unit: 0, offset: 0 }
    }

    pub fn byte(&mut self, unit: usize) -> usize {
        if self.bytes {
            return unit.min(self.text.len());
        }
        let (before, after) = self.text.split_at_checked(self.offset).unwrap_or_default();
        if unit >= self.unit {
            self.offset += after.chars().take(unit - self.unit).map(char::len_utf8).sum::<usize>();
        } else {
            self.offset -= before.chars().rev().take(self.unit - unit).map(char::len_utf8).sum::<usize>();
        }
        self.unit = unit;
        self.offset
    }
}

/// The events of a text that holds one YAML document.
pub(crate) struct YamlEvents<'a> {
    parser: Parser<'a, StrInput<'a>>,
    documents: usize,
}

impl<'a> YamlEvents<'a> {
    pub fn new(text: &'a str) -> Self {
        Self { parser: Parser::new_from_str(text), documents: 0 }
    }
}

impl<'a> Events<'a> for YamlEvents<'a> {
    fn next(&mut self) -> Result<Option<(Event<'a>, Range<usize>)>, SyntaxError> {
        loop {
            let Some(next) = self.parser.next_event() else {
                return Ok(None);
            };
            let (event, span) = next.map_err(|error| scan_error(&error))?;
            let event = match event {
                YamlEvent::StreamEnd => return Ok(None),
                YamlEvent::Nothing | YamlEvent::StreamStart | YamlEvent::DocumentEnd => continue,
                YamlEvent::DocumentStart(_) => {
                    self.documents += 1;
                    if self.documents > 1 {
                        let message = "a second document begins here; put a line `---` before it".to_owned();
                        return Err(SyntaxError { at: span.start.index(), message });
                    }
                    continue;
                }
                YamlEvent::Alias(anchor) => Event::Alias(anchor),
                YamlEvent::MappingStart(anchor, _) => Event::MappingStart(anchor),
                YamlEvent::MappingEnd => Event::MappingEnd,
                YamlEvent::SequenceStart(anchor, _) => Event::SequenceStart(anchor),
                YamlEvent::SequenceEnd => Event::SequenceEnd,
                YamlEvent::Scalar(text, style, anchor, tag) => {
                    let style = if style == ScalarStyle::Plain { Style::Plain } else { Style::Quoted };
                    let decorated = anchor != 0 || tag.is_some();
                    let tag = tag.map(|tag| short_tag(&tag.handle, &tag.suffix));
                    Event::Scalar(Scalar { text, style, tag, anchor, decorated })
                }
            };
            return Ok(Some((event, span.start.index()..span.end.index())));
        }
    }
}

fn short_tag(handle: &str, suffix: &str) -> String {
    let tag = format!("{handle}{suffix}");
    match tag.strip_prefix("tag:yaml.org,2002:") {
        Some(name) => format!("!!{name}"),
        None => tag,
    }
}

fn scan_error(error: &ScanError) -> SyntaxError {
    let info = match error.info() {
        "recursion limit exceeded" => "`{` and `[` are nested deeper than 255 levels",
        info => info,
    };
    SyntaxError { at: error.marker().index(), message: format!("not valid YAML: {info}{}", advice(info)) }
}

/// What to do about the commonest faults.
fn advice(info: &str) -> &'static str {
    if info.contains("mapping values are not allowed") {
        "; check the indentation, or quote a value that contains `: `"
    } else if info.contains("tab") {
        "; indent with spaces"
    } else if info.contains("nested deeper") {
        "; indent instead, or write JSON"
    } else if info.contains("unknown anchor") {
        "; define the anchor before the alias, in the same document"
    } else {
        ""
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_move_both_ways() {
        let mut offsets = Offsets::new(Syntax::Yaml, "aéü€b");
        for (unit, byte) in [(0, 0), (2, 3), (5, 9), (4, 8), (1, 1), (3, 5), (9, 9)] {
            assert_eq!(offsets.byte(unit), byte, "{unit}");
        }
    }
}
