//! The vault in a keyring: one document in a few items, a journal on disk until the keyring has proved that it keeps what it was given.
//!
//! ```text
//! W1  canary; lock; the newest document; apply; generation + 1
//! W2  the journal with this boot's id, durably           <- from here on it is saved
//! W3  the parts into the keyring    W4  read back and compare    W5  remove superseded generations
//! ```
//!
//! A later boot that reads the journal's generation from the keyring, complete and equal, records it as confirmed and removes the journal.
//! The boot id is in the journal before the keyring is touched; the other order could confirm what is not on disk.
//!
//! What is confirmed, and which vault is ours, stands in the file `vault-id` (`stamp`) and not in the state database: it is needed before
//! the keyring is asked anything, must not depend on a second file format being healthy, and losing it is harmless. Without it the vault
//! is found by the journal's first line or by its key item, and more generations are kept than needed.
//!
//! One promise cannot be kept by any order of writes: a keyring that writes late (KWallet: 5 seconds) can lose the *key* if the power fails
//! within that time of the first start, and with it what was saved meanwhile. Later changes do not depend on its haste.

mod items;
mod stamp;
mod start;

use std::collections::BTreeSet;
use std::sync::Arc;

use zeroize::Zeroizing;

use crate::app::change::Change;
use crate::app::document::{Document, DocumentError, MAX_BYTES, MAX_ENTRIES};
use crate::app::ports::{Opened, Place, Vault, VaultError, VaultNote};

use super::atomic_file::{Folder, Version};
use super::boot::BootId;
use super::data_dir::DataDir;
use super::journal::{self, Header, Key};
use super::lock::{DEADLINE, Lock};
use super::parts::{ItemName, VaultId};

use stamp::Stamp;

/// A place for small named texts, as the operating systems offer it. Calls may block, but not for ever.
pub trait Keyring: Send {
    /// Connects anew if need be and unlocks, with the keyring's own prompt if it has to.
    ///
    /// # Errors
    /// [`KeyringError`].
    fn connect(&mut self) -> Result<Place, KeyringError>;

    /// The value of our item `name`, `None` if there is none.
    ///
    /// # Errors
    /// [`KeyringError`]; `Unreadable` when it is there but is no text or is there twice.
    fn get(&mut self, name: &str) -> Result<Option<Zeroizing<String>>, KeyringError>;

    /// Writes our item `name`: one line of printable ASCII, at most [`longest`](Self::longest) characters.
    ///
    /// # Errors
    /// [`KeyringError`]; whether it was written is then not known.
    fn set(&mut self, name: &str, value: &str) -> Result<(), KeyringError>;

    /// Removes our item `name`; one that is not there is fine.
    ///
    /// # Errors
    /// [`KeyringError`]; whether it was removed is then not known.
    fn delete(&mut self, name: &str) -> Result<(), KeyringError>;

    /// The names of all our items.
    ///
    /// # Errors
    /// [`KeyringError`].
    fn list(&mut self) -> Result<Vec<String>, KeyringError>;

    /// The most characters one item takes.
    fn longest(&self) -> usize;

    /// Gives up the wait for the prompt from another thread.
    fn canceller(&self) -> Arc<dyn Fn() + Send + Sync>;
}

/// What a keyring can answer instead of doing it. Holds nothing of what was stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyringError {
    /// No program offers a keyring.
    #[error("no keyring program answers")]
    NoProvider,
    /// A program owns the name but does not answer in time.
    #[error("the keyring does not answer")]
    Silent,
    /// It is locked and no prompt could be shown.
    #[error("the keyring is locked")]
    Locked,
    /// The prompt was closed, or the wait for it given up.
    #[error("the keyring was not unlocked")]
    PromptDismissed,
    /// The item is there, but is no text or is there twice.
    #[error("the item cannot be read")]
    Unreadable,
    /// Anything else, by a fixed word.
    #[error("the keyring refused: {0}")]
    Refused(&'static str),
}

impl From<KeyringError> for VaultError {
    fn from(error: KeyringError) -> Self {
        match error {
            KeyringError::NoProvider => Self::NoProvider,
            KeyringError::Silent => Self::Silent,
            KeyringError::Locked => Self::Locked,
            KeyringError::PromptDismissed => Self::PromptDismissed,
            KeyringError::Unreadable => Self::Damaged,
            KeyringError::Refused(word) => Self::Refused(word),
        }
    }
}

impl From<DocumentError> for VaultError {
    fn from(error: DocumentError) -> Self {
        match error {
            DocumentError::Damaged => Self::Damaged,
            DocumentError::TooNew => Self::TooNew,
        }
    }
}

/// The vault in `K`, with its journal in the data directory.
pub struct KeyringVault<K> {
    keyring: K,
    dir: DataDir,
    folder: Folder,
    boot: BootId,
    session: Option<Session>,
    notes: Vec<VaultNote>,
}

/// An open vault.
struct Session {
    vault: VaultId,
    key: Key,
    place: Place,
    document: Arc<Document>,
    /// The highest generation number ever seen: the next one lies above it, whatever became of it.
    newest: u64,
    /// Generations that are not removed: the confirmed one, the one found at start, and what could not be read then.
    keep: BTreeSet<u64>,
    /// The stamp still names no vault, or another one.
    stamped: bool,
    /// The journal that `document` was read from or written to.
    seen: Version,
}

impl<K: Keyring> KeyringVault<K> {
    /// The vault in `keyring`, with its journal in `dir`, during `boot`. Nothing is touched before [`Vault::open`].
    pub fn new(keyring: K, dir: DataDir, boot: BootId) -> Self {
        let folder = Folder::new(dir.path());
        Self::with_folder(keyring, dir, folder, boot)
    }

    /// The same with the data directory's files behind `folder`: how tests end a program in the middle of a write.
    pub fn with_folder(keyring: K, dir: DataDir, folder: Folder, boot: BootId) -> Self {
        Self { keyring, dir, folder, boot, session: None, notes: Vec::new() }
    }

    fn lock(&self) -> Result<Lock, VaultError> {
        Lock::acquire(&self.dir.lock(), DEADLINE)
    }

    /// The vault key. Without it, nothing is changed anywhere.
    fn key(&mut self, vault: VaultId) -> Result<Key, VaultError> {
        let text = self.keyring.get(&ItemName::Key(vault).to_string())?.ok_or(VaultError::AnotherKeyring)?;
        let bytes =
            data_encoding::BASE64URL_NOPAD.decode(text.as_bytes()).map(Zeroizing::new).map_err(|_| VaultError::Damaged)?;
        let key: [u8; 32] = bytes.as_slice().try_into().map_err(|_| VaultError::Damaged)?;
        Ok(Key::new(key))
    }

    /// Whether the keyring that answers now is still ours.
    fn canary(&mut self) -> Result<(), VaultError> {
        let Some((vault, ours)) = self.session.as_ref().map(|session| (session.vault, session.key.clone())) else {
            return Err(VaultError::AnotherKeyring);
        };
        if self.key(vault)? == ours { Ok(()) } else { Err(VaultError::AnotherKeyring) }
    }

    fn header(&self, vault: VaultId, generation: u64) -> Header {
        Header { vault, generation, boot: self.boot.clone() }
    }

    /// W2 to W5: saves `document` as the next generation.
    fn commit(&mut self, mut document: Document) -> Result<Arc<Document>, VaultError> {
        let Some(session) = &self.session else { return Err(VaultError::AnotherKeyring) };
        let grown = document.entries() > session.document.entries();
        document.generation = session.newest.checked_add(1).ok_or(VaultError::TooLarge)?;
        let json = document.to_json();
        if json.len() > MAX_BYTES || grown && document.entries() > MAX_ENTRIES {
            return Err(VaultError::TooLarge);
        }
        let header = self.header(session.vault, document.generation);
        journal::write(&self.folder, &session.key, &header, &json)?;
        let document = Arc::new(document);
        if let Some(session) = &mut self.session {
            session.document = Arc::clone(&document);
            session.newest = header.generation;
            session.seen = self.folder.version(journal::NAME);
            if !session.stamped {
                let written = self.folder.set_aside(stamp::NAME).and_then(|()| Stamp::of(header.vault).write(&self.folder));
                session.stamped = written.is_ok();
            }
        }
        self.store(header.vault, header.generation, &json);
        Ok(document)
    }

    /// W3 to W5. What fails here is no loss: the journal has it, and it is tried again.
    fn store(&mut self, vault: VaultId, generation: u64, json: &str) {
        let keep = self.session.as_ref().map(|session| session.keep.clone()).unwrap_or_default();
        let stored = items::put(&mut self.keyring, vault, generation, json);
        if stored.is_err() {
            self.behind();
            return;
        }
        // what cannot be removed now is removed after the next change
        let _ = items::remove_before(&mut self.keyring, vault, generation, &keep);
    }

    /// The journal has what the keyring has not: said once.
    fn behind(&mut self) {
        if !self.notes.contains(&VaultNote::KeyringBehind) {
            self.notes.push(VaultNote::KeyringBehind);
        }
    }

    /// Takes over what another program wrote since. Under the lock.
    fn refresh(&mut self) -> Result<(), VaultError> {
        let Some(session) = &self.session else { return Err(VaultError::AnotherKeyring) };
        if Stamp::read(&self.folder)?.is_some_and(|stamp| stamp.vault != session.vault) {
            let place = session.place.clone();
            return self.start(place).map(drop);
        }
        let (vault, own) = (session.vault, session.document.generation);
        let journalled = self.take_journal()?;
        if journalled.is_none() {
            // damaged while we were open: it is not written over
            self.folder.set_aside(journal::NAME)?;
        }
        if journalled.unwrap_or(0) < own.max(1) {
            let reading = items::newest_above(&mut self.keyring, vault, own)?;
            if let Some(session) = &mut self.session {
                session.newest = session.newest.max(reading.newest);
                session.keep.extend(reading.unread.iter().copied());
                if let Some((_, document)) = reading.best {
                    session.document = Arc::new(document);
                }
            }
        }
        Ok(())
    }

    /// Reads the journal and takes its document if it is newer. Its generation; 0 without a journal of ours, `None` if it is damaged.
    fn take_journal(&mut self) -> Result<Option<u64>, VaultError> {
        let version = self.folder.version(journal::NAME);
        let Some(session) = &mut self.session else { return Ok(Some(0)) };
        let sealed = match journal::read(&self.folder)? {
            journal::Found::None => return Ok(Some(0)),
            journal::Found::Damaged => return Ok(None),
            journal::Found::Sealed(sealed) => sealed,
        };
        session.seen = version;
        let generation = sealed.header.generation;
        if sealed.header.vault != session.vault {
            return Ok(Some(0));
        }
        session.newest = session.newest.max(generation);
        let Some(text) = sealed.open(&session.key) else { return Ok(None) };
        if generation > session.document.generation {
            session.document = Arc::new(Document::from_json(&text)?);
        }
        Ok(Some(generation))
    }
}

impl<K: Keyring> Vault for KeyringVault<K> {
    fn open(&mut self) -> Result<Opened, VaultError> {
        // before the lock: a prompt may stay open for long, and other programs shall not wait for it
        let place = self.keyring.connect()?;
        let _lock = self.lock()?;
        self.folder.sweep(&[journal::NAME, stamp::NAME]);
        self.start(place)
    }

    fn change(&mut self, change: &Change) -> Result<Arc<Document>, VaultError> {
        if self.session.is_none() {
            self.open()?;
        }
        self.canary()?;
        let _lock = self.lock()?;
        self.refresh()?;
        let Some(session) = &self.session else { return Err(VaultError::AnotherKeyring) };
        let mut document = session.document.duplicate();
        document.apply(change)?;
        self.commit(document)
    }

    fn newer(&mut self, than: u64) -> Result<Option<Arc<Document>>, VaultError> {
        let version = self.folder.version(journal::NAME);
        if self.session.as_ref().is_some_and(|session| session.seen != version) {
            // one that is damaged or of another vault is dealt with at the next change or start
            self.take_journal()?;
        }
        let document = self.session.as_ref().map(|session| &session.document);
        Ok(document.filter(|document| document.generation > than).cloned())
    }

    fn start_over(&mut self) -> Result<Opened, VaultError> {
        let place = self.keyring.connect()?;
        let _lock = self.lock()?;
        self.begin_anew(place)
    }

    fn notes(&mut self) -> Vec<VaultNote> {
        std::mem::take(&mut self.notes)
    }

    fn canceller(&self) -> Arc<dyn Fn() + Send + Sync> {
        self.keyring.canceller()
    }
}
