//! The vault under a passphrase: asked for, set, changed, taken away, forgotten (format: module `envelope`).
//!
//! Each of it is one generation, written as any other: the journal is replaced at once, older generations go as W5 has it. The *confirmed*
//! generation stays in the keyring until a later boot has read the new one: it is the only copy that is proved to be on the keyring's disk, and
//! no order of writes within one boot can prove the new one. So what was there before a passphrase was set stays in the keyring, in the clear,
//! until Halfminute is opened after the next restart of the computer; so does what is under the passphrase before. Journals that were kept
//! aside are written anew under the passphrase that holds.
//!
//! What lies in the keyring of older vaults, which were set aside by starting over, is left as it is.

use std::sync::Arc;

use zeroize::Zeroizing;

use crate::adapters::journal::{self, Found, Header};
use crate::adapters::vault_file::Passphrase;
use crate::app::document::Document;
use crate::app::ports::{Opened, Vault, VaultError, VaultNote};

use super::envelope::{self, Said, Seal};
use super::items::Reading;
use super::start::Opening;
use super::{Keyring, KeyringVault};

impl<K: Keyring> KeyringVault<K> {
    /// Forgets what was read: the passphrase is needed, here or because another program set another one.
    pub(super) fn needs_passphrase(&mut self) -> VaultError {
        self.seal = None;
        self.session = None;
        self.locked = None;
        VaultError::NeedsPassphrase
    }

    /// Stops a start while the newest document cannot be read. Of two of the same number one that the passphrase at hand opens is enough.
    pub(super) fn ask_for_the_passphrase(&mut self, opening: &Opening, reading: &Reading) -> Result<(), VaultError> {
        let journal = match opening {
            Opening::Journal(journal) => Some((journal.document.generation, envelope::is_sealed(&journal.text))),
            Opening::Locked(_) | Opening::None => None,
        };
        let best = reading.best.as_ref().map(|(text, document)| (document.generation, envelope::is_sealed(text)));
        // the second half counts among equal generations: false is lower than true
        let readable = journal.max(best);
        let journal = if let Opening::Locked(envelope) = opening { Some(envelope) } else { None };
        let locked = journal.into_iter().chain(reading.locked.as_ref().map(|(_, envelope)| envelope));
        let locked = locked.max_by_key(|envelope| envelope.generation);
        if let Some(envelope) = locked.filter(|envelope| readable.is_none_or(|readable| readable < (envelope.generation, true))) {
            let envelope = envelope.clone();
            let reason = self.needs_passphrase();
            self.locked = Some(envelope);
            return Err(reason);
        }
        if readable.is_some_and(|(_, sealed)| !sealed) {
            self.seal = None;
        }
        Ok(())
    }

    /// The journal is older than the keyring's document and under another passphrase: it is kept aside as it is.
    pub(super) fn pass_over_journal(&mut self, reading: Reading) {
        self.note(VaultNote::OtherPassphrase);
        let kept = self.folder.copy_aside(journal::NAME);
        if let Some((text, document)) = reading.best {
            self.rejournal(document, &text, kept.is_ok());
        }
    }

    /// The keyring's document is older than the journal and under another passphrase: it is kept aside as it is. Said only if there is no
    /// passphrase any more, which nobody may have wanted; else it nearly always is what the journal was built upon before the passphrase was
    /// changed.
    pub(super) fn keep_locked(&mut self, reading: &Reading) {
        let (Some((text, envelope)), Some(session)) = (&reading.locked, &self.session) else { return };
        let header = self.header(session.vault, envelope.generation);
        if self.seal.is_none() {
            self.notes.push(VaultNote::OtherPassphrase);
        }
        let kept = self.old_journals().any(|(_, _, old)| *old == **text);
        if !kept {
            // what cannot be kept now stays in the keyring for as long as this program runs
            let _ = journal::write_aside(&self.folder, &session.key, &header, text);
        }
        let generation = envelope.generation;
        self.keep([generation]);
    }

    /// The journals that were kept aside: name, first line, text. Those that cannot be read, or are of another vault, are left out.
    fn old_journals(&self) -> impl Iterator<Item = (String, Header, Zeroizing<String>)> {
        let prefix = format!("{}.old-", journal::NAME);
        let entries = std::fs::read_dir(self.dir.path()).into_iter().flatten().flatten();
        let names = entries.filter_map(|entry| entry.file_name().into_string().ok());
        names.filter(move |name| name.starts_with(&prefix)).filter_map(|name| {
            let Ok(Found::Sealed(found)) = journal::read_as(&self.folder, &name) else { return None };
            let text = found.open(&self.session.as_ref()?.key)?;
            Some((name, found.header, text))
        })
    }

    /// Unlocks with what was typed.
    pub(super) fn open_with(&mut self, passphrase: &Passphrase) -> Result<Opened, VaultError> {
        if self.locked.is_none() {
            match self.open() {
                Err(VaultError::NeedsPassphrase) => {}
                other => return other,
            }
        }
        let Some(envelope) = &self.locked else { return Err(VaultError::NeedsPassphrase) };
        self.seal = Some(Seal::unlock(envelope, passphrase)?);
        self.open().map_err(|error| {
            let locked = self.locked.take();
            let _reason = self.needs_passphrase();
            self.locked = locked;
            // another program has set another one in the meantime
            if error == VaultError::NeedsPassphrase { VaultError::WrongPassphrase } else { error }
        })
    }

    /// Puts the accounts under `new`, or in the clear.
    pub(super) fn put_under(
        &mut self,
        current: Option<&Passphrase>,
        new: Option<&Passphrase>,
    ) -> Result<Arc<Document>, VaultError> {
        if self.session.is_none() {
            self.open()?;
        }
        // before the locks: it takes seconds, and other programs shall not wait for it
        if let Some(seal) = &self.seal {
            seal.check(current.ok_or(VaultError::WrongPassphrase)?)?;
        }
        let seal = new.map(|new| Seal::new(new, self.work_factor)).transpose()?;
        let _held = self.begin_change()?;
        let Some(session) = &self.session else { return Err(VaultError::AnotherKeyring) };
        let document = session.document.duplicate();
        let before = std::mem::replace(&mut self.seal, seal);
        match self.commit(document) {
            Ok(document) => {
                if self.rewrite_old_journals(before.as_ref()).is_err() {
                    self.note(VaultNote::OldCopies);
                }
                Ok(document)
            }
            Err(error) => {
                self.seal = before;
                Err(error)
            }
        }
    }

    /// Writes the journals that were kept aside under the passphrase that holds now, as far as they can be read. One that cannot stays.
    fn rewrite_old_journals(&self, before: Option<&Seal>) -> Result<(), VaultError> {
        let Some(session) = &self.session else { return Ok(()) };
        for (name, header, text) in self.old_journals() {
            let Ok(Said::Document(document)) = envelope::read(&text, before) else { continue };
            let text = self.closed(&document)?;
            journal::write_as(&self.folder, &name, &session.key, &header, &text)?;
        }
        Ok(())
    }

    /// What says `document`, as it may be kept: not in the clear while there is a passphrase.
    pub(super) fn closed(&self, document: &Document) -> Result<Zeroizing<String>, VaultError> {
        self.seal.as_ref().map_or_else(|| Ok(document.to_json()), |seal| seal.close(document))
    }
}
