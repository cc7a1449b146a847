//! The vault in a keyring: one document in a few items, a journal on disk until the keyring has proved that it keeps what it was given.
//!
//! ```text
//! W1  unlock; lock; canary; the newest document, here or in the keyring; apply; generation + 1
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
//! Several data directories may use one vault. A lock per vault, where all programs of the user see it, stands beside that of the directory
//! (module `held`); every change looks at the generations in the keyring; a part that says something is never written over, and no journal
//! is, without a copy, unless the keyring was seen to hold it. Programs that cannot see each other's locks may still write two documents
//! of one number: module `fork`.
//!
//! One promise cannot be kept by any order of writes: a keyring that writes late (KWallet: 5 seconds) can lose the *key* if the power fails
//! within that time of the first start, and with it what was saved meanwhile. Later changes do not depend on its haste.

pub mod envelope;
mod examine;
mod flaw;
mod fork;
mod held;
mod items;
mod moved;
mod port;
mod sealed;
mod stamp;
mod start;
mod usual;

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;

use zeroize::Zeroizing;

use crate::app::document::{Document, DocumentError, MAX_BYTES, MAX_ENTRIES};
use crate::app::ports::{Place, Vault, VaultError, VaultNote};

use super::atomic_file::{Folder, Replaced, Version};
use super::boot::BootId;
use super::data_dir::DataDir;
use super::journal::{self, Header, Key};
use super::lock;
use super::parts::{ItemName, VaultId};
use super::vault_file::WORK_FACTOR;

use envelope::{Envelope, Said, Seal};
#[cfg(debug_assertions)]
pub use flaw::Flaw;
#[cfg(not(debug_assertions))]
use flaw::Flaw;
use flaw::Flawed;
use held::Held;
use items::Put;
pub use port::{Keyring, KeyringError};
use stamp::Stamp;

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
    shared: Option<PathBuf>,
    session: Option<Session>,
    /// The passphrase's key, if the accounts are under one and it was typed.
    seal: Option<Seal>,
    /// What waits for its passphrase.
    locked: Option<Envelope>,
    work_factor: u8,
    notes: Vec<VaultNote>,
    flawed: Flawed,
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
    /// Whether the keyring was seen to hold `document`: then who writes the next generation has read it.
    stored: Stored,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Stored {
    Yes,
    No,
    /// It was read from the journal, and what became of it is not known.
    Unknown,
}

impl<K: Keyring> KeyringVault<K> {
    /// The vault in `keyring`, with its journal in `dir`, during `boot`. Nothing is touched before [`Vault::open`].
    pub fn new(keyring: K, dir: DataDir, boot: BootId) -> Self {
        let folder = Folder::new(dir.path());
        Self::with_folder(keyring, dir, folder, boot)
    }

    /// The same with the data directory's files behind `folder`: how tests end a program in the middle of a write.
    pub fn with_folder(keyring: K, dir: DataDir, folder: Folder, boot: BootId) -> Self {
        Self {
            keyring,
            dir,
            folder,
            boot,
            shared: lock::shared_place(),
            session: None,
            seal: None,
            locked: None,
            work_factor: WORK_FACTOR,
            notes: Vec::new(),
            flawed: Flawed::default(),
        }
    }

    /// The same with another work factor for new passphrases (1 to 20), for tests.
    #[must_use]
    pub fn with_work_factor(mut self, work_factor: u8) -> Self {
        self.work_factor = work_factor;
        self
    }

    /// The same with the locks that programs of other data directories look at in `shared`; `None`: in no such place.
    #[must_use]
    pub fn locking_in(mut self, shared: Option<PathBuf>) -> Self {
        self.shared = shared;
        self
    }

    /// The same with a mistake made on purpose, so that tests can show that they would find it. Not in a release build.
    #[cfg(debug_assertions)]
    #[must_use]
    pub fn flawed(mut self, flaw: Flaw) -> Self {
        self.flawed = Flawed { made: Some(flaw) };
        self
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
        let json = match &self.seal {
            Some(seal) => seal.close(&document)?,
            None => document.to_json(),
        };
        if json.len() > MAX_BYTES || grown && document.entries() > MAX_ENTRIES {
            return Err(VaultError::TooLarge);
        }
        let header = self.header(session.vault, document.generation);
        let replaced = journal::write(&self.folder, &session.key, &header, &json)?;
        if replaced != Replaced::Durable {
            self.note(VaultNote::Unsynced);
        }
        let document = Arc::new(document);
        if let Some(session) = &mut self.session {
            session.document = Arc::clone(&document);
            session.newest = header.generation;
            session.seen = self.folder.version(journal::NAME);
            session.stored = Stored::No;
            if !session.stamped {
                let written = self.folder.copy_aside(stamp::NAME).and_then(|()| Stamp::of(header.vault).write(&self.folder));
                session.stamped = written.is_ok();
            }
        }
        self.store(header.vault, header.generation, &json);
        Ok(document)
    }

    /// W3 to W5. What fails here is no loss: the journal has it, and it is tried again.
    fn store(&mut self, vault: VaultId, generation: u64, json: &str) {
        let mut keep = self.session.as_ref().map(|session| session.keep.clone()).unwrap_or_default();
        if self.flawed.makes(Flaw::ConfirmedRemoved) {
            keep.clear();
        }
        if items::put(&mut self.keyring, vault, generation, json) != Ok(Put::Done) {
            self.note(VaultNote::KeyringBehind);
            return;
        }
        if let Some(session) = &mut self.session {
            session.stored = Stored::Yes;
        }
        // what cannot be removed now is removed after the next change
        let _ = items::remove_before(&mut self.keyring, vault, generation, &keep);
        if self.flawed.makes(Flaw::NoLaterBoot) {
            self.confirm(generation);
        }
    }

    /// Said once.
    fn note(&mut self, note: VaultNote) {
        if !self.notes.contains(&note) {
            self.notes.push(note);
        }
    }

    /// What stands before every change: the locks, our keyring, and what others wrote.
    fn begin_change(&mut self) -> Result<Held, VaultError> {
        if self.session.is_none() {
            let opened = self.open()?;
            self.notes = opened.notes;
        }
        self.refuse_left()?;
        self.keyring.unlock()?;
        let mut held = self.hold()?;
        self.refuse_left()?;
        if let Some(session) = &self.session {
            held.vault(session.vault)?;
        }
        if !self.flawed.makes(Flaw::NoCanary) {
            self.canary()?;
        }
        if !self.flawed.makes(Flaw::NotRead) {
            self.refresh(&mut held)?;
        }
        Ok(held)
    }

    /// Starts again in the middle of a change: another program went over to another vault. What a start says is said later.
    fn start_again(&mut self, held: &mut Held) -> Result<(), VaultError> {
        let Some(session) = &self.session else { return Err(VaultError::AnotherKeyring) };
        let (place, said) = (session.place.clone(), std::mem::take(&mut self.notes));
        let opened = self.start(place, held);
        let new = std::mem::replace(&mut self.notes, said);
        for note in opened?.notes.into_iter().chain(new) {
            self.note(note);
        }
        Ok(())
    }

    /// Takes over what other programs wrote since, in this data directory and in others. Under the locks.
    fn refresh(&mut self, held: &mut Held) -> Result<(), VaultError> {
        let Some(session) = &self.session else { return Err(VaultError::AnotherKeyring) };
        let vault = session.vault;
        match Stamp::read(&self.folder)? {
            Some(stamp) if stamp.vault != vault => return self.start_again(held),
            // another program may have confirmed a generation since, and then it is the one that must stay
            Some(stamp) => self.keep([stamp.confirmed]),
            None => {}
        }
        match self.take_journal()? {
            Taken::Foreign => return self.start_again(held),
            // damaged while we were open: it is not written over
            Taken::Damaged => self.folder.set_aside(journal::NAME)?,
            Taken::Nothing | Taken::Ours => {}
        }
        self.look_into_the_keyring(vault)
    }

    /// Reads the journal and takes its document if it is newer.
    fn take_journal(&mut self) -> Result<Taken, VaultError> {
        let version = self.folder.version(journal::NAME);
        let Some(session) = &mut self.session else { return Ok(Taken::Nothing) };
        let sealed = match journal::read(&self.folder)? {
            journal::Found::None => return Ok(Taken::Nothing),
            journal::Found::Damaged => return Ok(Taken::Damaged),
            journal::Found::Sealed(sealed) => sealed,
        };
        session.seen = version;
        let generation = sealed.header.generation;
        if sealed.header.vault != session.vault {
            return Ok(Taken::Foreign);
        }
        session.newest = session.newest.max(generation);
        let Some(text) = sealed.open(&session.key) else { return Ok(Taken::Damaged) };
        if generation > session.document.generation {
            match envelope::read(&text, self.seal.as_ref())? {
                Said::Document(document) => session.document = Arc::new(document),
                Said::Locked(_) => return Err(self.needs_passphrase()),
            }
            session.stored = Stored::Unknown;
            if !envelope::is_sealed(&text) {
                self.seal = None;
            }
        }
        Ok(Taken::Ours)
    }
}

/// What the journal on disk was.
enum Taken {
    Nothing,
    /// Ours, at whatever generation.
    Ours,
    Damaged,
    /// Another vault's.
    Foreign,
}
