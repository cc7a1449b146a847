//! The one document that the vault keeps: accounts with their secrets, test users, and what we did not understand.

use crate::domain::{Account, AccountId, PasswordHash, Secret, UnixTime};

/// The version of the document's shape that this program writes.
pub const SCHEMA: u32 = 1;

/// Everything that must never be lost.
#[derive(Debug, Default)]
pub struct Document {
    /// Grows by one with each change; 0 before the first.
    pub generation: u64,
    /// In the order in which they are shown when ordered by hand.
    pub accounts: Vec<Record>,
    /// The people of the login test.
    pub users: Vec<TestUser>,
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
}

impl Document {
    /// The record of `id`, in the trash or not.
    #[must_use]
    pub fn record(&self, id: AccountId) -> Option<&Record> {
        self.accounts.iter().find(|record| record.account.id == id)
    }

    /// The test user called exactly `name`.
    #[must_use]
    pub fn user(&self, name: &str) -> Option<&TestUser> {
        self.users.iter().find(|user| user.name == name)
    }
}
