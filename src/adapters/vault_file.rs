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

use std::io::{self, Read, Write};
use std::sync::Arc;

use age::secrecy::{ExposeSecret, SecretString};
use age::{DecryptError, Decryptor, Encryptor};
use zeroize::Zeroizing;

use crate::app::change::Change;
use crate::app::document::{Document, MAX_BYTES, MAX_ENTRIES};
use crate::app::ports::{Examined, FileFacts, Opened, Place, Vault, VaultError, VaultNote};

use super::atomic_file::{Folder, Version};
use super::lock::{DEADLINE, Lock};

mod place;

pub use place::FilePlace;

/// How every file of age begins.
const AGE: &[u8] = b"age-encryption.org/";
/// scrypt's N as a power of two: about a second and 256 MiB, as `age` itself takes.
pub(super) const WORK_FACTOR: u8 = 18;
/// The most work a file may ask for: 2^20 is 1 GiB.
pub(super) const MAX_WORK_FACTOR: u8 = 20;

/// What the vault file's key is encrypted with. Wiped when dropped.
pub struct Passphrase(Zeroizing<String>);

impl Passphrase {
    /// Takes over what was typed.
    #[must_use]
    pub fn new(typed: Zeroizing<String>) -> Self {
        Self(typed)
    }

    pub(super) fn secret(&self) -> SecretString {
        SecretString::from(self.0.as_str())
    }
}

impl std::fmt::Debug for Passphrase {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Passphrase(…)")
    }
}

/// The vault in a file. Locked until [`create`](Self::create) or [`unlock`](Self::unlock).
pub struct FileVault {
    place: FilePlace,
    folder: Folder,
    work_factor: u8,
    identity: Option<age::x25519::Identity>,
    session: Option<Session>,
}

struct Session {
    document: Arc<Document>,
    /// The highest generation that may ever have been written.
    newest: u64,
    /// The file that `document` was read from or written to; `None`: it was the previous one, and the file itself is damaged.
    seen: Option<Version>,
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
        Self { place, folder, work_factor: work_factor.clamp(1, MAX_WORK_FACTOR), identity: None, session: None }
    }

    /// Sets the file and its key aside (renamed, never deleted): the passphrase is forgotten, or it cannot be read.
    ///
    /// # Errors
    /// [`VaultError::Disk`]; what was not renamed by then is where it was.
    pub fn set_aside(&mut self) -> Result<(), VaultError> {
        let _lock = self.lock()?;
        self.identity = None;
        self.session = None;
        self.place.names().iter().try_for_each(|name| self.folder.set_aside(name))
    }

    /// Makes an empty vault file with `passphrase`. Takes about a second.
    ///
    /// # Errors
    /// [`VaultError::Disk`] with the kind `AlreadyExists` when there is one: nothing is overwritten.
    pub fn create(&mut self, passphrase: &Passphrase) -> Result<Opened, VaultError> {
        let _lock = self.lock()?;
        if self.place.exists() {
            return Err(VaultError::Disk { path: self.place.path(), kind: io::ErrorKind::AlreadyExists });
        }
        // Something of another kind under our name is not ours to write over; what is left of an interrupted try is set aside.
        let foreign =
            |name: &&String| self.folder.read(name).is_ok_and(|there| there.is_some_and(|there| !there.starts_with(AGE)));
        if [&self.place.document, &self.place.key].iter().any(foreign) {
            return Err(VaultError::Disk { path: self.place.path(), kind: io::ErrorKind::AlreadyExists });
        }
        self.place.names().iter().try_for_each(|name| self.folder.set_aside(name))?;
        let identity = age::x25519::Identity::generate();
        // expose: it is encrypted in the next line
        let text = Zeroizing::new(format!("{}\n", identity.to_string().expose_secret()));
        let mut recipient = age::scrypt::Recipient::new(passphrase.secret());
        recipient.set_work_factor(self.work_factor);
        let sealed = encrypt(&recipient, text.as_bytes())?;
        self.identity = Some(identity);
        self.session = Some(Session { document: Arc::default(), newest: 0, seen: None });
        // The key last: until it stands there, there is no vault file, and the next try begins anew.
        let made = self
            .write(Document::default())
            .and_then(|_| self.folder.replace(&self.place.key_before, &sealed))
            .and_then(|()| self.folder.replace(&self.place.key, &sealed));
        if let Err(error) = made {
            self.identity = None;
            self.session = None;
            // Nothing is in them yet. What cannot be removed now is written over by the next try.
            let made = [&self.place.key, &self.place.key_before, &self.place.document];
            let _ = made.iter().try_for_each(|name| self.folder.remove(name));
            return Err(error);
        }
        self.opened(vec![VaultNote::FirstStart])
    }

    /// Opens the vault file. Takes about a second.
    ///
    /// # Errors
    /// [`VaultError::WrongPassphrase`] or [`VaultError::Damaged`], as far as the format can tell; [`VaultError::Refused`] when the
    /// file asks for more than 1 GiB of memory.
    pub fn unlock(&mut self, passphrase: &Passphrase) -> Result<Opened, VaultError> {
        self.identity = Some(self.identity(passphrase)?);
        self.open()
    }

    fn identity(&self, passphrase: &Passphrase) -> Result<age::x25519::Identity, VaultError> {
        let mut scrypt = age::scrypt::Identity::new(passphrase.secret());
        scrypt.set_max_work_factor(MAX_WORK_FACTOR);
        let mut worst = VaultError::Damaged;
        let mut tried: Option<Zeroizing<Vec<u8>>> = None;
        for name in [&self.place.key, &self.place.key_before] {
            let Some(sealed) = self.folder.read(name)? else { continue };
            if tried.as_ref() == Some(&sealed) {
                continue;
            }
            match decrypt(&scrypt, &sealed) {
                Ok(text) => {
                    let line =
                        std::str::from_utf8(&text).ok().and_then(|text| text.lines().find(|line| line.starts_with("AGE-")));
                    return line.and_then(|line| line.parse().ok()).ok_or(VaultError::Damaged);
                }
                Err(VaultError::Damaged) => {}
                Err(error) => worst = error,
            }
            tried = Some(sealed);
        }
        Err(worst)
    }

    fn lock(&self) -> Result<Lock, VaultError> {
        Lock::acquire(&self.place.lock, DEADLINE)
    }

    /// The document in `name`, `None` if there is no such file.
    fn read(&self, name: &str) -> Result<Option<Document>, VaultError> {
        let identity = self.identity.as_ref().ok_or(VaultError::NeedsPassphrase)?;
        let Some(sealed) = self.folder.read(name)? else { return Ok(None) };
        let text = decrypt(identity, &sealed).map_err(|error| match error {
            VaultError::WrongPassphrase => VaultError::Damaged,
            other => other,
        })?;
        let text = std::str::from_utf8(&text).map_err(|_| VaultError::Damaged)?;
        Ok(Some(Document::from_json(text)?))
    }

    /// Reads the newest version that can be read. Under the lock.
    fn load(&mut self) -> Result<Vec<VaultNote>, VaultError> {
        let version = self.folder.version(&self.place.document);
        match self.read(&self.place.document) {
            Ok(Some(document)) => {
                self.session = Some(Session { newest: document.generation, document: Arc::new(document), seen: Some(version) });
                Ok(vec![])
            }
            Ok(None) | Err(VaultError::Damaged) => {
                let document = self.read(&self.place.document_before)?.ok_or(VaultError::Damaged)?;
                // what cannot be read was the next generation
                let newest = document.generation.saturating_add(1);
                self.session = Some(Session { document: Arc::new(document), newest, seen: None });
                Ok(vec![VaultNote::PreviousFile])
            }
            Err(error) => Err(error),
        }
    }

    /// Takes over what another program wrote since.
    fn take(&mut self) -> Result<(), VaultError> {
        let version = self.folder.version(&self.place.document);
        if self.session.as_ref().is_none_or(|session| session.seen.is_none() || session.seen == Some(version)) {
            return Ok(());
        }
        let Some(document) = self.read(&self.place.document)? else { return Ok(()) };
        if let Some(session) = self.session.as_mut() {
            session.seen = Some(version);
            if document.generation > session.document.generation {
                session.newest = session.newest.max(document.generation);
                session.document = Arc::new(document);
            }
        }
        Ok(())
    }

    /// Writes `document` as the next generation; the version before it stays as `.bak`. Under the lock.
    fn write(&mut self, mut document: Document) -> Result<Arc<Document>, VaultError> {
        let (Some(session), Some(identity)) = (&self.session, &self.identity) else { return Err(VaultError::NeedsPassphrase) };
        document.generation = session.newest.checked_add(1).ok_or(VaultError::TooLarge)?;
        let grown = document.entries() > session.document.entries();
        let json = document.to_json();
        if json.len() > MAX_BYTES || grown && document.entries() > MAX_ENTRIES {
            return Err(VaultError::TooLarge);
        }
        let sealed = encrypt(&identity.to_public(), json.as_bytes())?;
        if session.seen.is_none() {
            // a damaged file must not take the place of the good one before it
            self.folder.set_aside(&self.place.document)?;
        } else if let Some(before) = self.folder.read(&self.place.document)? {
            self.folder.replace(&self.place.document_before, &before)?;
        }
        self.folder.replace(&self.place.document, &sealed)?;
        let (newest, document) = (document.generation, Arc::new(document));
        let seen = Some(self.folder.version(&self.place.document));
        self.session = Some(Session { document: Arc::clone(&document), newest, seen });
        Ok(document)
    }

    /// What is there now, and whether it can be decrypted if it is unlocked.
    pub(super) fn look(&self) -> FileFacts {
        let [document, previous, key, key_before] = self.place.names().map(|name| self.folder.join(name).exists());
        let unlocked = self.identity.is_some() && document;
        let opens = unlocked.then(|| self.read(&self.place.document).map(drop));
        FileFacts { path: self.place.path(), document, key: key || key_before, previous, opens }
    }

    fn opened(&self, mut notes: Vec<VaultNote>) -> Result<Opened, VaultError> {
        let document = self.session.as_ref().map(|session| Arc::clone(&session.document)).ok_or(VaultError::NeedsPassphrase)?;
        if document.odd() > 0 {
            notes.push(VaultNote::OddEntries { count: document.odd() });
        }
        Ok(Opened { document, place: Place::File(self.place.path()), notes, passphrase: true })
    }
}

impl Vault for FileVault {
    fn open(&mut self) -> Result<Opened, VaultError> {
        if self.identity.is_none() {
            return Err(VaultError::NeedsPassphrase);
        }
        let _lock = self.lock()?;
        self.folder.sweep(&self.place.names());
        let notes = self.load()?;
        self.opened(notes)
    }

    fn change(&mut self, change: &Change) -> Result<Arc<Document>, VaultError> {
        let _lock = self.lock()?;
        if self.session.as_ref().is_none_or(|session| session.seen.is_none()) {
            // another program may have written a good file in place of the damaged one
            self.load()?;
        } else {
            self.take()?;
        }
        let session = self.session.as_ref().ok_or(VaultError::NeedsPassphrase)?;
        let mut document = session.document.duplicate();
        document.apply(change)?;
        self.write(document)
    }

    fn newer(&mut self, than: u64) -> Result<Option<Arc<Document>>, VaultError> {
        self.take()?;
        let document = self.session.as_ref().map(|session| &session.document);
        Ok(document.filter(|document| document.generation > than).cloned())
    }

    /// Sets the file aside. With the passphrase forgotten, the answer is [`VaultError::NeedsPassphrase`] and
    /// [`create`](Self::create) then takes a new one; an unlocked vault goes on with its own.
    fn start_over(&mut self) -> Result<Opened, VaultError> {
        if self.identity.is_none() {
            self.set_aside()?;
            return Err(VaultError::NeedsPassphrase);
        }
        let _lock = self.lock()?;
        self.folder.copy_aside(&self.place.document)?;
        // a document that cannot be read now is above the last one that could
        let newest = self.session.as_ref().map_or(0, |session| session.newest.saturating_add(1));
        let before = self.session.replace(Session {
            document: Arc::default(),
            newest,
            seen: Some(self.folder.version(&self.place.document)),
        });
        if let Err(error) = self.write(Document::default()) {
            self.session = before;
            return Err(error);
        }
        self.opened(vec![VaultNote::FirstStart])
    }

    fn forget(&mut self) -> bool {
        self.identity = None;
        self.session = None;
        true
    }

    fn unlock(&mut self, passphrase: Zeroizing<String>) -> Result<Opened, VaultError> {
        Self::unlock(self, &Passphrase::new(passphrase))
    }

    fn examine(&mut self) -> Examined {
        Examined::File(self.look())
    }

    fn canceller(&self) -> Arc<dyn Fn() + Send + Sync> {
        // a file has no prompt
        Arc::new(|| {})
    }
}

pub(super) fn encrypt(recipient: &dyn age::Recipient, text: &[u8]) -> Result<Vec<u8>, VaultError> {
    let refused = VaultError::Refused("it could not be encrypted");
    let Ok(encryptor) = Encryptor::with_recipients(std::iter::once(recipient)) else { return Err(refused) };
    let mut sealed = Vec::with_capacity(text.len() + 1024);
    let written = encryptor.wrap_output(&mut sealed).and_then(|mut writer| {
        writer.write_all(text)?;
        writer.finish().map(drop)
    });
    written.map(|()| sealed).map_err(|_| refused)
}

pub(super) fn decrypt(identity: &dyn age::Identity, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, VaultError> {
    let reader = Decryptor::new_buffered(sealed).and_then(|decryptor| decryptor.decrypt(std::iter::once(identity)));
    let mut reader = reader.map_err(|error| match error {
        DecryptError::DecryptionFailed | DecryptError::KeyDecryptionFailed => VaultError::WrongPassphrase,
        DecryptError::ExcessiveWork { .. } => VaultError::Refused("the file asks for too much memory"),
        _ => VaultError::Damaged,
    })?;
    // never grows, and so leaves no copy behind
    let mut text = Zeroizing::new(Vec::with_capacity(sealed.len()));
    reader.read_to_end(&mut text).map_err(|_| VaultError::Damaged)?;
    Ok(text)
}
