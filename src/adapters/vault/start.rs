//! What is done at start: the table "key readable? · journal · keyring's document · do".
//!
//! | key | journal | keyring's document | do |
//! | --- | --- | --- | --- |
//! | yes | none | complete | use it |
//! | yes | equal, of another boot | complete | confirm it, remove the journal and what is older |
//! | yes | higher, or the keyring's is incomplete or damaged | any | use the journal, write the keyring again |
//! | yes | lower | complete | use the keyring's, keep what it says otherwise, bring it up |
//! | yes | higher or lower, and the lower one has accounts that the higher one does not know | complete | join both |
//! | yes | equal generation, other contents | complete | join both (module `fork`) |
//! | yes | damaged | complete | use the keyring's, say so, set the journal aside |
//! | yes | none | newest incomplete, an older one complete | use the older one, say so, keep the rest |
//! | yes | none or damaged | none complete | change nothing: damaged |
//! | no | any | any | change nothing anywhere, say why |
//! | no, and nothing of ours exists | none | none | first start |
//!
//! While the newer of the two needs a passphrase (module `sealed`), no row is followed and nothing is changed: not even what could be done
//! without reading, since a row that removes something must have seen that what stays can be read. Unlocking follows the row.

use std::collections::BTreeSet;
use std::sync::Arc;

use zeroize::Zeroizing;

use crate::adapters::atomic_file::Replaced;
use crate::adapters::journal::{self, Found, Key};
use crate::adapters::parts::{ItemName, VaultId};
use crate::app::document::{Document, DocumentError};
use crate::app::ports::{Opened, Place, VaultError, VaultNote};

use super::envelope::{self, Envelope, Said, Seal};
use super::fork::lacks_some;
use super::held::Held;
use super::items::{self, Reading};
use super::stamp::{self, Stamp};
use super::{Flaw, Keyring, KeyringVault, Session, Stored};

/// A journal that could be read.
pub(super) struct Journal {
    pub header: journal::Header,
    pub text: Zeroizing<String>,
    pub document: Document,
}

/// What a journal on disk came to.
pub(super) enum Opening {
    /// There is none, or it is damaged.
    None,
    /// It could be read.
    Journal(Box<Journal>),
    /// Another passphrase is needed to read it.
    Locked(Envelope),
}

impl<K: Keyring> KeyringVault<K> {
    /// Follows the table. Under the lock of the data directory; the keyring is unlocked.
    pub(super) fn start(&mut self, place: Place, held: &mut Held) -> Result<Opened, VaultError> {
        self.notes.clear();
        // what is read now is shown and built upon: a program that was ended before it could say so shall not take it back
        if !self.flawed.makes(Flaw::ShownUnsynced) && self.folder.sync().is_err() {
            self.note(VaultNote::Unsynced);
        }
        let mut stamp = Stamp::read(&self.folder)?;
        let seen = self.folder.version(journal::NAME);
        let mut found = journal::read(&self.folder)?;
        let mut names = items::names(&mut self.keyring)?;
        if let (Some(old), Found::Sealed(sealed)) = (&stamp, &found)
            && old.vault != sealed.header.vault
        {
            let begun = sealed.header.vault;
            if names.contains(&ItemName::Key(begun))
                && !matches!(open_journal(&found, &self.key(begun)?, None, None)?, Opening::None)
            {
                // the program was ended when the new vault was saved and not yet named: that is done now
                self.folder.copy_aside(stamp::NAME)?;
                Stamp::of(begun).write(&self.folder)?;
                stamp = Some(Stamp::of(begun));
            }
        }
        let on_disk = stamp.map(|stamp| stamp.vault).or(match &found {
            Found::Sealed(sealed) => Some(sealed.header.vault),
            _ => None,
        });
        let something = Stamp::exists(&self.folder)? || !matches!(found, Found::None);
        let vault = match on_disk.or_else(|| most_used(&names)) {
            Some(vault) => vault,
            None if something || !names.is_empty() => return Err(VaultError::AnotherKeyring),
            None => {
                held.first()?;
                // a program with another data directory may have made one while we waited
                names = items::names(&mut self.keyring)?;
                match most_used(&names) {
                    Some(vault) => vault,
                    None if !names.is_empty() => return Err(VaultError::AnotherKeyring),
                    None => return self.begin_anew(place),
                }
            }
        };
        held.vault(vault)?;
        names = items::names(&mut self.keyring)?;
        if self.flawed.makes(Flaw::NoEntryIsGone) && self.key(vault) == Err(VaultError::AnotherKeyring) {
            return self.begin_anew(place);
        }
        let key = self.key(vault)?;
        if matches!(&found, Found::Sealed(sealed) if sealed.header.vault != vault) {
            // of a vault that is not in this keyring
            self.folder.set_aside(journal::NAME)?;
            found = Found::None;
        }
        let claimed = if let Found::Sealed(sealed) = &found { sealed.header.generation } else { 0 };
        let reading = items::newest(&mut self.keyring, vault, &names, self.seal.as_ref())?;
        let opening = open_journal(&found, &key, self.seal.as_ref(), reading.best.as_ref())?;
        let damaged = matches!(opening, Opening::None) && !matches!(found, Found::None);
        self.ask_for_the_passphrase(&opening, &reading)?;
        let journal_locked = matches!(opening, Opening::Locked(_));
        let journal = if let Opening::Journal(journal) = opening { Some(*journal) } else { None };
        let confirmed = stamp.map_or(0, |stamp| stamp.confirmed);
        let newest = reading.newest.max(claimed).max(confirmed);
        if journal.is_none() && reading.best.is_none() {
            let never_saved = stamp.is_none() && !damaged && reading.newest == 0;
            return if never_saved { self.begin(vault, key, place, 0) } else { Err(self.gone(vault)) };
        }
        let stamped = stamp.is_some() || Stamp::of(vault).write(&self.folder).is_ok();
        let keep: BTreeSet<u64> = reading.unread.iter().copied().chain([confirmed]).collect();
        let document = Arc::default();
        self.session = Some(Session { vault, key, place, document, newest, keep, stamped, seen, stored: Stored::Unknown });
        if journal_locked {
            self.pass_over_journal(reading);
        } else {
            self.keep_locked(&reading);
            self.settle(journal, reading, confirmed, damaged);
        }
        self.opened()
    }

    /// Both sides are read and at least one of them is whole: takes the newer one and brings the other up to it.
    fn settle(&mut self, journal: Option<Journal>, reading: Reading, confirmed: u64, damaged: bool) {
        let newest = reading.newest.max(confirmed);
        match (journal, reading.best) {
            (Some(journal), Some((_, theirs)))
                if theirs.generation > journal.document.generation && lacks_some(&theirs, &journal.document) =>
            {
                self.bring_together(theirs, journal.document);
            }
            (Some(journal), Some((text, document))) if document.generation > journal.document.generation => {
                let kept = self.keep_other(&journal.document, &document);
                self.rejournal(document, &text, kept.is_ok());
            }
            (Some(journal), Some((text, theirs))) if same(&journal, &text, &theirs) => {
                let later = journal.header.boot.differs_from(&self.boot);
                let generation = journal.header.generation;
                self.take(journal.document, Stored::Yes);
                if later {
                    self.confirm(generation);
                }
            }
            (Some(journal), Some((_, theirs))) if theirs.generation == journal.document.generation => {
                self.bring_together(theirs, journal.document);
            }
            (Some(journal), Some((_, theirs))) if lacks_some(&journal.document, &theirs) => {
                // added there while the keyring refused what we saved
                self.keep([theirs.generation]);
                let joined = journal.document.duplicate();
                self.take(journal.document.duplicate(), Stored::No);
                if self.join(joined, &theirs).is_err() {
                    // tried again at the next start
                    self.restore(journal);
                }
            }
            (Some(journal), best) => {
                self.keep(best.map(|(_, document)| document.generation));
                self.notes.push(VaultNote::RestoredFromJournal);
                self.restore(journal);
            }
            (None, Some((text, document))) => {
                let used = document.generation;
                self.keep(Some(used));
                if damaged {
                    self.notes.push(VaultNote::JournalDamaged);
                    // one that cannot be moved stays
                    let moved = self.folder.set_aside(journal::NAME);
                    self.rejournal(document, &text, moved.is_ok());
                } else {
                    if used < newest {
                        self.notes.push(VaultNote::OlderGeneration { used, newest });
                    }
                    self.take(document, Stored::Yes);
                    if used == confirmed {
                        self.tidy(used);
                    }
                }
            }
            (None, None) => {}
        }
    }

    /// Joins the keyring's document and our own.
    fn bring_together(&mut self, theirs: Document, ours: Document) {
        self.keep([theirs.generation]);
        let ours = Arc::new(ours);
        if let Some(session) = &mut self.session {
            session.document = Arc::clone(&ours);
        }
        // what fails is tried again at the next change and start; until then the journal's document is shown
        let _ = self.join(theirs, &ours);
    }

    fn take(&mut self, document: Document, stored: Stored) {
        if let Some(session) = &mut self.session {
            session.document = Arc::new(document);
            session.stored = stored;
        }
    }

    pub(super) fn keep(&mut self, generations: impl IntoIterator<Item = u64>) {
        if let Some(session) = &mut self.session {
            session.keep.extend(generations);
        }
    }

    /// Uses the keyring's document and, if it may, writes it as the journal: that it is on the keyring's disk is not proved.
    pub(super) fn rejournal(&mut self, document: Document, text: &str, may: bool) {
        let generation = document.generation;
        self.keep(Some(generation));
        self.take(document, Stored::Yes);
        if may {
            // the keyring has the document; without a journal it is as safe as before
            let _ = self.write_journal(generation, text);
        }
    }

    /// Uses the journal's document and writes it into the keyring again: first the journal with this boot's id.
    fn restore(&mut self, journal: Journal) {
        let Journal { header, text, document } = journal;
        self.take(document, Stored::No);
        let late = self.flawed.makes(Flaw::BootIdLate);
        let ready = late || header.boot == self.boot || self.write_journal(header.generation, &text).is_ok();
        if ready {
            self.store(header.vault, header.generation, &text);
            if late {
                // what fails is what the mistake is about
                let _ = self.write_journal(header.generation, &text);
            }
        } else {
            self.note(VaultNote::KeyringBehind);
        }
    }

    fn write_journal(&mut self, generation: u64, text: &str) -> Result<(), VaultError> {
        let Some(session) = &mut self.session else { return Ok(()) };
        let header = journal::Header { vault: session.vault, generation, boot: self.boot.clone() };
        let replaced = journal::write(&self.folder, &session.key, &header, text)?;
        session.seen = self.folder.version(journal::NAME);
        match replaced {
            Replaced::Durable => Ok(()),
            Replaced::Unsynced(kind) => Err(VaultError::Disk { path: self.folder.join(journal::NAME), kind }),
        }
    }

    /// A later boot has read `generation` from the keyring, complete and equal. What fails is done at the next start.
    pub(super) fn confirm(&mut self, generation: u64) {
        let Some(session) = &mut self.session else { return };
        let stamp = Stamp { vault: session.vault, confirmed: generation };
        if stamp.write(&self.folder).and_then(|()| self.folder.remove(journal::NAME)).is_ok() {
            session.keep = BTreeSet::from([generation]);
            session.seen = self.folder.version(journal::NAME);
            self.tidy(generation);
        }
    }

    /// Removes what is older than the confirmed `generation`. A program may have been ended before it came to that, and what was deleted
    /// for ever shall not stay in the keyring until the next change.
    fn tidy(&mut self, generation: u64) {
        let Some(session) = &self.session else { return };
        // what cannot be removed now is removed at the next start or after the next change
        let _ = items::remove_before(&mut self.keyring, session.vault, generation, &BTreeSet::new());
    }

    /// A new key in the keyring and an empty document; what is on disk of an older vault is set aside, what is in the keyring stays.
    pub(super) fn begin_anew(&mut self, place: Place) -> Result<Opened, VaultError> {
        let claimed = match journal::read(&self.folder)? {
            Found::Sealed(sealed) => sealed.header.generation,
            _ => 0,
        };
        let confirmed = Stamp::read(&self.folder)?.map_or(0, |stamp| stamp.confirmed);
        let listed = items::names(&mut self.keyring)?.into_iter().map(|name| match name {
            ItemName::Part { generation, .. } => generation,
            ItemName::Key(_) => 0,
        });
        // above the old vault's: if this directory is ever lost, the vault with the highest generation is taken
        let above = listed.max().unwrap_or(0).max(claimed).max(confirmed);

        let mut random = Zeroizing::new([0; 48]);
        getrandom::fill(&mut *random).map_err(|_| VaultError::Refused("no random bytes"))?;
        let (mut id, mut key) = ([0; 16], Key::new([0; 32]));
        id.copy_from_slice(random.get(..16).unwrap_or_default());
        key.copy_from_slice(random.get(16..).unwrap_or_default());
        let vault = VaultId::from_bytes(id);
        let text = Zeroizing::new(data_encoding::BASE64URL_NOPAD.encode(&*key));
        self.keyring.set(&ItemName::Key(vault).to_string(), &text)?;
        if self.key(vault)? != key {
            return Err(VaultError::Refused("it keeps something else than it was given"));
        }
        // a copy: until the new vault's takes its place, it may be the only one to have the old vault's newest changes
        self.folder.copy_aside(journal::NAME)?;
        self.begin(vault, key, place, above)
    }

    /// Saves the first, empty document of `vault`.
    fn begin(&mut self, vault: VaultId, key: Key, place: Place, above: u64) -> Result<Opened, VaultError> {
        self.notes.clear();
        let (before, seal) = (self.session.take(), self.seal.take());
        let seen = self.folder.version(journal::NAME);
        let (document, keep) = (Arc::default(), BTreeSet::new());
        self.session =
            Some(Session { vault, key, place, document, newest: above, keep, stamped: false, seen, stored: Stored::Unknown });
        if let Err(error) = self.commit(Document::default()) {
            self.session = before;
            self.seal = seal;
            return Err(error);
        }
        self.locked = None;
        self.notes.insert(0, VaultNote::FirstStart);
        self.opened()
    }

    fn opened(&mut self) -> Result<Opened, VaultError> {
        let Some(session) = &self.session else { return Err(VaultError::Damaged) };
        let (document, place) = (Arc::clone(&session.document), session.place.clone());
        let mut notes = std::mem::take(&mut self.notes);
        if document.odd() > 0 {
            notes.push(VaultNote::OddEntries { count: document.odd() });
        }
        Ok(Opened { document, place, notes, passphrase: self.seal.is_some() })
    }
}

/// Whether the keyring's document says what the journal's does. Encrypted texts differ although they say the same.
fn same(journal: &Journal, text: &str, theirs: &Document) -> bool {
    *journal.text == *text || journal.document.to_json() == theirs.to_json()
}

/// What the journal `found` says. A text that was `read` already is not read once more: a large one takes its time.
fn open_journal(
    found: &Found,
    key: &Key,
    seal: Option<&Seal>,
    read: Option<&(Zeroizing<String>, Document)>,
) -> Result<Opening, VaultError> {
    let Found::Sealed(sealed) = found else { return Ok(Opening::None) };
    let Some(text) = sealed.open(key) else { return Ok(Opening::None) };
    let said = match read.filter(|(same, _)| **same == *text) {
        Some((_, document)) => Ok(Said::Document(document.duplicate())),
        None => envelope::read(&text, seal),
    };
    match said {
        Ok(Said::Document(document)) => Ok(Opening::Journal(Box::new(Journal { header: sealed.header.clone(), text, document }))),
        Ok(Said::Locked(envelope)) => Ok(Opening::Locked(envelope)),
        Err(DocumentError::TooNew) => Err(VaultError::TooNew),
        Err(DocumentError::Damaged) => Ok(Opening::None),
    }
}

/// The data directory says nothing: of the vaults whose key is in the keyring, the one with the highest generation.
pub(super) fn most_used(names: &[ItemName]) -> Option<VaultId> {
    let keys = names.iter().filter_map(|name| if let ItemName::Key(vault) = name { Some(*vault) } else { None });
    let highest = |vault: &VaultId| {
        let own = names.iter().filter_map(|name| match name {
            ItemName::Part { vault: whose, generation, .. } if whose == vault => Some(*generation),
            _ => None,
        });
        own.max()
    };
    keys.max_by_key(|vault| (highest(vault), *vault))
}
