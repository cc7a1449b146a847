//! A look at the vault that changes, unlocks and asks nothing: for the check-up.

use crate::adapters::journal::{self, Found};
use crate::adapters::parts::{ItemName, VaultId};
use crate::app::ports::{ItemFacts, JournalFacts, KeyringFacts, VaultError};

use super::stamp::Stamp;
use super::{Keyring, KeyringVault, items, start};

impl<K: Keyring> KeyringVault<K> {
    /// What is there now. Reads without waiting for other programs: what one of them is just writing looks incomplete.
    pub(super) fn look(&mut self) -> KeyringFacts {
        let stamp = Stamp::read(&self.folder).ok().flatten();
        let found = journal::read(&self.folder);
        let on_disk = stamp.map(|stamp| stamp.vault).or(match &found {
            Ok(Found::Sealed(sealed)) => Some(sealed.header.vault),
            _ => None,
        });
        let used = on_disk.is_some() || !matches!(found, Ok(Found::None)) || Stamp::exists(&self.folder).unwrap_or(true);
        let (place, locked) = match self.keyring.look() {
            Ok((place, locked)) => (Ok(place), locked),
            Err(error) => (Err(VaultError::from(error)), false),
        };
        let reachable = place.is_ok() && !locked;
        let (vault, items) = if reachable { self.look_at_items(on_disk) } else { (None, None) };
        let journal = self.look_at_journal(found, vault, items.is_some_and(|items| items.key));
        let confirmed = stamp.map_or(0, |stamp| stamp.confirmed);
        KeyringFacts { place, locked, used, items, confirmed, journal }
    }

    fn look_at_items(&mut self, on_disk: Option<VaultId>) -> (Option<VaultId>, Option<ItemFacts>) {
        let Ok(names) = items::names(&mut self.keyring) else { return (on_disk, None) };
        let nothing = ItemFacts { key: false, newest: 0, incomplete: 0 };
        let Some(vault) = on_disk.or_else(|| start::most_used(&names)) else { return (None, Some(nothing)) };
        if !names.contains(&ItemName::Key(vault)) || self.key(vault).is_err() {
            return (Some(vault), Some(nothing));
        }
        let items = items::newest(&mut self.keyring, vault, &names, self.seal.as_ref()).ok().map(|reading| ItemFacts {
            key: true,
            // one under a passphrase is complete as well
            newest: reading
                .best
                .map_or(0, |(_, document)| document.generation)
                .max(reading.locked.map_or(0, |(_, it)| it.generation)),
            incomplete: reading.unread.len(),
        });
        (Some(vault), items)
    }

    fn look_at_journal(&mut self, found: Result<Found, VaultError>, vault: Option<VaultId>, key: bool) -> JournalFacts {
        let sealed = match found {
            Err(error) => return JournalFacts::Unreadable(error),
            Ok(Found::None) => return JournalFacts::None,
            Ok(Found::Damaged) => return JournalFacts::Damaged,
            Ok(Found::Sealed(sealed)) => sealed,
        };
        match vault {
            Some(vault) if vault != sealed.header.vault => JournalFacts::Foreign,
            Some(vault) if key => match self.key(vault).ok().and_then(|key| sealed.open(&key)) {
                Some(_) => JournalFacts::Holds(sealed.header.generation),
                None => JournalFacts::Damaged,
            },
            _ => JournalFacts::Sealed,
        }
    }
}
