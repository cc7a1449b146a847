//! What can be said of an address: why it cannot be read, and what was noticed in one that can.

use crate::domain::NameNote;
use crate::formats::base32::{Base32Error, KeyNote};

/// The parameters that mean something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Parameter {
    /// `secret`: the key in base32.
    Secret,
    /// `issuer`: who issued it.
    Issuer,
    /// `algorithm`: the hash.
    Algorithm,
    /// `digits`: how long a code is.
    Digits,
    /// `period`: how long a code lives, in seconds.
    Period,
    /// `counter`: the counter of the next code.
    Counter,
    /// `encoder`: `steam`, or absent.
    Encoder,
}

impl Parameter {
    /// All of them; the place of each is its number.
    pub const ALL: [Self; 7] =
        [Self::Secret, Self::Issuer, Self::Algorithm, Self::Digits, Self::Period, Self::Counter, Self::Encoder];

    /// Its name in an address.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Secret => "secret",
            Self::Issuer => "issuer",
            Self::Algorithm => "algorithm",
            Self::Digits => "digits",
            Self::Period => "period",
            Self::Counter => "counter",
            Self::Encoder => "encoder",
        }
    }
}

/// Why a text is not an address that can be read. Holds no part of it. Positions are counted from 1, in characters of the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// It does not begin with `otpauth://`.
    #[error("this does not begin with otpauth://")]
    NotAnAddress,
    /// It is an `otpauth-migration://` address: another reader's.
    #[error("this is an export of Google Authenticator, not the address of one account")]
    Migration,
    /// More than one address in one text.
    #[error("there are {count} addresses here instead of one")]
    Several {
        /// How many begin in it.
        count: usize,
    },
    /// More than 4 KiB.
    #[error("the address is longer than 4 096 bytes")]
    TooLong,
    /// More than 32 parameters.
    #[error("the address has more than 32 parameters")]
    TooManyParameters,
    /// A line break, a tab or another control character inside.
    #[error("there is a line break or a control character inside the address, at character {position}")]
    LineBreak {
        /// Where the first one is.
        position: usize,
    },
    /// A user name or password before the kind, as in `user@totp`.
    #[error("the address has something with @ where only the kind of codes may stand")]
    UserInfo,
    /// Neither `totp`, `hotp` nor `steam` after `otpauth://`.
    #[error("the address is for a kind of codes other than totp, hotp and steam")]
    Kind,
    /// A `#`, which ends an address in a browser. In a name it is written `%23`.
    #[error("there is a # inside the address, at character {position}")]
    Fragment {
        /// Where.
        position: usize,
    },
    /// A second `?`. In a name it is written `%3F`.
    #[error("there is a second question mark in the address, at character {position}")]
    SecondQuestionMark {
        /// Where.
        position: usize,
    },
    /// A `;` between the parameters, where `&` belongs. In a name it is written `%3B`.
    #[error("there is a semicolon in the address, at character {position}")]
    Semicolon {
        /// Where.
        position: usize,
    },
    /// A `%` without two hexadecimal digits after it.
    #[error("the percent sign at character {position} is not followed by two hexadecimal digits")]
    Escape {
        /// Where the percent sign is.
        position: usize,
    },
    /// A name or a value that is not UTF-8 when decoded.
    #[error("the part that begins at character {position} holds letters in an unknown encoding")]
    NotUtf8 {
        /// Where the name or the value begins.
        position: usize,
    },
    /// A parameter stands twice, be it with the same value.
    #[error("the address has the parameter {} twice", .0.name())]
    Twice(Parameter),
    /// No key, or an empty one.
    #[error("the address has no key")]
    SecretMissing,
    /// A space in the key: text that follows the address, or a line that was wrapped.
    #[error("there is a space in the key of the address; text may have been copied with it")]
    SpaceInSecret,
    /// The key cannot be read. Its positions are counted in the decoded key.
    #[error("the key in the address cannot be read: {0}")]
    Secret(Base32Error),
    /// Digits other than 6, 7 and 8.
    #[error("the address asks for a number of digits other than 6, 7 or 8")]
    Digits,
    /// A period outside 1..=86 400 seconds, or none at all.
    #[error("the address asks for a period that is not a number of seconds from 1 to 86 400")]
    Period,
    /// A hash other than SHA-1, SHA-256 and SHA-512.
    #[error("the address asks for an algorithm other than SHA-1, SHA-256 and SHA-512")]
    Algorithm,
    /// A counter that is no number from 0 to 2^63 − 1.
    #[error("the counter of the address is not a number from 0 to 9 223 372 036 854 775 807")]
    Counter,
    /// An encoder other than `steam`, or one on an address with a counter.
    #[error("the address asks for an unknown encoding of its codes")]
    Encoder,
    /// Steam with another length or hash than Steam has.
    #[error("the address is for Steam, but not with five letters and SHA-1 as Steam has them")]
    Steam,
}

/// What was noticed in an address that can be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AddressNote {
    /// The label has more colons than one: all of it is taken as the account name.
    #[error("the label has several colons; all of it was taken as the account name")]
    LabelColons,
    /// Label and parameter name different issuers; the parameter's is taken.
    #[error("the address names two issuers; the one in its parameter was taken")]
    IssuerDiffers {
        /// The label's, cleaned.
        label: String,
        /// The parameter's, cleaned: the one that is taken.
        parameter: String,
    },
    /// Plus signs in the issuer parameter were read as spaces.
    #[error("plus signs in the issuer were read as spaces")]
    IssuerPlus,
    /// The issuer contains a colon, which several apps split at.
    #[error("the issuer contains a colon; other apps may cut it there")]
    IssuerColon,
    /// There is no account name.
    #[error("the address has no account name")]
    NoName,
    /// Something about the issuer.
    #[error("the issuer {}", words(*.0))]
    Issuer(NameNote),
    /// Something about the account name.
    #[error("the account name {}", words(*.0))]
    Name(NameNote),
    /// A period other than 30 and 60 seconds.
    #[error("each code lives {secs} s instead of 30 s; some apps do not know this")]
    Period {
        /// The period in seconds.
        secs: u32,
    },
    /// A counter-based address without a counter: it starts at 0.
    #[error("the address has no counter; it starts at 0")]
    CounterMissing,
    /// Steam is the issuer, but the address asks for digits.
    #[error("the issuer is Steam, whose own codes are five letters; this address asks for digits")]
    NotSteam,
    /// Something about the key.
    #[error("{0}")]
    Key(KeyNote),
}

const fn words(note: NameNote) -> &'static str {
    match note {
        NameNote::Control => "had line breaks or control characters, which were taken out",
        NameNote::Bidi => "had characters that turn text round, which were taken out",
        NameNote::Invisible => "had characters that cannot be seen, which were taken out",
        NameNote::Marks => "had letters with too many marks, which were taken out",
        NameNote::Cut => "was longer than 256 characters and was cut",
        NameNote::MixedScripts => "mixes letters of different scripts; they may not be what they seem",
    }
}
