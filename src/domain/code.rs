//! One code: how it is computed from a step, how a typed one is read, how two are compared.

use totp_rs::Builder;
use zeroize::Zeroizing;

use super::otp::{Algorithm, Digits, OtpKind, OtpParams};
use super::secret::Secret;
use super::time::Step;

/// Steam's alphabet: 26 characters, no vowels that make words, nothing that looks like another.
pub(super) const STEAM_ALPHABET: &[u8; 26] = b"23456789BCDFGHJKMNPQRTVWXY";

/// A one-time code: the right number of ASCII digits, or Steam's five letters. Wiped when dropped.
pub struct Code(Zeroizing<String>);

/// Why what was typed is not a code. Costs no try.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CodeError {
    /// Nothing was typed.
    #[error("the code is empty")]
    Empty,
    /// Another number of characters than the account has.
    #[error("the code has {found} characters instead of {expected}")]
    Length {
        /// How many characters were typed, spaces and dashes not counted.
        found: usize,
        /// How many the account's codes have.
        expected: u8,
    },
    /// A character that no code of this account contains.
    #[error("character {position} of the code is not one of its digits")]
    Character {
        /// The place of the first such character, counted from 1, spaces and dashes not counted.
        position: usize,
    },
}

impl Code {
    /// Reads what a person typed for an account with `params`. Spaces and dashes are ignored; Steam's letters are taken in
    /// either case; only ASCII counts, so full-width or Arabic-Indic digits are refused.
    ///
    /// # Errors
    /// [`CodeError`] with what is wrong; never echoes the text.
    pub fn parse(typed: &str, params: &OtpParams) -> Result<Self, CodeError> {
        let expected = params.digits().get();
        let steam = matches!(params.kind(), OtpKind::Steam { .. });
        let mut code = Zeroizing::new(String::with_capacity(usize::from(expected)));
        let mut found = 0;
        let mut odd = None;
        for character in typed.chars().filter(|&c| !is_separator(c)) {
            found += 1;
            let letter = character.to_ascii_uppercase();
            let fits =
                if steam { letter.is_ascii() && STEAM_ALPHABET.contains(&(letter as u8)) } else { letter.is_ascii_digit() };
            if !fits && odd.is_none() {
                odd = Some(found);
            }
            if fits && code.len() < usize::from(expected) {
                code.push(letter);
            }
        }
        match odd {
            _ if found == 0 => Err(CodeError::Empty),
            Some(position) => Err(CodeError::Character { position }),
            None if found != usize::from(expected) => Err(CodeError::Length { found, expected }),
            None => Ok(Self(code)),
        }
    }

    /// The characters without grouping. For showing, copying and hashing; never for a log.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The characters in groups that read well: 3+3, 3+4, 4+4, 3+3+3, 5+5; five stay together.
    #[must_use]
    pub fn grouped(&self) -> Zeroizing<String> {
        let mut out = Zeroizing::new(String::with_capacity(self.0.len() + 2));
        let gaps = gaps(self.0.len());
        for (at, letter) in self.0.char_indices() {
            if gaps.contains(&at) {
                out.push(' ');
            }
            out.push(letter);
        }
        out
    }

    /// Whether both are the same code, compared in constant time.
    #[must_use]
    pub fn matches(&self, other: &Self) -> subtle::Choice {
        subtle::ConstantTimeEq::ct_eq(self.0.as_bytes(), other.0.as_bytes())
    }
}

impl std::fmt::Debug for Code {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Code(…)")
    }
}

/// What stands between the digits of a code and does not count.
pub(super) const fn is_separator(c: char) -> bool {
    matches!(c, ' ' | '-' | '\u{a0}' | '\u{2009}' | '\u{202f}')
}

/// The code of `step`: HMAC, dynamic truncation, modulo (RFC 4226 section 5.3; RFC 6238 section 4).
///
/// The HMAC is totp-rs's; the truncation is ours, since totp-rs panics at ten digits.
#[must_use]
pub fn code_at(params: &OtpParams, secret: &Secret, step: Step) -> Code {
    let number = truncate(&hmac(params.algorithm(), secret, step));
    if matches!(params.kind(), OtpKind::Steam { .. }) { steam_code(number) } else { digit_code(number, params.digits()) }
}

/// The HMAC of the step's eight bytes, most significant first: 20, 32 or 64 bytes.
#[must_use]
pub fn hmac(algorithm: Algorithm, secret: &Secret, step: Step) -> Zeroizing<Vec<u8>> {
    let algorithm = match algorithm {
        Algorithm::Sha1 => totp_rs::Algorithm::SHA1,
        Algorithm::Sha256 => totp_rs::Algorithm::SHA256,
        Algorithm::Sha512 => totp_rs::Algorithm::SHA512,
    };
    // A period of one second makes totp-rs's time the step itself. The key is exposed to compute with it.
    let totp =
        Builder::new().with_algorithm(algorithm).with_step_duration(1).with_secret(secret.expose().to_vec()).build_noncompliant();
    Zeroizing::new(totp.sign(step.0).as_ref().to_vec())
}

/// Dynamic truncation: the low four bits of the last byte say where 31 bits are taken (RFC 4226 section 5.3).
#[must_use]
pub fn truncate(hmac: &[u8]) -> u32 {
    let offset = usize::from(hmac.last().copied().unwrap_or(0) & 0x0f);
    hmac.iter().skip(offset).take(4).fold(0u32, |number, &byte| number << 8 | u32::from(byte)) & 0x7fff_ffff
}

fn digit_code(number: u32, digits: Digits) -> Code {
    let width = usize::from(digits.get());
    let modulus = 10u64.pow(u32::from(digits.get()));
    Code(Zeroizing::new(format!("{:0width$}", u64::from(number) % modulus)))
}

fn steam_code(mut number: u32) -> Code {
    let mut code = Zeroizing::new(String::with_capacity(5));
    for _ in 0..5 {
        code.push(char::from(STEAM_ALPHABET[(number % 26) as usize]));
        number /= 26;
    }
    Code(code)
}

/// Before which characters of a code of `letters` there is a gap: see [`Code::grouped`].
#[must_use]
pub const fn gaps(letters: usize) -> &'static [usize] {
    match letters {
        6 | 7 => &[3],
        8 => &[4],
        9 => &[3, 6],
        10 => &[5],
        _ => &[],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::time::{Period, UnixTime};

    fn totp(algorithm: Algorithm, digits: u8) -> OtpParams {
        OtpParams::new(algorithm, Digits::new(digits).unwrap(), OtpKind::Totp { period: Period::DEFAULT }).unwrap()
    }

    /// The seed of RFC 6238 appendix B, repeated to the size of the hash.
    fn seed(algorithm: Algorithm) -> Secret {
        Secret::new(b"1234567890".iter().copied().cycle().take(algorithm.secret_bytes()).collect::<Vec<_>>()).unwrap()
    }

    #[test]
    fn rfc_4226_appendix_d() {
        let hotp = OtpParams::new(Algorithm::Sha1, Digits::SIX, OtpKind::Hotp { counter: 0 }).unwrap();
        let numbers = [
            1_284_755_224,
            1_094_287_082,
            137_359_152,
            1_726_969_429,
            1_640_338_314,
            868_254_676,
            1_918_287_922,
            82_162_583,
            673_399_871,
            645_520_489,
        ];
        let codes = ["755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583", "399871", "520489"];
        for (count, (number, code)) in numbers.into_iter().zip(codes).enumerate() {
            let step = Step(count as u64);
            assert_eq!(truncate(&hmac(Algorithm::Sha1, &seed(Algorithm::Sha1), step)), number, "number {count}");
            assert_eq!(code_at(&hotp, &seed(Algorithm::Sha1), step).as_str(), code, "code {count}");
        }
    }

    #[test]
    fn rfc_6238_appendix_b() {
        use Algorithm::*;
        let rows = [
            (59, Sha1, "94287082"),
            (59, Sha256, "46119246"),
            (59, Sha512, "90693936"),
            (1_111_111_109, Sha1, "07081804"),
            (1_111_111_109, Sha256, "68084774"),
            (1_111_111_109, Sha512, "25091201"),
            (1_111_111_111, Sha1, "14050471"),
            (1_111_111_111, Sha256, "67062674"),
            (1_111_111_111, Sha512, "99943326"),
            (1_234_567_890, Sha1, "89005924"),
            (1_234_567_890, Sha256, "91819424"),
            (1_234_567_890, Sha512, "93441116"),
            (2_000_000_000, Sha1, "69279037"),
            (2_000_000_000, Sha256, "90698825"),
            (2_000_000_000, Sha512, "38618901"),
            (20_000_000_000, Sha1, "65353130"),
            (20_000_000_000, Sha256, "77737706"),
            (20_000_000_000, Sha512, "47863826"),
        ];
        for (secs, algorithm, code) in rows {
            let params = totp(algorithm, 8);
            let step = params.step_at(UnixTime::from_secs(secs));
            assert_eq!(code_at(&params, &seed(algorithm), step).as_str(), code, "{secs} {algorithm:?}");
        }
    }

    #[test]
    fn every_number_of_digits_works_at_every_end_of_time() {
        for digits in 5..=10 {
            for step in [0, 1, u64::from(u32::MAX), i64::MAX as u64, u64::MAX] {
                let code = code_at(&totp(Algorithm::Sha1, digits), &seed(Algorithm::Sha1), Step(step));
                assert_eq!(code.as_str().len(), usize::from(digits));
            }
        }
        // Ten digits hold the whole 31-bit number.
        assert_eq!(code_at(&totp(Algorithm::Sha1, 10), &seed(Algorithm::Sha1), Step(0)).as_str(), "1284755224");
    }

    #[test]
    fn steam_letters() {
        // 1 284 755 224 written in base 26, lowest place first, with Steam's letters.
        let steam = OtpParams::new(Algorithm::Sha1, Digits::STEAM, OtpKind::Steam { period: Period::DEFAULT }).unwrap();
        let mut number = 1_284_755_224_u32;
        let expected: String = std::iter::repeat_with(|| {
            let letter = STEAM_ALPHABET[(number % 26) as usize] as char;
            number /= 26;
            letter
        })
        .take(5)
        .collect();
        let code = code_at(&steam, &seed(Algorithm::Sha1), Step(0));
        assert_eq!(code.as_str(), expected);
        let typed = code.as_str().to_lowercase();
        assert!(bool::from(Code::parse(&typed, &steam).unwrap().matches(&code)));
    }

    #[test]
    fn what_a_person_types() {
        use CodeError::*;
        let rows: &[(&str, Result<&str, CodeError>)] = &[
            ("000000", Ok("000000")),
            (" 123456 ", Ok("123456")),
            ("123 456", Ok("123456")),
            ("123-456", Ok("123456")),
            ("123\u{a0}456", Ok("123456")),
            ("", Err(Empty)),
            ("   ", Err(Empty)),
            ("12345", Err(Length { found: 5, expected: 6 })),
            ("1234567", Err(Length { found: 7, expected: 6 })),
            ("+12345", Err(Character { position: 1 })),
            ("12345a", Err(Character { position: 6 })),
            ("１２３４５６", Err(Character { position: 1 })),
            ("٠١٢٣٤٥", Err(Character { position: 1 })),
            ("12\n456", Err(Character { position: 3 })),
        ];
        for (typed, outcome) in rows {
            let read = Code::parse(typed, &OtpParams::default());
            assert_eq!(read.as_ref().map(Code::as_str), outcome.as_ref().copied(), "{typed:?}");
        }
    }

    #[test]
    fn groups() {
        let rows = [(5, "12345"), (6, "123 456"), (7, "123 4567"), (8, "1234 5678"), (9, "123 456 789"), (10, "12345 67890")];
        for (digits, shown) in rows {
            let code = Code::parse(&"1234567890"[..digits], &totp(Algorithm::Sha1, digits as u8)).unwrap();
            assert_eq!(code.grouped().as_str(), shown);
        }
    }
}
