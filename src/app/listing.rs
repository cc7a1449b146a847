//! Which accounts are listed and in which order: pinned first; of a search, the best match first.

mod index;
mod matching;
#[cfg(test)]
mod tests;

use std::ops::Range;

use crate::domain::AccountId;

use super::document::Document;
use super::settings::Order;
use super::uses::Uses;

pub use index::Index;

/// The accounts to show, in order.
#[derive(Debug, Default)]
pub struct Listing {
    /// The accounts that match, best first.
    pub rows: Vec<Row>,
    /// How many there are in all, the trash not counted.
    pub total: usize,
    /// How many are in the trash.
    pub trashed: usize,
    /// Every tag that an account has which is not in the trash, A–Z.
    pub tags: Vec<String>,
    /// The matched letters of all rows.
    hits: Vec<Range<usize>>,
}

/// One listed account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Which account.
    pub id: AccountId,
    /// Its place in the document, for a quick look-up.
    pub index: usize,
    /// It stands before those that are not.
    pub pinned: bool,
    /// Its part of the matched letters, and where those of the name begin.
    hits: [u32; 3],
}

/// What is asked for.
#[derive(Debug, Clone, Copy)]
pub struct Query<'a> {
    /// Words; each must be found in the issuer, the name or a tag.
    pub search: &'a str,
    /// Tags; the account must have each of them.
    pub tags: &'a [String],
    /// The order where the search leaves it open.
    pub order: Order,
    /// What two of the orders go by.
    pub uses: &'a Uses,
    /// Words that are not there as they were typed are looked for letter by letter, with others in between.
    pub fuzzy: bool,
}

impl Listing {
    /// Lists what has every word of `search` as it is typed, without regard to case and accents, A–Z.
    #[must_use]
    pub fn of(document: &Document, search: &str) -> Self {
        Self::among(document, search, false)
    }

    /// The same for what is in the trash.
    #[must_use]
    pub fn of_trash(document: &Document, search: &str) -> Self {
        Self::among(document, search, true)
    }

    fn among(document: &Document, search: &str, trash: bool) -> Self {
        let uses = Uses::default();
        Index::of(document, trash).find(&Query { search, tags: &[], order: Order::Alphabet, uses: &uses, fuzzy: false })
    }

    /// The matched letters of the issuer, as ranges of its bytes, in their order.
    #[must_use]
    pub fn issuer_hits(&self, row: &Row) -> &[Range<usize>] {
        let [from, to, _] = row.hits.map(|at| at as usize);
        self.hits.get(from..to).unwrap_or_default()
    }

    /// The same of the account name.
    #[must_use]
    pub fn name_hits(&self, row: &Row) -> &[Range<usize>] {
        let [_, from, to] = row.hits.map(|at| at as usize);
        self.hits.get(from..to).unwrap_or_default()
    }

    /// The places of the rows among which `place` may be moved: those that are pinned, or those that are not.
    #[must_use]
    pub fn group(&self, place: usize) -> Range<usize> {
        let pinned = self.rows.iter().take_while(|row| row.pinned).count();
        if place < pinned { 0..pinned } else { pinned..self.rows.len() }
    }
}
