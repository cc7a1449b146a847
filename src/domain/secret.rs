//! The shared secret of one account: key bytes that cannot be printed, copied or compared by accident.

use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

/// The longest secret taken, in bytes.
pub const MAX_BYTES: usize = 128;
/// The shortest secret taken without asking, in bytes: real services hand out 80 bits.
pub const MIN_BYTES: usize = 10;

/// Key bytes of one account, 1 to 128 of them, wiped when dropped.
///
/// It has no `Display`, `Clone`, `Serialize` or `PartialEq`, and its `Debug` shows nothing.
pub struct Secret(Zeroizing<Vec<u8>>);

/// How strong a secret is by its length alone (RFC 4226 section 4, R6: at least 128 bits, 160 recommended).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SecretStrength {
    /// 1 to 9 bytes: taken only after the person has confirmed it.
    VeryShort,
    /// 10 to 13 bytes.
    Short,
    /// 14 or 15 bytes.
    BelowAdvice,
    /// 16 bytes and more.
    Good,
}

/// Why bytes are not a secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SecretSizeError {
    /// No byte at all.
    #[error("the key is empty")]
    Empty,
    /// More than 128 bytes.
    #[error("the key is longer than 128 bytes")]
    TooLong,
}

impl Secret {
    /// Takes over `bytes` as a secret; they are wiped when the secret is dropped, or here if refused.
    ///
    /// # Errors
    /// [`SecretSizeError`] when there are none or more than 128.
    pub fn new(bytes: impl Into<Zeroizing<Vec<u8>>>) -> Result<Self, SecretSizeError> {
        let bytes = bytes.into();
        match bytes.len() {
            0 => Err(SecretSizeError::Empty),
            n if n > MAX_BYTES => Err(SecretSizeError::TooLong),
            _ => Ok(Self(bytes)),
        }
    }

    /// The key bytes. Every caller says in a comment why it looks.
    #[must_use]
    pub fn expose(&self) -> &[u8] {
        &self.0
    }

    /// The same secret once more, for a second owner. Named so that it is seen in a review.
    #[must_use]
    pub fn duplicate(&self) -> Self {
        Self(self.0.clone())
    }

    /// Whether both are the same key, compared in constant time for keys of equal length.
    #[must_use]
    pub fn same_as(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }

    /// The strength that follows from the length.
    #[must_use]
    pub fn strength(&self) -> SecretStrength {
        match self.0.len() {
            ..MIN_BYTES => SecretStrength::VeryShort,
            MIN_BYTES..14 => SecretStrength::Short,
            14..16 => SecretStrength::BelowAdvice,
            16.. => SecretStrength::Good,
        }
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_decide_what_is_taken_and_how_strong_it_is() {
        use SecretStrength::*;
        let rows = [
            (1, VeryShort),
            (9, VeryShort),
            (10, Short),
            (13, Short),
            (14, BelowAdvice),
            (15, BelowAdvice),
            (16, Good),
            (128, Good),
        ];
        for (len, strength) in rows {
            assert_eq!(Secret::new(vec![7; len]).unwrap().strength(), strength, "{len} bytes");
        }
        assert_eq!(Secret::new(vec![]).unwrap_err(), SecretSizeError::Empty);
        assert_eq!(Secret::new(vec![7; 129]).unwrap_err(), SecretSizeError::TooLong);
    }

    #[test]
    fn debug_shows_nothing() {
        // What travels through actions and jobs relies on this.
        assert!(!format!("{:?}", Zeroizing::new("correct horse".to_owned())).contains("horse"));
        assert_eq!(format!("{:?}", Secret::new(b"12345678901234567890".to_vec()).unwrap()), "Secret(…)");
    }
}
