//! Recovery codes: ten of them, each good for one login without the phone.
//!
//! A code has 80 random bits, so that guessing through them is out of reach even for somebody who has the hashes: one pass of
//! salted SHA-256 is enough, and a slow hash would only slow down the login. A password needs one because people choose it.

use data_encoding::BASE32_NOPAD;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

/// How many are made at once.
pub const COUNT: usize = 10;
/// The random bytes of one: 80 bits.
pub const BYTES: usize = 10;
/// The letters of one: base32 without padding.
pub const LETTERS: usize = 16;

/// One recovery code, in capital letters without spaces. Wiped when dropped.
pub struct RecoveryCode(Zeroizing<String>);

/// What is kept of a recovery code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct RecoveryHash {
    /// Random, the same for the codes that were made together.
    pub salt: [u8; 16],
    /// SHA-256 of the salt and the code's letters.
    pub hash: [u8; 32],
}

impl RecoveryCode {
    /// The code of ten random bytes.
    #[must_use]
    pub fn new(bytes: &[u8; BYTES]) -> Self {
        let mut letters = Zeroizing::new(String::with_capacity(LETTERS));
        BASE32_NOPAD.encode_append(bytes, &mut letters);
        Self(letters)
    }

    /// Reads what a person typed: sixteen of the letters A to Z and the digits 2 to 7, in either case, with spaces and dashes
    /// wherever they like. Anything else is `None`, and no one-time code is ever taken for one.
    #[must_use]
    pub fn parse(typed: &str) -> Option<Self> {
        let mut letters = Zeroizing::new(String::with_capacity(LETTERS));
        for letter in typed.chars().filter(|c| !matches!(c, ' ' | '-' | '\u{a0}' | '\u{2009}' | '\u{202f}')) {
            let letter = letter.to_ascii_uppercase();
            if letters.len() == LETTERS || !matches!(letter, 'A'..='Z' | '2'..='7') {
                return None;
            }
            letters.push(letter);
        }
        (letters.len() == LETTERS).then_some(Self(letters))
    }

    /// In groups of four, as it is shown.
    #[must_use]
    pub fn grouped(&self) -> Zeroizing<String> {
        let mut out = Zeroizing::new(String::with_capacity(LETTERS + LETTERS / 4));
        for (at, letter) in self.0.chars().enumerate() {
            if at > 0 && at % 4 == 0 {
                out.push('-');
            }
            out.push(letter);
        }
        out
    }

    /// What is kept of it.
    #[must_use]
    pub fn hash(&self, salt: [u8; 16]) -> RecoveryHash {
        let hash = Sha256::new().chain_update(salt).chain_update(self.0.as_bytes()).finalize();
        RecoveryHash { salt, hash: hash.into() }
    }

    /// The one of `kept` that is this code's, compared in constant time, all of them whatever matches.
    #[must_use]
    pub fn among<'k>(&self, kept: &'k [RecoveryHash]) -> Option<&'k RecoveryHash> {
        kept.iter().fold(None, |found, one| if self.hash(one.salt).hash.ct_eq(&one.hash).into() { Some(one) } else { found })
    }
}

impl std::fmt::Debug for RecoveryCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("RecoveryCode(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_read_as_it_is_shown_and_in_any_case() {
        let code = RecoveryCode::new(b"0123456789");
        let shown = code.grouped();
        assert_eq!(shown.as_str(), "GAYT-EMZU-GU3D-OOBZ");
        let kept = [RecoveryCode::new(&[7; BYTES]).hash([1; 16]), code.hash([1; 16]), code.hash([2; 16])];
        for typed in [shown.as_str(), "gayt emzu gu3d oobz", "GAYTEMZUGU3DOOBZ", " GAYT-EMZU\u{a0}GU3D-OOBZ "] {
            let read = RecoveryCode::parse(typed).unwrap();
            assert_eq!(read.among(&kept), Some(&kept[2]), "{typed}");
            assert_eq!(read.among(&kept[..1]), None, "{typed}");
        }
        for typed in [
            "",
            "123456",
            "1234567890",
            "GAYT-EMZU-GU3D-OOB",
            "GAYT-EMZU-GU3D-OOBZA",
            "GAYT-EMZU-GU3D-OOB1",
            "GAYT-EMZU-GU3D-OOBÉ",
        ] {
            assert!(RecoveryCode::parse(typed).is_none(), "{typed}");
        }
    }

    #[test]
    fn debug_shows_nothing() {
        assert_eq!(format!("{:?}", RecoveryCode::new(&[7; BYTES])), "RecoveryCode(…)");
    }
}
