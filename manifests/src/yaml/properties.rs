//! Anchors, aliases, tags and directives.

use std::borrow::Cow;

use super::cursor::Cursor;
use crate::event::{SyntaxError, TYPE_TAG};

/// Reads the name after `&` or `*`.
pub(crate) fn name<'a>(cursor: &mut Cursor<'a>) -> Result<&'a str, SyntaxError> {
    let sign = char::from(cursor.byte(0));
    cursor.skip_bytes(1);
    let name = word(cursor);
    if name.is_empty()
        || !(cursor.ends_word(0) || matches!(cursor.byte(0), b'?' | b':' | b',' | b']' | b'}' | b'%' | b'@' | b'`'))
    {
        return cursor.fail(format!(
            "a name of letters, digits, `-` and `_` is expected after `{sign}`; put a text that begins with `{sign}` in quotes"
        ));
    }
    Ok(name)
}

/// Reads a tag, in its long form.
pub(crate) fn tag<'a>(cursor: &mut Cursor<'a>) -> Result<Cow<'a, str>, SyntaxError> {
    let begin = cursor.mark;
    let start = begin.offset;
    let tag = if cursor.byte(1) == b'<' {
        cursor.skip_bytes(2);
        let tag = uri(cursor)?;
        if cursor.byte(0) != b'>' {
            return cursor.fail("the tag that begins with `!<` has no closing `>`");
        }
        cursor.skip_bytes(1);
        if tag.is_empty() {
            return cursor.fail("the tag has no name");
        }
        tag
    } else {
        cursor.skip_bytes(1);
        word(cursor);
        if cursor.byte(0) == b'!' {
            cursor.skip_bytes(1);
            let handle = cursor.since(start);
            let suffix = uri(cursor)?;
            if suffix.is_empty() {
                return cursor.fail("the tag has no name");
            }
            if handle != "!!" {
                return Err(SyntaxError::new(start, format!("the prefix `{handle}` of the tag is not defined")));
            }
            Cow::Owned(format!("{TYPE_TAG}{suffix}"))
        } else {
            cursor.mark = begin;
            cursor.skip_bytes(1);
            match uri(cursor)? {
                Cow::Borrowed(_) => Cow::Borrowed(cursor.since(start)),
                Cow::Owned(suffix) => Cow::Owned(format!("!{suffix}")),
            }
        }
    };
    if !cursor.ends_word(0) {
        return cursor.fail("white space is expected after the tag; put a text that begins with `!` in quotes");
    }
    Ok(tag)
}

/// Passes over a directive: `%YAML 1.1` or `%TAG ! tag:example.com,2000:`.
pub(crate) fn directive(cursor: &mut Cursor<'_>) -> Result<(), SyntaxError> {
    let start = cursor.mark.offset;
    let wrong = || SyntaxError::new(start, "a line cannot begin with `%`; put the value in quotes");
    cursor.skip_bytes(1);
    let name = word(cursor);
    if !cursor.ends_word(0) {
        return Err(wrong());
    }
    cursor.skip_blanks();
    match name {
        "YAML" => {
            let version = cursor.mark.offset;
            while matches!(cursor.byte(0), b'0'..=b'9' | b'.') {
                cursor.skip_bytes(1);
            }
            let is_number =
                |part: &str| matches!(part.len(), 1 | 2) && part.bytes().all(|digit| digit.is_ascii_digit());
            let numbers = cursor.since(version).split_once('.');
            if !numbers.is_some_and(|(major, minor)| is_number(major) && is_number(minor)) {
                return Err(wrong());
            }
        }
        "TAG" => {
            let handle = cursor.mark.offset;
            if cursor.byte(0) != b'!' {
                return Err(wrong());
            }
            cursor.skip_bytes(1);
            word(cursor);
            if cursor.byte(0) == b'!' {
                cursor.skip_bytes(1);
            } else if cursor.since(handle) != "!" {
                return Err(wrong());
            }
            if !cursor.is_blank() {
                return Err(wrong());
            }
            cursor.skip_blanks();
            if uri(cursor)?.is_empty() || !cursor.ends_word(0) {
                return Err(wrong());
            }
        }
        _ => return Err(wrong()),
    }
    cursor.skip_blanks();
    cursor.skip_comment();
    if !cursor.ends_line(0) {
        return Err(wrong());
    }
    cursor.take_break();
    Ok(())
}

/// Reads letters, digits, `-` and `_`.
fn word<'a>(cursor: &mut Cursor<'a>) -> &'a str {
    let start = cursor.mark.offset;
    while matches!(cursor.byte(0), b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' | b'_' | b'-') {
        cursor.skip_bytes(1);
    }
    cursor.since(start)
}

/// Reads what a tag may consist of, its escapes resolved.
fn uri<'a>(cursor: &mut Cursor<'a>) -> Result<Cow<'a, str>, SyntaxError> {
    let start = cursor.mark.offset;
    let mut bytes = Vec::new();
    let mut is_escaped = false;
    loop {
        match cursor.byte(0) {
            b'%' => {
                is_escaped = true;
                escaped(cursor, &mut bytes)?;
            }
            byte @ (b'0'..=b'9'
            | b'A'..=b'Z'
            | b'a'..=b'z'
            | b'_'
            | b'-'
            | b';'
            | b'/'
            | b'?'
            | b':'
            | b'@'
            | b'&'
            | b'=')
            | byte @ (b'+' | b'$' | b',' | b'.' | b'!' | b'~' | b'*' | b'\'' | b'(' | b')' | b'[' | b']') => {
                bytes.push(byte);
                cursor.skip_bytes(1);
            }
            _ if is_escaped => return Ok(Cow::Owned(String::from_utf8_lossy(&bytes).into_owned())),
            _ => return Ok(Cow::Borrowed(cursor.since(start))),
        }
    }
}

/// Reads the escapes of one character: `%C3%A9`.
fn escaped(cursor: &mut Cursor<'_>, bytes: &mut Vec<u8>) -> Result<(), SyntaxError> {
    let mut expected = 1;
    let mut read = 0;
    while read < expected {
        let start = cursor.mark.offset + 1;
        let digits =
            cursor.text.get(start..start + 2).filter(|digits| digits.bytes().all(|digit| digit.is_ascii_hexdigit()));
        let byte = digits.filter(|_| cursor.byte(0) == b'%').and_then(|digits| u8::from_str_radix(digits, 16).ok());
        let byte = match (byte, read) {
            (Some(byte @ ..0x80), 0) => byte,
            (Some(byte @ 0xC0..0xF8), 0) => {
                expected = if byte < 0xE0 {
                    2
                } else if byte < 0xF0 {
                    3
                } else {
                    4
                };
                byte
            }
            (Some(byte @ 0x80..0xC0), 1..) => byte,
            _ => return cursor.fail("the escape in the tag is not a character; write `%` as `%25`"),
        };
        bytes.push(byte);
        cursor.skip_bytes(3);
        read += 1;
    }
    Ok(())
}
