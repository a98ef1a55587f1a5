//! Passes over a value: checks that it is JSON, and finds its end.
//!
//! Positions are byte offsets. A function that returns an end returns the offset after the last byte.

use crate::error::Fault;

/// The byte at `at`, or 0 past the end of the text. JSON allows a 0 byte nowhere, so this needs no check of its own.
#[inline(always)]
pub(crate) fn byte(bytes: &[u8], at: usize) -> u8 {
    match bytes.get(at) {
        Some(byte) => *byte,
        None => 0,
    }
}

/// The position of the first byte from `at` on that is not white space.
#[inline(always)]
pub(crate) fn white(bytes: &[u8], at: usize) -> usize {
    // What hosts send has no white space, so this is the usual case.
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
/// The high bit of each byte of a word.
pub(crate) const HIGHS: u64 = ONES << 7;

/// Marks, by its high bit, the first byte of the word that is a control character, a quotation mark or a backslash.
/// Later bytes may be marked by mistake, earlier ones never.
///
/// A subtraction sets the high bit of a byte that was too small: a control character is less than 0x20, and a byte that
/// is equal to a quotation mark is 0 after the exclusive or, which is less than 1. For example, of the eight bytes of
/// `shop","x` the byte at offset 4 is the first one that is marked.
#[inline(always)]
fn stops(word: u64) -> u64 {
    let control = word.wrapping_sub(ONES * 0x20);
    let quote = (word ^ (ONES * b'"' as u64)).wrapping_sub(ONES);
    let backslash = (word ^ (ONES * b'\\' as u64)).wrapping_sub(ONES);
    // None of the bytes that are looked for has the high bit, and the exclusive or does not set it. `!word` removes the
    // marks of bytes that had it before.
    (control | quote | backslash) & !word & HIGHS
}

/// The position of the first byte from `at` on that is a control character, a quotation mark or a backslash; or the end of
/// the text.
#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
#[inline(always)]
pub(crate) fn stop(bytes: &[u8], mut at: usize) -> usize {
    while let Some(block) = crate::block::Block::at(bytes, at) {
        let found = block.stops();
        if found != 0 {
            return at + found.trailing_zeros() as usize;
        }
        at += 16;
    }
    stop_near_end(bytes, at)
}

#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
#[inline(never)]
fn stop_near_end(bytes: &[u8], at: usize) -> usize {
    stop_by_words(bytes, at)
}

/// The position of the first byte from `at` on that is a control character, a quotation mark or a backslash; or the end of
/// the text.
#[cfg(not(all(target_arch = "wasm32", target_feature = "simd128")))]
#[inline(always)]
pub(crate) fn stop(bytes: &[u8], at: usize) -> usize {
    stop_by_words(bytes, at)
}

#[inline(always)]
fn stop_by_words(bytes: &[u8], mut at: usize) -> usize {
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

/// The end of a string. `at` is the position after its first quotation mark.
#[inline(always)]
pub(crate) fn string(bytes: &[u8], at: usize) -> Result<usize, Fault> {
    let at = stop(bytes, at);
    if byte(bytes, at) == b'"' { Ok(at + 1) } else { string_slowly(bytes, at) }
}

/// The position of the quotation mark that ends a string without escapes; or of the first byte that is not plain text.
/// `at` is the position after the first quotation mark.
#[inline(always)]
pub(crate) fn key_end(bytes: &[u8], at: usize) -> usize {
    stop(bytes, at)
}

/// The end of a string that has an escape or an error at `at`.
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

/// The end of an escape. `at` is the position after its backslash.
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

/// The end of the digits from `at` on, of which there may be none.
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

/// The end of the word at `at`, if it is this one.
fn word(bytes: &[u8], at: usize, word: &[u8]) -> Result<usize, Fault> {
    let found = bytes.get(at..).unwrap_or_default();
    if found.starts_with(word) {
        return Ok(at + word.len());
    }
    let same = found.iter().zip(word).take_while(|(a, b)| a == b).count();
    Err(Fault::new(at + same, "expected a value"))
}

/// The end of a number, `true`, `false` or `null`.
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

/// The position after the key that begins at `at`, and after its colon.
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

/// The objects and lists that have begun and not ended: a bit for each, 1 for an object and 0 for a list.
///
/// After `{"a":[{` the bits are 101. The innermost 64 are in a word, so that real objects need no memory; deeper texts put
/// full words into `outer`.
#[derive(Default)]
struct Nesting {
    innermost: u64,
    depth: usize,
    outer: Vec<u64>,
}

impl Nesting {
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
        self.outer.push(self.innermost);
    }

    #[cold]
    #[inline(never)]
    fn refill(&mut self) {
        self.innermost = self.outer.pop().unwrap_or_default();
    }

    /// Whether the innermost one is an object.
    #[inline(always)]
    fn is_object(&self) -> bool {
        self.innermost & 1 == 1
    }
}

/// The end of the value that begins at `at`. Everything in it is validated.
#[inline(always)]
pub(crate) fn value(bytes: &[u8], at: usize) -> Result<usize, Fault> {
    match byte(bytes, at) {
        b'"' => string(bytes, at + 1),
        b'{' | b'[' => nested(bytes, at),
        _ => scalar(bytes, at),
    }
}

/// The end of the object or list that begins at `at`. A loop instead of recursion, so that deep texts need no stack.
#[inline(never)]
fn nested(bytes: &[u8], mut at: usize) -> Result<usize, Fault> {
    let mut nesting = Nesting::default();
    loop {
        // A value begins here.
        match byte(bytes, at) {
            b'"' => at = string(bytes, at + 1)?,
            b'{' => {
                at = white(bytes, at + 1);
                if byte(bytes, at) != b'}' {
                    nesting.push(true);
                    at = white(bytes, key(bytes, at)?);
                    continue;
                }
                at += 1;
            }
            b'[' => {
                at = white(bytes, at + 1);
                if byte(bytes, at) != b']' {
                    nesting.push(false);
                    continue;
                }
                at += 1;
            }
            _ => at = scalar(bytes, at)?,
        }
        // The value has ended, and perhaps the objects and lists that it is in.
        loop {
            if nesting.depth == 0 {
                return Ok(at);
            }
            at = white(bytes, at);
            let is_object = nesting.is_object();
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
            nesting.pop();
        }
    }
}
