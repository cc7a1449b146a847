//! The file `vault-id`: which vault of the keyring is ours, and which of its generations a later boot has read. Nothing secret.

use crate::adapters::atomic_file::Folder;
use crate::adapters::parts::VaultId;
use crate::app::ports::VaultError;

/// The name of the file in the data directory.
pub(super) const NAME: &str = "vault-id";

/// What the file says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stamp {
    /// Which vault is ours.
    pub vault: VaultId,
    /// The generation that a later boot has read from the keyring; 0: none yet.
    pub confirmed: u64,
}

impl Stamp {
    /// A vault of which nothing is confirmed.
    pub fn of(vault: VaultId) -> Self {
        Self { vault, confirmed: 0 }
    }

    /// What the file says; `None` if it is not there or says nothing that can be read.
    pub fn read(folder: &Folder) -> Result<Option<Self>, VaultError> {
        Ok(folder.read(NAME)?.and_then(|bytes| Self::parse(std::str::from_utf8(&bytes).ok()?)))
    }

    /// Whether there is such a file, readable or not.
    pub fn exists(folder: &Folder) -> Result<bool, VaultError> {
        Ok(folder.read(NAME)?.is_some())
    }

    fn parse(text: &str) -> Option<Self> {
        let mut words = text.strip_suffix('\n')?.strip_prefix("halfminute-vault 1 ")?.split(' ');
        let stamp = Self { vault: VaultId::parse(words.next()?)?, confirmed: words.next()?.parse().ok()? };
        words.next().is_none().then_some(stamp)
    }

    /// Writes the file, durable when it returns.
    pub fn write(self, folder: &Folder) -> Result<(), VaultError> {
        folder.replace(NAME, format!("halfminute-vault 1 {} {}\n", self.vault, self.confirmed).as_bytes())
    }
}
