//! The encrypted vault file as the app asks for it: is it there, make it, unlock it.

use zeroize::Zeroizing;

use crate::app::ports::{Vault, VaultError, VaultFiles};

use super::data_dir::DataDir;
use super::vault_file::{FileVault, Passphrase};

/// The vault file of one data directory.
pub struct DirVaultFiles {
    dir: DataDir,
}

impl DirVaultFiles {
    /// The file in `dir`, which need not be there.
    #[must_use]
    pub fn new(dir: DataDir) -> Self {
        Self { dir }
    }
}

impl VaultFiles for DirVaultFiles {
    fn exists(&self) -> bool {
        FileVault::exists(&self.dir)
    }

    fn create(&mut self, passphrase: Zeroizing<String>) -> Result<Box<dyn Vault>, VaultError> {
        let mut vault = FileVault::new(self.dir.clone());
        vault.create(&Passphrase::new(passphrase))?;
        Ok(Box::new(vault))
    }

    fn unlock(&mut self, passphrase: Zeroizing<String>) -> Result<Box<dyn Vault>, VaultError> {
        let mut vault = FileVault::new(self.dir.clone());
        vault.unlock(&Passphrase::new(passphrase))?;
        Ok(Box::new(vault))
    }

    fn set_aside(&mut self) -> Result<(), VaultError> {
        FileVault::new(self.dir.clone()).set_aside()
    }

    fn keyring_used(&self) -> bool {
        [self.dir.journal(), self.dir.stamp()].iter().any(|path| path.symlink_metadata().is_ok())
    }
}
