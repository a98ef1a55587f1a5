//! JSON's own syntax: tabs, `\/` and surrogate pairs are not what YAML makes of them.

use std::borrow::Cow;
use std::ops::Range;

use crate::event::{Event, Events, Scalar, Style, SyntaxError};

/// The events of one JSON value.
pub(crate) struct JsonEvents<'a> {
    text: &'a str,
    position: usize,
    /// The open containers; whether each is an object.
    open: Vec<bool>,
    expect: Expect,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Expect {
    Value,
    FirstElement,
    FirstKey,
    Key,
    Separator,
    End,
}

impl<'a> JsonEvents<'a> {
    /// The value that begins at the offset.
    pub fn new(text: &'a str, start: usize) -> Self {
        Self { text, position: start, open: Vec::new(), expect: Expect::Value }
    }

    /// Where the value ended.
    pub fn position(&self) -> usize {
        self.position
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.position).copied()
    }

    fn skip_space(&mut self) {
        let rest = self.text.as_bytes().get(self.position..).unwrap_or_default();
        self.position += rest.iter().take_while(|byte| matches!(byte, b' ' | b'\t' | b'\r' | b'\n')).count();
    }

    fn fail<T>(&self, expected: &str) -> Result<T, SyntaxError> {
        let found = self.text.get(self.position..).and_then(|rest| rest.chars().next());
        let message = match found {
            Some(found) => format!("not valid JSON: found `{}`, expected {expected}", found.escape_debug()),
            None => format!("not valid JSON: the text ends, expected {expected}"),
        };
        Err(SyntaxError { at: self.position, message })
    }

    fn after_value(&mut self) {
        self.expect = if self.open.is_empty() { Expect::End } else { Expect::Separator };
    }

    fn value(&mut self) -> Result<(Event<'a>, Range<usize>), SyntaxError> {
        let start = self.position;
        let event = match self.peek() {
            Some(b'{') => {
                self.open(true);
                Event::MappingStart(0)
            }
            Some(b'[') => {
                self.open(false);
                Event::SequenceStart(0)
            }
            Some(b'"') => {
                let text = self.string()?;
                self.after_value();
                scalar(text, Style::Quoted)
            }
            Some(b'-' | b'0'..=b'9') if !self.text.get(start..).is_some_and(|rest| rest.starts_with("--")) => {
                let text = self.number()?;
                self.after_value();
                scalar(Cow::Borrowed(text), Style::JsonNumber)
            }
            _ => {
                let rest = self.text.get(start..).unwrap_or_default();
                let Some(word) = ["true", "false", "null"].into_iter().find(|word| rest.starts_with(word)) else {
                    return self.fail("a value");
                };
                self.position += word.len();
                self.after_value();
                scalar(Cow::Borrowed(word), Style::Plain)
            }
        };
        Ok((event, start..self.position))
    }

    fn open(&mut self, object: bool) {
        self.position += 1;
        self.open.push(object);
        self.expect = if object { Expect::FirstKey } else { Expect::FirstElement };
    }

    fn close(&mut self) -> (Event<'a>, Range<usize>) {
        let start = self.position;
        self.position += 1;
        let event = if self.open.pop() == Some(true) { Event::MappingEnd } else { Event::SequenceEnd };
        self.after_value();
        (event, start..self.position)
    }

    fn key(&mut self) -> Result<(Event<'a>, Range<usize>), SyntaxError> {
        let start = self.position;
        if self.peek() != Some(b'"') {
            return self.fail("a key in double quotes");
        }
        let text = self.string()?;
        let span = start..self.position;
        self.skip_space();
        if self.peek() != Some(b':') {
            return self.fail("`:`");
        }
        self.position += 1;
        self.expect = Expect::Value;
        Ok((scalar(text, Style::Quoted), span))
    }

    fn number(&mut self) -> Result<&'a str, SyntaxError> {
        let start = self.position;
        self.take(b'-');
        if !self.take(b'0') {
            self.digits()?;
        }
        if self.take(b'.') {
            self.digits()?;
        }
        if self.take(b'e') || self.take(b'E') {
            let _ = self.take(b'+') || self.take(b'-');
            self.digits()?;
        }
        Ok(self.text.get(start..self.position).unwrap_or_default())
    }

    fn take(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.position += usize::from(found);
        found
    }

    fn digits(&mut self) -> Result<(), SyntaxError> {
        let rest = self.text.as_bytes().get(self.position..).unwrap_or_default();
        let count = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        self.position += count;
        if count == 0 { self.fail("a digit") } else { Ok(()) }
    }

    fn string(&mut self) -> Result<Cow<'a, str>, SyntaxError> {
        self.position += 1;
        let mut text = Cow::Borrowed("");
        loop {
            let rest = self.text.as_bytes().get(self.position..).unwrap_or_default();
            let plain = rest.iter().take_while(|&&byte| byte != b'"' && byte != b'\\' && byte >= b' ').count();
            let piece = self.text.get(self.position..self.position + plain).unwrap_or_default();
            text += piece;
            self.position += plain;
            match self.peek() {
                Some(b'"') => {
                    self.position += 1;
                    return Ok(text);
                }
                Some(b'\\') => text.to_mut().push(self.escape()?),
                _ => return self.fail("the end of the string"),
            }
        }
    }

    fn escape(&mut self) -> Result<char, SyntaxError> {
        self.position += 1;
        let character = match self.peek() {
            Some(b'"') => '"',
            Some(b'\\') => '\\',
            Some(b'/') => '/',
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => {
                self.position += 1;
                return self.unicode();
            }
            _ => return self.fail("an escape, one of `\"\\/bfnrtu`"),
        };
        self.position += 1;
        Ok(character)
    }

    /// Half a surrogate pair becomes U+FFFD, as in Go.
    fn unicode(&mut self) -> Result<char, SyntaxError> {
        let Some(first) = self.hex() else {
            return self.fail("four hexadecimal digits");
        };
        self.position += 4;
        if let 0xD800..=0xDBFF = first
            && self.text.get(self.position..).is_some_and(|rest| rest.starts_with("\\u"))
        {
            self.position += 2;
            if let Some(second @ 0xDC00..=0xDFFF) = self.hex() {
                self.position += 4;
                let code = 0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00);
                return Ok(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER));
            }
            self.position -= 2;
        }
        Ok(char::from_u32(first).unwrap_or(char::REPLACEMENT_CHARACTER))
    }

    fn hex(&self) -> Option<u32> {
        let digits = self.text.get(self.position..self.position + 4)?;
        if digits.bytes().all(|byte| byte.is_ascii_hexdigit()) { u32::from_str_radix(digits, 16).ok() } else { None }
    }
}

impl<'a> Events<'a> for JsonEvents<'a> {
    fn next(&mut self) -> Result<Option<(Event<'a>, Range<usize>)>, SyntaxError> {
        if self.expect == Expect::End {
            return Ok(None);
        }
        self.skip_space();
        let closing = match self.open.last() {
            Some(true) => b'}',
            _ => b']',
        };
        if self.expect == Expect::Separator {
            if self.peek() == Some(closing) {
                return Ok(Some(self.close()));
            }
            if !self.take(b',') {
                return self.fail(if closing == b'}' { "`,` or `}`" } else { "`,` or `]`" });
            }
            self.skip_space();
            self.expect = if closing == b'}' { Expect::Key } else { Expect::Value };
        }
        match self.expect {
            Expect::FirstKey | Expect::FirstElement if self.peek() == Some(closing) => Ok(Some(self.close())),
            Expect::FirstKey | Expect::Key => self.key().map(Some),
            _ => self.value().map(Some),
        }
    }
}

fn scalar(text: Cow<'_, str>, style: Style) -> Event<'_> {
    Event::Scalar(Scalar { text, style, tag: None, anchor: 0 })
}
