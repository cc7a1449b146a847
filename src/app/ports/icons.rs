//! Where own pictures of accounts and icon packs are kept.

use crate::domain::AccountId;

use super::FileError;

/// Names an icon pack by what is in it: 32 lower-case hex digits.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PackId(String);

impl PackId {
    /// The id that `text` is; anything but 32 lower-case hex digits is `None`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let hex = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        (text.len() == 32 && text.bytes().all(hex)).then(|| Self(text.to_owned()))
    }

    /// Its digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What somebody has chosen for an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OwnIcon {
    /// A PNG file of a small square.
    Picture(Vec<u8>),
    /// An icon that comes with the program, by its slug.
    Service(String),
}

/// Keeps them in the data folder: nothing secret, and nothing that an account needs.
pub trait IconStore: Send {
    /// What was chosen for `account`, if anything.
    ///
    /// # Errors
    /// [`FileError`].
    fn own(&mut self, account: AccountId) -> Result<Option<OwnIcon>, FileError>;

    /// Keeps `icon` for `account` in place of what was chosen before, all or nothing.
    ///
    /// # Errors
    /// [`FileError`]; what was chosen before then still is.
    fn keep(&mut self, account: AccountId, icon: &OwnIcon) -> Result<(), FileError>;

    /// Removes what was chosen for these accounts; for those without, nothing happens.
    ///
    /// # Errors
    /// [`FileError`].
    fn forget(&mut self, accounts: &[AccountId]) -> Result<(), FileError>;

    /// The packs that are installed.
    ///
    /// # Errors
    /// [`FileError`].
    fn packs(&mut self) -> Result<Vec<PackId>, FileError>;

    /// The file of a pack; `None` if it is not there any more.
    ///
    /// # Errors
    /// [`FileError`].
    fn pack(&mut self, pack: &PackId) -> Result<Option<Vec<u8>>, FileError>;

    /// Keeps the file of a pack, all or nothing. The same file again changes nothing.
    ///
    /// # Errors
    /// [`FileError`].
    fn install(&mut self, file: &[u8]) -> Result<PackId, FileError>;

    /// Removes a pack; one that is not there is fine.
    ///
    /// # Errors
    /// [`FileError`].
    fn remove(&mut self, pack: &PackId) -> Result<(), FileError>;
}
