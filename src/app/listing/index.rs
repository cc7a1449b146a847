//! What is known of every account before a search: its letters as the matcher wants them, and its place in the alphabet. It is made when
//! the document changes, so that a letter that is typed costs a look at each account and no memory of its own.

use std::cmp::Reverse;
use std::fmt;
use std::ops::Range;

use crate::app::document::{Document, Record};
use crate::app::settings::Order;
use crate::domain::{Account, AccountId};

use super::matching::{Finder, Text, Word};
use super::{Listing, Query, Row};

/// The accounts, ready to be searched.
#[derive(Default)]
pub struct Index {
    /// A–Z.
    entries: Vec<Entry>,
    total: usize,
    trashed: usize,
    tags: Vec<String>,
    finder: Finder,
}

/// One account.
struct Entry {
    id: AccountId,
    index: usize,
    pinned: bool,
    /// What another app had counted.
    uses: u64,
    issuer: Text,
    name: Text,
    tags: Vec<Text>,
    /// The places of its tags among all.
    tag_places: Vec<usize>,
}

/// By what rows are ordered: whole words before letters in between, pinned, score, the chosen order, the alphabet.
type Key = (bool, Reverse<bool>, Reverse<u32>, u64, u32);

impl fmt::Debug for Index {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Index({} accounts)", self.entries.len())
    }
}

impl Index {
    /// Everything of `document` that is in the trash, or that is not.
    #[must_use]
    pub fn of(document: &Document, trash: bool) -> Self {
        let trashed = document.accounts.iter().filter(|record| record.trashed.is_some()).count();
        let total = document.accounts.len() - trashed;
        let here = |(_, record): &(usize, &Record)| record.trashed.is_some() == trash;
        let mut tags: Vec<(String, String)> = Vec::new();
        for (_, record) in document.accounts.iter().enumerate().filter(here) {
            tags.extend(record.account.tags.iter().map(|tag| (folded(tag), tag.clone())));
            // Not one for each account.
            if tags.len() > 4_096 {
                unite(&mut tags);
            }
        }
        unite(&mut tags);
        let place = |tag: &String| tags.binary_search_by(|(known, _)| known.as_str().cmp(&folded(tag))).ok();
        let mut named: Vec<((String, String), Entry)> = document
            .accounts
            .iter()
            .enumerate()
            .filter(here)
            .map(|(index, record)| {
                let Account { id, issuer, name, tags, pinned, uses, .. } = &record.account;
                let entry = Entry {
                    id: *id,
                    index,
                    pinned: *pinned,
                    uses: *uses,
                    issuer: Text::new(issuer),
                    name: Text::new(name),
                    tags: tags.iter().map(|tag| Text::new(tag)).collect(),
                    tag_places: tags.iter().filter_map(place).collect(),
                };
                // What has no issuer stands where its name does.
                let first = if issuer.is_empty() { name } else { issuer };
                ((first.to_lowercase(), name.to_lowercase()), entry)
            })
            .collect();
        named.sort_by(|(a, x), (b, y)| (a, x.index).cmp(&(b, y.index)));
        let entries = named.into_iter().map(|(_, entry)| entry).collect();
        let tags = tags.into_iter().map(|(_, tag)| tag).collect();
        Self { entries, total, trashed, tags, finder: Finder::default() }
    }

    /// Lists what is asked for.
    #[must_use]
    pub fn find(&mut self, query: &Query<'_>) -> Listing {
        let words: Vec<Word> = query.search.split_whitespace().map(Word::new).collect();
        // A tag that nobody has any more is not asked for.
        let wanted: Vec<usize> = query.tags.iter().filter_map(|tag| self.tags.iter().position(|known| known == tag)).collect();
        let mut hits: Vec<Range<usize>> = Vec::new();
        let mut found: Vec<(Key, Row)> = Vec::with_capacity(if words.is_empty() { self.entries.len() } else { 64 });
        for (alphabet, entry) in (0..).zip(&self.entries) {
            if !wanted.iter().all(|tag| entry.tag_places.contains(tag)) {
                continue;
            }
            let begin = hits.len();
            let Some((fuzzy, score)) = self.finder.account(&words, query.fuzzy, &entry.issuer, &entry.name, &entry.tags) else {
                continue;
            };
            self.finder.take_issuer_hits(&mut hits);
            let middle = hits.len();
            self.finder.take_name_hits(&mut hits);
            let ends = [begin, middle, hits.len()].map(|at| u32::try_from(at).unwrap_or(u32::MAX));
            let used = || query.uses.of(entry.id);
            let order = match query.order {
                Order::Alphabet => 0,
                Order::Manual => entry.index as u64,
                Order::MostUsed => u64::MAX - used().count.saturating_add(entry.uses),
                Order::LastUsed => u64::MAX - used().last.secs(),
            };
            let key = (fuzzy, Reverse(entry.pinned), Reverse(score), order, alphabet);
            found.push((key, Row { id: entry.id, index: entry.index, pinned: entry.pinned, hits: ends }));
        }
        found.sort_unstable_by_key(|(key, _)| *key);
        let rows = found.into_iter().map(|(_, row)| row).collect();
        Listing { rows, total: self.total, trashed: self.trashed, tags: self.tags.clone(), hits }
    }

    /// Those of `tags` that an account has still.
    pub fn keep_known(&self, tags: &mut Vec<String>) {
        tags.retain(|tag| self.tags.contains(tag));
    }
}

/// A tag without regard to case.
fn folded(tag: &str) -> String {
    tag.to_lowercase()
}

/// Each tag once, in its first spelling, A–Z.
fn unite(tags: &mut Vec<(String, String)>) {
    tags.sort_by(|(a, _), (b, _)| a.cmp(b));
    tags.dedup_by(|(a, _), (b, _)| a == b);
}
