//! Bytes to text.

/// Decodes a file as kubectl does: UTF-16 where a byte order mark says so, UTF-8 otherwise. What is not text becomes
/// U+FFFD.
pub(crate) fn decode(bytes: &[u8]) -> String {
    if let Some(rest) = bytes.strip_prefix(b"\xFF\xFE") {
        return decode_utf16(rest, u16::from_le_bytes);
    }
    if let Some(rest) = bytes.strip_prefix(b"\xFE\xFF") {
        return decode_utf16(rest, u16::from_be_bytes);
    }
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    String::from_utf8_lossy(bytes).into_owned()
}

fn decode_utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> String {
    let (pairs, rest) = bytes.as_chunks::<2>();
    let characters = char::decode_utf16(pairs.iter().map(|&pair| unit(pair)));
    let mut text: String = characters.map(|character| character.unwrap_or(char::REPLACEMENT_CHARACTER)).collect();
    if !rest.is_empty() {
        text.push(char::REPLACEMENT_CHARACTER);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decodes() {
        assert_eq!(decode(b"\xEF\xBB\xBFa: b"), "a: b");
        assert_eq!(decode(b"\xFF\xFEa\0:\0\x3D\xD8\x00\xDE"), "a:\u{1F600}");
        assert_eq!(decode(b"\xFE\xFF\0a\0:"), "a:");
        assert_eq!(decode(b"\xFE\xFF\0a\0"), "a\u{FFFD}");
        assert_eq!(decode(b"\xFF\xFE\x3D\xD8a\0"), "\u{FFFD}a");
        assert_eq!(decode(b"a: \xE4\xB8x\xFF\xED\xA0\x80"), "a: \u{FFFD}x\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}");
    }
}
