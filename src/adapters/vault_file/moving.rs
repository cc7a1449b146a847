//! The vault file's side of a move to or from the keyring. Which of them is in use says the file `vault-place` ([`in_use`](crate::adapters::in_use)).

use crate::adapters::data_dir::disk;
use crate::adapters::in_use::{InUse, digest};
use crate::app::document::Document;
use crate::app::ports::{OldCopy, VaultError};

use super::crypt::Passphrase;
use super::{FileVault, Session};

impl FileVault {
    /// What is said of this folder; a file at another place is always in use.
    pub(super) fn in_use(&self) -> Result<InUse, VaultError> {
        if self.place.usual { InUse::read(&self.folder) } else { Ok(InUse::Unsaid) }
    }

    pub(super) fn is_left(&self) -> Result<bool, VaultError> {
        Ok(matches!(self.in_use()?, InUse::Keyring { .. }))
    }

    /// Refuses when the accounts were moved out of this file.
    ///
    /// # Errors
    /// [`VaultError::Moved`], or why that cannot be found out.
    pub fn refuse_left(&self) -> Result<(), VaultError> {
        if self.is_left()? { Err(VaultError::Moved { to: None }) } else { Ok(()) }
    }

    /// Makes an empty vault file that is not in use, and opens it with `passphrase` as it stands there.
    ///
    /// # Errors
    /// [`VaultError::AlreadyThere`] when the file is in use, [`VaultError::NotMovable`] for one at another place; no file is left.
    pub fn prepare(&mut self, passphrase: &Passphrase) -> Result<(), VaultError> {
        if !self.place.usual {
            return Err(VaultError::NotMovable);
        }
        let _lock = self.lock()?;
        match self.in_use()? {
            InUse::File(_) => return Err(VaultError::AlreadyThere),
            InUse::Unsaid if self.place.exists() => return Err(VaultError::AlreadyThere),
            // said before there is a file: that one is not in use, whenever this ends
            InUse::Unsaid | InUse::Keyring { old: Some(_) } => InUse::Keyring { old: None }.write(&self.folder)?,
            InUse::Keyring { old: None } => {}
        }
        self.make(passphrase)?;
        let made = self.open_key(passphrase).and_then(|read| {
            self.go_on()?;
            if self.key.as_ref().is_some_and(|key| key.is(&read)) { Ok(read) } else { Err(VaultError::Damaged) }
        });
        match made {
            Ok(key) => self.key = Some(key),
            Err(error) => {
                self.remove_all()?;
                return Err(error);
            }
        }
        Ok(())
    }

    /// Removes what [`prepare`](Self::prepare) made, if it is not in use.
    ///
    /// # Errors
    /// [`VaultError`].
    pub fn discard(&mut self) -> Result<(), VaultError> {
        let _lock = self.lock()?;
        if self.place.usual && self.in_use()? == (InUse::Keyring { old: None }) {
            self.remove_all()?;
        }
        Ok(())
    }

    /// Keys first: without them the rest says nothing. The document last: while it stands, this can be done again.
    fn remove_all(&mut self) -> Result<(), VaultError> {
        self.forget_all();
        let names = [&self.place.key_before, &self.place.key, &self.place.document_before, &self.place.document];
        names.iter().try_for_each(|name| self.folder.remove(name))
    }

    /// Writes `document`, reads it back and compares.
    pub(super) fn take_over(&mut self, document: &Document) -> Result<(), VaultError> {
        let _lock = self.lock()?;
        if !self.is_left()? {
            return Err(VaultError::AlreadyThere);
        }
        let session = self.session.as_mut().ok_or(VaultError::NeedsPassphrase)?;
        session.newest = session.newest.max(document.generation);
        let written = self.write(document.duplicate())?;
        let path = self.place.path();
        self.folder.sync().map_err(|error| disk(&path, &error))?;
        match self.read(&self.place.document)? {
            Ok(Some(read)) if read.document.to_json() == written.to_json() => Ok(()),
            _ => Err(VaultError::FileDamaged { path }),
        }
    }

    /// The keyring is in use from now on, if this is still the `generation` that it has.
    pub(super) fn hand_on(&mut self, generation: u64) -> Result<(), VaultError> {
        if !self.place.usual {
            return Err(VaultError::NotMovable);
        }
        let _lock = self.lock()?;
        self.refuse_left()?;
        self.take()?;
        let Some(Session { document, damaged: false, .. }) = &self.session else {
            return Err(VaultError::FileDamaged { path: self.place.path() });
        };
        if document.generation != generation {
            return Err(VaultError::Busy);
        }
        let bytes = self.folder.read(&self.place.document)?.ok_or(VaultError::Busy)?;
        InUse::Keyring { old: Some(digest(&[&bytes])) }.write(&self.folder)?;
        self.forget_all();
        Ok(())
    }

    /// The old copy that a move has left.
    ///
    /// # Errors
    /// [`VaultError`] when that cannot be found out.
    pub fn old_copy(&self) -> Result<Option<OldCopy>, VaultError> {
        Ok(match self.in_use()? {
            InUse::File(_) => Some(OldCopy::Keyring),
            InUse::Keyring { old: Some(_) } if self.place.any() => Some(OldCopy::File(self.place.path())),
            InUse::Keyring { .. } | InUse::Unsaid => None,
        })
    }

    /// Removes the file, if it is the old copy and still what was moved.
    ///
    /// # Errors
    /// [`VaultError::OldChanged`], [`VaultError::NoOldCopy`], or what else is wrong; it can be tried again.
    pub fn remove_old(&mut self) -> Result<(), VaultError> {
        let _lock = self.lock()?;
        let InUse::Keyring { old: Some(old) } = self.in_use()? else { return Err(VaultError::NoOldCopy) };
        // without a document the rest is what an interrupted try has left
        if self.folder.read(&self.place.document)?.is_some_and(|bytes| digest(&[&bytes]) != old) {
            return Err(VaultError::OldChanged);
        }
        self.remove_all()?;
        InUse::Keyring { old: None }.write(&self.folder)
    }

    /// Uses the old copy again. What was in use stays where it is, and is an old copy of nothing.
    ///
    /// # Errors
    /// [`VaultError::NoOldCopy`], or what else is wrong; nothing is then changed.
    pub fn go_back(&mut self) -> Result<(), VaultError> {
        let _lock = self.lock()?;
        match self.in_use()? {
            InUse::File(left) if !left.removing => InUse::Keyring { old: None }.write(&self.folder),
            InUse::Keyring { old: Some(_) } if self.place.exists() => InUse::Unsaid.write(&self.folder),
            _ => Err(VaultError::NoOldCopy),
        }
    }

    /// Whether the file is what is in use. One of which that cannot be found out is: opening it says why.
    #[must_use]
    pub fn is_in_use(&self) -> bool {
        self.place.exists() && !self.is_left().unwrap_or(false)
    }
}
