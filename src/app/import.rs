//! Another app's file beside what is here: a table of all its entries, each with its outcome and a tick, and what is saved of it.
//!
//! `new + here + twice + same name + same key + left out = entries of the file`, always. Nothing here is overwritten: what is ticked is added.

use std::collections::{HashMap, HashSet};

use sha2::{Digest, Sha256};

use crate::domain::{Account, AccountId, Algorithm, Digits, Period, Secret, UnixTime};
use crate::formats::NewAccount;
use crate::formats::exchange::{FileNote, Found, Import, LeftOut, Part, Parts};

use super::document::{Document, Record};
use super::ports::{Entropy, NoEntropy};

mod desk;

pub use desk::{Asks, Desk, ImportAction, Listed, Origin, Refused, Source, Step};

/// How an entry stands to what is here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Nothing here is like it.
    New,
    /// Issuer, name, key and parameters are here already.
    Here,
    /// The same, and it is in the trash here.
    InTrash,
    /// The same stands further up in the file.
    Twice,
    /// Issuer and name are here with another key or other parameters: both are kept.
    SameName,
    /// The key is here under another name.
    SameKey,
    /// It is left out.
    LeftOut(LeftOut),
}

impl Standing {
    /// Whether it is ticked before the person says anything.
    #[must_use]
    pub const fn is_ticked_first(self) -> bool {
        matches!(self, Self::New | Self::SameName | Self::SameKey)
    }
}

/// One entry of the file.
#[derive(Debug)]
pub struct Row {
    /// Its place in the file, from 1.
    pub number: usize,
    /// Whose it is; empty if the file does not say.
    pub title: String,
    /// How it stands to what is here.
    pub standing: Standing,
    /// It is to be imported.
    pub ticked: bool,
    /// What was read; `None` where it is left out.
    pub found: Option<Box<Found>>,
    /// In which part of an export it stands.
    pub part: Option<Part>,
}

/// All entries of a file.
#[derive(Debug, Default)]
pub struct Table {
    /// The entries in their order.
    pub rows: Vec<Row>,
    /// How many entries are about something else.
    pub without_code: usize,
    /// Which parts of exports were read.
    pub parts: Parts,
    /// What is to be known of the whole file.
    pub notes: Vec<FileNote>,
}

/// How many entries stand how.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// New ones.
    pub new: usize,
    /// Here already, in the trash too.
    pub here: usize,
    /// The same once more in what is read.
    pub twice: usize,
    /// The same name with another key.
    pub same_name: usize,
    /// The same key under another name.
    pub same_key: usize,
    /// Left out.
    pub left_out: usize,
}

impl Counts {
    /// All entries.
    #[must_use]
    pub const fn all(&self) -> usize {
        self.new + self.here + self.twice + self.same_name + self.same_key + self.left_out
    }
}

/// A key's digest: keys are compared by the thousand without one standing beside the other.
type Print = [u8; 32];

fn print(secret: &Secret) -> Print {
    // expose: hashed, for a look-up in memory
    Sha256::digest(secret.expose()).into()
}

/// What is here, to be looked up.
struct Here<'a> {
    names: HashMap<(&'a str, &'a str), Vec<&'a Record>>,
    keys: HashSet<Print>,
}

impl<'a> Here<'a> {
    fn of(document: &'a Document) -> Self {
        let mut names: HashMap<_, Vec<_>> = HashMap::new();
        for record in &document.accounts {
            names.entry((record.account.issuer.as_str(), record.account.name.as_str())).or_default().push(record);
        }
        Self { names, keys: document.accounts.iter().map(|record| print(&record.secret)).collect() }
    }

    fn standing(&self, found: &Found) -> Standing {
        let new = &found.account;
        let named = self.names.get(&(new.issuer.as_str(), new.name.as_str()));
        let same = |record: &&&Record| record.secret.same_as(&new.secret) && same_codes(&record.account, found);
        match named.into_iter().flatten().filter(same).map(|record| record.trashed.is_some()).min() {
            Some(true) => Standing::InTrash,
            Some(false) => Standing::Here,
            None if named.is_some() => Standing::SameName,
            None if self.keys.contains(&print(&new.secret)) => Standing::SameKey,
            None => Standing::New,
        }
    }
}

/// What tells entries apart: two that agree in it are the same.
type Whole = (String, String, Print, (&'static str, Algorithm, Digits, Option<Period>));

fn whole(found: &Found) -> Whole {
    let NewAccount { issuer, name, params, secret } = &found.account;
    let numbers = (params.kind().name(), params.algorithm(), params.digits(), params.period());
    (issuer.clone(), name.clone(), print(secret), numbers)
}

/// A counter moves on by itself: it is no difference.
fn same_codes(account: &Account, found: &Found) -> bool {
    let (ours, theirs) = (&account.params, &found.account.params);
    let kinds = std::mem::discriminant(&ours.kind()) == std::mem::discriminant(&theirs.kind());
    kinds && ours.algorithm() == theirs.algorithm() && ours.digits() == theirs.digits() && ours.period() == theirs.period()
}

impl Table {
    /// The entries of `import` beside `document`.
    #[must_use]
    pub fn new(import: Import, document: &Document) -> Self {
        let here = Here::of(document);
        let mut seen = HashSet::new();
        let row = |(at, entry): (usize, crate::formats::exchange::Entry)| {
            let (standing, found) = match entry.outcome {
                Err(why) => (Standing::LeftOut(why), None),
                Ok(found) => {
                    let first = seen.insert(whole(&found));
                    (if first { here.standing(&found) } else { Standing::Twice }, Some(found))
                }
            };
            let ticked = standing.is_ticked_first() && !found.as_ref().is_some_and(|found| found.in_trash);
            Row { number: at + 1, title: entry.title, standing, ticked, found, part: entry.part }
        };
        let rows = import.entries.into_iter().enumerate().map(row).collect();
        Self { rows, without_code: import.without_code, parts: import.parts, notes: import.notes }
    }

    /// Adds the entries of another file, or of other parts: they are numbered on, and what stands further up is the same again. Parts that
    /// were read before add nothing; they are given back.
    pub fn join(&mut self, other: Self) -> Parts {
        let again = self.parts.join(&other.parts);
        let mut seen: HashSet<Whole> = self.rows.iter().filter_map(|row| row.found.as_deref()).map(whole).collect();
        let before = self.rows.len();
        let new = other.rows.into_iter().filter(|row| !row.part.is_some_and(|part| again.contains(&part)));
        self.rows.extend((before + 1..).zip(new).map(|(number, row)| {
            let twice = row.found.as_deref().is_some_and(|found| !seen.insert(whole(found)));
            let standing = if twice { Standing::Twice } else { row.standing };
            Row { number, standing, ticked: row.ticked && !twice, ..row }
        }));
        self.without_code += other.without_code;
        self.notes.extend(other.notes.into_iter().filter(|note| !self.notes.contains(note)).collect::<Vec<_>>());
        again
    }

    /// Another program changed what is here: how everything stands is looked up anew. Ticks that a person has set stay, but none on what
    /// has come here meanwhile.
    pub fn compare(&mut self, document: &Document) {
        let here = Here::of(document);
        for row in &mut self.rows {
            let Some(found) = &row.found else { continue };
            if row.standing == Standing::Twice {
                continue;
            }
            let standing = here.standing(found);
            if standing != row.standing {
                row.ticked &= standing.is_ticked_first();
                row.standing = standing;
            }
        }
    }

    /// How many stand how.
    #[must_use]
    pub fn counts(&self) -> Counts {
        let mut counts = Counts::default();
        for row in &self.rows {
            *match row.standing {
                Standing::New => &mut counts.new,
                Standing::Here | Standing::InTrash => &mut counts.here,
                Standing::Twice => &mut counts.twice,
                Standing::SameName => &mut counts.same_name,
                Standing::SameKey => &mut counts.same_key,
                Standing::LeftOut(_) => &mut counts.left_out,
            } += 1;
        }
        counts
    }

    /// Whether there is anything to be imported: an entry that is not left out.
    #[must_use]
    pub fn has_accounts(&self) -> bool {
        self.rows.iter().any(|row| row.found.is_some())
    }

    /// How many are ticked.
    #[must_use]
    pub fn ticked(&self) -> usize {
        self.rows.iter().filter(|row| row.ticked).count()
    }

    /// Ticks an entry, or takes the tick away; one that is left out takes none.
    pub fn tick(&mut self, at: usize, ticked: bool) {
        if let Some(row) = self.rows.get_mut(at).filter(|row| row.found.is_some()) {
            row.ticked = ticked;
        }
    }

    /// What is ticked as a document of its own, to be merged into the vault as one change that one Undo takes back.
    ///
    /// # Errors
    /// [`NoEntropy`]: every account gets an id.
    pub fn document(&self, entropy: &dyn Entropy, now: UnixTime) -> Result<Document, NoEntropy> {
        let mut document = Document::default();
        let ticked: Vec<&Found> = self.rows.iter().filter(|row| row.ticked).filter_map(|row| row.found.as_deref()).collect();
        // One question for all ids.
        let mut random = vec![0; 16 * ticked.len()];
        entropy.fill(&mut random)?;
        for (found, id) in ticked.into_iter().zip(random.as_chunks::<16>().0) {
            let account = Account {
                id: AccountId::from_bytes(*id),
                issuer: found.account.issuer.clone(),
                name: found.account.name.clone(),
                params: found.account.params,
                tags: found.tags.clone(),
                note: found.note.clone(),
                pinned: found.pinned,
                uses: found.uses,
                created: UnixTime::from_secs(found.created.unwrap_or(now).secs()),
            };
            document.accounts.push(Record { account, secret: found.account.secret.duplicate(), trashed: None });
        }
        Ok(document)
    }
}

#[cfg(test)]
mod tests;
