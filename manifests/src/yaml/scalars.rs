//! The text of scalars.

use std::borrow::Cow;
use std::ops::Range;

use super::cursor::Cursor;
use crate::event::SyntaxError;

/// A plain scalar.
pub(crate) struct Plain<'a> {
    pub text: Cow<'a, str>,
    pub end: usize,
    /// Whether the scanner went to another line behind it.
    pub crossed_line: bool,
}

/// A scalar after `|` or `>`.
pub(crate) struct Block {
    pub text: String,
    /// Where its lines are, without the header.
    pub content: Range<usize>,
}

/// The white space between two words.
#[derive(Default)]
struct Gap<'a> {
    blanks: &'a str,
    first_break: &'a str,
    other_breaks: String,
    crossed_line: bool,
}

impl<'a> Gap<'a> {
    /// Reads it. A tab left of `indent` is an error on a line that follows.
    fn read(cursor: &mut Cursor<'a>, after_escape: bool, indent: usize) -> Result<Self, SyntaxError> {
        let mut gap = Self { crossed_line: after_escape, ..Self::default() };
        let start = cursor.mark.offset;
        loop {
            if cursor.is_blank() {
                if gap.crossed_line && cursor.mark.column < indent && cursor.byte(0) == b'\t' {
                    return cursor.fail("a tab is in the indentation of a value that goes on; indent with spaces");
                }
                cursor.skip_bytes(1);
            } else if !cursor.is_break() {
                break;
            } else if gap.crossed_line {
                gap.other_breaks.push_str(cursor.take_break());
            } else {
                gap.crossed_line = true;
                gap.first_break = cursor.take_break();
            }
        }
        if !gap.crossed_line {
            gap.blanks = cursor.since(start);
        }
        Ok(gap)
    }

    /// Writes what it means: a line break between two words is a space.
    fn fold(&self, out: &mut String) {
        if !self.crossed_line {
            out.push_str(self.blanks);
        } else if self.first_break != "\n" {
            out.push_str(self.first_break);
            out.push_str(&self.other_breaks);
        } else if self.other_breaks.is_empty() {
            out.push(' ');
        } else {
            out.push_str(&self.other_breaks);
        }
    }
}

/// Reads a plain scalar. In block context it ends with the line that is indented less than `indent`.
pub(crate) fn plain<'a>(cursor: &mut Cursor<'a>, in_flow: bool, indent: usize) -> Result<Plain<'a>, SyntaxError> {
    let start = cursor.mark.offset;
    let mut end = start;
    let mut text = Cow::Borrowed("");
    let mut gap = Gap::default();
    while !cursor.is_document_marker() && cursor.byte(0) != b'#' {
        let word = cursor.mark.offset;
        while !cursor.ends_word(0) && !ends_plain(cursor, in_flow) {
            cursor.skip();
        }
        if cursor.mark.offset > word {
            end = cursor.mark.offset;
            text = match text {
                Cow::Borrowed(_) if !gap.crossed_line => Cow::Borrowed(cursor.since(start)),
                text => {
                    let mut text = text.into_owned();
                    gap.fold(&mut text);
                    text.push_str(cursor.since(word));
                    Cow::Owned(text)
                }
            };
            gap = Gap::default();
        }
        if !cursor.is_blank() && !cursor.is_break() {
            break;
        }
        gap = Gap::read(cursor, false, indent)?;
        if !in_flow && cursor.mark.column < indent {
            break;
        }
    }
    Ok(Plain { text, end, crossed_line: gap.crossed_line })
}

fn ends_plain(cursor: &Cursor<'_>, in_flow: bool) -> bool {
    match cursor.byte(0) {
        b':' => cursor.ends_word(1),
        b',' | b'?' | b'[' | b']' | b'{' | b'}' => in_flow,
        _ => false,
    }
}

/// Reads a scalar in single or double quotes.
pub(crate) fn quoted<'a>(cursor: &mut Cursor<'a>) -> Result<Cow<'a, str>, SyntaxError> {
    let open = cursor.mark.offset;
    let quote = cursor.byte(0);
    cursor.skip_bytes(1);
    if let Some(text) = as_written(cursor, quote) {
        return Ok(Cow::Borrowed(text));
    }
    let mut text = String::new();
    loop {
        if cursor.is_document_marker() || cursor.is_end() {
            return Err(SyntaxError::new(open, "the quote that begins here is not closed"));
        }
        let after_escape = quoted_words(cursor, quote, &mut text)?;
        if cursor.byte(0) == quote {
            cursor.skip_bytes(1);
            return Ok(Cow::Owned(text));
        }
        Gap::read(cursor, after_escape, 0)?.fold(&mut text);
    }
}

/// What is between the quotes, if that is what it means: it has no escape and is on one line.
fn as_written<'a>(cursor: &mut Cursor<'a>, quote: u8) -> Option<&'a str> {
    let start = cursor.mark;
    while cursor.byte(0) != quote && cursor.byte(0) != b'\\' && !cursor.ends_line(0) {
        cursor.skip();
    }
    if cursor.byte(0) == quote && (quote == b'"' || cursor.byte(1) != quote) {
        let text = cursor.since(start.offset);
        cursor.skip_bytes(1);
        return Some(text);
    }
    cursor.mark = start;
    None
}

/// Reads up to white space, the closing quote or behind an escaped line break; whether it is the last of these.
fn quoted_words(cursor: &mut Cursor<'_>, quote: u8, text: &mut String) -> Result<bool, SyntaxError> {
    while !cursor.ends_word(0) {
        match cursor.byte(0) {
            b'\'' if quote == b'\'' && cursor.byte(1) == quote => {
                text.push('\'');
                cursor.skip_bytes(2);
            }
            byte if byte == quote => break,
            b'\\' if quote == b'"' && cursor.line_break(1) > 0 => {
                cursor.skip_bytes(1);
                cursor.take_break();
                return Ok(true);
            }
            b'\\' if quote == b'"' => text.push(escape(cursor)?),
            _ => {
                let start = cursor.mark.offset;
                cursor.skip();
                text.push_str(cursor.since(start));
            }
        }
    }
    Ok(false)
}

fn escape(cursor: &mut Cursor<'_>) -> Result<char, SyntaxError> {
    let digits = match cursor.byte(1) {
        b'x' => 2,
        b'u' => 4,
        b'U' => 8,
        name => {
            let character = match name {
                b'0' => '\0',
                b'a' => '\u{7}',
                b'b' => '\u{8}',
                b't' | b'\t' => '\t',
                b'n' => '\n',
                b'v' => '\u{b}',
                b'f' => '\u{c}',
                b'r' => '\r',
                b'e' => '\u{1b}',
                b' ' | b'"' | b'\'' | b'\\' => char::from(name),
                b'N' => '\u{85}',
                b'_' => '\u{a0}',
                b'L' => '\u{2028}',
                b'P' => '\u{2029}',
                _ => return cursor.fail(format!("`\\` before {} is not an escape; double the `\\`", cursor.shown(1))),
            };
            cursor.skip_bytes(2);
            return Ok(character);
        }
    };
    let start = cursor.mark.offset + 2;
    let code =
        cursor.text.get(start..start + digits).filter(|code| code.bytes().all(|digit| digit.is_ascii_hexdigit()));
    let Some(code) = code.and_then(|code| u32::from_str_radix(code, 16).ok()) else {
        return cursor.fail(format!("the escape needs {digits} hexadecimal digits"));
    };
    let Some(character) = char::from_u32(code) else {
        return cursor.fail("the escape is not a Unicode character; write the character itself");
    };
    cursor.skip_bytes(2 + digits);
    Ok(character)
}

/// Reads a scalar that begins with `|` or `>`. `parent` is the indentation of the collection around it.
pub(crate) fn block(cursor: &mut Cursor<'_>, parent: Option<usize>) -> Result<Block, SyntaxError> {
    let literal = cursor.byte(0) == b'|';
    cursor.skip_bytes(1);
    let (chomping, increment) = header(cursor)?;
    let mut lines = Lines { indent: increment.map(|increment| parent.unwrap_or(0) + increment), least: parent };
    let mut text = String::new();
    let mut breaks = lines.skip_empty(cursor)?;
    let mut line_break = "";
    let mut was_blank = false;
    let mut content = cursor.mark.offset..cursor.mark.offset;
    while lines.indent == Some(cursor.mark.column) && !cursor.is_end() {
        let is_blank = cursor.is_blank();
        // Two lines of a folded scalar become one, except where one of them is indented more.
        if !literal && !was_blank && !is_blank && line_break == "\n" {
            if breaks.is_empty() {
                text.push(' ');
            }
        } else {
            text.push_str(line_break);
        }
        text.push_str(&breaks);
        was_blank = is_blank;
        let start = cursor.mark.offset;
        cursor.skip_line();
        text.push_str(cursor.since(start));
        content.end = start + cursor.since(start).trim_end().len();
        line_break = cursor.take_break();
        breaks = lines.skip_empty(cursor)?;
    }
    if chomping != b'-' {
        text.push_str(line_break);
    }
    if chomping == b'+' {
        text.push_str(&breaks);
    }
    Ok(Block { text, content })
}

/// The sign and the indentation after `|` or `>`, in either order, up to the end of the line.
fn header(cursor: &mut Cursor<'_>) -> Result<(u8, Option<usize>), SyntaxError> {
    let (mut chomping, mut increment) = (0, None);
    loop {
        match cursor.byte(0) {
            sign @ (b'+' | b'-') if chomping == 0 => chomping = sign,
            b'0' if increment.is_none() => return cursor.fail("the indentation of the text cannot be 0"),
            digit @ b'1'..=b'9' if increment.is_none() => increment = Some(usize::from(digit - b'0')),
            _ => break,
        }
        cursor.skip_bytes(1);
    }
    cursor.skip_blanks();
    cursor.skip_comment();
    if !cursor.ends_line(0) {
        return cursor.fail("the text after `|` or `>` begins on the next line; move it there");
    }
    cursor.take_break();
    Ok((chomping, increment))
}

/// The lines of a block scalar.
struct Lines {
    /// How deep they are indented, once that is known.
    indent: Option<usize>,
    /// They are indented more than this.
    least: Option<usize>,
}

impl Lines {
    /// Passes over indentation and empty lines, whose breaks it gives.
    fn skip_empty(&mut self, cursor: &mut Cursor<'_>) -> Result<String, SyntaxError> {
        let mut breaks = String::new();
        let mut deepest = 0;
        loop {
            let is_left = |cursor: &Cursor<'_>| self.indent.is_none_or(|indent| cursor.mark.column < indent);
            while is_left(cursor) && cursor.byte(0) == b' ' {
                cursor.skip_bytes(1);
            }
            deepest = deepest.max(cursor.mark.column);
            if is_left(cursor) && cursor.byte(0) == b'\t' {
                return cursor.fail("a tab is in the indentation of the text; indent with spaces");
            }
            if !cursor.is_break() {
                break;
            }
            breaks.push_str(cursor.take_break());
        }
        if self.indent.is_none() {
            let least = self.least.map_or(0, |parent| parent + 1).max(1);
            self.indent = Some(deepest.max(least));
        }
        Ok(breaks)
    }
}
