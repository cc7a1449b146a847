//! An account without its secret: what may be listed, searched and shown.

use std::fmt;

use super::otp::OtpParams;
use super::time::UnixTime;

/// Names one account for ever: 16 random bytes, written as 32 lower-case hex digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AccountId([u8; 16]);

impl AccountId {
    /// An id from 16 random bytes.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// Reads 32 hex digits, in either case; anything else is `None`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = data_encoding::HEXLOWER_PERMISSIVE.decode(text.as_bytes()).ok()?;
        Some(Self(bytes.try_into().ok()?))
    }

    /// It as other apps write their ids: 36 letters with dashes (RFC 9562 section 4).
    #[must_use]
    pub fn uuid(self) -> String {
        let mut text = self.to_string();
        for at in [20, 16, 12, 8] {
            text.insert(at, '-');
        }
        text
    }
}

impl fmt::Display for AccountId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&data_encoding::HEXLOWER.encode(&self.0))
    }
}

impl fmt::Debug for AccountId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// What is known of an account, its secret left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// Its name for ever.
    pub id: AccountId,
    /// Who issued the secret; may be empty.
    pub issuer: String,
    /// Whose account it is at the issuer.
    pub name: String,
    /// What decides its codes, besides the secret.
    pub params: OtpParams,
    /// Free words to group accounts by.
    pub tags: Vec<String>,
    /// Free text.
    pub note: String,
    /// Stands before the others.
    pub pinned: bool,
    /// How often its code was used in the app that it came from. What is used here is counted elsewhere.
    pub uses: u64,
    /// When it was saved here.
    pub created: UnixTime,
}

impl Account {
    /// How a person calls it: `Issuer (name)`, or whichever of the two there is.
    #[must_use]
    pub fn title(&self) -> String {
        title(&self.issuer, &self.name)
    }
}

/// How a person calls an account: `Issuer (name)`, or whichever of the two there is.
#[must_use]
pub fn title(issuer: &str, name: &str) -> String {
    match (issuer, name) {
        ("", name) => name.to_owned(),
        (issuer, "") => issuer.to_owned(),
        (issuer, name) => format!("{issuer} ({name})"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_read_as_they_are_written() {
        let id = AccountId::from_bytes([0xab; 16]);
        assert_eq!(AccountId::parse(&id.to_string()), Some(id));
        assert_eq!(AccountId::parse(&id.to_string().to_uppercase()), Some(id));
        for bad in ["", "ab", "zz".repeat(16).as_str(), "ab".repeat(17).as_str()] {
            assert_eq!(AccountId::parse(bad), None, "{bad:?}");
        }
    }
}
