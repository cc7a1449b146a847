//! How often each account's code was copied, and when last: what "most used" and "last used" go by.
//!
//! It is no part of the vault's document: a copy would be a write of all secrets into the keyring then, and every backup would tell
//! when somebody logged in where. The document's own `uses` is what another app had counted before an import; the two are added.

use std::collections::HashMap;

use crate::domain::{Account, AccountId, UnixTime};

/// What is counted of one account.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Use {
    /// How many of its codes were copied here.
    pub count: u64,
    /// When the last one was.
    pub last: UnixTime,
}

/// All that is counted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Uses(HashMap<AccountId, Use>);

impl Uses {
    /// Counts one more copy at `now`.
    pub fn add(&mut self, id: AccountId, now: UnixTime) {
        let entry = self.0.entry(id).or_default();
        entry.count = entry.count.saturating_add(1);
        entry.last = now;
    }

    /// What was counted of `id`.
    #[must_use]
    pub fn of(&self, id: AccountId) -> Use {
        self.0.get(&id).copied().unwrap_or_default()
    }

    /// How often an account was used, here and in the app that it came from.
    #[must_use]
    pub fn count(&self, account: &Account) -> u64 {
        self.of(account.id).count.saturating_add(account.uses)
    }

    /// Which accounts anything was counted of.
    pub fn ids(&self) -> impl Iterator<Item = AccountId> + '_ {
        self.0.keys().copied()
    }

    /// Forgets an account.
    pub fn forget(&mut self, id: AccountId) {
        self.0.remove(&id);
    }
}

impl FromIterator<(AccountId, Use)> for Uses {
    fn from_iter<T: IntoIterator<Item = (AccountId, Use)>>(all: T) -> Self {
        Self(all.into_iter().collect())
    }
}
