//! Keys as people type and paste them: base32 (RFC 4648 section 6), read strictly, with the place of what is wrong.

use unicode_script::{Script, UnicodeScript};
use zeroize::Zeroizing;

use crate::domain::secret::{MAX_BYTES, Secret};

/// The longest text looked at, in bytes of UTF-8: a key of 128 bytes has 205 letters.
pub const MAX_TEXT: usize = 4096;

/// A key that was read, and what a person should know about it. How strong it is: [`Secret::strength`].
#[derive(Debug)]
pub struct Decoded {
    /// The key.
    pub secret: Secret,
    /// What was noticed, each at most once, in the order of [`KeyNote`].
    pub notes: Vec<KeyNote>,
}

/// What was noticed in a key that can be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
pub enum KeyNote {
    /// The last letter says more than fits into whole bytes; other programs may refuse it. What is kept is the canonical form.
    #[error("the last letter of the key is unusual; the key may have been copied incompletely")]
    TrailingBits,
    /// Every byte of the key is zero: an example, not a key.
    #[error("the key consists of zeros only; it protects nothing")]
    AllZero,
}

/// The letters that a digit outside base32 may stand for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hint {
    /// 0 is probably the letter O.
    O,
    /// 1 is probably the letter I or the letter L.
    IOrL,
    /// 8 is probably the letter B.
    B,
    /// 9 looks like no letter of base32.
    None,
}

impl Hint {
    /// The letters as words: `O`, `I or L`, `B`; empty for none.
    #[must_use]
    pub const fn letters(self) -> &'static str {
        match self {
            Self::O => "O",
            Self::IOrL => "I or L",
            Self::B => "B",
            Self::None => "",
        }
    }

    const fn words(self) -> &'static str {
        match self {
            Self::O => "0, which no key contains; it may be the letter O",
            Self::IOrL => "1, which no key contains; it may be the letter I or L",
            Self::B => "8, which no key contains; it may be the letter B",
            Self::None => "9, which no key contains",
        }
    }
}

/// Why a text is not a key. Positions are counted from 1, in characters of what was typed, spaces included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Base32Error {
    /// No letter at all: nothing, only spaces, only padding.
    #[error("the key is empty")]
    Empty,
    /// One of the digits 0, 1, 8, 9.
    #[error("character {position} of the key is the digit {}", .hint.words())]
    Digit {
        /// Where.
        position: usize,
        /// What it may stand for.
        hint: Hint,
    },
    /// A letter of another script that looks like a Latin one: Cyrillic, Greek, Armenian, Cherokee, full-width, mathematical.
    #[error("character {position} of the key only looks like a Latin letter")]
    LookAlike {
        /// Where.
        position: usize,
    },
    /// Any other character that no key contains.
    #[error("character {position} of the key is not a letter from A to Z or a digit from 2 to 7")]
    Character {
        /// Where.
        position: usize,
    },
    /// An equals sign, and letters after it.
    #[error("character {position} of the key is an equals sign, which stands at the end only")]
    PaddingInside {
        /// Where the first one is.
        position: usize,
    },
    /// A number of letters that no whole number of bytes has: 1, 3 or 6 more than a multiple of 8.
    #[error("the key has {letters} letters, which cannot be; some are missing or too many")]
    Length {
        /// How many letters there are, without spaces, dashes and padding.
        letters: usize,
    },
    /// More than 128 bytes of key, or more than 4 KiB of text.
    #[error("the key is longer than 128 bytes")]
    TooLong,
    /// Only digits and the letters A to F, and not base32.
    #[error("this looks like a key in hexadecimal form, not in base32")]
    LooksLikeHex,
    /// The mixture of letters that base64 has, and not base32.
    #[error("this looks like a key in base64 form, not in base32")]
    LooksLikeBase64,
    /// An `otpauth://` address, where only its key was asked for.
    #[error("this is a whole otpauth address, not a key")]
    IsAddress,
}

/// Reads a key as a person types it (RFC 4648 section 6): either case, spaces of every kind and dashes anywhere, `=` at the end.
///
/// # Errors
/// [`Base32Error`] with the place of the first thing that is wrong; never echoes the text. Text over 4 KiB is refused unread.
pub fn decode(typed: &str) -> Result<Decoded, Base32Error> {
    if typed.len() > MAX_TEXT {
        return Err(Base32Error::TooLong);
    }
    if is_address(typed) {
        return Err(Base32Error::IsAddress);
    }
    // The buffer never grows, so no copy is left behind.
    let mut bytes = Zeroizing::new(Vec::with_capacity(MAX_TEXT));
    let (mut letters, mut bits, mut held, mut padding) = (0_usize, 0_u32, 0_u16, None);
    for (position, character) in (1..).zip(typed.chars()) {
        if is_separator(character) {
            continue;
        }
        if character == '=' {
            padding.get_or_insert(position);
            continue;
        }
        let value = value_of(character).ok_or_else(|| wrong(typed, position, character))?;
        if let Some(position) = padding {
            return Err(Base32Error::PaddingInside { position });
        }
        letters += 1;
        held = held << 5 | value;
        bits += 5;
        if bits >= 8 {
            bits -= 8;
            bytes.push((held >> bits) as u8);
            held &= (1 << bits) - 1;
        }
    }
    match letters {
        0 => return Err(Base32Error::Empty),
        // 16, 20, 32 and 64 bytes of base64 have a length that base32 cannot have.
        n if matches!(n % 8, 1 | 3 | 6) && looks_like_base64(typed) => return Err(Base32Error::LooksLikeBase64),
        n if matches!(n % 8, 1 | 3 | 6) => return Err(Base32Error::Length { letters }),
        _ if bytes.len() > MAX_BYTES => return Err(Base32Error::TooLong),
        _ => {}
    }
    let mut notes = Vec::new();
    if held != 0 {
        notes.push(KeyNote::TrailingBits);
    }
    if bytes.iter().all(|&byte| byte == 0) {
        notes.push(KeyNote::AllZero);
    }
    // The exact size, so that the secret does not carry 4 KiB; the larger buffer is wiped on return.
    let exact = Zeroizing::new(bytes.to_vec());
    let secret = Secret::new(exact).map_err(|_| Base32Error::TooLong)?;
    Ok(Decoded { secret, notes })
}

/// The key in its canonical form: upper case, no padding, no spaces.
#[must_use]
pub fn encode(secret: &Secret) -> Zeroizing<String> {
    // The key is exposed to be written out: into an address, or for the person to copy.
    Zeroizing::new(data_encoding::BASE32_NOPAD.encode(secret.expose()))
}

/// The key in its canonical form, a space after every four letters: for reading out and typing.
#[must_use]
pub fn encode_grouped(secret: &Secret) -> Zeroizing<String> {
    let letters = encode(secret);
    let mut out = Zeroizing::new(String::with_capacity(letters.len() + letters.len() / 4));
    for (place, letter) in letters.chars().enumerate() {
        if place > 0 && place % 4 == 0 {
            out.push(' ');
        }
        out.push(letter);
    }
    out
}

/// White space of every kind (NBSP and thin spaces too) and dashes as people and word processors write them.
fn is_separator(c: char) -> bool {
    c.is_whitespace() || matches!(c, '-' | '\u{2010}'..='\u{2014}')
}

fn value_of(c: char) -> Option<u16> {
    match c.to_ascii_uppercase() {
        letter @ 'A'..='Z' => Some(letter as u16 - 'A' as u16),
        digit @ '2'..='7' => Some(digit as u16 - '2' as u16 + 26),
        _ => None,
    }
}

/// What to say about the first character that is not base32.
fn wrong(typed: &str, position: usize, character: char) -> Base32Error {
    let digit = |hint| {
        if looks_like_hex(typed) {
            Base32Error::LooksLikeHex
        } else if looks_like_base64(typed) {
            Base32Error::LooksLikeBase64
        } else {
            Base32Error::Digit { position, hint }
        }
    };
    match character {
        '0' => digit(Hint::O),
        '1' => digit(Hint::IOrL),
        '8' => digit(Hint::B),
        '9' => digit(Hint::None),
        '+' | '/' | '_' if looks_like_base64(typed) => Base32Error::LooksLikeBase64,
        _ if is_look_alike(character) => Base32Error::LookAlike { position },
        _ => Base32Error::Character { position },
    }
}

fn is_look_alike(c: char) -> bool {
    matches!(c, '\u{ff01}'..='\u{ff5e}' | '\u{1d400}'..='\u{1d7ff}')
        || matches!(c.script(), Script::Cyrillic | Script::Greek | Script::Armenian | Script::Cherokee)
}

/// Whether it begins as an `otpauth:` or `otpauth-migration:` address does.
pub(super) fn is_address(typed: &str) -> bool {
    let start = typed.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '\u{feff}' | '<'));
    start.get(..7).is_some_and(|scheme| scheme.eq_ignore_ascii_case("otpauth"))
        && start.get(7..).is_some_and(|rest| rest.starts_with(':') || rest.starts_with("-migration"))
}

/// At least eight bytes of hexadecimal digits. Asked only of text that is not base32.
fn looks_like_hex(typed: &str) -> bool {
    let count = typed.chars().filter(|&c| !is_separator(c)).count();
    count >= 16 && count % 2 == 0 && typed.chars().all(|c| is_separator(c) || c.is_ascii_hexdigit())
}

/// Sixteen characters and more of base64, in a mixture that a mistyped base32 key does not have. Asked only of text that is not
/// base32.
fn looks_like_base64(typed: &str) -> bool {
    let text = typed.trim();
    let body = text.trim_end_matches('=');
    let count = |what: fn(char) -> bool| body.chars().filter(|&c| what(c)).count();
    let marked = count(|c| matches!(c, '+' | '/' | '_')) > 0;
    let mixed = count(|c| c.is_ascii_uppercase()) >= 3 && count(|c| c.is_ascii_lowercase()) >= 3;
    text.len() - body.len() <= 2
        && body.len() >= 16
        && body.len() % 4 != 1
        && body.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '-' | '_'))
        && (marked || mixed)
}

#[cfg(test)]
mod tests;
