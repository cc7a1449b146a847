//! Backups: one age file each (<https://age-encryption.org/v1>), which the standard `age` program opens as well.
//!
//! A file is written beside its name, synced, read back, opened and compared; only then it takes the name. What is written was
//! therefore readable once. The private halves of recipients' keys are not ours, so such a file is also locked to a key pair made
//! for this one check: its private half never leaves the memory of the call and is wiped with it. That adds a line of about a hundred
//! bytes to the file and nobody who could open it.
//!
//! What is read is bounded before anything is computed: the length of the file, of its header, the number of keys in it, and the work
//! that it asks for (module `head`).

mod head;
mod keys;
mod seal;

use std::fs::{self, File};
use std::io::{self, ErrorKind, Read, Write};
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use crate::app::document::MAX_BYTES;
use crate::app::ports::{BackupError, Backups, Key, KeyKind, Locked, Over, RecipientError, Seal, WORK_MOST, WORK_UNASKED};

use head::Head;

/// What age adds at most: a header, and 16 bytes for each 64 KiB; armour makes four bytes of three, and lines.
const MOST_SEALED: usize = MAX_BYTES / 2 * 3 + (1 << 20);

/// Age files anywhere.
#[derive(Clone, Copy, Debug)]
pub struct AgeBackups {
    work: u8,
}

impl Default for AgeBackups {
    /// With the work that `age` itself takes for a passphrase: N = 2^18, about a second and 256 MiB.
    fn default() -> Self {
        Self { work: WORK_UNASKED }
    }
}

impl AgeBackups {
    /// The same with another work factor (1 to 20) for new files, for tests.
    #[must_use]
    pub fn with_work(work: u8) -> Self {
        Self { work: work.clamp(1, WORK_MOST) }
    }
}

impl Backups for AgeBackups {
    fn write(&mut self, path: &Path, over: Over, seal: &Seal, text: &str) -> Result<(), BackupError> {
        if over == Over::Never && fs::symlink_metadata(path).is_ok() {
            return Err(BackupError::AlreadyThere { path: path.to_owned() });
        }
        if path.is_dir() {
            return Err(BackupError::Disk { path: path.to_owned(), kind: ErrorKind::IsADirectory });
        }
        let sealed = seal::seal(seal, text.as_bytes(), self.work)?;
        let folder = folder_of(path);
        // A name nobody can guess, and mode 0600 from the first moment.
        let made = tempfile::Builder::new().prefix(".halfminute-").suffix(".new").tempfile_in(folder);
        let mut file = made.map_err(|error| disk(path, &error))?;
        let written = file.write_all(&sealed.bytes).and_then(|()| file.as_file().sync_all());
        written.map_err(|error| disk(path, &error))?;
        let back = read_at_most(file.path(), MOST_SEALED).map_err(|error| disk(path, &error))?;
        if !sealed.opens_to(&back, text.as_bytes()) {
            return Err(BackupError::ReadBack);
        }
        take_name(file, path, over)?;
        // Some file systems cannot sync a folder; what the file holds is on disk already.
        #[cfg(unix)]
        let _ = File::open(folder).and_then(|folder| folder.sync_all());
        Ok(())
    }

    fn locked(&mut self, path: &Path) -> Result<Locked, BackupError> {
        head::read(&whole(path)?).map(|head| head.locked)
    }

    fn open(&mut self, path: &Path, key: &Key) -> Result<Zeroizing<Vec<u8>>, BackupError> {
        let sealed = whole(path)?;
        let Head { locked, sealed } = head::read(&sealed)?;
        let text = match (&key.what, locked) {
            (KeyKind::Passphrase(passphrase), Locked::Passphrase { work }) => {
                accept(work, key.long)?;
                keys::with_passphrase(&sealed, passphrase)?
            }
            (KeyKind::File { bytes, passphrase }, Locked::Keys) => {
                let identities = keys::identities(bytes, passphrase.as_deref(), key.long)?;
                keys::with_identities(&sealed, &identities)?
            }
            (KeyKind::Passphrase(_), Locked::Keys) => return Err(BackupError::NeedsKeyFile),
            (KeyKind::File { .. }, Locked::Passphrase { .. }) => return Err(BackupError::NeedsPassphrase),
        };
        if text.len() > MAX_BYTES { Err(BackupError::TooLarge) } else { Ok(text) }
    }

    fn key_file(&mut self, path: &Path) -> Result<Zeroizing<Vec<u8>>, BackupError> {
        let bytes = read_at_most(path, keys::MOST_KEY_FILE).map_err(|error| disk(path, &error))?;
        if bytes.len() > keys::MOST_KEY_FILE { Err(BackupError::NotAKeyFile) } else { Ok(bytes) }
    }

    fn recipient(&self, line: &str) -> Result<String, RecipientError> {
        keys::recipient(line).map(|(_, text)| text)
    }

    fn names(&mut self, folder: &Path) -> Result<Vec<String>, BackupError> {
        let entries = fs::read_dir(folder).map_err(|error| disk(folder, &error))?;
        let files = entries.flatten().filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_file()));
        Ok(files.filter_map(|entry| entry.file_name().into_string().ok()).collect())
    }

    fn remove(&mut self, path: &Path) -> Result<(), BackupError> {
        fs::remove_file(path).map_err(|error| disk(path, &error))
    }
}

/// Whether so much work is done without asking, after asking, or never.
fn accept(work: u8, long: bool) -> Result<(), BackupError> {
    match work {
        work if work > WORK_MOST => Err(BackupError::TooMuchWork { work: Some(work) }),
        work if work > WORK_UNASKED && !long => Err(BackupError::AsksForWork { work }),
        _ => Ok(()),
    }
}

/// Gives the temporary file its name; another one that took it meanwhile stays, unless the person chose to replace it.
fn take_name(file: tempfile::NamedTempFile, path: &Path, over: Over) -> Result<(), BackupError> {
    let file = match over {
        Over::Chosen => file,
        Over::Never => match file.persist_noclobber(path) {
            Ok(_) => return Ok(()),
            Err(refused) if refused.error.kind() == ErrorKind::AlreadyExists => {
                return Err(BackupError::AlreadyThere { path: path.to_owned() });
            }
            // A memory stick's file system may know neither links nor renaming without replacing.
            Err(refused) if fs::symlink_metadata(path).is_err() => refused.file,
            Err(refused) => return Err(disk(path, &refused.error)),
        },
    };
    file.persist(path).map(drop).map_err(|refused| disk(path, &refused.error))
}

fn whole(path: &Path) -> Result<Zeroizing<Vec<u8>>, BackupError> {
    let kind = fs::metadata(path).map_err(|error| disk(path, &error))?;
    if kind.is_dir() {
        return Err(BackupError::Disk { path: path.to_owned(), kind: ErrorKind::IsADirectory });
    }
    let bytes = read_at_most(path, MOST_SEALED).map_err(|error| disk(path, &error))?;
    if bytes.len() > MOST_SEALED { Err(BackupError::TooLarge) } else { Ok(bytes) }
}

/// The first `most` bytes and one more. Unlike for small files, room is taken as it is needed.
fn read_at_most(path: &Path, most: usize) -> io::Result<Zeroizing<Vec<u8>>> {
    let mut bytes = Zeroizing::new(Vec::new());
    File::open(path)?.take(most as u64 + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

fn disk(path: &Path, error: &io::Error) -> BackupError {
    BackupError::Disk { path: PathBuf::from(path), kind: error.kind() }
}
