//! The keyring's side of a move to or from the vault file. Which of them is in use says the file `vault-place`
//! ([`in_use`](crate::adapters::in_use)).
//!
//! A move into the keyring takes the vault that the data directory names, if what that holds is what was moved away from here, or the same
//! document. Where both were in use beside each other, both are joined. Otherwise it makes a new vault, so that nothing is superseded that
//! somebody else may have saved. When the old copy is removed, the key stays, and with it what other data directories or files that were
//! set aside hold; the item `moved-<vault>` then says where the accounts went.

use std::sync::Arc;

use zeroize::Zeroizing;

use crate::adapters::in_use::{Digest, InUse, Left, digest};
use crate::adapters::journal::{self, Found, Key};
use crate::adapters::parts::{ItemName, VaultId};
use crate::adapters::vault_file::FilePlace;
use crate::app::document::Document;
use crate::app::ports::{VaultError, VaultNote};

use super::envelope::{self, Said};
use super::{Keyring, KeyringVault, Stored, items};

impl<K: Keyring> KeyringVault<K> {
    /// Refuses when the accounts were moved to the vault file. Under the lock of the data directory.
    pub(super) fn refuse_left(&self) -> Result<(), VaultError> {
        match InUse::read(&self.folder)? {
            InUse::File(_) => Err(VaultError::Moved { to: Some(FilePlace::of_dir(&self.dir).path()) }),
            InUse::Keyring { .. } | InUse::Unsaid => Ok(()),
        }
    }

    /// Saves `document` as the newest of a vault, and reads it back from the journal and from the keyring.
    pub(super) fn take_over(&mut self, document: &Document) -> Result<(), VaultError> {
        let place = self.keyring.connect(true)?;
        let mut held = self.hold()?;
        let in_use = InUse::read(&self.folder)?;
        if matches!(in_use, InUse::Keyring { .. }) {
            return Err(VaultError::AlreadyThere);
        }
        self.folder.sweep(&[journal::NAME, super::stamp::NAME]);
        let mut document = document.duplicate();
        let mut joined = false;
        let kept = match self.start(place.clone(), &mut held) {
            Ok(_) if self.may_be_superseded(&in_use, &document)? => true,
            Ok(_) if in_use == InUse::Unsaid => {
                joined = true;
                self.add_theirs(&mut document)?;
                true
            }
            // what was moved from there has changed since: it is somebody else's now
            Ok(_) => false,
            // no vault of ours, or none that can be read: it is left as it is
            Err(VaultError::AnotherKeyring | VaultError::Damaged | VaultError::Moved { .. } | VaultError::NeedsPassphrase) => {
                false
            }
            Err(error) => return Err(error),
        };
        if !kept {
            held.first()?;
            self.begin_anew(place)?;
        }
        let Some(session) = &self.session else { return Err(VaultError::AnotherKeyring) };
        let vault = session.vault;
        held.vault(vault)?;
        self.notes.clear();
        let written = self.commit(document)?;
        let notes = std::mem::take(&mut self.notes);
        let Some(session) = &self.session else { return Err(VaultError::AnotherKeyring) };
        let stored = session.stored == Stored::Yes && !notes.contains(&VaultNote::Unsynced);
        let in_journal = match journal::read(&self.folder)? {
            Found::Sealed(sealed) => sealed.open(&session.key),
            Found::None | Found::Damaged => None,
        };
        let in_keyring = items::get(&mut self.keyring, vault, written.generation)?;
        let says_it = |text: Option<&Zeroizing<String>>| {
            let said = text.and_then(|text| envelope::read(text, self.seal.as_ref()).ok());
            matches!(said, Some(Said::Document(document)) if document.to_json() == written.to_json())
        };
        if !stored || !says_it(in_journal.as_ref()) || !says_it(in_keyring.as_ref()) {
            return Err(VaultError::Refused("it did not keep what it was given"));
        }
        self.notes.extend(joined.then_some(VaultNote::Joined));
        Ok(())
    }

    /// The keyring was in use beside the file: what only it has is added to `document`, and its own document is kept aside.
    fn add_theirs(&mut self, document: &mut Document) -> Result<(), VaultError> {
        let Some(session) = &self.session else { return Ok(()) };
        let theirs = session.document.duplicate();
        let header = self.header(session.vault, theirs.generation);
        journal::write_aside(&self.folder, &session.key, &header, &theirs.to_json())?;
        document.take_missing(&theirs);
        Ok(())
    }

    /// Whether nobody loses anything when `document` takes the place of what the vault holds now.
    fn may_be_superseded(&mut self, in_use: &InUse, document: &Document) -> Result<bool, VaultError> {
        let Some(session) = &self.session else { return Ok(false) };
        let (vault, newest, ours) = (session.vault, session.newest, Arc::clone(&session.document));
        let left = match in_use {
            InUse::File(left) if (left.vault, left.generation) == (vault, newest) => self.digest_now()? == Some(left.digest),
            InUse::File(_) | InUse::Keyring { .. } | InUse::Unsaid => false,
        };
        let mut same = document.duplicate();
        same.generation = ours.generation;
        Ok(left || same.to_json() == ours.to_json() || ours.entries() == 0)
    }

    /// The digest of the newest document as it is kept, under a passphrase or not: in the keyring, or in the journal while that is behind.
    fn digest_now(&mut self) -> Result<Option<Digest>, VaultError> {
        let Some(session) = &self.session else { return Ok(None) };
        let (vault, generation) = (session.vault, session.document.generation);
        let text = match items::get(&mut self.keyring, vault, generation)? {
            Some(text) => Some(text),
            None => match journal::read(&self.folder)? {
                Found::Sealed(sealed) if sealed.header.generation == generation => {
                    self.session.as_ref().and_then(|session| sealed.open(&session.key))
                }
                Found::Sealed(_) | Found::None | Found::Damaged => None,
            },
        };
        Ok(self.session.as_ref().zip(text).map(|(session, text)| digest_of(&session.key, &text)))
    }

    /// The vault file is in use from now on, if this is still the `generation` that the keyring has.
    pub(super) fn hand_on(&mut self, generation: u64) -> Result<(), VaultError> {
        self.keyring.unlock()?;
        let mut held = self.hold()?;
        self.refuse_left()?;
        let Some(session) = &self.session else { return Err(VaultError::Busy) };
        held.vault(session.vault)?;
        self.canary()?;
        self.refresh(&mut held)?;
        let Some(session) = &self.session else { return Err(VaultError::Busy) };
        if session.document.generation != generation {
            return Err(VaultError::Busy);
        }
        let vault = session.vault;
        let digest = self.digest_now()?.ok_or(VaultError::Damaged)?;
        InUse::File(Left { vault, generation, digest, removing: false }).write(&self.folder)?;
        self.session = None;
        self.seal = None;
        Ok(())
    }

    /// Removes the generations that were moved, and the journal, if nothing newer and nothing else is there.
    pub(super) fn remove_left(&mut self) -> Result<(), VaultError> {
        self.keyring.connect(false)?;
        let mut held = self.hold()?;
        let InUse::File(left) = InUse::read(&self.folder)? else { return Err(VaultError::NoOldCopy) };
        let Left { vault, generation, .. } = left;
        held.vault(vault)?;
        let key = self.key(vault)?;
        let is_old = |text: &str| digest_of(&key, text) == left.digest;
        let names = items::names(&mut self.keyring)?;
        let newest = items::newest_listed(&names, vault);
        let in_keyring = items::get(&mut self.keyring, vault, generation)?.is_none_or(|text| is_old(&text));
        let found = journal::read(&self.folder)?;
        let in_journal = match &found {
            Found::Sealed(sealed) if sealed.header.vault == vault => match sealed.open(&key) {
                Some(text) if sealed.header.generation == generation => is_old(&text),
                Some(_) => sealed.header.generation < generation,
                None => false,
            },
            // another vault's, or not readable: not what was moved
            Found::Sealed(_) | Found::Damaged => false,
            Found::None => true,
        };
        if newest > generation || !in_keyring || !in_journal {
            return Err(VaultError::OldChanged);
        }
        let to = data_encoding::BASE64URL_NOPAD.encode(FilePlace::of_dir(&self.dir).path().to_string_lossy().as_bytes());
        InUse::File(Left { removing: true, ..left }).write(&self.folder)?;
        self.keyring.set(&trace(vault), &to)?;
        self.folder.remove(journal::NAME)?;
        // the newest last: as long as it is whole, it is known to be what was moved
        let mut parts: Vec<_> =
            names.into_iter().filter(|name| matches!(name, ItemName::Part { vault: of, .. } if *of == vault)).collect();
        parts.sort_unstable_by_key(|name| match name {
            ItemName::Part { generation, part, .. } => (*generation, std::cmp::Reverse(*part)),
            ItemName::Key(_) => (0, std::cmp::Reverse(0)),
        });
        for name in parts {
            self.keyring.delete(&name.to_string())?;
        }
        self.session = None;
        InUse::Unsaid.write(&self.folder)
    }

    /// Why no document of `vault` is there.
    pub(super) fn gone(&mut self, vault: VaultId) -> VaultError {
        let to = self.keyring.get(&trace(vault)).ok().flatten();
        let to =
            to.and_then(|to| data_encoding::BASE64URL_NOPAD.decode(to.as_bytes()).ok()).and_then(|to| String::from_utf8(to).ok());
        to.map_or(VaultError::Damaged, |to| VaultError::Moved { to: Some(to.into()) })
    }
}

/// The item that says where the accounts went.
fn trace(vault: VaultId) -> String {
    format!("moved-{vault}")
}

/// With the key, so that the digest tells nothing to whoever has not.
fn digest_of(key: &Key, text: &str) -> Digest {
    digest(&[b"halfminute moved", &**key, text.as_bytes()])
}
