//! Every change that can be made to the document: one closed list, applied in one place.

mod users;

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

use zeroize::Zeroizing;

use crate::domain::{Account, AccountId, OtpKind, OtpParams, PasswordHash, Secret, UnixTime};

use super::document::{Document, MAX_PURGED, Merged, Record};

pub use users::{NewPassword, UserEdit};

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
    /// Puts an account beside another one in the order by hand, which is the document's own: it survives whatever the document does, and
    /// says nothing that two programs could say differently of one account.
    Move {
        /// Which account.
        id: AccountId,
        /// Where to. If that other one is gone, nothing moves.
        to: Beside,
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
    /// Uses up the HOTP counters from `from` to before `to`, for one reader alone: of two programs that show the code of
    /// `from`, only one is told that it is theirs.
    TakeCodes {
        /// Which account.
        id: AccountId,
        /// The counter whose code is about to be shown.
        from: u64,
        /// The counter that then stands in the vault.
        to: u64,
    },
    /// Gives an account to a test user, who is made if there is none of this name.
    JoinUser {
        /// The user name.
        name: String,
        /// A new password; `None` leaves the password as it is.
        password: Option<PasswordHash>,
        /// Whose codes count from now on, besides those that did.
        account: AccountId,
    },
    /// Makes a test user, or gives one other fields.
    PutUser(UserEdit),
    /// Removes a test user.
    RemoveUser {
        /// The user name.
        name: String,
    },
    /// Joins a backup into the vault: see [`Document::merge`].
    Merge(Arc<Merging>),
    /// Takes a [`Merge`](Self::Merge) back, and nothing else.
    Unmerge(Arc<Merged>),
    /// What automatic backups are locked with from now on, if it is a passphrase.
    BackupPassphrase(Option<Zeroizing<String>>),
    /// Several changes in one generation, all or none.
    All(Vec<Change>),
}

/// A place in the order by hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Beside {
    /// Right before this account.
    Before(AccountId),
    /// Right after it.
    After(AccountId),
}

/// A backup on its way into the vault. Only the vault knows the document that it is merged into, so it notes here what it did.
#[derive(Debug)]
pub struct Merging {
    backup: Document,
    done: Mutex<Option<Merged>>,
}

impl Merging {
    /// `backup`, not merged yet.
    #[must_use]
    pub fn new(backup: Document) -> Self {
        Self { backup, done: Mutex::new(None) }
    }

    /// What the last merge did; `None` before the first, and after it was asked.
    #[must_use]
    pub fn done(&self) -> Option<Merged> {
        self.done.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
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
    /// The parameters that it had when the person began to edit. A counter that they did not touch stays where it is by now.
    pub before: OtpParams,
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
    /// The counter is not the expected one any more: another program used it up.
    #[error("the counter has moved on")]
    CounterMoved,
    /// The test user is not there (any more).
    #[error("the test user is not in the vault any more")]
    NoSuchUser,
    /// Another test user has this name.
    #[error("another test user has this name")]
    SameName,
}

/// The parameters after `edit`: codes that were used up meanwhile stay used up.
fn edited(now: OtpParams, edit: &Edit) -> OtpParams {
    match (now.kind(), edit.params.kind()) {
        (kind @ OtpKind::Hotp { .. }, OtpKind::Hotp { .. }) if edit.params.kind() == edit.before.kind() => {
            OtpParams::new(edit.params.algorithm(), edit.params.digits(), kind).unwrap_or(now)
        }
        _ => edit.params,
    }
}

/// Forgets the oldest.
fn shorten(ids: &mut Vec<AccountId>) {
    ids.drain(..ids.len().saturating_sub(MAX_PURGED));
}

impl Document {
    /// Makes `change`, all of it or none of it. The generation is the vault's to raise.
    ///
    /// What is so already stays so: the trash of what is in the trash keeps its moment, a counter that moved on stays.
    /// Moments are kept in whole seconds, as the vault writes them.
    ///
    /// # Errors
    /// [`ChangeError`]; the document is then as it was.
    pub fn apply(&mut self, change: &Change) -> Result<(), ChangeError> {
        match change {
            Change::Add(new) => self.add(new)?,
            Change::Edit(edit) => {
                let account = &mut self.held(edit.id)?.account;
                account.issuer.clone_from(&edit.issuer);
                account.name.clone_from(&edit.name);
                account.params = edited(account.params, edit);
                account.tags.clone_from(&edit.tags);
                account.note.clone_from(&edit.note);
            }
            Change::Pin { id, pinned } => self.held(*id)?.account.pinned = *pinned,
            Change::Move { id, to } => self.move_beside(*id, *to)?,
            Change::Trash { id, at } => {
                self.held(*id)?.trashed.get_or_insert(UnixTime::from_secs(at.secs()));
            }
            Change::Restore { id } => self.held(*id)?.trashed = None,
            Change::Purge { id } => self.purge(*id)?,
            Change::NextCode { id, from } => self.next_code(*id, *from)?,
            Change::TakeCodes { id, from, to } => self.take_codes(*id, *from, *to)?,
            Change::JoinUser { name, password, account } => self.join_user(name, password.as_ref(), *account)?,
            Change::PutUser(edit) => self.put_user(edit)?,
            Change::RemoveUser { name } => self.remove_user(name)?,
            Change::Merge(merging) => {
                let merged = self.merge(&merging.backup);
                *merging.done.lock().unwrap_or_else(PoisonError::into_inner) = Some(merged);
            }
            Change::Unmerge(merged) => self.unmerge(merged),
            Change::BackupPassphrase(passphrase) => self.backup_passphrase.clone_from(passphrase),
            Change::All(changes) => {
                let mut changed = self.duplicate();
                changes.iter().try_for_each(|change| changed.apply(change))?;
                *self = changed;
            }
        }
        Ok(())
    }

    fn held(&mut self, id: AccountId) -> Result<&mut Record, ChangeError> {
        self.accounts.iter_mut().find(|record| record.account.id == id).ok_or(ChangeError::NoSuchAccount)
    }

    fn move_beside(&mut self, id: AccountId, to: Beside) -> Result<(), ChangeError> {
        let place = |document: &Self, id| document.accounts.iter().position(|record| record.account.id == id);
        let from = place(self, id).ok_or(ChangeError::NoSuchAccount)?;
        let (Beside::Before(other) | Beside::After(other)) = to;
        if other == id || place(self, other).is_none() {
            return Ok(());
        }
        let record = self.accounts.remove(from);
        let beside = place(self, other).unwrap_or(from);
        let at = if matches!(to, Beside::After(_)) { beside + 1 } else { beside };
        self.accounts.insert(at, record);
        Ok(())
    }

    fn add(&mut self, new: &[(Account, Secret)]) -> Result<(), ChangeError> {
        let mut ids: HashSet<AccountId> = self.accounts.iter().map(|record| record.account.id).collect();
        if !new.iter().all(|(account, _)| ids.insert(account.id)) {
            return Err(ChangeError::SameId);
        }
        new.iter().for_each(|(account, _)| self.let_return(account.id));
        self.accounts.extend(new.iter().map(|(account, secret)| Record {
            account: Account { created: UnixTime::from_secs(account.created.secs()), ..account.clone() },
            secret: secret.duplicate(),
            trashed: None,
        }));
        Ok(())
    }

    fn purge(&mut self, id: AccountId) -> Result<(), ChangeError> {
        if self.held(id)?.trashed.is_none() {
            return Err(ChangeError::NotInTrash);
        }
        self.bury(id);
        Ok(())
    }

    /// Remembers that an account that was deleted for ever is added again.
    pub(super) fn let_return(&mut self, id: AccountId) {
        if let Some(at) = self.purged.iter().position(|purged| *purged == id) {
            self.purged.remove(at);
            self.returned.push(id);
            shorten(&mut self.returned);
        }
    }

    /// Takes out an account with everything that belongs to it, in the trash or not, and remembers that it was deleted for ever.
    pub fn bury(&mut self, id: AccountId) {
        self.accounts.retain(|record| record.account.id != id);
        // A test user that is left without an account goes too: its name is free again.
        let mut bereft = Vec::new();
        for user in &mut self.users {
            let before = user.accounts.len();
            user.accounts.retain(|account| *account != id);
            if before > 0 && user.accounts.is_empty() {
                bereft.push(user.name.clone());
            }
        }
        for name in bereft {
            self.users.retain(|user| user.name != name);
            self.kept.forget_user(&name);
        }
        self.kept.forget_account(id);
        self.returned.retain(|returned| *returned != id);
        self.purged.retain(|purged| *purged != id);
        self.purged.push(id);
        shorten(&mut self.purged);
    }

    fn next_code(&mut self, id: AccountId, from: u64) -> Result<(), ChangeError> {
        let params = &mut self.held(id)?.account.params;
        let OtpKind::Hotp { counter } = params.kind() else { return Err(ChangeError::NoCounter) };
        if counter == from {
            let kind = OtpKind::Hotp { counter: counter.saturating_add(1) };
            *params = OtpParams::new(params.algorithm(), params.digits(), kind).map_err(|_| ChangeError::NoCounter)?;
        }
        Ok(())
    }

    fn take_codes(&mut self, id: AccountId, from: u64, to: u64) -> Result<(), ChangeError> {
        let params = &mut self.held(id)?.account.params;
        let OtpKind::Hotp { counter } = params.kind() else { return Err(ChangeError::NoCounter) };
        if counter != from {
            return Err(ChangeError::CounterMoved);
        }
        let kind = OtpKind::Hotp { counter: to };
        *params = OtpParams::new(params.algorithm(), params.digits(), kind).map_err(|_| ChangeError::NoCounter)?;
        Ok(())
    }
}
