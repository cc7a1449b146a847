//! Backups as the app asks for them: one file, how it is locked, what opens it, what can go wrong.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use crate::app::backup::Log;
use crate::app::ports::FileError;

/// scrypt's N as a power of two up to which a file is opened without asking: what `age` itself takes, about a second.
pub const WORK_UNASKED: u8 = 18;
/// The most work a file may ask for: 2^20 is 1 GiB of memory.
pub const WORK_MOST: u8 = 20;

/// Files in the format of age, wherever the person wants them.
pub trait Backups: Send {
    /// Locks `text`, writes it beside `path`, reads it back, opens and compares it; only then it takes the name. Readable by the
    /// owner alone. With a passphrase it takes about two seconds.
    ///
    /// # Errors
    /// [`BackupError`]; nothing stands under the name that did not stand there before.
    fn write(&mut self, path: &Path, over: Over, seal: &Seal, text: &str) -> Result<(), BackupError>;

    /// What the file at `path` asks for. Nothing is opened.
    ///
    /// # Errors
    /// [`BackupError`] when it is no such file.
    fn locked(&mut self, path: &Path) -> Result<Locked, BackupError>;

    /// What is in the file at `path`, at most [`MAX_BYTES`](crate::app::document::MAX_BYTES) of it.
    ///
    /// # Errors
    /// [`BackupError`].
    fn open(&mut self, path: &Path, key: &Key) -> Result<Zeroizing<Vec<u8>>, BackupError>;

    /// The contents of a key file, at most 64 KiB.
    ///
    /// # Errors
    /// [`BackupError::Disk`], or [`BackupError::NotAKeyFile`] for a longer one.
    fn key_file(&mut self, path: &Path) -> Result<Zeroizing<Vec<u8>>, BackupError>;

    /// A public key as it is kept: without comment and white space.
    ///
    /// # Errors
    /// [`RecipientError`].
    fn recipient(&self, line: &str) -> Result<String, RecipientError>;

    /// The names of all plain files in `folder`.
    ///
    /// # Errors
    /// [`BackupError::Disk`].
    fn names(&mut self, folder: &Path) -> Result<Vec<String>, BackupError>;

    /// Removes a file of ours.
    ///
    /// # Errors
    /// [`BackupError::Disk`].
    fn remove(&mut self, path: &Path) -> Result<(), BackupError>;
}

/// Where it is noted when the last backup was made. Not secret.
pub trait BackupLog: Send {
    /// What was noted last; nothing where it cannot be read.
    fn load(&mut self) -> Log;

    /// Notes it, all or nothing.
    ///
    /// # Errors
    /// [`FileError`]; what was noted before still is.
    fn save(&mut self, log: &Log) -> Result<(), FileError>;
}

/// Whether a file may be replaced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Over {
    /// Never.
    Never,
    /// The person chose this name in a save dialog, which asked.
    Chosen,
}

/// What a backup is locked with. No `Debug` shows a passphrase.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Seal {
    /// A passphrase, taken to the letter as `age` takes it: no Unicode form is changed.
    Passphrase(Zeroizing<String>),
    /// Public keys, each as [`Backups::recipient`] gives it.
    Recipients(Vec<String>),
}

/// What a file asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Locked {
    /// A passphrase; scrypt's N as a power of two.
    Passphrase {
        /// 1 to [`WORK_MOST`].
        work: u8,
    },
    /// A key file.
    Keys,
}

/// What opens a file.
#[derive(Debug)]
pub struct Key {
    /// The passphrase or the key file.
    pub what: KeyKind,
    /// The person accepts more work than [`WORK_UNASKED`].
    pub long: bool,
}

/// A passphrase or a key file.
#[derive(Debug)]
pub enum KeyKind {
    /// A passphrase. Where it does not fit, its other Unicode forms (NFC, NFD) are tried.
    Passphrase(Zeroizing<String>),
    /// The contents of an age identity file or an SSH private key.
    File {
        /// Its bytes.
        bytes: Zeroizing<Vec<u8>>,
        /// The passphrase it is encrypted with itself, if it is.
        passphrase: Option<Zeroizing<String>>,
    },
}

/// Why there is no backup, or why it cannot be read. Holds nothing of it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BackupError {
    /// A file cannot be read or written.
    #[error("{}: {kind}", path.display())]
    Disk {
        /// Which.
        path: PathBuf,
        /// What the system said.
        kind: ErrorKind,
    },
    /// Something stands under this name already.
    #[error("{} is there already", path.display())]
    AlreadyThere {
        /// Where.
        path: PathBuf,
    },
    /// An empty passphrase protects nothing.
    #[error("the passphrase is empty")]
    EmptyPassphrase,
    /// A public key that cannot be used.
    #[error(transparent)]
    Recipient(#[from] RecipientError),
    /// What was read back is not what was written.
    #[error("what was read back differs")]
    ReadBack,
    /// More than 16 MiB.
    #[error("it is too large")]
    TooLarge,
    /// No file of age at all.
    #[error("it is no age file")]
    NotAge,
    /// A version of the format of age that is not known here.
    #[error("it is a newer kind of age file")]
    NewerAge,
    /// It asks for more memory than is given, or for more than 64 keys.
    #[error("it asks for too much work")]
    TooMuchWork {
        /// scrypt's N as a power of two, where it is that.
        work: Option<u8>,
    },
    /// It asks for more work than usual: the person is asked first.
    #[error("it asks for much work")]
    AsksForWork {
        /// scrypt's N as a power of two.
        work: u8,
    },
    /// It is locked with a passphrase, and a key file was given.
    #[error("it asks for a passphrase")]
    NeedsPassphrase,
    /// It is locked to keys, and a passphrase was given.
    #[error("it asks for a key file")]
    NeedsKeyFile,
    /// The passphrase is wrong, or the file is damaged: the format cannot tell.
    #[error("the passphrase is wrong")]
    WrongPassphrase,
    /// None of the given keys fits, or the file is damaged: the format cannot tell.
    #[error("no key fits")]
    NoKeyFits,
    /// The key fits, but the file is damaged or incomplete; or it cannot be any age file.
    #[error("it is damaged")]
    Damaged,
    /// The key file is no age identity and no SSH private key.
    #[error("it is no key file")]
    NotAKeyFile,
    /// A kind of key that cannot be used here: a hardware key, or an old form of encryption.
    #[error("the key cannot be used")]
    KeyNotUsable,
    /// The key file is encrypted itself.
    #[error("the key file needs its passphrase")]
    KeyNeedsPassphrase,
    /// The key file's own passphrase is wrong, or the key file is damaged.
    #[error("the key file's passphrase is wrong")]
    KeyWrongPassphrase,
    /// It opens, but holds a key and no accounts: the key file was chosen in place of the backup.
    #[error("it holds a key")]
    HoldsKey,
    /// It opens, but holds something else.
    #[error("it holds something else")]
    HoldsElse,
    /// It was written by a newer version in a shape that this one cannot read.
    #[error("it was written by a newer version")]
    TooNew,
    /// Automatic backups are to be locked with a passphrase, and the vault holds none.
    #[error("no passphrase is kept for automatic backups")]
    NoPassphraseKept,
}

/// Why a line is no public key that can be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RecipientError {
    /// There is none.
    #[error("there is no key")]
    None,
    /// More than 32.
    #[error("there are too many keys")]
    TooMany,
    /// It is a secret key.
    #[error("this is a secret key")]
    Secret,
    /// An RSA key under 2 048 bits.
    #[error("the RSA key is too short")]
    RsaTooShort,
    /// An RSA key over 4 096 bits.
    #[error("the RSA key is too long")]
    RsaTooLong,
    /// A kind of key that cannot be used here: of a plugin or a hardware key.
    #[error("this kind of key cannot be used")]
    Unsupported,
    /// It is no key.
    #[error("this is no public key")]
    NotAKey,
}
