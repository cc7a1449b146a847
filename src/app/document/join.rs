//! Two states of one vault, of which neither was built upon the other: of what both have, the newer one counts.

use std::collections::HashSet;

use crate::domain::AccountId;

use super::Document;
use super::merge::add_odd;

impl Document {
    /// Adds what only `other` has: accounts, test users, entries and fields that cannot be read. What either of them deleted for ever stays
    /// away, unless it was added again here.
    pub fn take_missing(&mut self, other: &Self) {
        let ids: HashSet<AccountId> =
            self.accounts.iter().map(|record| record.account.id).chain(self.purged.iter().copied()).collect();
        for record in other.accounts.iter().filter(|record| !ids.contains(&record.account.id)) {
            if let Some(rest) = other.kept.account_fields.get(&record.account.id) {
                self.kept.account_fields.insert(record.account.id, rest.clone());
            }
            self.accounts.push(record.duplicate());
        }
        for user in other.users.iter().filter(|user| self.user(&user.name).is_none()).collect::<Vec<_>>() {
            let mut copy = user.duplicate();
            copy.accounts.retain(|id| !self.purged.contains(id));
            // a test user goes with its last account, as when that is deleted
            if copy.accounts.is_empty() && !user.accounts.is_empty() {
                continue;
            }
            if let Some(rest) = other.kept.user_fields.get(&user.name) {
                self.kept.user_fields.insert(user.name.clone(), rest.clone());
            }
            self.users.push(copy);
        }
        let end = self.accounts.len() + self.kept.accounts.len();
        add_odd(&mut self.kept.accounts, &other.kept.accounts, end);
        let end = self.users.len() + self.kept.users.len();
        add_odd(&mut self.kept.users, &other.kept.users, end);
        for (name, text) in &other.kept.fields {
            if self.kept.fields.iter().all(|(ours, _)| ours != name) {
                self.kept.fields.push((name.clone(), text.clone()));
            }
        }
        if self.backup_passphrase.is_none() {
            self.backup_passphrase.clone_from(&other.backup_passphrase);
        }
        let purged: Vec<AccountId> = other.purged.iter().copied().filter(|id| !self.returned.contains(id)).collect();
        purged.into_iter().for_each(|id| self.bury(id));
    }
}
