//! Another passphrase for the vault file, and with it another key: whoever knows the old passphrase and has the old key file, or finds it,
//! must not open what is written from now on.
//!
//! ```text
//! S1  the previous document, then the document, to the old and the new key     both passphrases' keys open everything
//! S2  the key file under the new passphrase, then its copy                      <- from here on the new passphrase opens it
//! S3  the previous document, then the document, to the new key alone            <- from here on the old key opens nothing
//! ```
//!
//! The document itself says that this was interrupted: it is encrypted to two keys until the last step. Whoever opens it then, with either
//! passphrase, makes that one the only one.

use std::sync::Arc;

use crate::app::ports::VaultError;

use super::crypt::{self, Closed, Passphrase, VaultKey};
use super::{FileVault, Session};

impl FileVault {
    /// Another program has changed the passphrase: what was opened with the old one is forgotten.
    pub(super) fn changed_passphrase(&mut self) -> VaultError {
        self.forget_all();
        VaultError::PassphraseChanged
    }

    pub(super) fn key_is_another(&self) -> bool {
        self.key_seen.is_some_and(|seen| seen != self.folder.version(&self.place.key))
    }

    /// The key, from the key file or its copy.
    pub(super) fn open_key(&self, passphrase: &Passphrase) -> Result<VaultKey, VaultError> {
        let path = self.folder.join(&self.place.key);
        let mut copies = Vec::new();
        for name in [&self.place.key, &self.place.key_before] {
            copies.extend(self.folder.read(name)?);
        }
        let same = copies.len() == 2 && copies.first() == copies.get(1);
        if same {
            copies.truncate(1);
        }
        let mut why = Closed::Damaged;
        for sealed in &copies {
            match VaultKey::open(passphrase, sealed) {
                Ok(key) => return Ok(key),
                Err(Closed::Wrong) => why = Closed::Wrong,
                Err(Closed::Costly) if why != Closed::Wrong => why = Closed::Costly,
                Err(Closed::Costly | Closed::Foreign | Closed::Damaged) => {}
            }
        }
        Err(match why {
            // damage makes no two equal files
            Closed::Wrong if same => VaultError::WrongPassphrase,
            Closed::Wrong => VaultError::PassphraseOrKey,
            Closed::Costly => VaultError::KeyTooCostly { path },
            Closed::Foreign | Closed::Damaged => VaultError::KeyDamaged { path },
        })
    }

    pub(super) fn replace_passphrase(&mut self, old: &Passphrase, new: &Passphrase) -> Result<(), VaultError> {
        self.refuse_left()?;
        // All that takes long is done before anybody has to wait for the lock.
        let proved = self.open_key(old)?;
        if !self.key.as_ref().ok_or(VaultError::NeedsPassphrase)?.is(&proved) {
            return Err(self.changed_passphrase());
        }
        let fresh = VaultKey::generate(new, self.work_factor)?;
        if !VaultKey::open(new, &fresh.sealed).is_ok_and(|read| read.is(&fresh)) {
            return Err(VaultError::Refused("it could not be encrypted"));
        }
        let _lock = self.lock()?;
        self.refuse_left()?;
        self.load()?;
        self.end_change()?;
        if self.key_is_another() {
            return Err(self.changed_passphrase());
        }
        self.change_key(fresh)
    }

    /// S1 to S3. Under the lock, the newest document loaded.
    fn change_key(&mut self, fresh: VaultKey) -> Result<(), VaultError> {
        let (Some(session), Some(key)) = (&mut self.session, &self.key) else { return Err(VaultError::NeedsPassphrase) };
        let mut document = session.document.duplicate();
        document.generation = session.newest.checked_add(1).ok_or(VaultError::TooLarge)?;
        let json = document.to_json();
        if session.damaged {
            // damaged: it does not take the place of the good one before it
            self.folder.set_aside(&self.place.document)?;
        }
        let both = crypt::seal(&[key, &fresh], &json)?;
        let alone = crypt::seal(&[&fresh], &json)?;
        session.several = true;
        self.folder.replace(&self.place.document_before, &both)?;
        self.folder.replace(&self.place.document, &both)?;
        session.newest = document.generation;
        session.document = Arc::new(document);
        session.seen = self.folder.version(&self.place.document);
        session.damaged = false;
        self.folder.replace(&self.place.key, &fresh.sealed)?;
        self.folder.replace(&self.place.key_before, &fresh.sealed)?;
        self.folder.replace(&self.place.document_before, &alone)?;
        self.folder.replace(&self.place.document, &alone)?;
        session.seen = self.folder.version(&self.place.document);
        session.several = false;
        self.key_seen = Some(self.folder.version(&self.place.key));
        self.key = Some(fresh);
        Ok(())
    }

    /// Ends a change of the passphrase that was interrupted: the key that opened the file is the only one. Under the lock, the newest
    /// document loaded.
    pub(super) fn end_change(&mut self) -> Result<(), VaultError> {
        let (Some(Session { document, several: true, .. }), Some(key)) = (&self.session, &self.key) else { return Ok(()) };
        for name in [&self.place.key, &self.place.key_before] {
            if self.folder.read(name)?.is_none_or(|there| there != key.sealed) {
                self.folder.replace(name, &key.sealed)?;
            }
        }
        let alone = crypt::seal(&[key], &document.to_json())?;
        self.folder.replace(&self.place.document_before, &alone)?;
        self.folder.replace(&self.place.document, &alone)?;
        let seen = self.version();
        self.key_seen = Some(self.folder.version(&self.place.key));
        if let Some(session) = &mut self.session {
            session.seen = seen;
            session.several = false;
        }
        Ok(())
    }
}
