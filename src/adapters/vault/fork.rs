//! What the keyring holds beside our own document: newer generations, or another document under our number.
//!
//! The latter can only come about when a keyring lost or refused what another program had saved, or between programs that cannot see
//! each other's locks. Then neither is thrown away: the newer document is taken, entries that only the other has are added, and the other
//! stays beside it in a file. What one of them deleted for ever (`purged`) is neither added nor kept.

use std::sync::Arc;

use crate::adapters::journal;
use crate::adapters::parts::VaultId;
use crate::app::document::{Document, Record};
use crate::app::ports::{VaultError, VaultNote};

use super::{Keyring, KeyringVault, Stored, envelope, items};

impl<K: Keyring> KeyringVault<K> {
    /// Takes what is newer in the keyring than our own document, whoever wrote it.
    pub(super) fn look_into_the_keyring(&mut self, vault: VaultId) -> Result<(), VaultError> {
        let Some(session) = &mut self.session else { return Ok(()) };
        let own = session.document.generation;
        let above = if session.stored == Stored::Yes { own } else { own.saturating_sub(1) };
        let names = items::names(&mut self.keyring)?;
        let reading = items::newest_above(&mut self.keyring, vault, &names, above, self.seal.as_ref())?;
        session.newest = session.newest.max(reading.newest);
        session.keep.extend(reading.unread.iter().copied());
        if reading.locked.is_some() {
            return Err(self.needs_passphrase());
        }
        let Some((text, theirs)) = reading.best else { return Ok(()) };
        let (stored, ours) = (session.stored, Arc::clone(&session.document));
        let other = stored != Stored::Yes && ours.to_json() != theirs.to_json();
        let same_number = stored == Stored::No || theirs.generation == own;
        if other && same_number || lacks_some(&theirs, &ours) {
            return self.join(theirs, &ours);
        }
        if other {
            self.keep_other(&ours, &theirs)?;
        }
        // ours, or built upon ours
        if !envelope::is_sealed(&text) {
            self.seal = None;
        }
        if let Some(session) = &mut self.session {
            session.document = Arc::new(theirs);
            session.stored = Stored::Yes;
        }
        Ok(())
    }

    /// Saves `newer` with what only `other` has. Neither was built upon the other, as far as that can be told; of what both have, `newer`
    /// counts, and `other` is kept aside. What either of them deleted for ever stays away.
    pub(super) fn join(&mut self, mut newer: Document, other: &Document) -> Result<(), VaultError> {
        self.keep_other(other, &newer)?;
        self.note(VaultNote::Joined);
        newer.take_missing(other);
        self.commit(newer).map(drop)
    }

    /// Keeps `other` beside the journal before the `newer` document takes its place, if it has anything that `newer` has not; but nothing that
    /// `newer` has deleted for ever.
    ///
    /// # Errors
    /// As [`journal::write_aside`]; what holds `other` must then stay.
    pub(super) fn keep_other(&mut self, other: &Document, newer: &Document) -> Result<(), VaultError> {
        let Some(session) = self.session.as_ref().filter(|_| says_more(other, newer)) else { return Ok(()) };
        let mut left = other.duplicate();
        newer.purged.iter().for_each(|id| left.bury(*id));
        let header = self.header(session.vault, other.generation);
        journal::write_aside(&self.folder, &session.key, &header, &self.closed(&left)?)
    }
}

/// Whether `newer` was not built upon `older`, as far as it matters: it does not know an account of `older`, or has one that `older` deleted
/// for ever and nobody added again.
pub(super) fn lacks_some(newer: &Document, older: &Document) -> bool {
    let unknown = older.accounts.iter().any(|record| is_missing(record, newer));
    unknown || older.purged.iter().any(|id| newer.record(*id).is_some() && !newer.returned.contains(id))
}

fn is_missing(record: &Record, document: &Document) -> bool {
    document.record(record.account.id).is_none() && !document.purged.contains(&record.account.id)
}

/// Whether anything of `other` is missing in `newer` or stands there otherwise, apart from what `newer` deleted for ever.
fn says_more(other: &Document, newer: &Document) -> bool {
    let differs = |record: &Record| match newer.record(record.account.id) {
        // expose: compared and nothing else
        Some(there) => {
            there.account != record.account || there.trashed != record.trashed || there.secret.expose() != record.secret.expose()
        }
        None => is_missing(record, newer),
    };
    other.accounts.iter().any(differs)
        || other.odd() > newer.odd()
        || other.users.iter().any(|user| newer.user(&user.name).is_none())
}
