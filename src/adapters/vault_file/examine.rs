//! A look at the vault file that changes and asks nothing: for the check-up.

use crate::app::ports::{FileFacts, VaultError};

use super::FileVault;
use super::crypt::Closed;

impl FileVault {
    /// What is there now, and whether it can be decrypted if it is unlocked.
    pub(in crate::adapters) fn look(&self) -> FileFacts {
        let path = self.place.path();
        let [document, previous, key, key_before] = self.place.names().map(|name| self.folder.join(name).exists());
        let unlocked = self.key.is_some() && document;
        let opens = unlocked.then(|| match self.read(&self.place.document)? {
            Ok(_) => Ok(()),
            Err(Closed::Foreign) => Err(VaultError::KeyMismatch { path: path.clone() }),
            Err(_) => Err(VaultError::FileDamaged { path: path.clone() }),
        });
        FileFacts { path, document, key: key || key_before, previous, opens }
    }
}
