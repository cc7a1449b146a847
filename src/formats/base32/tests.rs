//! What happens to typed keys: hostile.md, base32 and manual secret.

use proptest::prelude::*;

use super::Base32Error::*;
use super::*;

/// The key bytes, in hexadecimal, and the notes; or the reason.
fn outcome(typed: &str) -> Result<(String, Vec<KeyNote>), Base32Error> {
    decode(typed).map(|read| (data_encoding::HEXLOWER.encode(read.secret.expose()), read.notes))
}

#[test]
fn rfc_4648_section_10() {
    let rows = [("MY======", "f"), ("MZXQ====", "fo"), ("MZXW6===", "foo"), ("MZXW6YQ=", "foob"), ("MZXW6YTB", "fooba")];
    for (typed, bytes) in rows.into_iter().chain([("MZXW6YTBOI======", "foobar"), ("MZXW6YTBOI", "foobar")]) {
        assert_eq!(decode(typed).unwrap().secret.expose(), bytes.as_bytes(), "{typed}");
        assert_eq!(encode(&Secret::new(bytes.as_bytes().to_vec()).unwrap()).as_str(), typed.trim_end_matches('='));
    }
}

#[test]
fn keys_that_can_be_read() {
    use KeyNote::*;
    let hello = "48656c6c6f21deadbeef";
    let rows: &[(&str, &str, &[KeyNote])] = &[
        ("JBSWY3DPEHPK3PXP", hello, &[]),
        ("jbswy3dpehpk3pxp", hello, &[]),
        ("JbSwY3dPeHpK3pXp", hello, &[]),
        ("JBSW Y3DP EHPK 3PXP", hello, &[]),
        ("JBSW\u{a0}Y3DP\u{2009}EHPK\u{202f}3PXP", hello, &[]),
        ("\tJBSWY3DP\r\nEHPK3PXP\n", hello, &[]),
        ("JBSW-Y3DP-EHPK-3PXP", hello, &[]),
        ("JBSW–Y3DP—EHPK\u{2011}3PXP", hello, &[]),
        ("JBSWY3DPEHPK3PXP======", hello, &[]),
        ("JBSWY3DP EHPK3PXP = =", hello, &[]),
        // Bits that do not count
        ("MA", "60", &[]),
        ("MB", "60", &[TrailingBits]),
        ("JBSWY3DPEB", "48656c6c6f20", &[TrailingBits]),
        ("JBSWY3DPEA", "48656c6c6f20", &[]),
        // Zeros
        ("AAAAAAAAAAAAAAAA", "00000000000000000000", &[AllZero]),
        ("AAAAAAAAAAAAAAAAAB", "0000000000000000000000", &[TrailingBits, AllZero]),
        // Hexadecimal letters alone are base32 too: nothing is guessed
        ("ABCDEF234567ABCD", "004432175be77df00443", &[]),
    ];
    for (typed, bytes, notes) in rows {
        assert_eq!(outcome(typed), Ok(((*bytes).to_owned(), notes.to_vec())), "{typed:?}");
    }
}

#[test]
fn every_number_of_letters() {
    for letters in 1..=205_usize {
        let read = decode(&"B".repeat(letters)).map(|read| read.secret.expose().len());
        let expected = if matches!(letters % 8, 1 | 3 | 6) { Err(Length { letters }) } else { Ok(letters * 5 / 8) };
        assert_eq!(read, expected, "{letters} letters");
    }
    assert_eq!(decode(&"B".repeat(207)).unwrap_err(), TooLong);
    assert_eq!(decode(&"B".repeat(208)).unwrap_err(), TooLong);
    assert_eq!(decode(&"B".repeat(4096)).unwrap_err(), TooLong);
}

#[test]
fn keys_that_cannot_be_read() {
    let rows: &[(&str, Base32Error)] = &[
        ("", Empty),
        (" \t\u{a0}- ", Empty),
        ("====", Empty),
        ("A", Length { letters: 1 }),
        ("ABC", Length { letters: 3 }),
        ("ABCDEF", Length { letters: 6 }),
        ("JBSWY3DPEHPK3PXPA", Length { letters: 17 }),
        // Digits that are letters
        ("JBSW 0", Digit { position: 6, hint: Hint::O }),
        ("1BSW", Digit { position: 1, hint: Hint::IOrL }),
        ("JB8W", Digit { position: 3, hint: Hint::B }),
        ("JBS9", Digit { position: 4, hint: Hint::None }),
        ("jbswy3dpehpk3px0", Digit { position: 16, hint: Hint::O }),
        ("Jbswy3dpehpk3px0", Digit { position: 16, hint: Hint::O }),
        // Letters that are none
        ("JBSWА", LookAlike { position: 5 }),
        ("ΑBSW", LookAlike { position: 1 }),
        ("JB ＳW", LookAlike { position: 4 }),
        ("JB𝐒W", LookAlike { position: 3 }),
        ("JBSW２", LookAlike { position: 5 }),
        // Other characters
        ("JBSW.Y3DP", Character { position: 5 }),
        ("\"JBSWY3DP\"", Character { position: 1 }),
        ("JBSW’Y3DP", Character { position: 5 }),
        ("JBSW🔑", Character { position: 5 }),
        ("JBSW\0", Character { position: 5 }),
        ("JBSW\u{200b}Y3DP", Character { position: 5 }),
        ("JBSW\u{202e}Y3DP", Character { position: 5 }),
        ("JBSW+", Character { position: 5 }),
        ("ñBSW", Character { position: 1 }),
        ("٢BSW", Character { position: 1 }),
        // Padding
        ("JBSW=Y3DP", PaddingInside { position: 5 }),
        ("=JBSWY3DP", PaddingInside { position: 1 }),
        // Other forms of keys
        ("3132333435363738393031323334353637383930", LooksLikeHex),
        ("48 65 6c 6c 6f 21 de ad be ef", LooksLikeHex),
        ("DEADBEEF01234567", LooksLikeHex),
        ("MTIzNDU2Nzg5MDEyMzQ1Njc4OTA=", LooksLikeBase64),
        ("SGVsbGVWZWxsZXNzZXNzZQ==", LooksLikeBase64),
        ("SGVsbG8h3q2+7w/ySGVsbG8h", LooksLikeBase64),
        ("SGVsbG8h3q2-7w_ySGVsbG8h", LooksLikeBase64),
        // Addresses
        ("otpauth://totp/a?secret=JBSWY3DPEHPK3PXP", IsAddress),
        (" \u{feff}OTPAUTH://totp/a?secret=JBSWY3DPEHPK3PXP", IsAddress),
        ("<otpauth://totp/a?secret=JBSWY3DPEHPK3PXP>", IsAddress),
        ("otpauth-migration://offline?data=AAAA", IsAddress),
        ("https://example.com", Character { position: 6 }),
    ];
    for (typed, reason) in rows {
        assert_eq!(outcome(typed), Err(*reason), "{typed:?}");
        // No reason holds a stretch of the key.
        let words = format!("{reason} {reason:?}");
        assert!(!words.contains("JBSW") && !words.contains("Y3DP"), "{words}");
    }
}

#[test]
fn a_megabyte_is_refused_unread() {
    assert_eq!(decode(&"A".repeat(1 << 20)).unwrap_err(), TooLong);
    assert_eq!(decode(&"0".repeat(1 << 20)).unwrap_err(), TooLong);
}

#[test]
fn groups_of_four() {
    let secret = decode("JBSWY3DPEHPK3PXP").unwrap().secret;
    assert_eq!(encode_grouped(&secret).as_str(), "JBSW Y3DP EHPK 3PXP");
    assert_eq!(encode_grouped(&decode("MZXW6YQ").unwrap().secret).as_str(), "MZXW 6YQ");
}

#[test]
fn words_say_what_is_wrong() {
    assert_eq!(
        Digit { position: 6, hint: Hint::IOrL }.to_string(),
        "character 6 of the key is the digit 1, which no key contains; it may be the letter I or L"
    );
    assert_eq!(
        Digit { position: 6, hint: Hint::None }.to_string(),
        "character 6 of the key is the digit 9, which no key contains"
    );
}

proptest! {
    #[test]
    fn what_is_written_is_read(bytes in prop::collection::vec(any::<u8>(), 1..=128)) {
        let secret = Secret::new(bytes).unwrap();
        for text in [encode(&secret), encode_grouped(&secret), Zeroizing::new(encode(&secret).to_lowercase())] {
            let read = decode(&text).unwrap();
            prop_assert!(read.secret.same_as(&secret));
            prop_assert!(!read.notes.contains(&KeyNote::TrailingBits));
        }
    }

    #[test]
    fn what_is_kept_is_canonical(typed in "[A-Za-z2-7 -]{0,220}={0,6}") {
        if let Ok(read) = decode(&typed) {
            let canonical = encode(&read.secret);
            let letters: String = typed.chars().filter(char::is_ascii_alphanumeric).collect();
            // The same letters, but for the last one when its bits did not all count.
            let counted = letters.len() - usize::from(read.notes.contains(&KeyNote::TrailingBits));
            prop_assert_eq!(&canonical[..counted], &letters.to_uppercase()[..counted]);
            prop_assert_eq!(canonical.len(), letters.len());
        }
    }

    #[test]
    fn no_text_breaks_it(typed in any::<String>()) {
        let _ = outcome(&typed);
    }
}
