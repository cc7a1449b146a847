//! The encrypted vault file as the app asks for it: is it in use, make it, unlock it, move to and from it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use zeroize::Zeroizing;

use crate::app::ports::{Examined, OldCopy, Vault, VaultError, VaultFiles};

use super::atomic_file::Folder;
use super::vault_file::{FilePlace, FileVault, Passphrase};

/// The vault file at one place.
pub struct AgeVaultFiles {
    place: FilePlace,
    /// How tests end a program in the middle of a write, and how much work a key costs there.
    test: Option<(Folder, u8)>,
    given_up: Arc<AtomicBool>,
}

impl AgeVaultFiles {
    /// The file at `place`, which need not be there.
    #[must_use]
    pub fn new(place: FilePlace) -> Self {
        Self { place, test: None, given_up: Arc::default() }
    }

    /// The same with the files behind `folder` and another work factor (1 to 20), for tests.
    #[must_use]
    pub fn with_folder(place: FilePlace, folder: Folder, work_factor: u8) -> Self {
        Self { place, test: Some((folder, work_factor)), given_up: Arc::default() }
    }

    /// Refuses when the accounts were moved out of the file: it is neither opened nor made anew in passing.
    ///
    /// # Errors
    /// [`VaultError::Moved`], or why that cannot be found out.
    pub fn refuse_left(&self) -> Result<(), VaultError> {
        self.vault().refuse_left()
    }

    fn vault(&self) -> FileVault {
        let vault = match &self.test {
            Some((folder, work_factor)) => FileVault::with_folder(self.place.clone(), folder.clone(), *work_factor),
            None => FileVault::new(self.place.clone()),
        };
        vault.until(Arc::clone(&self.given_up))
    }

    /// One for work that can be given up from now on.
    fn begin(&self) -> FileVault {
        self.given_up.store(false, Ordering::SeqCst);
        self.vault()
    }
}

impl VaultFiles for AgeVaultFiles {
    fn exists(&self) -> bool {
        self.vault().is_in_use()
    }

    fn create(&mut self, passphrase: Zeroizing<String>) -> Result<Box<dyn Vault>, VaultError> {
        let mut vault = self.begin();
        vault.create(&Passphrase::new(passphrase))?;
        Ok(Box::new(vault))
    }

    fn unlock(&mut self, passphrase: Zeroizing<String>) -> Result<Box<dyn Vault>, VaultError> {
        let mut vault = self.begin();
        vault.unlock(&Passphrase::new(passphrase))?;
        Ok(Box::new(vault))
    }

    fn set_aside(&mut self) -> Result<(), VaultError> {
        self.vault().set_aside()
    }

    fn examine(&self) -> Examined {
        Examined::File(self.vault().look())
    }

    fn keyring_used(&self) -> bool {
        self.place.keyring_used()
    }

    fn prepare(&mut self, passphrase: Zeroizing<String>) -> Result<Box<dyn Vault>, VaultError> {
        let mut vault = self.begin();
        vault.prepare(&Passphrase::new(passphrase))?;
        Ok(Box::new(vault))
    }

    fn discard(&mut self) {
        // What cannot be removed now is set aside by the next try. It is encrypted and not in use.
        let _ = self.vault().discard();
    }

    fn old_copy(&self) -> Result<Option<OldCopy>, VaultError> {
        self.vault().old_copy()
    }

    fn remove_old(&mut self) -> Result<(), VaultError> {
        self.vault().remove_old()
    }

    fn go_back(&mut self) -> Result<(), VaultError> {
        self.vault().go_back()
    }

    fn canceller(&self) -> Arc<dyn Fn() + Send + Sync> {
        let given_up = Arc::clone(&self.given_up);
        Arc::new(move || given_up.store(true, Ordering::SeqCst))
    }
}
