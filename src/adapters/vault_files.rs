//! The encrypted vault file as the app asks for it: is it there, make it, unlock it.

use zeroize::Zeroizing;

use crate::app::ports::{Examined, Vault, VaultError, VaultFiles};

use super::vault_file::{FilePlace, FileVault, Passphrase};

/// The vault file at one place.
pub struct AgeVaultFiles {
    place: FilePlace,
}

impl AgeVaultFiles {
    /// The file at `place`, which need not be there.
    #[must_use]
    pub fn new(place: FilePlace) -> Self {
        Self { place }
    }
}

impl VaultFiles for AgeVaultFiles {
    fn exists(&self) -> bool {
        self.place.exists()
    }

    fn create(&mut self, passphrase: Zeroizing<String>) -> Result<Box<dyn Vault>, VaultError> {
        let mut vault = FileVault::new(self.place.clone());
        vault.create(&Passphrase::new(passphrase))?;
        Ok(Box::new(vault))
    }

    fn unlock(&mut self, passphrase: Zeroizing<String>) -> Result<Box<dyn Vault>, VaultError> {
        let mut vault = FileVault::new(self.place.clone());
        vault.unlock(&Passphrase::new(passphrase))?;
        Ok(Box::new(vault))
    }

    fn set_aside(&mut self) -> Result<(), VaultError> {
        FileVault::new(self.place.clone()).set_aside()
    }

    fn examine(&self) -> Examined {
        Examined::File(FileVault::new(self.place.clone()).look())
    }

    fn keyring_used(&self) -> bool {
        self.place.keyring_used()
    }
}
