//! What can be told about the vault and the machine under it without changing, unlocking or asking anything.

use std::path::PathBuf;

use super::{Place, VaultError};

/// What a look at a vault found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Examined {
    /// It is kept in the keyring.
    Keyring(KeyringFacts),
    /// It is kept in a file.
    File(FileFacts),
    /// There is no place for a vault at all.
    Nowhere(VaultError),
}

impl Examined {
    /// Whether there is a vault, which may hold accounts.
    #[must_use]
    pub fn is_used(&self) -> bool {
        match self {
            Self::Keyring(facts) => facts.used,
            Self::File(facts) => facts.document || facts.previous,
            Self::Nowhere(_) => false,
        }
    }

    /// The same, with why a file could not be opened.
    #[must_use]
    pub fn with_trouble(self, error: VaultError) -> Self {
        match self {
            Self::File(facts) => Self::File(FileFacts { opens: Some(Err(error)), ..facts }),
            other => other,
        }
    }
}

/// What a look at the keyring and the data folder found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyringFacts {
    /// Which program answers and whether it has a password, or why none can be asked.
    pub place: Result<Place, VaultError>,
    /// It is locked: what is in it was not looked at.
    pub locked: bool,
    /// The data folder says that a vault was kept in a keyring before.
    pub used: bool,
    /// What our items hold; `None` where they could not be looked at.
    pub items: Option<ItemFacts>,
    /// The generation that a later boot has read from the keyring; 0: none yet.
    pub confirmed: u64,
    /// What became of the journal.
    pub journal: JournalFacts,
}

/// What our items in the keyring hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ItemFacts {
    /// The vault's key can be read.
    pub key: bool,
    /// The newest generation that is complete; 0: none.
    pub newest: u64,
    /// How many newer ones are incomplete or damaged.
    pub incomplete: usize,
}

/// The journal on disk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum JournalFacts {
    /// There is none: everything is proved to be in the keyring.
    None,
    /// It holds this generation.
    Holds(u64),
    /// It is there, and was not decrypted: the keyring's key was not at hand.
    Sealed,
    /// It is damaged.
    Damaged,
    /// It belongs to another vault.
    Foreign,
    /// It cannot be read.
    Unreadable(VaultError),
}

/// What a look at a vault file found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileFacts {
    /// The file with the document.
    pub path: PathBuf,
    /// The document is there.
    pub document: bool,
    /// Its key is there.
    pub key: bool,
    /// The version before it is there.
    pub previous: bool,
    /// Whether the document can be decrypted; `None` while it is locked.
    pub opens: Option<Result<(), VaultError>>,
}

/// What is known about the machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MachineFacts {
    /// The data folder.
    pub folder: FolderFacts,
    /// Whether the kernel says that its clock is synchronised; `None` where it does not say.
    pub synchronised: Option<bool>,
}

/// The data folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FolderFacts {
    /// Where it is, or why that is not known.
    pub path: Result<PathBuf, VaultError>,
    /// It was not made yet.
    pub missing: bool,
    /// It, or files in it, that others than the owner can read or that belong to somebody else.
    pub open_to_others: Vec<PathBuf>,
    /// Bytes that are free on its disk, for us.
    pub free: Option<u64>,
}

/// The machine under us.
pub trait Machine: Send {
    /// Looks at it now. Asks nobody and changes nothing.
    fn look(&mut self) -> MachineFacts;
}
