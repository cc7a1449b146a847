//! What the keyring holds beside our own document: newer generations, or another document under our number.
//!
//! The latter can only come about when a keyring lost or refused what another program had saved, or between programs that cannot see
//! each other's locks. Then neither is thrown away: the keyring's document is taken, entries that only ours has are added, and our own
//! stays beside it in a file.

use std::sync::Arc;

use crate::adapters::journal;
use crate::adapters::parts::VaultId;
use crate::app::document::{Document, Record, TestUser};
use crate::app::ports::{VaultError, VaultNote};

use super::{Keyring, KeyringVault, Stored, items};

impl<K: Keyring> KeyringVault<K> {
    /// Takes what is newer in the keyring than our own document, whoever wrote it.
    pub(super) fn look_into_the_keyring(&mut self, vault: VaultId) -> Result<(), VaultError> {
        let Some(session) = &mut self.session else { return Ok(()) };
        let own = session.document.generation;
        let above = if session.stored == Stored::Yes { own } else { own.saturating_sub(1) };
        let names = items::names(&mut self.keyring)?;
        let reading = items::newest_above(&mut self.keyring, vault, &names, above)?;
        session.newest = session.newest.max(reading.newest);
        session.keep.extend(reading.unread.iter().copied());
        let Some((text, theirs)) = reading.best else { return Ok(()) };
        let (stored, ours) = (session.stored, Arc::clone(&session.document));
        if stored != Stored::Yes && ours.to_json() != text {
            if stored == Stored::No || theirs.generation == own {
                return self.join(theirs, &ours);
            }
            self.keep_journal(&ours, &theirs)?;
        } else if lacks_some(&theirs, &ours) {
            // deleted there for ever, or the keyring had lost what we saw in it
            self.keep_journal(&ours, &theirs)?;
        }
        // ours, or built upon ours
        if let Some(session) = &mut self.session {
            session.document = Arc::new(theirs);
            session.stored = Stored::Yes;
        }
        Ok(())
    }

    /// Saves `theirs`, which the keyring holds, with what only `ours` has, which the journal holds and nobody has built upon.
    pub(super) fn join(&mut self, mut theirs: Document, ours: &Document) -> Result<(), VaultError> {
        self.folder.copy_aside(journal::NAME)?;
        self.note(VaultNote::Joined);
        let records = ours.accounts.iter().filter(|ours| theirs.record(ours.account.id).is_none());
        let records: Vec<_> = records.map(copy).collect();
        let users = ours.users.iter().filter(|ours| theirs.user(&ours.name).is_none());
        let users: Vec<_> = users.map(copy_user).collect();
        theirs.accounts.extend(records);
        theirs.users.extend(users);
        self.commit(theirs).map(drop)
    }

    /// Keeps a copy of the journal before the keyring's `newer` document takes its place, and says so if it holds an account that `newer` has
    /// not: another program may have deleted that for ever, or never have seen it.
    ///
    /// # Errors
    /// As [`Folder::copy_aside`](crate::adapters::atomic_file::Folder::copy_aside); the journal must then stay.
    pub(super) fn keep_journal(&mut self, journal: &Document, newer: &Document) -> Result<(), VaultError> {
        self.folder.copy_aside(journal::NAME)?;
        if lacks_some(newer, journal) {
            self.note(VaultNote::KeptAside);
        }
        Ok(())
    }
}

impl<K: Keyring> KeyringVault<K> {
    /// Keeps a copy of `theirs`, an older document of the keyring, before our `newer` journal takes its place, if it holds an account that ours has
    /// not: we deleted that for ever, or another program added it while the keyring refused what we saved.
    pub(super) fn keep_theirs(&mut self, newer: &Document, theirs: &Document, text: &str) {
        let Some(session) = self.session.as_ref().filter(|_| lacks_some(newer, theirs)) else { return };
        let header = self.header(session.vault, theirs.generation);
        // Not said: nearly always it is what was just deleted for ever. What cannot be kept now stays in the keyring for as long as
        // this program runs.
        let _ = journal::write_aside(&self.folder, &session.key, &header, text);
    }
}

/// Whether an account of `older` is not in `newer`.
fn lacks_some(newer: &Document, older: &Document) -> bool {
    older.accounts.iter().any(|record| newer.record(record.account.id).is_none())
}

fn copy(record: &Record) -> Record {
    Record { account: record.account.clone(), secret: record.secret.duplicate(), trashed: record.trashed }
}

fn copy_user(user: &TestUser) -> TestUser {
    TestUser {
        name: user.name.clone(),
        password: user.password.clone(),
        accounts: user.accounts.clone(),
        key: user.key.clone(),
        rules: user.rules,
    }
}
