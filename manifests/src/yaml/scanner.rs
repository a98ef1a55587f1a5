//! The text as tokens.

use std::borrow::Cow;
use std::collections::VecDeque;

use super::cursor::{Cursor, Mark};
use super::keys::Keys;
use super::token::{Kind, Peeked, Token};
use super::{properties, scalars};
use crate::event::SyntaxError;

pub(crate) struct Scanner<'a> {
    cursor: Cursor<'a>,
    tokens: VecDeque<Token<'a>>,
    /// How many tokens were taken.
    taken: usize,
    /// The column of the block collection that is open; none outside of all.
    indent: Option<usize>,
    /// Those of the collections around it.
    indents: Vec<Option<usize>>,
    keys: Keys,
    /// Whether a key may begin here.
    key_may_begin: bool,
}

impl<'a> Scanner<'a> {
    pub fn new(text: &'a str, start: usize) -> Self {
        Self {
            cursor: Cursor::new(text, start),
            tokens: VecDeque::new(),
            taken: 0,
            indent: None,
            indents: Vec::new(),
            keys: Keys::new(),
            key_may_begin: true,
        }
    }

    /// Looks for a character that YAML does not allow anywhere.
    pub fn check_characters(&self) -> Result<(), SyntaxError> {
        let start = self.cursor.mark.offset;
        let rest = self.cursor.text.get(start..).unwrap_or_default();
        match rest.char_indices().find(|&(_, character)| !is_allowed(character)) {
            Some((at, found)) => Err(SyntaxError::new(
                start + at,
                format!("the control character U+{:04X} is not allowed; remove it", u32::from(found)),
            )),
            None => Ok(()),
        }
    }

    /// The next token, which stays.
    pub fn peek(&mut self) -> Result<Peeked, SyntaxError> {
        loop {
            if let Some(&Token { kind, start, end, .. }) = self.tokens.front()
                && !self.keys.is_open(self.taken, self.cursor.mark)?
            {
                return Ok(Peeked { kind, start, end });
            }
            self.fetch()?;
        }
    }

    /// Takes the token that was looked at, and gives its text.
    pub fn take(&mut self) -> Cow<'a, str> {
        self.taken += 1;
        self.tokens.pop_front().map(|token| token.text).unwrap_or_default()
    }

    fn fetch(&mut self) -> Result<(), SyntaxError> {
        self.skip_to_token();
        self.unroll(Some(self.cursor.mark.column));
        if self.cursor.is_end() {
            return self.document(Kind::StreamEnd, 0);
        }
        let first = self.cursor.byte(0);
        if self.cursor.mark.column == 0 && first == b'%' {
            return self.directive();
        }
        if self.cursor.is_document_marker() {
            return self.document(if first == b'-' { Kind::DocumentStart } else { Kind::DocumentEnd }, 3);
        }
        let in_flow = self.keys.in_flow();
        let is_alone = self.cursor.ends_word(1);
        match first {
            b'[' => self.flow_start(Kind::FlowSequenceStart),
            b'{' => self.flow_start(Kind::FlowMappingStart),
            b']' => self.flow_end(Kind::FlowSequenceEnd),
            b'}' => self.flow_end(Kind::FlowMappingEnd),
            b',' => self.flow_entry(),
            b'-' if is_alone => self.block_entry(),
            b'?' if in_flow || is_alone => self.key(),
            b':' if in_flow || is_alone => self.value(),
            b'*' => self.property(Kind::Alias),
            b'&' => self.property(Kind::Anchor),
            b'!' => self.property(Kind::Tag),
            b'|' | b'>' if !in_flow => self.block_scalar(),
            b'\'' | b'"' => self.quoted_scalar(),
            b'\t' => self.cursor.fail("a tab cannot be here; indent with spaces"),
            b'|' | b'>' | b'%' | b'@' | b'`' => {
                self.cursor.fail(format!("{} cannot begin a value; put the value in quotes", self.cursor.shown(0)))
            }
            _ => self.plain_scalar(),
        }
    }

    fn skip_to_token(&mut self) {
        loop {
            // Tabs are no indentation.
            let may_be_tab = self.keys.in_flow() || !self.key_may_begin;
            while self.cursor.byte(0) == b' ' || may_be_tab && self.cursor.byte(0) == b'\t' {
                self.cursor.skip_bytes(1);
            }
            self.cursor.skip_comment();
            if !self.cursor.is_break() {
                return;
            }
            self.cursor.take_break();
            if !self.keys.in_flow() {
                self.key_may_begin = true;
            }
        }
    }

    /// A token that is not a scalar, so many bytes long.
    fn push(&mut self, kind: Kind, length: usize) {
        let start = self.cursor.mark.offset;
        self.cursor.skip_bytes(length);
        self.push_text(kind, start, Cow::Borrowed(""));
    }

    /// A token that ends here.
    fn push_text(&mut self, kind: Kind, start: usize, text: Cow<'a, str>) {
        self.tokens.push_back(Token { kind, start, end: self.cursor.mark.offset, text });
    }

    /// The number of the token that comes.
    fn next_number(&self) -> usize {
        self.taken + self.tokens.len()
    }

    /// A token without length before the one with the number.
    fn insert(&mut self, number: usize, kind: Kind, at: usize) {
        let token = Token { kind, start: at, end: at, text: Cow::Borrowed("") };
        self.tokens.insert(number.saturating_sub(self.taken).min(self.tokens.len()), token);
    }

    /// Opens a block collection where the column is right of the one that is open.
    fn roll(&mut self, mark: Mark, number: usize, kind: Kind) {
        if !self.keys.in_flow() && self.indent < Some(mark.column) {
            self.indents.push(self.indent);
            self.indent = Some(mark.column);
            self.insert(number, kind, mark.offset);
        }
    }

    /// Closes the block collections that are right of the column; all without one.
    fn unroll(&mut self, column: Option<usize>) {
        while !self.keys.in_flow() && self.indent > column {
            self.push(Kind::BlockEnd, 0);
            self.indent = self.indents.pop().flatten();
        }
    }

    fn begin_key(&mut self) -> Result<(), SyntaxError> {
        if !self.key_may_begin {
            return Ok(());
        }
        let is_required = !self.keys.in_flow() && self.indent == Some(self.cursor.mark.column);
        self.keys.begin(is_required, self.next_number(), self.cursor.mark)
    }

    fn document(&mut self, kind: Kind, length: usize) -> Result<(), SyntaxError> {
        self.unroll(None);
        self.keys.end()?;
        self.key_may_begin = false;
        self.push(kind, length);
        Ok(())
    }

    fn directive(&mut self) -> Result<(), SyntaxError> {
        self.unroll(None);
        self.keys.end()?;
        self.key_may_begin = false;
        let start = self.cursor.mark.offset;
        properties::directive(&mut self.cursor)?;
        self.push_text(Kind::Directive, start, Cow::Borrowed(""));
        Ok(())
    }

    fn flow_start(&mut self, kind: Kind) -> Result<(), SyntaxError> {
        self.begin_key()?;
        self.keys.open(self.next_number());
        self.key_may_begin = true;
        self.push(kind, 1);
        Ok(())
    }

    fn flow_end(&mut self, kind: Kind) -> Result<(), SyntaxError> {
        self.keys.end()?;
        self.keys.close();
        self.key_may_begin = false;
        self.push(kind, 1);
        Ok(())
    }

    fn flow_entry(&mut self) -> Result<(), SyntaxError> {
        self.keys.end()?;
        self.key_may_begin = true;
        self.push(Kind::FlowEntry, 1);
        Ok(())
    }

    fn block_entry(&mut self) -> Result<(), SyntaxError> {
        if !self.keys.in_flow() {
            if !self.key_may_begin {
                return self.cursor.fail("an item of a list cannot begin here; put `- ` on a line of its own");
            }
            self.roll(self.cursor.mark, self.next_number(), Kind::BlockSequenceStart);
        }
        self.keys.end()?;
        self.key_may_begin = true;
        self.push(Kind::BlockEntry, 1);
        Ok(())
    }

    fn key(&mut self) -> Result<(), SyntaxError> {
        if !self.keys.in_flow() {
            if !self.key_may_begin {
                return self.cursor.fail("`? ` cannot be here; put the value in quotes");
            }
            self.roll(self.cursor.mark, self.next_number(), Kind::BlockMappingStart);
        }
        self.keys.end()?;
        self.key_may_begin = !self.keys.in_flow();
        self.push(Kind::Key, 1);
        Ok(())
    }

    fn value(&mut self) -> Result<(), SyntaxError> {
        let in_flow = self.keys.in_flow();
        if let Some((number, mark)) = self.keys.take(self.cursor.mark)? {
            self.insert(number, Kind::Key, mark.offset);
            self.roll(mark, number, Kind::BlockMappingStart);
            self.key_may_begin = false;
        } else {
            if !in_flow {
                if !self.key_may_begin {
                    return self.cursor.fail(
                        "a key with `: ` cannot be here; check the indentation, or put a value that contains `: ` in quotes",
                    );
                }
                self.roll(self.cursor.mark, self.next_number(), Kind::BlockMappingStart);
            }
            self.key_may_begin = !in_flow;
        }
        self.push(Kind::Value, 1);
        Ok(())
    }

    fn property(&mut self, kind: Kind) -> Result<(), SyntaxError> {
        self.begin_key()?;
        self.key_may_begin = false;
        let start = self.cursor.mark.offset;
        let text = match kind {
            Kind::Tag => properties::tag(&mut self.cursor)?,
            _ => Cow::Borrowed(properties::name(&mut self.cursor)?),
        };
        self.push_text(kind, start, text);
        Ok(())
    }

    fn block_scalar(&mut self) -> Result<(), SyntaxError> {
        self.keys.end()?;
        self.key_may_begin = true;
        let scalars::Block { text, content } = scalars::block(&mut self.cursor, self.indent)?;
        let (start, end) = (content.start, content.end);
        self.tokens.push_back(Token { kind: Kind::QuotedScalar, start, end, text: Cow::Owned(text) });
        Ok(())
    }

    fn quoted_scalar(&mut self) -> Result<(), SyntaxError> {
        self.begin_key()?;
        self.key_may_begin = false;
        let start = self.cursor.mark.offset;
        let text = scalars::quoted(&mut self.cursor)?;
        self.push_text(Kind::QuotedScalar, start, text);
        Ok(())
    }

    fn plain_scalar(&mut self) -> Result<(), SyntaxError> {
        self.begin_key()?;
        self.key_may_begin = false;
        let start = self.cursor.mark.offset;
        let least = self.indent.map_or(0, |indent| indent + 1);
        let plain = scalars::plain(&mut self.cursor, self.keys.in_flow(), least)?;
        self.key_may_begin = plain.crossed_line;
        self.tokens.push_back(Token { kind: Kind::PlainScalar, start, end: plain.end, text: plain.text });
        Ok(())
    }
}

fn is_allowed(character: char) -> bool {
    matches!(character, '\t' | '\n' | '\r' | ' '..='~' | '\u{85}' | '\u{A0}'..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'..)
}
