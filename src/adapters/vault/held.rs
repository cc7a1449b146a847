//! The locks that are held while something is read, changed and written: the data directory's, and one that programs with other data
//! directories look at too.
//!
//! The second lies in the user's runtime directory and is named after the vault, or `first` while a vault is being made. It is always
//! taken after the data directory's, and of the shared ones a program holds one at a time: nobody waits in a circle.

use std::path::PathBuf;

use crate::adapters::lock::{DEADLINE, Lock};
use crate::adapters::parts::VaultId;
use crate::app::ports::VaultError;

use super::{Keyring, KeyringVault};

/// Held until it is dropped.
pub(super) struct Held {
    _folder: Lock,
    place: Option<PathBuf>,
    shared: Option<(String, Lock)>,
}

impl Held {
    /// Takes the lock of `vault`, in the place of another shared one.
    ///
    /// # Errors
    /// [`VaultError::Busy`].
    pub fn vault(&mut self, vault: VaultId) -> Result<(), VaultError> {
        self.share(&vault.to_string())
    }

    /// Takes the lock of those who make a vault.
    ///
    /// # Errors
    /// [`VaultError::Busy`].
    pub fn first(&mut self) -> Result<(), VaultError> {
        self.share("first")
    }

    fn share(&mut self, name: &str) -> Result<(), VaultError> {
        let Some(place) = &self.place else { return Ok(()) };
        if self.shared.as_ref().is_some_and(|(held, _)| held == name) {
            return Ok(());
        }
        self.shared = None;
        match Lock::acquire(&place.join(format!("halfminute-{name}.lock")), DEADLINE) {
            Ok(lock) => self.shared = Some((name.to_owned(), lock)),
            Err(VaultError::Busy) => return Err(VaultError::Busy),
            // a place that takes no lock is no such place; the data directory's lock is held
            Err(_) => self.place = None,
        }
        Ok(())
    }
}

impl<K: Keyring> KeyringVault<K> {
    /// Takes the data directory's lock.
    ///
    /// # Errors
    /// As [`Lock::acquire`].
    pub(super) fn hold(&self) -> Result<Held, VaultError> {
        let _folder = Lock::acquire(&self.dir.lock(), DEADLINE)?;
        Ok(Held { _folder, place: self.shared.clone(), shared: None })
    }
}
