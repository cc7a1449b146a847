//! The vault where no keyring answers: two plain age files, in the data directory or wherever the person says.
//!
//! - `vault.key.age`: an age identity (`AGE-SECRET-KEY-1…`), encrypted with the passphrase (scrypt, N = 2^18, about a second).
//! - `vault.age`: the document as JSON, encrypted to that identity. A change writes this file alone and costs no key derivation.
//! - `vault.age.bak` and `vault.key.age.bak`: the version before, in case the newest cannot be read.
//!
//! A file at another place keeps its own name: `work.age` has `work.key.age` beside it, `work.age.bak` and `work.key.age.bak`, and
//! is locked by `work.age.lock`; a name without `.age` gets `.key` at its end.
//!
//! Without this program: `age -d -i vault.key.age vault.age` asks for the passphrase and prints the JSON. Format: <https://age-encryption.org/v1>.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use zeroize::Zeroizing;

use crate::app::change::Change;
use crate::app::document::{Document, MAX_BYTES, MAX_ENTRIES};
use crate::app::ports::{Examined, Opened, Place, Vault, VaultError, VaultNote};

use super::atomic_file::{Folder, Replaced, Version};
use super::in_use::InUse;
use super::lock::{DEADLINE, Lock};

pub(super) mod crypt;
mod examine;
mod making;
mod moving;
mod passphrase;
mod place;

pub use crypt::Passphrase;
use crypt::{Closed, MAX_WORK_FACTOR, VaultKey};
pub use place::FilePlace;

/// How every file of age begins.
const AGE: &[u8] = b"age-encryption.org/";
/// scrypt's N as a power of two: about a second and 256 MiB, as `age` itself takes.
pub(super) const WORK_FACTOR: u8 = 18;

/// The vault in a file. Locked until [`create`](Self::create) or [`unlock`](Self::unlock).
pub struct FileVault {
    place: FilePlace,
    folder: Folder,
    work_factor: u8,
    key: Option<VaultKey>,
    /// The key file that `key` came from.
    key_seen: Option<Version>,
    session: Option<Session>,
    given_up: Arc<AtomicBool>,
    notes: Vec<VaultNote>,
}

struct Session {
    document: Arc<Document>,
    /// The highest generation that may ever have been written.
    newest: u64,
    /// The file as it was when it was last read or written.
    seen: Version,
    /// It could not be read then, and `document` is that of the previous file.
    damaged: bool,
    /// Another key opens the file, too: a change of the passphrase was interrupted.
    several: bool,
}

/// What a file of ours holds.
struct Found {
    document: Document,
    several: bool,
}

impl FileVault {
    /// The vault file at `place`. Nothing is touched yet.
    #[must_use]
    pub fn new(place: FilePlace) -> Self {
        let folder = Folder::new(&place.folder);
        Self::with_folder(place, folder, WORK_FACTOR)
    }

    /// The same with the files behind `folder` and another work factor (1 to 20), for tests.
    #[must_use]
    pub fn with_folder(place: FilePlace, folder: Folder, work_factor: u8) -> Self {
        let work_factor = work_factor.clamp(1, MAX_WORK_FACTOR);
        Self { place, folder, work_factor, key: None, key_seen: None, session: None, given_up: Arc::default(), notes: vec![] }
    }

    /// The same; making and unlocking end after the derivation of the key with [`VaultError::GivenUp`] if `given_up` was set meanwhile.
    #[must_use]
    pub fn until(mut self, given_up: Arc<AtomicBool>) -> Self {
        self.given_up = given_up;
        self
    }

    fn go_on(&self) -> Result<(), VaultError> {
        if self.given_up.swap(false, Ordering::SeqCst) { Err(VaultError::GivenUp) } else { Ok(()) }
    }

    fn forget_all(&mut self) {
        self.key = None;
        self.key_seen = None;
        self.session = None;
    }

    /// Sets the file and its key aside (renamed, never deleted): the passphrase is forgotten, or it cannot be read.
    ///
    /// # Errors
    /// [`VaultError::Disk`]; what was not renamed by then is where it was.
    pub fn set_aside(&mut self) -> Result<(), VaultError> {
        let _lock = self.lock()?;
        self.forget_all();
        if matches!(self.in_use()?, InUse::File(_)) {
            // the keyring's old copy is what is left
            InUse::Keyring { old: None }.write(&self.folder)?;
        }
        self.place.names().iter().try_for_each(|name| self.folder.set_aside(name))
    }

    /// Opens the vault file. Takes about a second.
    ///
    /// # Errors
    /// What is wrong with the passphrase, the key file or the vault file, as far as the format can tell; [`VaultError::Moved`].
    pub fn unlock(&mut self, passphrase: &Passphrase) -> Result<Opened, VaultError> {
        self.refuse_left()?;
        self.forget_all();
        let seen = self.folder.version(&self.place.key);
        let key = self.open_key(passphrase)?;
        self.go_on()?;
        (self.key, self.key_seen) = (Some(key), Some(seen));
        self.open()
    }

    fn lock(&self) -> Result<Lock, VaultError> {
        Lock::acquire(&self.place.lock, DEADLINE)
    }

    /// What is in `name`, `None` if there is no such file; or why it cannot be read.
    fn read(&self, name: &str) -> Result<Result<Option<Found>, Closed>, VaultError> {
        let key = self.key.as_ref().ok_or(VaultError::NeedsPassphrase)?;
        let Some(sealed) = self.folder.read(name)? else { return Ok(Ok(None)) };
        let text = match key.decrypt(&sealed) {
            Ok(text) => text,
            Err(why) => return Ok(Err(why)),
        };
        let Ok(text) = std::str::from_utf8(&text) else { return Ok(Err(Closed::Damaged)) };
        match Document::from_json(text).map_err(VaultError::from) {
            Ok(document) => Ok(Ok(Some(Found { document, several: crypt::for_several(&sealed) }))),
            Err(VaultError::Damaged) => Ok(Err(Closed::Damaged)),
            Err(error) => Err(error),
        }
    }

    fn version(&self) -> Version {
        self.folder.version(&self.place.document)
    }

    /// Reads the newest version that can be read. Under the lock.
    fn load(&mut self) -> Result<Vec<VaultNote>, VaultError> {
        let seen = self.version();
        let newest = match self.read(&self.place.document)? {
            Ok(Some(Found { document, several })) => {
                let newest = document.generation;
                self.session = Some(Session { newest, document: Arc::new(document), seen, damaged: false, several });
                return Ok(vec![]);
            }
            Ok(None) => None,
            Err(why) => Some(why),
        };
        if newest == Some(Closed::Foreign) && self.key_is_another() {
            return Err(self.changed_passphrase());
        }
        let path = self.place.path();
        match self.read(&self.place.document_before)? {
            Ok(Some(Found { document, .. })) => {
                // what cannot be read was the next generation
                let newest = document.generation.saturating_add(1);
                self.session = Some(Session { document: Arc::new(document), newest, seen, damaged: true, several: false });
                Ok(vec![VaultNote::PreviousFile])
            }
            Err(Closed::Foreign) => Err(VaultError::KeyMismatch { path }),
            _ if newest == Some(Closed::Foreign) => Err(VaultError::KeyMismatch { path }),
            Ok(None) | Err(_) => Err(VaultError::FileDamaged { path }),
        }
    }

    /// Takes over what another program wrote since.
    fn take(&mut self) -> Result<(), VaultError> {
        let version = self.version();
        if self.session.as_ref().is_none_or(|session| session.seen == version) {
            return Ok(());
        }
        let path = self.place.path();
        let found = match self.read(&self.place.document)? {
            Ok(Some(found)) => found,
            Ok(None) => return Ok(()),
            Err(Closed::Foreign) if self.key_is_another() => return Err(self.changed_passphrase()),
            Err(Closed::Foreign) => return Err(VaultError::KeyMismatch { path }),
            Err(_) => return Err(VaultError::FileDamaged { path }),
        };
        if let Some(session) = self.session.as_mut() {
            session.seen = version;
            session.damaged = false;
            session.several = found.several;
            if found.document.generation > session.document.generation {
                session.newest = session.newest.max(found.document.generation);
                session.document = Arc::new(found.document);
            }
        }
        Ok(())
    }

    /// Writes `document` as the next generation; the version before it stays as `.bak`. Under the lock.
    fn write(&mut self, mut document: Document) -> Result<Arc<Document>, VaultError> {
        let (Some(session), Some(key)) = (&self.session, &self.key) else { return Err(VaultError::NeedsPassphrase) };
        document.generation = session.newest.checked_add(1).ok_or(VaultError::TooLarge)?;
        let grown = document.entries() > session.document.entries();
        let json = document.to_json();
        if json.len() > MAX_BYTES || grown && document.entries() > MAX_ENTRIES {
            return Err(VaultError::TooLarge);
        }
        let sealed = crypt::seal(&[key], &json)?;
        if session.damaged {
            // a damaged file must not take the place of the good one before it
            self.folder.set_aside(&self.place.document)?;
        } else if let Some(before) = self.folder.read(&self.place.document)? {
            self.folder.replace(&self.place.document_before, &before)?;
        }
        if self.folder.put(&self.place.document, &sealed)? != Replaced::Durable {
            // everybody sees it, and so it is no error: what is shown to have failed must not be there
            self.note(VaultNote::Unsynced);
        }
        let (newest, document) = (document.generation, Arc::new(document));
        let seen = self.version();
        self.session = Some(Session { document: Arc::clone(&document), newest, seen, damaged: false, several: false });
        Ok(document)
    }

    /// Said once.
    fn note(&mut self, note: VaultNote) {
        if !self.notes.contains(&note) {
            self.notes.push(note);
        }
    }

    fn opened(&mut self, mut notes: Vec<VaultNote>) -> Result<Opened, VaultError> {
        let document = self.session.as_ref().map(|session| Arc::clone(&session.document)).ok_or(VaultError::NeedsPassphrase)?;
        if document.odd() > 0 {
            notes.push(VaultNote::OddEntries { count: document.odd() });
        }
        notes.append(&mut self.notes);
        Ok(Opened { document, place: Place::File(self.place.path()), notes, passphrase: true })
    }
}

impl Vault for FileVault {
    fn open(&mut self) -> Result<Opened, VaultError> {
        if self.key.is_none() {
            return Err(VaultError::NeedsPassphrase);
        }
        let _lock = self.lock()?;
        self.refuse_left()?;
        self.folder.sweep(&self.place.names());
        // what is read now is shown and built upon: a program that was ended before it could say so shall not take it back
        if self.folder.sync().is_err() {
            self.note(VaultNote::Unsynced);
        }
        let notes = self.load()?;
        // what cannot be ended now is ended at the next change or start; until then both passphrases open it
        let _ = self.end_change();
        self.opened(notes)
    }

    fn change(&mut self, change: &Change) -> Result<Arc<Document>, VaultError> {
        let _lock = self.lock()?;
        self.refuse_left()?;
        if self.session.as_ref().is_none_or(|session| session.damaged) {
            // another program may have written a good file in place of the damaged one
            self.load()?;
        } else {
            self.take()?;
        }
        self.end_change()?;
        let session = self.session.as_ref().ok_or(VaultError::NeedsPassphrase)?;
        let mut document = session.document.duplicate();
        document.apply(change)?;
        self.write(document)
    }

    fn newer(&mut self, than: u64) -> Result<Option<Arc<Document>>, VaultError> {
        if self.session.is_some() {
            self.refuse_left()?;
        }
        self.take()?;
        let document = self.session.as_ref().map(|session| &session.document);
        Ok(document.filter(|document| document.generation > than).cloned())
    }

    /// Sets the file aside. With the passphrase forgotten, the answer is [`VaultError::NeedsPassphrase`] and
    /// [`create`](Self::create) then takes a new one; an unlocked vault goes on with its own.
    fn start_over(&mut self) -> Result<Opened, VaultError> {
        if self.key.is_none() {
            self.set_aside()?;
            return Err(VaultError::NeedsPassphrase);
        }
        let _lock = self.lock()?;
        self.refuse_left()?;
        self.folder.copy_aside(&self.place.document)?;
        // a document that cannot be read now is above the last one that could
        let newest = self.session.as_ref().map_or(0, |session| session.newest.saturating_add(1));
        let seen = self.version();
        let before = self.session.replace(Session { document: Arc::default(), newest, seen, damaged: false, several: false });
        if let Err(error) = self.write(Document::default()) {
            self.session = before;
            return Err(error);
        }
        self.opened(vec![VaultNote::FirstStart])
    }

    fn adopt(&mut self, document: &Document) -> Result<(), VaultError> {
        self.take_over(document)
    }

    fn leave(&mut self, generation: u64) -> Result<(), VaultError> {
        self.hand_on(generation)
    }

    fn forget(&mut self) -> bool {
        self.forget_all();
        true
    }

    fn unlock(&mut self, passphrase: Zeroizing<String>) -> Result<Opened, VaultError> {
        Self::unlock(self, &Passphrase::new(passphrase))
    }

    fn protect(
        &mut self,
        current: Option<Zeroizing<String>>,
        new: Option<Zeroizing<String>>,
    ) -> Result<Arc<Document>, VaultError> {
        let new = new.ok_or(VaultError::Refused("a vault file always has a passphrase"))?;
        let current = current.ok_or(VaultError::WrongPassphrase)?;
        self.replace_passphrase(&Passphrase::new(current), &Passphrase::new(new))?;
        self.session.as_ref().map(|session| Arc::clone(&session.document)).ok_or(VaultError::NeedsPassphrase)
    }

    fn notes(&mut self) -> Vec<VaultNote> {
        std::mem::take(&mut self.notes)
    }

    fn examine(&mut self) -> Examined {
        Examined::File(self.look())
    }

    fn canceller(&self) -> Arc<dyn Fn() + Send + Sync> {
        let given_up = Arc::clone(&self.given_up);
        Arc::new(move || given_up.store(true, Ordering::SeqCst))
    }
}
