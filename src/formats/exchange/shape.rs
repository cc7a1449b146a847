//! Bytes as text: UTF-8 or marked UTF-16.

use zeroize::Zeroizing;

/// `bytes` as text without its byte-order mark; `None` if they are none, or hold a NUL.
pub(super) fn text(bytes: &[u8]) -> Option<Zeroizing<String>> {
    let wide = |bytes: &[u8], unit: fn([u8; 2]) -> u16| {
        let (pairs, rest) = bytes.as_chunks::<2>();
        // The buffer is large enough from the start, so no copy is left behind: a unit takes three bytes at most.
        let mut out = Zeroizing::new(String::with_capacity(3 * pairs.len()));
        for character in char::decode_utf16(pairs.iter().map(|pair| unit(*pair))) {
            out.push(character.ok()?);
        }
        rest.is_empty().then_some(out)
    };
    let text = match bytes {
        [0xff, 0xfe, rest @ ..] => wide(rest, u16::from_le_bytes)?,
        [0xfe, 0xff, rest @ ..] => wide(rest, u16::from_be_bytes)?,
        [0xef, 0xbb, 0xbf, rest @ ..] => Zeroizing::new(std::str::from_utf8(rest).ok()?.to_owned()),
        _ => Zeroizing::new(std::str::from_utf8(bytes).ok()?.to_owned()),
    };
    (!text.contains('\0')).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_in_every_coding_that_apps_write() {
        let rows: &[(&[u8], Option<&str>)] = &[
            (b"a", Some("a")),
            ("größe".as_bytes(), Some("größe")),
            (b"\xef\xbb\xbfa", Some("a")),
            (b"\xff\xfea\0\x3c\xd8\x00\xdf", Some("a🌀")),
            (b"\xfe\xff\0a", Some("a")),
            (b"\xff\xfea", None),
            (b"\xff\xfe\x3c\xd8", None),
            (b"a\0b", None),
            (b"\xc3\x28", None),
        ];
        for (bytes, expected) in rows {
            assert_eq!(text(bytes).as_ref().map(|text| text.as_str()), *expected, "{bytes:?}");
        }
    }
}
