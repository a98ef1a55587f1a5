//! Bytes to text: a byte order mark, UTF-16, and bytes that are no text.

/// Decodes a file as go-yaml does: UTF-16 where a byte order mark says so, UTF-8 otherwise.
///
/// An error carries what could be decoded, which ends where the fault is.
pub(crate) fn decode(bytes: &[u8]) -> Result<String, (String, String)> {
    if let Some(rest) = bytes.strip_prefix(b"\xFF\xFE") {
        return decode_utf16(rest, u16::from_le_bytes);
    }
    if let Some(rest) = bytes.strip_prefix(b"\xFE\xFF") {
        return decode_utf16(rest, u16::from_be_bytes);
    }
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok(text.to_owned()),
        Err(error) => {
            let (valid, rest) = bytes.split_at_checked(error.valid_up_to()).unwrap_or_default();
            let byte = rest.first().copied().unwrap_or_default();
            let message = format!("the byte `0x{byte:02X}` is not UTF-8; save the file as UTF-8");
            Err((String::from_utf8_lossy(valid).into_owned(), message))
        }
    }
}

fn decode_utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Result<String, (String, String)> {
    let (pairs, rest) = bytes.as_chunks::<2>();
    let mut text = String::with_capacity(bytes.len() / 2);
    for character in char::decode_utf16(pairs.iter().map(|&pair| unit(pair))) {
        match character {
            Ok(character) => text.push(character),
            Err(error) => {
                let unpaired = error.unpaired_surrogate();
                return Err((
                    text,
                    format!("`0x{unpaired:04X}` is half a UTF-16 surrogate pair; save the file as UTF-8"),
                ));
            }
        }
    }
    if rest.is_empty() {
        Ok(text)
    } else {
        Err((text, "the file ends within a UTF-16 character; save the file as UTF-8".to_owned()))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::panic)]
    use super::*;

    #[test]
    fn decodes() {
        assert_eq!(decode(b"\xEF\xBB\xBFa: b").as_deref(), Ok("a: b"));
        assert_eq!(decode(b"\xFF\xFEa\0:\0\x3D\xD8\x00\xDE").as_deref(), Ok("a:\u{1F600}"));
        assert_eq!(decode(b"\xFE\xFF\0a\0:").as_deref(), Ok("a:"));
        assert!(decode(b"\xFE\xFF\0a\0").is_err());
        assert!(decode(b"\xFF\xFE\x3D\xD8a\0").is_err());
        let Err((valid, message)) = decode(b"a: e\nb: \xFFc") else { panic!("decoded") };
        assert_eq!(valid, "a: e\nb: ");
        assert!(message.starts_with("the byte `0xFF` is not UTF-8"), "{message}");
    }
}
