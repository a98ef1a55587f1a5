//! What a JSON string means, from its text between the quotation marks.

use std::borrow::Cow;

use crate::skip::{HIGHS, stop};

/// Whether nothing is escaped in `inside`, the text of a string between its quotation marks.
///
/// ```
/// assert!(podnetworking_walk::is_plain("shop"));
/// assert!(!podnetworking_walk::is_plain("s\\u0068op"));
/// ```
#[must_use]
pub fn is_plain(inside: &str) -> bool {
    let bytes = inside.as_bytes();
    let mut at = stop(bytes, 0);
    while let Some(byte) = bytes.get(at) {
        if *byte == b'\\' {
            return false;
        }
        at = stop(bytes, at + 1);
    }
    true
}

/// The meaning of a string, from its text between the quotation marks. The text must be valid; it is borrowed if nothing
/// is escaped. Returns `None` for half a surrogate pair, which no Rust string can hold.
///
/// ```
/// use podnetworking_walk::decode;
///
/// assert_eq!(decode("a\\u00e9\\n").as_deref(), Some("aé\n"));
/// assert_eq!(decode("\\ud83d"), None);
/// ```
#[must_use]
pub fn decode(inside: &str) -> Option<Cow<'_, str>> {
    if is_plain(inside) {
        return Some(Cow::Borrowed(inside));
    }
    let mut text = String::with_capacity(inside.len());
    let mut rest = inside;
    while let Some((before, escaped)) = rest.split_once('\\') {
        text.push_str(before);
        let mut characters = escaped.chars();
        let character = match characters.next()? {
            'b' => '\u{8}',
            'f' => '\u{c}',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'u' => {
                let (character, after) = unicode(characters.as_str())?;
                characters = after.chars();
                character
            }
            itself => itself,
        };
        text.push(character);
        rest = characters.as_str();
    }
    text.push_str(rest);
    Some(Cow::Owned(text))
}

/// The character of `\u`, whose four digits begin the text, and the text after it. A surrogate pair takes a second
/// escape: `d83d\ude00` is one character.
fn unicode(text: &str) -> Option<(char, &str)> {
    let (first, rest) = unit(text)?;
    if !(0xd800..0xdc00).contains(&first) {
        return Some((char::from_u32(first)?, rest));
    }
    let (second, rest) = unit(rest.strip_prefix("\\u")?)?;
    let low = second.checked_sub(0xdc00).filter(|low| *low < 0x400)?;
    Some((char::from_u32(0x10000 + ((first - 0xd800) << 10) + low)?, rest))
}

/// The number of the four hexadecimal digits that begin the text, and the text after them.
fn unit(text: &str) -> Option<(u32, &str)> {
    let (digits, rest) = text.split_at_checked(4)?;
    Some((u32::from_str_radix(digits, 16).ok()?, rest))
}

/// Whether all bytes are ASCII.
///
/// ```
/// assert!(podnetworking_walk::is_ascii(b"shop"));
/// assert!(!podnetworking_walk::is_ascii("caf\u{e9}".as_bytes()));
/// ```
#[must_use]
pub fn is_ascii(bytes: &[u8]) -> bool {
    let (words, rest) = bytes.as_chunks::<8>();
    let (blocks, words) = words.as_chunks::<4>();
    let high = |word: &[u8; 8]| u64::from_le_bytes(*word) & HIGHS;
    blocks.iter().all(|[a, b, c, d]| high(a) | high(b) | high(c) | high(d) == 0)
        && words.iter().all(|word| high(word) == 0)
        && rest.is_ascii()
}
