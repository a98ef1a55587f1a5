//! Walking over a value without looking at it, other than that it is JSON.

use crate::error::Fault;

/// The byte at `at`; 0, which is nowhere valid outside of strings, behind the end.
#[inline(always)]
pub(crate) fn byte(bytes: &[u8], at: usize) -> u8 {
    match bytes.get(at) {
        Some(byte) => *byte,
        None => 0,
    }
}

/// The place of the first byte at or after `at` that is no white space.
#[inline(always)]
pub(crate) fn white(bytes: &[u8], at: usize) -> usize {
    // The answers of hosts have none.
    if byte(bytes, at) > b' ' { at } else { white_slowly(bytes, at) }
}

#[inline(never)]
fn white_slowly(bytes: &[u8], mut at: usize) -> usize {
    while let b' ' | b'\t' | b'\n' | b'\r' = byte(bytes, at) {
        at += 1;
    }
    at
}

const ONES: u64 = u64::MAX / 255;
const HIGHS: u64 = ONES << 7;

/// Marks the first byte of the word, in the text's order, that is a control character, a quotation mark or a backslash.
/// Bytes after it may be marked too.
#[inline(always)]
fn stops(word: u64) -> u64 {
    let control = word.wrapping_sub(ONES * 0x20);
    let quote = (word ^ (ONES * b'"' as u64)).wrapping_sub(ONES);
    let backslash = (word ^ (ONES * b'\\' as u64)).wrapping_sub(ONES);
    // Neither a quotation mark nor a backslash nor a control character has the high bit, and no exclusive or sets it.
    (control | quote | backslash) & !word & HIGHS
}

/// The place of the first byte at or after `at` that is a control character, a quotation mark or a backslash, or the end.
#[inline(always)]
fn stop(bytes: &[u8], mut at: usize) -> usize {
    while let Some(chunk) = bytes.get(at..).and_then(|rest| rest.first_chunk::<8>()) {
        let found = stops(u64::from_le_bytes(*chunk));
        if found != 0 {
            return at + (found.trailing_zeros() / 8) as usize;
        }
        at += 8;
    }
    stop_slowly(bytes, at)
}

#[inline(never)]
fn stop_slowly(bytes: &[u8], mut at: usize) -> usize {
    while let Some(byte) = bytes.get(at)
        && *byte >= b' '
        && !matches!(byte, b'"' | b'\\')
    {
        at += 1;
    }
    at
}

/// The end of the string whose first byte after the quotation mark is at `at`: the place after its last one.
#[inline(always)]
pub(crate) fn string(bytes: &[u8], at: usize) -> Result<usize, Fault> {
    let at = stop(bytes, at);
    if byte(bytes, at) == b'"' { Ok(at + 1) } else { string_slowly(bytes, at) }
}

/// The place of the quotation mark that ends a key, or of the first byte of it that is not plain.
#[inline(always)]
pub(crate) fn key_end(bytes: &[u8], at: usize) -> usize {
    stop(bytes, at)
}

/// The same from a byte that is not the end.
#[inline(never)]
pub(crate) fn string_slowly(bytes: &[u8], mut at: usize) -> Result<usize, Fault> {
    loop {
        match bytes.get(at) {
            Some(b'"') => return Ok(at + 1),
            Some(b'\\') => at = escape(bytes, at + 1)?,
            Some(_) => return Err(Fault::new(at, "control character in a string")),
            None => return Err(Fault::new(at, "end of a string")),
        }
        at = stop(bytes, at);
    }
}

/// The end of an escape, whose byte after the backslash is at `at`.
fn escape(bytes: &[u8], at: usize) -> Result<usize, Fault> {
    match bytes.get(at) {
        Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => Ok(at + 1),
        Some(b'u') => {
            let digits = bytes.get(at + 1..).unwrap_or_default().iter().take(4);
            match digits.take_while(|byte| byte.is_ascii_hexdigit()).count() {
                4 => Ok(at + 5),
                count => Err(Fault::new(at + 1 + count, "invalid escape")),
            }
        }
        _ => Err(Fault::new(at, "invalid escape")),
    }
}

fn digits(bytes: &[u8], mut at: usize) -> usize {
    while byte(bytes, at).is_ascii_digit() {
        at += 1;
    }
    at
}

/// The end of a number.
fn number(bytes: &[u8], mut at: usize) -> Result<usize, Fault> {
    let some_digits = |at: usize| match digits(bytes, at) {
        end if end > at => Ok(end),
        end => Err(Fault::new(end, "invalid number")),
    };
    at += usize::from(byte(bytes, at) == b'-');
    if byte(bytes, at) == b'0' {
        at += 1;
        if byte(bytes, at).is_ascii_digit() {
            return Err(Fault::new(at, "invalid number"));
        }
    } else {
        at = some_digits(at)?;
    }
    if byte(bytes, at) == b'.' {
        at = some_digits(at + 1)?;
    }
    if matches!(byte(bytes, at), b'e' | b'E') {
        at += 1;
        at += usize::from(matches!(byte(bytes, at), b'+' | b'-'));
        at = some_digits(at)?;
    }
    Ok(at)
}

/// The end of a word, which stands at `at` or does not.
fn word(bytes: &[u8], at: usize, word: &[u8]) -> Result<usize, Fault> {
    let found = bytes.get(at..).unwrap_or_default();
    if found.starts_with(word) {
        return Ok(at + word.len());
    }
    let same = found.iter().zip(word).take_while(|(a, b)| a == b).count();
    Err(Fault::new(at + same, "expected a value"))
}

/// The end of a value that is neither string, object nor list.
#[inline(never)]
fn scalar(bytes: &[u8], at: usize) -> Result<usize, Fault> {
    match byte(bytes, at) {
        b'-' | b'0'..=b'9' => number(bytes, at),
        b't' => word(bytes, at, b"true"),
        b'f' => word(bytes, at, b"false"),
        b'n' => word(bytes, at, b"null"),
        _ => Err(Fault::new(at, "expected a value")),
    }
}

/// The place after a key, which begins at `at`, and its colon.
#[inline(always)]
fn key(bytes: &[u8], at: usize) -> Result<usize, Fault> {
    if byte(bytes, at) != b'"' {
        return Err(Fault::new(at, "expected a key"));
    }
    let at = white(bytes, string(bytes, at + 1)?);
    if byte(bytes, at) != b':' {
        return Err(Fault::new(at, "expected `:`"));
    }
    Ok(at + 1)
}

/// The objects and lists around a place: a bit for each, set for objects, the innermost last. Nobody nests deeper than a
/// word, but who does is walked over too.
#[derive(Default)]
struct Around {
    innermost: u64,
    depth: usize,
    rest: Vec<u64>,
}

impl Around {
    #[inline(always)]
    fn push(&mut self, is_object: bool) {
        if self.depth > 0 && self.depth.is_multiple_of(64) {
            self.spill();
        }
        self.innermost = self.innermost << 1 | u64::from(is_object);
        self.depth += 1;
    }

    #[inline(always)]
    fn pop(&mut self) {
        self.innermost >>= 1;
        self.depth -= 1;
        if self.depth.is_multiple_of(64) && self.depth > 0 {
            self.refill();
        }
    }

    #[cold]
    #[inline(never)]
    fn spill(&mut self) {
        self.rest.push(self.innermost);
    }

    #[cold]
    #[inline(never)]
    fn refill(&mut self) {
        self.innermost = self.rest.pop().unwrap_or_default();
    }

    #[inline(always)]
    fn is_object(&self) -> bool {
        self.innermost & 1 == 1
    }
}

/// The end of the value that begins at `at`, all of it validated.
#[inline(always)]
pub(crate) fn value(bytes: &[u8], at: usize) -> Result<usize, Fault> {
    match byte(bytes, at) {
        b'"' => string(bytes, at + 1),
        b'{' | b'[' => nested(bytes, at),
        _ => scalar(bytes, at),
    }
}

#[inline(never)]
fn nested(bytes: &[u8], mut at: usize) -> Result<usize, Fault> {
    let mut around = Around::default();
    loop {
        // A value begins here.
        match byte(bytes, at) {
            b'"' => at = string(bytes, at + 1)?,
            b'{' => {
                at = white(bytes, at + 1);
                if byte(bytes, at) != b'}' {
                    around.push(true);
                    at = white(bytes, key(bytes, at)?);
                    continue;
                }
                at += 1;
            }
            b'[' => {
                at = white(bytes, at + 1);
                if byte(bytes, at) != b']' {
                    around.push(false);
                    continue;
                }
                at += 1;
            }
            _ => at = scalar(bytes, at)?,
        }
        // It has ended, and with it perhaps what is around it.
        loop {
            if around.depth == 0 {
                return Ok(at);
            }
            at = white(bytes, at);
            let is_object = around.is_object();
            match byte(bytes, at) {
                b',' => {
                    at = white(bytes, at + 1);
                    if is_object {
                        at = white(bytes, key(bytes, at)?);
                    }
                    break;
                }
                b'}' if is_object => {}
                b']' if !is_object => {}
                _ if is_object => return Err(Fault::new(at, "expected `,` or `}`")),
                _ => return Err(Fault::new(at, "expected `,` or `]`")),
            }
            at += 1;
            around.pop();
        }
    }
}
