//! The parameters of an account's codes: hash, digits, kind. Checked once, at the door.

use super::time::{Period, Step, UnixTime};

/// The hash inside the HMAC (RFC 6238 section 1.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub enum Algorithm {
    /// HMAC-SHA-1: what every phone app knows.
    #[default]
    Sha1,
    /// HMAC-SHA-256.
    Sha256,
    /// HMAC-SHA-512.
    Sha512,
}

impl Algorithm {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Self; 3] = [Self::Sha1, Self::Sha256, Self::Sha512];

    /// The name as it stands in an address: `SHA1`, `SHA256`, `SHA512`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sha1 => "SHA1",
            Self::Sha256 => "SHA256",
            Self::Sha512 => "SHA512",
        }
    }

    /// Reads `SHA1`, `SHA-1`, `HMACSHA1`, `HMAC-SHA-1` and their like, in any case. Anything else is `None`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut name = text.to_ascii_uppercase();
        if let Some(rest) = name.strip_prefix("HMAC") {
            name = rest.strip_prefix('-').unwrap_or(rest).to_owned();
        }
        match name.as_str() {
            "SHA1" | "SHA-1" => Some(Self::Sha1),
            "SHA256" | "SHA-256" => Some(Self::Sha256),
            "SHA512" | "SHA-512" => Some(Self::Sha512),
            _ => None,
        }
    }

    /// How many bytes a new secret for this hash has: the size of its output (RFC 4226 section 4, RFC 6238 appendix B).
    #[must_use]
    pub const fn secret_bytes(self) -> usize {
        match self {
            Self::Sha1 => 20,
            Self::Sha256 => 32,
            Self::Sha512 => 64,
        }
    }
}

/// How many characters a code has, 5 to 10.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Digits(u8);

impl Digits {
    /// Six digits: what nearly every service uses.
    pub const SIX: Self = Self(6);
    /// Steam's five letters.
    pub const STEAM: Self = Self(5);

    /// `count` digits, or `None` outside 5..=10.
    #[must_use]
    pub const fn new(count: u8) -> Option<Self> {
        match count {
            5..=10 => Some(Self(count)),
            _ => None,
        }
    }

    /// How many, 5..=10.
    #[must_use]
    pub const fn get(self) -> u8 {
        self.0
    }
}

impl Default for Digits {
    fn default() -> Self {
        Self::SIX
    }
}

/// What moves the code on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum OtpKind {
    /// Time-based (RFC 6238).
    Totp {
        /// How long one code lives.
        period: Period,
    },
    /// Counter-based (RFC 4226).
    Hotp {
        /// The counter of the code to use next.
        counter: u64,
    },
    /// Steam's variant: time-based, SHA-1, five letters of its own alphabet.
    Steam {
        /// How long one code lives.
        period: Period,
    },
}

impl OtpKind {
    /// The highest counter taken: 2^63 − 1, the largest that other programs can hold.
    pub const MAX_COUNTER: u64 = i64::MAX as u64;

    /// The name of the kind as people and addresses write it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Totp { .. } => "TOTP",
            Self::Hotp { .. } => "HOTP",
            Self::Steam { .. } => "Steam",
        }
    }
}

/// Everything but the secret that decides a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct OtpParams {
    algorithm: Algorithm,
    digits: Digits,
    kind: OtpKind,
}

/// Why parameters do not go together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ParamError {
    /// Steam codes are SHA-1 and five letters, always.
    #[error("Steam codes are always SHA-1 with five letters")]
    Steam,
    /// A counter above 2^63 − 1.
    #[error("the counter is larger than 9 223 372 036 854 775 807")]
    Counter,
}

impl Default for OtpParams {
    fn default() -> Self {
        Self { algorithm: Algorithm::Sha1, digits: Digits::SIX, kind: OtpKind::Totp { period: Period::DEFAULT } }
    }
}

impl OtpParams {
    /// Checks that the three go together.
    ///
    /// # Errors
    /// [`ParamError`] for Steam with another hash or length, and for a counter above 2^63 − 1.
    pub fn new(algorithm: Algorithm, digits: Digits, kind: OtpKind) -> Result<Self, ParamError> {
        match kind {
            OtpKind::Steam { .. } if algorithm != Algorithm::Sha1 || digits != Digits::STEAM => Err(ParamError::Steam),
            OtpKind::Hotp { counter } if counter > OtpKind::MAX_COUNTER => Err(ParamError::Counter),
            _ => Ok(Self { algorithm, digits, kind }),
        }
    }

    /// The hash.
    #[must_use]
    pub const fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// The number of characters.
    #[must_use]
    pub const fn digits(&self) -> Digits {
        self.digits
    }

    /// What moves the code on.
    #[must_use]
    pub const fn kind(&self) -> OtpKind {
        self.kind
    }

    /// The period of a time-based account, `None` for a counter-based one.
    #[must_use]
    pub const fn period(&self) -> Option<Period> {
        match self.kind {
            OtpKind::Totp { period } | OtpKind::Steam { period } => Some(period),
            OtpKind::Hotp { .. } => None,
        }
    }

    /// The step whose code counts at `now`; for HOTP the stored counter, whatever the time.
    #[must_use]
    pub const fn step_at(&self, now: UnixTime) -> Step {
        match self.kind {
            OtpKind::Totp { period } | OtpKind::Steam { period } => period.step_at(now),
            OtpKind::Hotp { counter } => Step(counter),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn algorithm_names() {
        use Algorithm::*;
        let rows = [
            ("SHA1", Some(Sha1)),
            ("sha1", Some(Sha1)),
            ("SHA-1", Some(Sha1)),
            ("HMACSHA1", Some(Sha1)),
            ("HmacSha256", Some(Sha256)),
            ("HMAC-SHA-512", Some(Sha512)),
            ("sha-512", Some(Sha512)),
            ("MD5", None),
            ("SHA512/256", None),
            ("", None),
            ("SHA1\0", None),
            ("SHA224", None),
            ("SHA 1", None),
            ("HMAC", None),
        ];
        for (text, outcome) in rows {
            assert_eq!(Algorithm::parse(text), outcome, "{text:?}");
        }
    }

    #[test]
    fn impossible_parameters_cannot_be_made() {
        let steam = OtpKind::Steam { period: Period::DEFAULT };
        assert_eq!(OtpParams::new(Algorithm::Sha256, Digits::STEAM, steam), Err(ParamError::Steam));
        assert_eq!(OtpParams::new(Algorithm::Sha1, Digits::SIX, steam), Err(ParamError::Steam));
        assert!(OtpParams::new(Algorithm::Sha1, Digits::STEAM, steam).is_ok());
        for (counter, fine) in [(0, true), (OtpKind::MAX_COUNTER, true), (OtpKind::MAX_COUNTER + 1, false), (u64::MAX, false)] {
            assert_eq!(OtpParams::new(Algorithm::Sha1, Digits::SIX, OtpKind::Hotp { counter }).is_ok(), fine, "{counter}");
        }
        for (count, there) in [(0, false), (4, false), (5, true), (10, true), (11, false), (255, false)] {
            assert_eq!(Digits::new(count).is_some(), there, "{count}");
        }
    }
}
