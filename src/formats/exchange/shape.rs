//! Bytes as text: UTF-8 or marked UTF-16; and marks by which files are told, damaged ones too.

use zeroize::Zeroizing;

use super::FormatError;

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

/// The most cells of a table: a reader of tables keeps the place of each.
const MAX_CELLS: usize = 1 << 21;

/// Refuses a table with more cells than any app writes into 16 MiB.
///
/// # Errors
/// [`FormatError::TooLarge`].
pub(super) fn few_cells(text: &str) -> Result<(), FormatError> {
    if text.bytes().filter(|byte| matches!(byte, b',' | b'\n')).count() > MAX_CELLS { Err(FormatError::TooLarge) } else { Ok(()) }
}

/// Whether `text` begins with `pattern`, white space aside: so a JSON file that is cut short is still told. `pattern` has no white space.
pub(super) fn begins(text: &str, pattern: &str) -> bool {
    let mut letters = text.chars().filter(|letter| !letter.is_ascii_whitespace());
    pattern.chars().all(|wanted| letters.next() == Some(wanted))
}

/// Whether `bytes` begin with the mark of a kind of file that is known: archives, pictures, databases, keys, other apps' encrypted
/// files. For readers of files without any mark.
pub(super) fn has_mark(bytes: &[u8]) -> bool {
    MARKS.iter().any(|mark| bytes.starts_with(mark))
}

const MARKS: &[&[u8]] = &[
    b"PK",
    b"SQLite format 3\0",
    b"AUTHENTICATORPRO",
    b"AuthenticatorPro",
    b"age-encryption.org",
    b"Salted__",
    b"bplist0",
    b"\x03\xd9\xa2\x9a",
    b"\xac\xed\x00\x05",
    b"\x1f\x8b",
    b"BZh",
    b"7z\xbc\xaf\x27\x1c",
    b"\xfd7zXZ\0",
    b"\x28\xb5\x2f\xfd",
    b"Rar!",
    b"\x89PNG\r\n\x1a\n",
    b"\xff\xd8\xff",
    b"GIF8",
    b"BM",
    b"RIFF",
    b"II*\0",
    b"MM\0*",
    b"%PDF",
    b"\x7fELF",
    b"MZ",
    b"\xd0\xcf\x11\xe0",
    b"\xff\xfe",
    b"\xfe\xff",
    b"\xef\xbb\xbf",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn beginnings_without_their_white_space() {
        let rows = [
            ("{ \"a\" :\n\t[", true),
            ("{\"a\":[1]}", true),
            ("{\"a\":", false),
            ("{\"b\":[", false),
            ("", false),
            ("{\"a\": \u{a0}[", false),
        ];
        for (text, expected) in rows {
            assert_eq!(begins(text, "{\"a\":["), expected, "{text:?}");
        }
    }

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
