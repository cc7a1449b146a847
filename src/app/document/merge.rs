//! A backup and what is here, joined: nothing of either side is lost, nothing here is written over, and it can be taken back.
//!
//! Accounts are the same by their id, test users by their name:
//!
//! - What is not here is added, in the backup's order, after what is here.
//! - Where both differ, both stay: the backup's is added with " (from backup)" behind its name, under an id that follows from its
//!   contents, so that the same backup adds it once. SHA-256 over the whole record, its secret included: the id tells nothing of a
//!   secret that cannot be guessed anyway.
//! - A HOTP counter that is further here is no difference: its codes are used up. Nor are the pin, the use count, the order, and the day of saving.
//! - What is in the trash here and in use in the backup is taken out of the trash. The other way round nothing happens.
//! - Entries that cannot be read, and unknown fields of the document, are added unless the same is here. An unknown field of the
//!   document that has another value here is the one thing that cannot be kept twice: ours stays, and that is said.

use std::collections::{HashMap, HashSet};

use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::domain::account::title;
use crate::domain::{Account, AccountId, OtpKind, UnixTime};

use super::{Document, Odd, Pairs, Record, TestUser, write};

/// What is written behind the name of an account of which there are two now.
const MARK: &str = "(from backup)";

/// What a merge did, entry by entry, and what takes it back.
#[derive(Debug, Default)]
pub struct Merged {
    /// The backup's accounts in their order, then those that only this side has.
    pub accounts: Vec<MergedAccount>,
    /// The same for test users.
    pub users: Vec<MergedUser>,
    /// How many entries and fields came with it that this version does not know.
    pub odd: usize,
    /// The names of unknown fields of the document that have another value here; here they stay as they are.
    pub left_out: Vec<String>,
    added: Vec<AccountId>,
    /// Those of them that had been deleted for ever here.
    returned: Vec<AccountId>,
    untrashed: Vec<(AccountId, UnixTime)>,
    added_users: Vec<String>,
    odd_accounts: Vec<Zeroizing<String>>,
    odd_users: Vec<Zeroizing<String>>,
    fields: Vec<String>,
}

/// What becomes of one account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MergedAccount {
    /// Its id, in the backup and here.
    pub id: AccountId,
    /// Who issues it.
    pub issuer: String,
    /// Whose it is.
    pub name: String,
    /// What becomes of it.
    pub fate: Fate,
    /// It is in the trash afterwards.
    pub trashed: bool,
}

/// What becomes of one test user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MergedUser {
    /// The name.
    pub name: String,
    /// What becomes of it.
    pub fate: Fate,
}

/// What becomes of one entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fate {
    /// It is only in the backup: it is added.
    New,
    /// Both sides have the same.
    Same,
    /// Both have the same; it is taken out of the trash.
    OutOfTrash,
    /// Both differ in this: the backup's is added beside the one here.
    Both(Vec<Difference>),
    /// Both differ in this, and the backup's was added beside the one here before.
    BothAlready(Vec<Difference>),
    /// It is only here.
    OnlyHere,
}

/// In what two entries with the same id differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Difference {
    /// The issuer.
    Issuer,
    /// The account name.
    Name,
    /// The key.
    Secret,
    /// Time, counter or Steam.
    Type,
    /// The hash.
    Algorithm,
    /// How many digits.
    Digits,
    /// The period.
    Period,
    /// The counter is further in the backup.
    Counter,
    /// The tags.
    Tags,
    /// The note.
    Note,
    /// The password of a test user.
    Password,
    /// A test user has accounts in the backup that it has not here.
    Accounts,
    /// Other rules: window, one-time use, guard.
    Rules,
    /// Something that a newer version has written.
    Unknown,
}

impl MergedAccount {
    fn of(account: &Account, fate: Fate, trashed: bool) -> Self {
        Self { id: account.id, issuer: account.issuer.clone(), name: account.name.clone(), fate, trashed }
    }

    /// As a person calls it.
    #[must_use]
    pub fn title(&self) -> String {
        title(&self.issuer, &self.name)
    }
}

impl Merged {
    /// Whether it changed anything.
    #[must_use]
    pub fn changes(&self) -> bool {
        let odd = self.odd_accounts.len() + self.odd_users.len();
        !(self.added.is_empty() && self.untrashed.is_empty() && self.added_users.is_empty() && self.fields.is_empty() && odd == 0)
    }

    /// How many accounts have a fate of this kind.
    #[must_use]
    pub fn count(&self, kind: fn(&Fate) -> bool) -> usize {
        self.accounts.iter().filter(|account| kind(&account.fate)).count()
    }

    /// How many test users have a fate of this kind.
    #[must_use]
    pub fn count_users(&self, kind: fn(&Fate) -> bool) -> usize {
        self.users.iter().filter(|user| kind(&user.fate)).count()
    }
}

impl Document {
    /// What [`merge`](Self::merge) would do.
    #[must_use]
    pub fn compare(&self, backup: &Self) -> Merged {
        self.duplicate().merge(backup)
    }

    /// Joins `backup` into this document.
    pub fn merge(&mut self, backup: &Self) -> Merged {
        let mut merged = Merged::default();
        // Into nothing, entries that cannot be read come back where they stood.
        let first = if self.entries() == 0 { Some(0) } else { None };
        let mut at: HashMap<AccountId, usize> = (0..).zip(&self.accounts).map(|(at, record)| (record.account.id, at)).collect();
        let here = self.accounts.len();
        let mut seen = vec![false; here];
        for record in &backup.accounts {
            let place = at.get(&record.account.id).copied();
            if let Some(seen) = place.and_then(|place| seen.get_mut(place)) {
                *seen = true;
            }
            let done = self.merge_account(record, place, backup, &mut at, &mut merged);
            merged.accounts.push(done);
        }
        let only = self.accounts.iter().take(here).zip(seen).filter(|(_, seen)| !seen);
        let only = only.map(|(record, _)| MergedAccount::of(&record.account, Fate::OnlyHere, record.trashed.is_some()));
        merged.accounts.extend(only);
        let users: Vec<String> = self.users.iter().map(|user| user.name.clone()).collect();
        for user in &backup.users {
            let fate = self.merge_user(user, backup, &mut merged);
            merged.users.push(MergedUser { name: user.name.clone(), fate });
        }
        let only = users.into_iter().filter(|name| backup.user(name).is_none());
        merged.users.extend(only.map(|name| MergedUser { name, fate: Fate::OnlyHere }));
        let end = first.unwrap_or(self.accounts.len() + self.kept.accounts.len());
        merged.odd_accounts = add_odd(&mut self.kept.accounts, &backup.kept.accounts, end);
        let end = first.unwrap_or(self.users.len() + self.kept.users.len());
        merged.odd_users = add_odd(&mut self.kept.users, &backup.kept.users, end);
        for (name, text) in &backup.kept.fields {
            match self.kept.fields.iter().find(|(ours, _)| ours == name) {
                None => {
                    self.kept.fields.push((name.clone(), text.clone()));
                    merged.fields.push(name.clone());
                }
                Some((_, ours)) if write::kept(ours) == write::kept(text) => {}
                Some(_) => merged.left_out.push(name.clone()),
            }
        }
        merged.odd = merged.odd_accounts.len() + merged.odd_users.len() + merged.fields.len();
        merged
    }

    /// Takes back what [`merge`](Self::merge) did, and nothing else.
    pub fn unmerge(&mut self, merged: &Merged) {
        let added: HashSet<AccountId> = merged.added.iter().copied().collect();
        self.accounts.retain(|record| !added.contains(&record.account.id));
        for id in &merged.added {
            self.kept.forget_account(*id);
        }
        merged.returned.iter().for_each(|id| self.bury(*id));
        for (id, at) in &merged.untrashed {
            if let Some(record) = self.accounts.iter_mut().find(|record| record.account.id == *id) {
                record.trashed.get_or_insert(*at);
            }
        }
        self.users.retain(|user| !merged.added_users.contains(&user.name));
        for name in &merged.added_users {
            self.kept.forget_user(name);
        }
        take_odd(&mut self.kept.accounts, &merged.odd_accounts);
        take_odd(&mut self.kept.users, &merged.odd_users);
        self.kept.fields.retain(|(name, _)| !merged.fields.contains(name));
    }

    fn merge_account(
        &mut self,
        theirs: &Record,
        place: Option<usize>,
        backup: &Self,
        at: &mut HashMap<AccountId, usize>,
        merged: &mut Merged,
    ) -> MergedAccount {
        let id = theirs.account.id;
        let rest = backup.kept.account_fields.get(&id);
        let done = |fate, trashed| MergedAccount::of(&theirs.account, fate, trashed);
        let Some(ours) = place.and_then(|place| self.accounts.get(place)) else {
            self.add_merged(theirs.duplicate(), rest, at, merged);
            return done(Fate::New, theirs.trashed.is_some());
        };
        let differences = differences(ours, theirs, self.kept.account_fields.get(&id), rest);
        let untrashed = theirs.trashed.is_none() && self.untrash(place, merged);
        if differences.is_empty() {
            let trashed = place.and_then(|place| self.accounts.get(place)).is_some_and(|ours| ours.trashed.is_some());
            return done(if untrashed { Fate::OutOfTrash } else { Fate::Same }, trashed);
        }
        let copy = marked(theirs, rest);
        let trashed = copy.trashed.is_some();
        match at.get(&copy.account.id).copied() {
            Some(place) => {
                if theirs.trashed.is_none() {
                    self.untrash(Some(place), merged);
                }
                done(Fate::BothAlready(differences), trashed)
            }
            None => {
                self.add_merged(copy, rest, at, merged);
                done(Fate::Both(differences), trashed)
            }
        }
    }

    fn add_merged(&mut self, record: Record, rest: Option<&Pairs>, at: &mut HashMap<AccountId, usize>, merged: &mut Merged) {
        let id = record.account.id;
        at.insert(id, self.accounts.len());
        merged.added.push(id);
        if self.purged.contains(&id) {
            self.let_return(id);
            merged.returned.push(id);
        }
        if let Some(rest) = rest {
            self.kept.account_fields.insert(id, rest.clone());
        }
        self.accounts.push(record);
    }

    fn untrash(&mut self, place: Option<usize>, merged: &mut Merged) -> bool {
        let Some(record) = place.and_then(|place| self.accounts.get_mut(place)) else { return false };
        let Some(moment) = record.trashed.take() else { return false };
        merged.untrashed.push((record.account.id, moment));
        true
    }

    fn merge_user(&mut self, theirs: &TestUser, backup: &Self, merged: &mut Merged) -> Fate {
        let rest = backup.kept.user_fields.get(&theirs.name);
        let Some(ours) = self.user(&theirs.name) else {
            self.add_user(theirs.duplicate(), rest, merged);
            return Fate::New;
        };
        let mut differences = Vec::new();
        let hash = |user: &TestUser| user.password.as_ref().map(|hash| hash.as_str().to_owned());
        differences.extend((hash(ours) != hash(theirs)).then_some(Difference::Password));
        if theirs.accounts.iter().any(|id| !ours.accounts.contains(id)) {
            differences.push(Difference::Accounts);
        }
        differences.extend((ours.rules != theirs.rules).then_some(Difference::Rules));
        if !same_pairs(self.kept.user_fields.get(&theirs.name), rest) {
            differences.push(Difference::Unknown);
        }
        if differences.is_empty() {
            return Fate::Same;
        }
        let digest = Sha256::digest(write::user(theirs, rest).as_bytes());
        let name = format!("{} (backup {})", theirs.name, data_encoding::HEXLOWER.encode(&digest[..4]));
        if self.user(&name).is_some() {
            return Fate::BothAlready(differences);
        }
        self.add_user(TestUser { name, ..theirs.duplicate() }, rest, merged);
        Fate::Both(differences)
    }

    fn add_user(&mut self, user: TestUser, rest: Option<&Pairs>, merged: &mut Merged) {
        merged.added_users.push(user.name.clone());
        if let Some(rest) = rest {
            self.kept.user_fields.insert(user.name.clone(), rest.clone());
        }
        self.push_user(user);
    }
}

/// The backup's version of an account that differs from the one here.
fn marked(theirs: &Record, rest: Option<&Pairs>) -> Record {
    let mut copy = theirs.duplicate();
    // What is no difference does not decide the id either.
    copy.account.pinned = false;
    copy.account.uses = 0;
    copy.account.created = UnixTime::EPOCH;
    copy.trashed = None;
    let digest = Sha256::digest(write::record(&copy, rest).as_bytes());
    let mut id = [0; 16];
    id.copy_from_slice(&digest[..16]);
    let Account { pinned, uses, created, .. } = theirs.account;
    copy.account = Account { id: AccountId::from_bytes(id), pinned, uses, created, ..copy.account };
    copy.trashed = theirs.trashed;
    if !copy.account.name.ends_with(MARK) {
        copy.account.name = format!("{} {MARK}", copy.account.name).trim_start().to_owned();
    }
    copy
}

fn differences(ours: &Record, theirs: &Record, our_rest: Option<&Pairs>, their_rest: Option<&Pairs>) -> Vec<Difference> {
    let (here, there) = (&ours.account, &theirs.account);
    let (our_kind, their_kind) = (here.params.kind(), there.params.kind());
    let kind = match (our_kind, their_kind) {
        (OtpKind::Totp { period: a }, OtpKind::Totp { period: b })
        | (OtpKind::Steam { period: a }, OtpKind::Steam { period: b }) => (a != b).then_some(Difference::Period),
        (OtpKind::Hotp { counter: a }, OtpKind::Hotp { counter: b }) => (a < b).then_some(Difference::Counter),
        _ => Some(Difference::Type),
    };
    let rows = [
        (here.issuer != there.issuer, Difference::Issuer),
        (here.name != there.name, Difference::Name),
        (!ours.secret.same_as(&theirs.secret), Difference::Secret),
        (here.params.algorithm() != there.params.algorithm(), Difference::Algorithm),
        (here.params.digits() != there.params.digits(), Difference::Digits),
        (here.tags != there.tags, Difference::Tags),
        (here.note != there.note, Difference::Note),
        (!same_pairs(our_rest, their_rest), Difference::Unknown),
    ];
    rows.into_iter().filter_map(|(differs, what)| differs.then_some(what)).chain(kind).collect()
}

/// Whether both have the same unknown fields, in any order.
fn same_pairs(ours: Option<&Pairs>, theirs: Option<&Pairs>) -> bool {
    let sorted = |pairs: Option<&Pairs>| {
        let mut all: Vec<_> = pairs.into_iter().flatten().map(|(name, text)| (name.clone(), write::kept(text))).collect();
        all.sort_by(|(a, x), (b, y)| (a, x.as_str()).cmp(&(b, y.as_str())));
        all
    };
    sorted(ours) == sorted(theirs)
}

/// Adds what is not there to the letter, behind `end`; gives what was added.
pub(super) fn add_odd(ours: &mut Vec<Odd>, theirs: &[Odd], end: usize) -> Vec<Zeroizing<String>> {
    let mut added = Vec::new();
    let mut have: Vec<Zeroizing<String>> = ours.iter().map(|odd| write::kept(&odd.text)).collect();
    for odd in theirs {
        let text = write::kept(&odd.text);
        // As often as the backup has it: a second one is there for a reason that we do not know.
        match have.iter().position(|have| *have == text) {
            Some(same) => drop(have.swap_remove(same)),
            None => {
                ours.push(Odd { at: end + odd.at, text: text.clone() });
                added.push(text);
            }
        }
    }
    added
}

/// Takes the last of each of `texts` out again.
fn take_odd(ours: &mut Vec<Odd>, texts: &[Zeroizing<String>]) {
    for text in texts.iter().rev() {
        if let Some(at) = ours.iter().rposition(|odd| write::kept(&odd.text) == *text) {
            ours.remove(at);
        }
    }
}
