//! Which accounts are listed and in which order: pinned first, best match first, A–Z.

use std::cmp::Reverse;
use std::ops::Range;

use crate::domain::{Account, AccountId};

use super::document::Document;

/// The accounts to show, in order.
#[derive(Debug, Default)]
pub struct Listing {
    /// The accounts that match, best first.
    pub rows: Vec<Row>,
    /// How many there are in all, the trash not counted.
    pub total: usize,
    /// How many are in the trash.
    pub trashed: usize,
}

/// One listed account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Which account.
    pub id: AccountId,
    /// Its place in the document, for a quick look-up.
    pub index: usize,
    /// Byte ranges of the matched letters in the issuer.
    pub issuer_hits: Vec<Range<usize>>,
    /// Byte ranges of the matched letters in the account name.
    pub name_hits: Vec<Range<usize>>,
}

impl Listing {
    /// Lists what matches every word of `search`, without regard to case.
    #[must_use]
    pub fn of(document: &Document, search: &str) -> Self {
        Self::among(document, search, false)
    }

    /// The same for what is in the trash.
    #[must_use]
    pub fn of_trash(document: &Document, search: &str) -> Self {
        Self::among(document, search, true)
    }

    fn among(document: &Document, search: &str, in_trash: bool) -> Self {
        let words: Vec<String> =
            search.split_whitespace().map(|word| word.chars().flat_map(char::to_lowercase).collect()).collect();
        let mut ranked = Vec::new();
        let mut total = 0;
        let mut trashed = 0;
        for (index, record) in document.accounts.iter().enumerate() {
            if record.trashed.is_some() {
                trashed += 1;
            } else {
                total += 1;
            }
            if record.trashed.is_some() != in_trash {
                continue;
            }
            if let Some((score, row)) = match_account(&record.account, index, &words) {
                let order = (record.account.issuer.to_lowercase(), record.account.name.to_lowercase());
                ranked.push(((Reverse(record.account.pinned), Reverse(score), order, index), row));
            }
        }
        ranked.sort_by(|a, b| a.0.cmp(&b.0));
        Self { rows: ranked.into_iter().map(|(_, row)| row).collect(), total, trashed }
    }
}

/// A hit at the beginning of the issuer counts most, then of the name, then of a word, then anywhere.
fn match_account(account: &Account, index: usize, words: &[String]) -> Option<(u32, Row)> {
    let mut row = Row { id: account.id, index, issuer_hits: Vec::new(), name_hits: Vec::new() };
    let mut score = 0;
    for word in words {
        let issuer = find_folded(&account.issuer, word);
        let name = find_folded(&account.name, word);
        let tag = account.tags.iter().any(|tag| find_folded(tag, word).is_some());
        score += match (&issuer, &name) {
            (Some(hit), _) if hit.start == 0 => 8,
            (_, Some(hit)) if hit.start == 0 => 6,
            (Some(hit), _) if begins_word(&account.issuer, hit.start) => 4,
            (_, Some(hit)) if begins_word(&account.name, hit.start) => 3,
            (Some(_), _) => 2,
            (None, Some(_)) => 1,
            (None, None) if tag => 1,
            (None, None) => return None,
        };
        row.issuer_hits.extend(issuer);
        row.name_hits.extend(name);
    }
    Some((score, row))
}

fn begins_word(text: &str, at: usize) -> bool {
    text[..at].chars().next_back().is_none_or(|before| !before.is_alphanumeric())
}

/// Where `lower` (in lower case) first stands in `text`, as a byte range of `text`. Lower-casing may change lengths, so the
/// text is folded character by character.
fn find_folded(text: &str, lower: &str) -> Option<Range<usize>> {
    text.char_indices().find_map(|(start, _)| {
        let mut wanted = lower.chars().peekable();
        let mut end = start;
        for character in text[start..].chars() {
            if wanted.peek().is_none() {
                break;
            }
            for folded in character.to_lowercase() {
                if wanted.next() != Some(folded) {
                    return None;
                }
            }
            end += character.len_utf8();
        }
        wanted.peek().is_none().then_some(start..end)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::document::Record;
    use crate::domain::{OtpParams, Secret, UnixTime};

    fn document(names: &[(&str, &str, bool)]) -> Document {
        let accounts = names
            .iter()
            .enumerate()
            .map(|(n, (issuer, name, pinned))| Record {
                account: Account {
                    id: AccountId::from_bytes([n as u8; 16]),
                    issuer: (*issuer).to_owned(),
                    name: (*name).to_owned(),
                    params: OtpParams::default(),
                    tags: vec![],
                    note: String::new(),
                    pinned: *pinned,
                    uses: 0,
                    created: UnixTime::EPOCH,
                },
                secret: Secret::new(vec![1; 20]).unwrap(),
                trashed: None,
            })
            .collect();
        Document { accounts, ..Document::default() }
    }

    #[test]
    fn what_is_found_in_which_order() {
        let document = document(&[
            ("Mailbox", "alice", false),
            ("GitHub", "alice@example.org", false),
            ("Example", "hub", true),
            ("İstanbul", "Straße", false),
        ]);
        let rows: &[(&str, &[u8])] = &[
            ("", &[2, 1, 3, 0]),
            ("hub", &[2, 1]),
            ("ALICE", &[1, 0]),
            ("git ali", &[1]),
            ("mail", &[0]),
            ("straße", &[3]),
            ("stanbul", &[3]),
            ("nothing", &[]),
        ];
        for (search, expected) in rows {
            let found: Vec<AccountId> = Listing::of(&document, search).rows.iter().map(|row| row.id).collect();
            let expected: Vec<AccountId> = expected.iter().map(|n| AccountId::from_bytes([*n; 16])).collect();
            assert_eq!(found, expected, "{search:?}");
        }
    }

    #[test]
    fn matched_letters_are_ranges_of_the_name_as_it_is_written() {
        assert_eq!(find_folded("GitHub", "hub"), Some(3..6));
        assert_eq!(find_folded("Straße", "aß"), Some(3..6));
        assert_eq!(find_folded("İx", "x"), Some(2..3));
        assert_eq!(find_folded("ab", "abc"), None);
    }
}
