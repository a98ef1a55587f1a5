//! The tokens as events.

use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;

use super::scanner::Scanner;
use super::token::{Kind, Peeked};
use crate::event::{Anchor, Event, Events, Scalar, Style, SyntaxError};

/// The events of the first YAML document of a text. What follows it is not read, as kubectl does not.
pub(crate) struct YamlEvents<'a> {
    text: &'a str,
    scanner: Scanner<'a>,
    state: State,
    /// What comes after the node that is being read, for each node around it.
    states: Vec<State>,
    anchors: HashMap<Cow<'a, str>, Anchor>,
    anchor_count: Anchor,
    rest: Option<usize>,
}

/// What is expected.
#[derive(Clone, Copy)]
enum State {
    Start,
    End,
    Nothing,
    BlockItem,
    /// An item of a list that is not indented more than its key.
    IndentlessItem,
    BlockKey,
    BlockValue,
    FlowItem {
        first: bool,
    },
    /// The parts of a mapping of one entry, `[a: b]`.
    SingleKey,
    SingleValue,
    SingleEnd,
    FlowKey {
        first: bool,
    },
    FlowValue,
    /// A key in braces has no `:`.
    NoFlowValue,
}

type Next<'a> = Result<(Event<'a>, Range<usize>), SyntaxError>;

impl<'a> YamlEvents<'a> {
    /// The document that begins at the offset.
    pub fn new(text: &'a str, start: usize) -> Self {
        Self {
            text,
            scanner: Scanner::new(text, start),
            state: State::Start,
            states: Vec::new(),
            anchors: HashMap::new(),
            anchor_count: 0,
            rest: None,
        }
    }

    /// Where the text goes on after the document that was read, if something is there.
    pub fn rest(&self) -> Option<usize> {
        self.rest
    }

    fn pop(&mut self) {
        self.state = self.states.pop().unwrap_or(State::Nothing);
    }

    fn take_and_peek(&mut self) -> Result<Peeked, SyntaxError> {
        self.scanner.take();
        self.scanner.peek()
    }

    fn take_as(&mut self, event: Event<'a>, token: Peeked) -> Next<'a> {
        self.scanner.take();
        Ok((event, token.start..token.end))
    }

    /// A value that is not written.
    fn empty(&mut self, at: usize, then: State) -> Next<'a> {
        self.state = then;
        Ok((Event::Scalar(Scalar { text: Cow::Borrowed(""), style: Style::Plain, tag: None, anchor: 0 }), at..at))
    }

    /// A node, after which the state is `then`.
    fn node_then(&mut self, then: State, in_block: bool, may_be_indentless: bool) -> Next<'a> {
        self.states.push(then);
        self.node(in_block, may_be_indentless)
    }

    fn node(&mut self, in_block: bool, may_be_indentless: bool) -> Next<'a> {
        let mut token = self.scanner.peek()?;
        if token.kind == Kind::Alias {
            return self.alias(token);
        }
        let (mut name, mut tag, mut end) = (None, None, token.start);
        loop {
            match token.kind {
                Kind::Anchor if name.is_none() => name = Some(self.scanner.take()),
                Kind::Tag if tag.is_none() => tag = Some(self.scanner.take()),
                _ => break,
            }
            end = token.end;
            token = self.scanner.peek()?;
        }
        let is_decorated = name.is_some() || tag.is_some();
        let anchor = self.anchor(name);
        match token.kind {
            Kind::BlockEntry if may_be_indentless => {
                self.state = State::IndentlessItem;
                Ok((Event::SequenceStart(anchor), token.start..token.end))
            }
            Kind::PlainScalar | Kind::QuotedScalar => {
                self.pop();
                let style = if token.kind == Kind::PlainScalar { Style::Plain } else { Style::Quoted };
                let text = self.scanner.take();
                Ok((Event::Scalar(Scalar { text, style, tag, anchor }), token.start..token.end))
            }
            Kind::FlowSequenceStart => {
                self.state = State::FlowItem { first: true };
                self.take_as(Event::SequenceStart(anchor), token)
            }
            Kind::FlowMappingStart => {
                self.state = State::FlowKey { first: true };
                self.take_as(Event::MappingStart(anchor), token)
            }
            Kind::BlockSequenceStart if in_block => {
                self.state = State::BlockItem;
                self.take_as(Event::SequenceStart(anchor), token)
            }
            Kind::BlockMappingStart if in_block => {
                self.state = State::BlockKey;
                self.take_as(Event::MappingStart(anchor), token)
            }
            _ if is_decorated => {
                self.pop();
                Ok((Event::Scalar(Scalar { text: Cow::Borrowed(""), style: Style::Plain, tag, anchor }), end..end))
            }
            _ => self.unexpected(token, "a value is expected", "put a value that begins with it in quotes"),
        }
    }

    fn anchor(&mut self, name: Option<Cow<'a, str>>) -> Anchor {
        let Some(name) = name else { return 0 };
        self.anchor_count += 1;
        self.anchors.insert(name, self.anchor_count);
        self.anchor_count
    }

    fn alias(&mut self, token: Peeked) -> Next<'a> {
        self.pop();
        let name = self.scanner.take();
        match self.anchors.get(&name) {
            Some(&anchor) => Ok((Event::Alias(anchor), token.start..token.end)),
            None => Err(SyntaxError::new(
                token.start,
                format!("the anchor `&{name}` is not defined; define it before the alias, in the same document"),
            )),
        }
    }

    fn unexpected<T>(&self, token: Peeked, expected: &str, advice: &str) -> Result<T, SyntaxError> {
        let found = self.text.get(token.start..).and_then(|rest| rest.trim_start().chars().next());
        let found = match found.filter(|_| token.kind != Kind::StreamEnd) {
            Some(found) => format!("`{}`", found.escape_debug()),
            None => "the end of the document".to_owned(),
        };
        Err(SyntaxError::new(token.start, format!("{expected} here, not {found}; {advice}")))
    }

    fn start(&mut self) -> Result<Option<(Event<'a>, Range<usize>)>, SyntaxError> {
        self.scanner.check_characters()?;
        self.states.push(State::End);
        let mut token = self.scanner.peek()?;
        if token.kind == Kind::DocumentStart {
            token = self.take_and_peek()?;
            if matches!(token.kind, Kind::Directive | Kind::DocumentStart | Kind::DocumentEnd | Kind::StreamEnd) {
                return self.empty(token.start, State::End).map(Some);
            }
        } else if token.kind == Kind::StreamEnd {
            self.state = State::Nothing;
            return Ok(None);
        } else if token.kind == Kind::Directive {
            let message = "kubectl does not read directives; remove this line";
            return Err(SyntaxError::new(token.start, message));
        }
        self.node(true, false).map(Some)
    }

    fn end(&mut self) -> Result<(), SyntaxError> {
        let token = self.scanner.peek()?;
        let mut after = if token.kind == Kind::DocumentEnd { token.end } else { token.start };
        for line in self.text.get(after..).unwrap_or_default().split_inclusive('\n') {
            let content = line.trim_start();
            if !content.is_empty() && !content.starts_with('#') {
                self.rest = Some(after + line.len() - content.len());
                break;
            }
            after += line.len();
        }
        self.state = State::Nothing;
        Ok(())
    }

    fn block_item(&mut self) -> Next<'a> {
        let token = self.scanner.peek()?;
        match token.kind {
            Kind::BlockEntry => {
                let next = self.take_and_peek()?;
                if matches!(next.kind, Kind::BlockEntry | Kind::BlockEnd) {
                    return self.empty(token.end, State::BlockItem);
                }
                self.node_then(State::BlockItem, true, false)
            }
            Kind::BlockEnd => {
                self.pop();
                self.take_as(Event::SequenceEnd, token)
            }
            _ => {
                self.unexpected(token, "another item `- ` or the end of the list is expected", "check the indentation")
            }
        }
    }

    fn indentless_item(&mut self) -> Next<'a> {
        let token = self.scanner.peek()?;
        if token.kind != Kind::BlockEntry {
            self.pop();
            return Ok((Event::SequenceEnd, token.start..token.start));
        }
        let next = self.take_and_peek()?;
        if matches!(next.kind, Kind::BlockEntry | Kind::Key | Kind::Value | Kind::BlockEnd) {
            return self.empty(token.end, State::IndentlessItem);
        }
        self.node_then(State::IndentlessItem, true, false)
    }

    fn block_key(&mut self) -> Next<'a> {
        let token = self.scanner.peek()?;
        match token.kind {
            Kind::Key => {
                let next = self.take_and_peek()?;
                if matches!(next.kind, Kind::Key | Kind::Value | Kind::BlockEnd) {
                    return self.empty(token.end, State::BlockValue);
                }
                self.node_then(State::BlockValue, true, true)
            }
            Kind::BlockEnd => {
                self.pop();
                self.take_as(Event::MappingEnd, token)
            }
            _ => self.unexpected(token, "a key is expected", "check the indentation"),
        }
    }

    fn block_value(&mut self) -> Next<'a> {
        let token = self.scanner.peek()?;
        if token.kind != Kind::Value {
            return self.empty(token.start, State::BlockKey);
        }
        let next = self.take_and_peek()?;
        if matches!(next.kind, Kind::Key | Kind::Value | Kind::BlockEnd) {
            return self.empty(token.end, State::BlockKey);
        }
        self.node_then(State::BlockKey, true, true)
    }

    fn flow_item(&mut self, first: bool) -> Next<'a> {
        let mut token = self.scanner.peek()?;
        if token.kind != Kind::FlowSequenceEnd && !first {
            if token.kind != Kind::FlowEntry {
                return self.unexpected(token, "`,` or `]` is expected", "check the brackets and quotes of the list");
            }
            token = self.take_and_peek()?;
        }
        match token.kind {
            Kind::FlowSequenceEnd => {
                self.pop();
                self.take_as(Event::SequenceEnd, token)
            }
            Kind::Key => {
                self.state = State::SingleKey;
                self.take_as(Event::MappingStart(0), token)
            }
            _ => self.node_then(State::FlowItem { first: false }, false, false),
        }
    }

    fn single_key(&mut self) -> Next<'a> {
        let token = self.scanner.peek()?;
        if matches!(token.kind, Kind::Value | Kind::FlowEntry | Kind::FlowSequenceEnd) {
            // go-yaml passes over the token, whatever it is.
            self.scanner.take();
            return self.empty(token.end, State::SingleValue);
        }
        self.node_then(State::SingleValue, false, false)
    }

    fn single_value(&mut self) -> Next<'a> {
        let token = self.scanner.peek()?;
        if token.kind == Kind::Value {
            let next = self.take_and_peek()?;
            if !matches!(next.kind, Kind::FlowEntry | Kind::FlowSequenceEnd) {
                return self.node_then(State::SingleEnd, false, false);
            }
        }
        self.empty(token.start, State::SingleEnd)
    }

    fn single_end(&mut self) -> Next<'a> {
        let token = self.scanner.peek()?;
        self.state = State::FlowItem { first: false };
        Ok((Event::MappingEnd, token.start..token.start))
    }

    fn flow_key(&mut self, first: bool) -> Next<'a> {
        let mut token = self.scanner.peek()?;
        if token.kind != Kind::FlowMappingEnd && !first {
            if token.kind != Kind::FlowEntry {
                return self.unexpected(token, "`,` or `}` is expected", "check the braces and quotes of the mapping");
            }
            token = self.take_and_peek()?;
        }
        match token.kind {
            Kind::FlowMappingEnd => {
                self.pop();
                self.take_as(Event::MappingEnd, token)
            }
            Kind::Key => {
                let next = self.take_and_peek()?;
                if matches!(next.kind, Kind::Value | Kind::FlowEntry | Kind::FlowMappingEnd) {
                    return self.empty(next.start, State::FlowValue);
                }
                self.node_then(State::FlowValue, false, false)
            }
            _ => self.node_then(State::NoFlowValue, false, false),
        }
    }

    fn flow_value(&mut self) -> Next<'a> {
        let token = self.scanner.peek()?;
        if token.kind == Kind::Value {
            let next = self.take_and_peek()?;
            if !matches!(next.kind, Kind::FlowEntry | Kind::FlowMappingEnd) {
                return self.node_then(State::FlowKey { first: false }, false, false);
            }
        }
        self.empty(token.start, State::FlowKey { first: false })
    }

    fn no_flow_value(&mut self) -> Next<'a> {
        let token = self.scanner.peek()?;
        self.empty(token.start, State::FlowKey { first: false })
    }
}

impl<'a> Events<'a> for YamlEvents<'a> {
    fn next(&mut self) -> Result<Option<(Event<'a>, Range<usize>)>, SyntaxError> {
        let next = match self.state {
            State::Start => return self.start(),
            State::End => return self.end().map(|()| None),
            State::Nothing => return Ok(None),
            State::BlockItem => self.block_item(),
            State::IndentlessItem => self.indentless_item(),
            State::BlockKey => self.block_key(),
            State::BlockValue => self.block_value(),
            State::FlowItem { first } => self.flow_item(first),
            State::SingleKey => self.single_key(),
            State::SingleValue => self.single_value(),
            State::SingleEnd => self.single_end(),
            State::FlowKey { first } => self.flow_key(first),
            State::FlowValue => self.flow_value(),
            State::NoFlowValue => self.no_flow_value(),
        };
        next.map(Some)
    }
}
