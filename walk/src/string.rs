use std::borrow::Cow;

/// Whether nothing is escaped in `inside`, the text of a string between its quotation marks.
#[must_use]
pub fn is_plain(inside: &str) -> bool {
    !inside.as_bytes().contains(&b'\\')
}

/// What a string says, from its text between the quotation marks, which must be valid. Half a surrogate pair says nothing.
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

/// The character of the four hexadecimal digits, or of them and the escape that follows, and the text after it.
fn unicode(text: &str) -> Option<(char, &str)> {
    let (first, rest) = unit(text)?;
    if !(0xd800..0xdc00).contains(&first) {
        return Some((char::from_u32(first)?, rest));
    }
    let (second, rest) = unit(rest.strip_prefix("\\u")?)?;
    let low = second.checked_sub(0xdc00).filter(|low| *low < 0x400)?;
    Some((char::from_u32(0x10000 + ((first - 0xd800) << 10) + low)?, rest))
}

fn unit(text: &str) -> Option<(u32, &str)> {
    let (digits, rest) = text.split_at_checked(4)?;
    Some((u32::from_str_radix(digits, 16).ok()?, rest))
}
