//! Where the accounts are kept: the keyring or an encrypted file, and what can go wrong there.

use std::path::PathBuf;
use std::sync::Arc;

use zeroize::Zeroizing;

use crate::app::change::{Change, ChangeError};
use crate::app::document::Document;

use super::Examined;

/// Where the accounts are kept: the OS keyring, or an encrypted file. Owned by one worker; calls may block.
pub trait Vault: Send {
    /// Opens the vault, first start included, and follows the table "At start". May be called again after an error,
    /// and then tries everything anew. May show the keyring's own prompt.
    ///
    /// # Errors
    /// [`VaultError`]; nothing was changed anywhere.
    fn open(&mut self) -> Result<Opened, VaultError>;

    /// Lock, read the newest, apply, write: durable when it returns.
    ///
    /// # Errors
    /// [`VaultError`]; the change was then not made, unless it says so.
    fn change(&mut self, change: &Change) -> Result<Arc<Document>, VaultError>;

    /// The document if another program wrote a newer generation than `than`. Cheap when there is none; never prompts.
    ///
    /// # Errors
    /// [`VaultError`]; nothing was changed.
    fn newer(&mut self, than: u64) -> Result<Option<Arc<Document>>, VaultError>;

    /// Sets the old data aside (nothing is deleted) and begins with an empty vault. The person has confirmed it by typing.
    ///
    /// # Errors
    /// [`VaultError`]; the old vault is then still the one in use.
    fn start_over(&mut self) -> Result<Opened, VaultError>;

    /// Takes over `document` in place of its own: written, read back and compared. It is not in use by that; [`leave`](Self::leave) of
    /// the other place is the switch. What it held is kept unless it is what was moved away from here, or the same.
    ///
    /// # Errors
    /// [`VaultError`]; the other place is then still the one in use.
    fn adopt(&mut self, document: &Document) -> Result<(), VaultError> {
        let _ = document;
        Err(VaultError::NotMovable)
    }

    /// Hands over to the other place, which has [adopted](Self::adopt) the document of `generation`: from now on this one is an old copy,
    /// and every program that still has it open is told so at its next change.
    ///
    /// # Errors
    /// [`VaultError::Busy`] when another program has written a newer generation; this one is then still in use.
    fn leave(&mut self, generation: u64) -> Result<(), VaultError> {
        let _ = generation;
        Err(VaultError::NotMovable)
    }

    /// Removes the old copy that was [left](Self::leave) here, if it still is what was moved.
    ///
    /// # Errors
    /// [`VaultError::OldChanged`] when it is not, [`VaultError::NoOldCopy`], or what else is wrong; it can be tried again.
    fn remove_old(&mut self) -> Result<(), VaultError> {
        Err(VaultError::NotMovable)
    }

    /// Forgets everything that was read, the key included, if a passphrase is needed to read it again; whether it is. Without one
    /// nothing is forgotten.
    fn forget(&mut self) -> bool {
        false
    }

    /// Opens with `passphrase` what answers [`VaultError::NeedsPassphrase`]. Key derivation: about a second.
    ///
    /// # Errors
    /// [`VaultError::WrongPassphrase`] or what else is wrong; nothing was changed anywhere.
    fn unlock(&mut self, passphrase: Zeroizing<String>) -> Result<Opened, VaultError> {
        drop(passphrase);
        self.open()
    }

    /// Puts the passphrase `new` over the accounts in place of `current`, or takes it away: one generation, durable when it returns.
    ///
    /// # Errors
    /// [`VaultError::WrongPassphrase`] when `current` is not the one that holds; [`VaultError::Refused`] where there is no such
    /// passphrase. One of the two passphrases then opens the vault: `current`, if nothing else is said.
    fn protect(
        &mut self,
        current: Option<Zeroizing<String>>,
        new: Option<Zeroizing<String>>,
    ) -> Result<Arc<Document>, VaultError> {
        drop((current, new));
        Err(VaultError::Refused("it takes no passphrase"))
    }

    /// Looks at everything without changing, unlocking or asking anything. May take as long as [`open`](Self::open).
    fn examine(&mut self) -> Examined;

    /// What came up since the last call and did not stop anything, such as [`VaultNote::KeyringBehind`] after a change.
    fn notes(&mut self) -> Vec<VaultNote> {
        Vec::new()
    }

    /// Gives up the wait for the keyring's unlock prompt from another thread.
    fn canceller(&self) -> Arc<dyn Fn() + Send + Sync>;
}

/// The encrypted vault file, for machines where no keyring answers, or by choice.
pub trait VaultFiles: Send {
    /// Whether the file is what is in use: it is there, and the accounts were not moved out of it.
    fn exists(&self) -> bool;

    /// Makes an empty one. Key derivation: about a second.
    ///
    /// # Errors
    /// [`VaultError`]; no file is left.
    fn create(&mut self, passphrase: Zeroizing<String>) -> Result<Box<dyn Vault>, VaultError>;

    /// Unlocks it. Key derivation: about a second.
    ///
    /// # Errors
    /// [`VaultError::WrongPassphrase`] or what else is wrong; the file is as it was.
    fn unlock(&mut self, passphrase: Zeroizing<String>) -> Result<Box<dyn Vault>, VaultError>;

    /// Sets the file aside (renamed, never deleted): the passphrase is forgotten, or the file cannot be read.
    ///
    /// # Errors
    /// [`VaultError`]; the file is then still where it was.
    fn set_aside(&mut self) -> Result<(), VaultError>;

    /// Looks at the file without opening it.
    fn examine(&self) -> Examined;

    /// Whether a keyring has held accounts of this folder before, so that a new file would not have them.
    fn keyring_used(&self) -> bool;

    /// Makes an empty one that is not in use yet, and opens it as the passphrase will. One that stands there, and is not in use, is set
    /// aside. Key derivation: some seconds.
    ///
    /// # Errors
    /// [`VaultError::AlreadyThere`] when the file is in use; no file is left.
    fn prepare(&mut self, passphrase: Zeroizing<String>) -> Result<Box<dyn Vault>, VaultError> {
        let _ = passphrase;
        Err(VaultError::NotMovable)
    }

    /// Removes what [`prepare`](Self::prepare) has made, if it did not come into use.
    fn discard(&mut self) {}

    /// The old copy that a move has left.
    ///
    /// # Errors
    /// [`VaultError`] when that cannot be found out.
    fn old_copy(&self) -> Result<Option<OldCopy>, VaultError> {
        Ok(None)
    }

    /// Removes the file that is an old copy, if it still is what was moved.
    ///
    /// # Errors
    /// As [`Vault::remove_old`].
    fn remove_old(&mut self) -> Result<(), VaultError> {
        Err(VaultError::NotMovable)
    }

    /// Uses the old copy again, because the place in use cannot be opened. Nothing is removed; changes since the move stay behind.
    ///
    /// # Errors
    /// [`VaultError::NoOldCopy`], or what else is wrong; nothing is then changed.
    fn go_back(&mut self) -> Result<(), VaultError> {
        Err(VaultError::NotMovable)
    }

    /// Gives up making or unlocking the file from another thread, as soon as the derivation of the key ends.
    fn canceller(&self) -> Arc<dyn Fn() + Send + Sync> {
        Arc::new(|| {})
    }
}

/// What is left of the accounts where they were before they were moved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OldCopy {
    /// In the keyring.
    Keyring,
    /// In this vault file.
    File(PathBuf),
}

/// An open vault.
#[derive(Debug, Clone)]
pub struct Opened {
    /// The newest document.
    pub document: Arc<Document>,
    /// Where it is kept, for the padlock's text.
    pub place: Place,
    /// What the person should know about how it was found.
    pub notes: Vec<VaultNote>,
    /// Whether a passphrase is needed to open it again: only then it can be locked.
    pub passphrase: bool,
}

/// Where a vault is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// The OS keyring; the text names the program that answers, as far as it is known ("gnome-keyring", "KWallet", …).
    Keyring {
        /// The program's name.
        provider: String,
        /// Whether it has a password.
        protection: Protection,
    },
    /// An encrypted file.
    File(PathBuf),
}

/// Whether what a keyring stores can be read on disk by anybody who gets hold of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Protection {
    /// The keyring has a password, or the operating system's protection.
    Yes,
    /// It has none: what it stores is plain text on disk.
    No,
    /// The program that answers does not say.
    Unknown,
}

/// What was found at start that a person should know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VaultNote {
    /// This is the first start: an empty vault was made.
    FirstStart,
    /// The keyring had lost or damaged the newest change; it was restored from the journal.
    RestoredFromJournal,
    /// The journal was damaged; the keyring's document is used.
    JournalDamaged,
    /// The newest generation is incomplete and there is no journal; an older one is used.
    OlderGeneration {
        /// The generation that is used.
        used: u64,
        /// The newest of which parts were seen.
        newest: u64,
    },
    /// The newest change is in the journal but could not be written to the keyring yet; it is tried again at the next change and start.
    KeyringBehind,
    /// The newest change is in the journal, but the system did not say that it is on disk.
    Unsynced,
    /// The keyring held another document that was not built upon the journal's, nor the other way round: both were joined, and what was
    /// left out was kept aside.
    Joined,
    /// An older state is locked by another passphrase and could not be compared; it was kept aside.
    OtherPassphrase,
    /// Older journals that were kept aside could not be written anew with the passphrase that holds now.
    OldCopies,
    /// Entries that this version cannot read are kept as they are.
    OddEntries {
        /// How many.
        count: usize,
    },
    /// The vault file itself could not be read; its previous version was used.
    PreviousFile,
}

/// One variant per thing a person can do something about. Holds no bytes of the vault.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum VaultError {
    /// No program offers a keyring.
    #[error("no keyring program answers")]
    NoProvider,
    /// A program owns the name but does not answer in time.
    #[error("the keyring does not answer")]
    Silent,
    /// The keyring is locked and no prompt could be shown.
    #[error("the keyring is locked")]
    Locked,
    /// The unlock prompt was closed, or the wait for it was given up.
    #[error("the keyring was not unlocked")]
    PromptDismissed,
    /// A keyring answers, but ours is not in it although we have used one before.
    #[error("another keyring answers")]
    AnotherKeyring,
    /// The keyring's program cannot read a file of its own, in which our items may be.
    #[error("a file of the keyring cannot be read")]
    KeyringDamaged,
    /// Another program of ours holds the vault for longer than we wait.
    #[error("another program is writing")]
    Busy,
    /// The key is there, but no document and no journal can be read.
    #[error("the vault cannot be read")]
    Damaged,
    /// The document was written by a newer version in a shape this one cannot read.
    #[error("the vault was written by a newer version")]
    TooNew,
    /// The document was opened but cannot be shown in this way: too many or too large entries to write back.
    #[error("the vault is too large")]
    TooLarge,
    /// The wrong passphrase.
    #[error("the passphrase is wrong")]
    WrongPassphrase,
    /// Either the wrong passphrase, or a damaged key file: the format cannot tell.
    #[error("the passphrase is wrong, or the key file is damaged")]
    PassphraseOrKey,
    /// The vault needs its passphrase.
    #[error("the vault needs its passphrase")]
    NeedsPassphrase,
    /// Another program has changed the passphrase of the vault file.
    #[error("the passphrase was changed")]
    PassphraseChanged,
    /// The key file is missing or damaged for certain, and so is its copy: no passphrase opens it.
    #[error("{} cannot be read", path.display())]
    KeyDamaged {
        /// The key file.
        path: PathBuf,
    },
    /// The key file asks for more memory than is given.
    #[error("{} asks for too much memory", path.display())]
    KeyTooCostly {
        /// The key file.
        path: PathBuf,
    },
    /// The passphrase is right, but the vault file is damaged, and so is the version before.
    #[error("{} is damaged", path.display())]
    FileDamaged {
        /// The vault file.
        path: PathBuf,
    },
    /// The passphrase is right, but the vault file belongs to another key, or its first lines are damaged.
    #[error("{} belongs to another key", path.display())]
    KeyMismatch {
        /// The vault file.
        path: PathBuf,
    },
    /// The person gave up what takes long.
    #[error("it was given up")]
    GivenUp,
    /// The accounts have been moved out of here.
    #[error("the accounts have been moved")]
    Moved {
        /// The vault file that has them; `None`: the keyring.
        to: Option<PathBuf>,
    },
    /// They are where they were to be moved to.
    #[error("the accounts are there already")]
    AlreadyThere,
    /// What was left behind by a move is not what was moved any more.
    #[error("the old copy has changed")]
    OldChanged,
    /// No move has left anything behind.
    #[error("there is no old copy")]
    NoOldCopy,
    /// Only the keyring and the vault file of the data folder take over from each other.
    #[error("this vault cannot be moved")]
    NotMovable,
    /// A file or folder of ours cannot be read or written.
    #[error("{}: {kind}", path.display())]
    Disk {
        /// Which.
        path: PathBuf,
        /// What the system said.
        kind: std::io::ErrorKind,
    },
    /// Our data folder is not ours alone, or a link stands in it.
    #[error("{} is not safe to use", path.display())]
    UnsafeFolder {
        /// Which.
        path: PathBuf,
    },
    /// The change does not fit the newest document.
    #[error(transparent)]
    Change(#[from] ChangeError),
    /// Anything else the keyring said, named by a fixed word; never its text.
    #[error("the keyring refused: {0}")]
    Refused(&'static str),
}
