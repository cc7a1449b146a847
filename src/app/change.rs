//! Every change that can be made to the document: one closed list, applied in one place.

use crate::domain::{Account, AccountId, OtpParams, PasswordHash, Secret, UnixTime};

use super::document::Document;

/// One change. The vault applies it to the newest document it can read, under its lock.
#[derive(Debug)]
pub enum Change {
    /// Adds accounts, all or none.
    Add(Vec<(Account, Secret)>),
    /// Replaces issuer, name, tags, note, parameters of an account; the secret stays.
    Edit(Edit),
    /// Pins or unpins.
    Pin {
        /// Which account.
        id: AccountId,
        /// Whether it then stands before the others.
        pinned: bool,
    },
    /// Moves to the trash.
    Trash {
        /// Which account.
        id: AccountId,
        /// The moment to note.
        at: UnixTime,
    },
    /// Takes out of the trash.
    Restore {
        /// Which account.
        id: AccountId,
    },
    /// Deletes for ever an account that is in the trash.
    Purge {
        /// Which account.
        id: AccountId,
    },
    /// Uses up the HOTP counter `from`: the next code is that of `from + 1`.
    NextCode {
        /// Which account.
        id: AccountId,
        /// The counter that was shown; if another program moved on already, nothing changes.
        from: u64,
    },
    /// Adds a test user or replaces the one of the same name.
    PutUser {
        /// The user name.
        name: String,
        /// The password's hash, if a password is asked for.
        password: Option<PasswordHash>,
        /// Whose codes count.
        accounts: Vec<AccountId>,
    },
    /// Removes a test user.
    RemoveUser {
        /// The user name.
        name: String,
    },
    /// Several changes in one generation, all or none.
    All(Vec<Change>),
}

/// The new contents of the editable fields of an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// Which account.
    pub id: AccountId,
    /// Its new issuer.
    pub issuer: String,
    /// Its new account name.
    pub name: String,
    /// Its new parameters.
    pub params: OtpParams,
    /// Its new tags.
    pub tags: Vec<String>,
    /// Its new note.
    pub note: String,
}

/// Why a change could not be made. The document is then as it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ChangeError {
    /// The account is not there (any more).
    #[error("the account is not in the vault any more")]
    NoSuchAccount,
    /// An account with this id is there already.
    #[error("an account with this id is in the vault already")]
    SameId,
    /// Only what is in the trash can be deleted for ever.
    #[error("the account is not in the trash")]
    NotInTrash,
    /// The account is not counter-based, or its counter is at its end.
    #[error("the account has no counter that can move on")]
    NoCounter,
    /// The test user is not there (any more).
    #[error("the test user is not in the vault any more")]
    NoSuchUser,
}

impl Document {
    /// Makes `change`, all of it or none of it. The generation is the vault's to raise.
    ///
    /// # Errors
    /// [`ChangeError`]; the document is then as it was.
    pub fn apply(&mut self, change: &Change) -> Result<(), ChangeError> {
        let _ = change;
        todo!("filled in by the vault's author")
    }
}
