//! Passwords of test users: how they are hashed and checked. Slow on purpose: only ever on a worker.

use zeroize::Zeroizing;

/// The longest password taken, in bytes after normalisation.
pub const MAX_BYTES: usize = 1024;

/// A password as typed, in Unicode's NFC form, wiped when dropped.
pub struct Password(Zeroizing<String>);

/// Argon2id in the PHC string format, m = 64 MiB, t = 3, p = 4, 16-byte salt, 32-byte tag.
#[derive(Clone, PartialEq, Eq)]
pub struct PasswordHash(String);

/// The password is longer than 1 024 bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the password is longer than 1 024 bytes")]
pub struct PasswordTooLong;

impl Password {
    /// Takes over what was typed.
    ///
    /// # Errors
    /// [`PasswordTooLong`].
    pub fn new(typed: &str) -> Result<Self, PasswordTooLong> {
        let _ = typed;
        todo!("filled in by the verifier's author")
    }
}

impl std::fmt::Debug for Password {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Password(…)")
    }
}

impl PasswordHash {
    /// Hashes `password` with 16 random bytes of salt. Takes 64 MiB and about a tenth of a second.
    #[must_use]
    pub fn new(password: &Password, salt: [u8; 16]) -> Self {
        let _ = (&password.0, salt);
        todo!("filled in by the verifier's author")
    }

    /// Reads a PHC string whose costs lie within the ceilings; anything else is `None`.
    #[must_use]
    pub fn parse(phc: &str) -> Option<Self> {
        let _ = phc;
        todo!("filled in by the verifier's author")
    }

    /// The PHC string.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether `password` is the one that was hashed; takes as long as hashing.
    #[must_use]
    pub fn matches(&self, password: &Password) -> bool {
        let _ = password;
        todo!("filled in by the verifier's author")
    }

    /// Spends the time of [`matches`](Self::matches) for a user that does not exist.
    pub fn pretend(password: &Password) {
        let _ = password;
        todo!("filled in by the verifier's author")
    }
}

impl std::fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PasswordHash(…)")
    }
}
