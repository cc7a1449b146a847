//! A new vault file: empty, with a key of its own under the passphrase.

use std::io;
use std::sync::Arc;

use crate::adapters::in_use::InUse;
use crate::app::document::Document;
use crate::app::ports::{Opened, VaultError, VaultNote};

use super::crypt::{Passphrase, VaultKey};
use super::{AGE, FileVault, Session};

impl FileVault {
    /// Makes an empty vault file with `passphrase`, and uses it. Takes about a second.
    ///
    /// # Errors
    /// [`VaultError::Disk`] with the kind `AlreadyExists` when there is one: nothing is overwritten.
    pub fn create(&mut self, passphrase: &Passphrase) -> Result<Opened, VaultError> {
        let _lock = self.lock()?;
        let left = self.is_left()?;
        if self.place.exists() && !left {
            return Err(VaultError::Disk { path: self.place.path(), kind: io::ErrorKind::AlreadyExists });
        }
        self.make(passphrase)?;
        if left {
            InUse::Unsaid.write(&self.folder)?;
        }
        self.opened(vec![VaultNote::FirstStart])
    }

    /// Makes the files; what stands there is set aside. Under the lock.
    pub(super) fn make(&mut self, passphrase: &Passphrase) -> Result<(), VaultError> {
        // Something of another kind under our name is not ours to write over; what is left of an interrupted try is set aside.
        let foreign =
            |name: &&String| self.folder.read(name).is_ok_and(|there| there.is_some_and(|there| !there.starts_with(AGE)));
        if [&self.place.document, &self.place.key].iter().any(foreign) {
            return Err(VaultError::Disk { path: self.place.path(), kind: io::ErrorKind::AlreadyExists });
        }
        let key = VaultKey::generate(passphrase, self.work_factor)?;
        self.go_on()?;
        self.place.names().iter().try_for_each(|name| self.folder.set_aside(name))?;
        let sealed = key.sealed.clone();
        self.key = Some(key);
        self.session =
            Some(Session { document: Arc::default(), newest: 0, seen: self.version(), damaged: false, several: false });
        // The key last: until it stands there, there is no vault file, and the next try begins anew.
        let made = self
            .write(Document::default())
            .and_then(|_| self.folder.replace(&self.place.key_before, &sealed))
            .and_then(|()| self.folder.replace(&self.place.key, &sealed));
        if let Err(error) = made {
            self.forget_all();
            // Nothing is in them yet. What cannot be removed now is written over by the next try.
            let made = [&self.place.key, &self.place.key_before, &self.place.document];
            let _ = made.iter().try_for_each(|name| self.folder.remove(name));
            return Err(error);
        }
        self.key_seen = Some(self.folder.version(&self.place.key));
        Ok(())
    }
}
