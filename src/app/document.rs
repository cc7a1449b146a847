//! The one document that the vault keeps: accounts with their secrets, test users, and what we did not understand.
//!
//! As text it is one line of printable ASCII, JSON:
//!
//! ```json
//! {"schema":1,"generation":7,
//!  "accounts":[{"id":"32 hex digits","issuer":"","name":"","secret":"base32","type":"totp","algorithm":"SHA1","digits":6,
//!               "period":30,"tags":[],"note":"","pinned":false,"uses":0,"created":0,"trashed":0}],
//!  "users":[{"name":"","password":"$argon2id$…","accounts":["32 hex digits"],
//!            "key":"","window":1,"one_time":true,"guard":"recommended"}],
//!  "purged":["32 hex digits"],"returned":["32 hex digits"],"backup_passphrase":""}
//! ```
//!
//! - `type` is `totp`, `hotp` or `steam`; `counter` stands in place of `period` for `hotp`. `uses`, `trashed` and `password` may be absent.
//! - A user's `key` names its failures and recovery codes in the state, for ever; absent, it is the name. `window`, `one_time` and
//!   `guard` are its rules; absent, they are the recommended ones, so that an older document's users are guarded from now on.
//! - `purged` names accounts that were deleted for ever, so that no older state brings them back; `returned` those that were added again
//!   after that, from a backup, so that no older state takes them away. Both may be absent.
//! - `backup_passphrase` may be absent, and is in no backup.
//! - The order of `accounts` is the order by hand. It is no field of a record: what stands somewhere stands there once, in every version,
//!   and nothing has to be joined. `uses` is what another app had counted; copies made here are counted in the state.
//! - Times are whole seconds since the epoch, UTC.
//! - Unknown fields, at every level, are kept as they are and written back, so that a newer version's additions survive.
//! - An entry that cannot be read is *odd*: it is kept to the letter and written back near where it stood. That is also what
//!   becomes of an entry with a known key twice (nobody can say which one counts) and of a second entry with a known id or name.
//! - A newer version that only adds fields keeps the schema number; a higher number therefore says that the shape cannot be read
//!   here, and such a document is refused and never overwritten.

mod join;
mod merge;
mod read;
mod write;

use std::collections::BTreeMap;

use zeroize::Zeroizing;

use crate::domain::{Account, AccountId, PasswordHash, Rules, Secret, UnixTime};

pub use merge::{Difference, Fate, Merged, MergedAccount, MergedUser};

/// The version of the document's shape that this program writes.
pub const SCHEMA: u32 = 1;
/// The most entries that are written, odd ones included.
pub const MAX_ENTRIES: usize = 10_000;
/// The longest document that is written, in bytes of its text.
pub const MAX_BYTES: usize = 16 << 20;

/// How many of the accounts that were deleted for ever are remembered.
pub const MAX_PURGED: usize = 1_000;

/// Everything that must never be lost.
#[derive(Debug, Default)]
pub struct Document {
    /// Grows by one with each change; 0 before the first.
    pub generation: u64,
    /// In the order in which they are shown when ordered by hand.
    pub accounts: Vec<Record>,
    /// The people of the login test.
    pub users: Vec<TestUser>,
    /// What automatic backups are locked with, if it is a passphrase. It protects the secrets that stand beside it: whoever reads
    /// it here has them already.
    pub backup_passphrase: Option<Zeroizing<String>>,
    /// The accounts that were deleted for ever, newest last, at most [`MAX_PURGED`]: an older state that has them still is out of date
    /// there, and not a different opinion.
    pub purged: Vec<AccountId>,
    /// Those of them that somebody added again, newest last, as many at most.
    pub returned: Vec<AccountId>,
    /// What this version does not understand and writes back.
    pub kept: Kept,
}

/// An account with its secret.
#[derive(Debug)]
pub struct Record {
    /// What may be shown.
    pub account: Account,
    /// What may not.
    pub secret: Secret,
    /// When it was moved to the trash, if it is there.
    pub trashed: Option<UnixTime>,
}

/// A person who may log in on the login-test tab.
#[derive(Debug)]
pub struct TestUser {
    /// What is typed as user name; unique.
    pub name: String,
    /// `None`: no password is asked for.
    pub password: Option<PasswordHash>,
    /// Whose codes count.
    pub accounts: Vec<AccountId>,
    /// What its failures and recovery codes are kept under, for ever; `None`: its name.
    pub key: Option<String>,
    /// What is asked of it.
    pub rules: Rules,
}

impl TestUser {
    /// What its failures and recovery codes are kept under. It stays when the user is renamed.
    #[must_use]
    pub fn key(&self) -> &str {
        self.key.as_deref().unwrap_or(&self.name)
    }
}

/// Parts of a document that this version does not understand. It may hold secrets: it cannot be printed and is wiped when dropped.
#[derive(Clone, Default)]
pub struct Kept {
    fields: Pairs,
    accounts: Vec<Odd>,
    users: Vec<Odd>,
    account_fields: BTreeMap<AccountId, Pairs>,
    user_fields: BTreeMap<String, Pairs>,
}

/// Unknown fields in their order: name and JSON text.
type Pairs = Vec<(String, Zeroizing<String>)>;

/// An entry that cannot be read.
#[derive(Clone)]
struct Odd {
    /// Where it stood in its list.
    at: usize,
    /// Its JSON text.
    text: Zeroizing<String>,
}

impl std::fmt::Debug for Kept {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Kept({} odd entries)", self.accounts.len() + self.users.len())
    }
}

/// Why a text is not a document. Never holds any of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DocumentError {
    /// It is not the JSON of a document.
    #[error("the document is damaged")]
    Damaged,
    /// A newer version wrote it in a shape that this one cannot read.
    #[error("the document was written by a newer version")]
    TooNew,
}

impl Document {
    /// Reads what [`to_json`](Self::to_json) or a newer version of the same schema wrote.
    ///
    /// # Errors
    /// [`DocumentError`]. An entry that cannot be read is none: it is kept, see [`odd`](Self::odd).
    pub fn from_json(text: &str) -> Result<Self, DocumentError> {
        read::document(text)
    }

    /// The document as one line of printable ASCII.
    #[must_use]
    pub fn to_json(&self) -> Zeroizing<String> {
        write::document(self, self.backup_passphrase.as_deref())
    }

    /// The same for a backup: without the passphrase that locks it.
    #[must_use]
    pub fn to_backup(&self) -> Zeroizing<String> {
        write::document(self, None)
    }

    /// How many entries cannot be read and are kept as they are.
    #[must_use]
    pub fn odd(&self) -> usize {
        self.kept.accounts.len() + self.kept.users.len()
    }

    /// All entries, odd ones included: what [`MAX_ENTRIES`] bounds.
    #[must_use]
    pub fn entries(&self) -> usize {
        self.accounts.len() + self.users.len() + self.odd()
    }

    /// The same document once more, to change the copy. Named so that it is seen in a review: it copies every secret.
    #[must_use]
    pub fn duplicate(&self) -> Self {
        Self {
            generation: self.generation,
            accounts: self.accounts.iter().map(Record::duplicate).collect(),
            users: self.users.iter().map(TestUser::duplicate).collect(),
            purged: self.purged.clone(),
            returned: self.returned.clone(),
            backup_passphrase: self.backup_passphrase.clone(),
            kept: self.kept.clone(),
        }
    }

    /// The record of `id`, in the trash or not.
    #[must_use]
    pub fn record(&self, id: AccountId) -> Option<&Record> {
        self.accounts.iter().find(|record| record.account.id == id)
    }

    /// A name for a new test user: the account name, or with the issuer if somebody has that name already. Two accounts never
    /// share a user by accident: a code of either would log in.
    #[must_use]
    pub fn free_user_name(&self, issuer: &str, name: &str) -> String {
        let first = if name.is_empty() { issuer } else { name };
        let second = format!("{first} ({issuer})");
        let numbered = (2..).map(|number| format!("{first} {number}"));
        let mut wishes = [first.to_owned(), second].into_iter().chain(numbered);
        // Names are looked up as the login test cleans what is typed.
        let free =
            |wish: &String| self.user(wish).is_none() && *wish == crate::domain::name::clean(wish).text && !wish.is_empty();
        wishes.by_ref().take(self.users.len() + 3).find(free).unwrap_or_else(|| first.to_owned())
    }

    /// The test user called exactly `name`.
    #[must_use]
    pub fn user(&self, name: &str) -> Option<&TestUser> {
        self.users.iter().find(|user| user.name == name)
    }
}

impl Record {
    /// The same record once more.
    #[must_use]
    pub(super) fn duplicate(&self) -> Self {
        Self { account: self.account.clone(), secret: self.secret.duplicate(), trashed: self.trashed }
    }
}

impl TestUser {
    /// The same user once more.
    #[must_use]
    pub(super) fn duplicate(&self) -> Self {
        Self {
            name: self.name.clone(),
            password: self.password.clone(),
            accounts: self.accounts.clone(),
            key: self.key.clone(),
            rules: self.rules,
        }
    }
}

impl Kept {
    /// Forgets what was kept of a record that is deleted for ever.
    pub(super) fn forget_account(&mut self, id: AccountId) {
        self.account_fields.remove(&id);
    }

    /// Forgets what was kept of a test user that is removed.
    pub(super) fn forget_user(&mut self, name: &str) {
        self.user_fields.remove(name);
    }

    /// What was kept of a test user goes with its new name.
    pub(super) fn rename_user(&mut self, before: &str, after: &str) {
        if let Some(fields) = self.user_fields.remove(before) {
            self.user_fields.insert(after.to_owned(), fields);
        }
    }
}
