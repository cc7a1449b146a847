//! What goes out to another app's file.

use zeroize::Zeroizing;

use crate::domain::{AccountId, OtpParams, Secret, UnixTime};

/// An account on its way out.
#[derive(Clone, Copy)]
pub struct Outgoing<'a> {
    /// Names it for ever.
    pub id: AccountId,
    /// Who issued it.
    pub issuer: &'a str,
    /// Whose account it is.
    pub name: &'a str,
    /// What decides its codes.
    pub params: OtpParams,
    /// Its key.
    pub secret: &'a Secret,
    /// Its tags.
    pub tags: &'a [String],
    /// Its note.
    pub note: &'a str,
    /// It stands before the others.
    pub pinned: bool,
    /// How often its code was used.
    pub uses: u64,
    /// When it was saved here.
    pub created: UnixTime,
}

/// Fills bytes with randomness; `false` if the system has none.
pub type Random<'a> = &'a mut dyn FnMut(&mut [u8]) -> bool;

/// How a file is to be written.
pub struct How<'a> {
    /// Encrypt with this password; `None`: in the clear.
    pub password: Option<&'a str>,
    /// Where salts and nonces come from.
    pub random: Random<'a>,
    /// The moment, for formats that say it.
    pub now: UnixTime,
}

impl How<'_> {
    /// Random bytes.
    ///
    /// # Errors
    /// [`WriteError::NoRandom`].
    pub fn bytes<const N: usize>(&mut self) -> Result<[u8; N], WriteError> {
        let mut bytes = [0; N];
        if (self.random)(&mut bytes) { Ok(bytes) } else { Err(WriteError::NoRandom) }
    }

    /// A random name of something in a file: `6ba7b810-9dad-…`.
    ///
    /// # Errors
    /// [`WriteError::NoRandom`].
    pub fn uuid(&mut self) -> Result<String, WriteError> {
        Ok(AccountId::from_bytes(self.bytes()?).uuid())
    }
}

/// A file as it is to stand on the disk, and what is not in it.
#[derive(Debug)]
pub struct Written {
    /// The bytes.
    pub file: Zeroizing<Vec<u8>>,
    /// Accounts that the app cannot hold: their places in the list, and why.
    pub left_out: Vec<(usize, Unheld)>,
    /// Accounts that are in it, and what of them the app cannot hold.
    pub reduced: Vec<(usize, Unheld)>,
}

/// What an app's file cannot hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unheld {
    /// Its kind of codes.
    #[error("its kind of codes is unknown to that app")]
    Kind,
    /// Its hash.
    #[error("its algorithm is unknown to that app")]
    Algorithm,
    /// Its number of digits.
    #[error("its number of digits is unknown to that app")]
    Digits,
    /// Its period.
    #[error("its period is unknown to that app")]
    Period,
    /// Its counter.
    #[error("its counter is larger than that app counts")]
    Counter,
    /// Its tags.
    #[error("its tags have no place there")]
    Tags,
    /// Its note.
    #[error("its note has no place there")]
    Note,
    /// Its names make the address too long for one QR code.
    #[error("its names are too long for a QR code")]
    Names,
}

/// Why a file was not written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WriteError {
    /// Files of this app are not written here.
    #[error("files of this app are not written here")]
    CannotWrite,
    /// Files of this app are not encrypted here.
    #[error("files of this app are written without encryption only")]
    CannotEncrypt,
    /// The system gave no randomness.
    #[error("the system gives no random numbers")]
    NoRandom,
    /// There is no account that the app can hold.
    #[error("none of these accounts can be held by that app")]
    NothingLeft,
}
