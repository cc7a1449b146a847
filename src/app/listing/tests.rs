//! What is found, in which order, and which letters of it.

use super::*;
use crate::app::document::Record;
use crate::app::uses::Use;
use crate::domain::{Account, OtpParams, Secret, UnixTime};

fn id(n: usize) -> AccountId {
    AccountId::from_bytes([n as u8; 16])
}

/// Issuer, name, tags; a tag "pinned" pins.
fn document(names: &[(&str, &str, &[&str])]) -> Document {
    let record = |(n, (issuer, name, tags)): (usize, &(&str, &str, &[&str]))| Record {
        account: Account {
            id: id(n),
            issuer: (*issuer).to_owned(),
            name: (*name).to_owned(),
            params: OtpParams::default(),
            tags: tags.iter().filter(|tag| **tag != "pinned").map(|tag| (*tag).to_owned()).collect(),
            note: String::new(),
            pinned: tags.contains(&"pinned"),
            uses: 0,
            created: UnixTime::EPOCH,
        },
        secret: Secret::new(vec![1; 20]).unwrap(),
        trashed: None,
    };
    Document { accounts: names.iter().enumerate().map(record).collect(), ..Document::default() }
}

fn places(listing: &Listing) -> Vec<usize> {
    listing.rows.iter().map(|row| row.index).collect()
}

#[test]
fn what_is_found_as_it_is_typed() {
    let document = document(&[
        ("Mailbox", "alice", &[]),
        ("GitHub", "alice@example.org", &[]),
        ("Example", "hub", &["pinned"]),
        ("İstanbul", "Straße", &[]),
        ("Café", "zoë", &["Büro"]),
    ]);
    let rows: &[(&str, &[usize])] = &[
        ("", &[2, 4, 1, 3, 0]),
        ("hub", &[2, 1]),
        ("ALICE", &[1, 0]),
        ("git ali", &[1]),
        ("mail", &[0]),
        ("straße", &[3]),
        ("STRASSE", &[]),
        ("stanbul", &[3]),
        ("istanbul", &[3]),
        ("cafe", &[4]),
        ("CAFÉ zoe", &[4]),
        ("buro", &[4]),
        ("gh", &[]),
        ("nothing", &[]),
    ];
    for (search, expected) in rows {
        assert_eq!(places(&Listing::of(&document, search)), *expected, "{search:?}");
    }
}

#[test]
fn the_best_match_comes_first() {
    let document = document(&[
        ("Amazon Web Services", "root", &[]),
        ("Gandi", "hostmaster", &["pinned"]),
        ("GitHub", "octo", &[]),
        ("Ghost", "gh@example.org", &[]),
        ("Big Hub", "x", &[]),
        ("Mailbox", "github@example.org", &[]),
        ("Legit", "hub", &[]),
        ("Google", "alice.hill@example.org", &[]),
    ]);
    // What is there as it was typed before what is there letter by letter, pinned or not; then the place.
    let rows: &[(&str, &[usize])] = &[
        ("github", &[2, 5]),
        ("gh", &[3, 2, 5]),
        ("ghb", &[2, 5]),
        ("aws", &[0]),
        ("hub", &[6, 4, 2, 5]),
        ("git", &[2, 5, 6]),
        ("git hub", &[2, 6, 5]),
        ("mbx", &[5]),
        ("x", &[4, 5, 3, 7]),
        ("ub", &[4, 2, 6, 5]),
        ("hg", &[]),
        ("goalhil", &[]),
    ];
    let uses = Uses::default();
    let mut index = Index::of(&document, false);
    for (search, expected) in rows {
        let query = Query { search, tags: &[], order: Order::Alphabet, uses: &uses, fuzzy: true };
        assert_eq!(places(&index.find(&query)), *expected, "{search:?}");
    }
}

#[test]
fn matched_letters_are_ranges_of_the_name_as_it_is_written() {
    // (issuer, name, search, matched of the issuer, matched of the name)
    type Case<'a> = (&'a str, &'a str, &'a str, &'a [&'a str], &'a [&'a str]);
    let rows: &[Case<'_>] = &[
        ("GitHub", "", "hub", &["Hub"], &[]),
        ("Straße", "aß", "aß", &["aß"], &["aß"]),
        ("İx", "", "x", &["x"], &[]),
        ("GitHub", "hub", "git hub", &["GitHub"], &["hub"]),
        ("GitHub", "", "gh", &["G", "H"], &[]),
        ("Städtische Bücherei", "", "stb", &["St", "B"], &[]),
        ("例示銀行", "山田太郎", "銀行 田", &["銀行"], &["田"]),
        ("ab", "", "abc", &[], &[]),
    ];
    let uses = Uses::default();
    for (issuer, name, search, in_issuer, in_name) in rows {
        let document = document(&[(issuer, name, &[])]);
        let query = Query { search, tags: &[], order: Order::Alphabet, uses: &uses, fuzzy: true };
        let listing = Index::of(&document, false).find(&query);
        let Some(row) = listing.rows.first() else {
            assert!(in_issuer.is_empty() && in_name.is_empty(), "{search:?} is not found in {issuer}");
            continue;
        };
        let cut = |text: &str, hits: &[Range<usize>]| hits.iter().map(|hit| text[hit.clone()].to_owned()).collect::<Vec<_>>();
        assert_eq!(cut(issuer, listing.issuer_hits(row)), *in_issuer, "{search:?}");
        assert_eq!(cut(name, listing.name_hits(row)), *in_name, "{search:?}");
    }
}

#[test]
fn orders_and_tags() {
    let mut document = document(&[
        ("Zoo", "a", &["Work"]),
        ("", "bank", &["work", "money"]),
        ("Apple", "c", &[]),
        ("Yard", "d", &["money", "pinned"]),
        ("Oak", "e", &["money"]),
    ]);
    // Another app had counted these before the import.
    document.accounts[4].account.uses = 2;
    let used = |n, count, last| (id(n), Use { count, last: UnixTime::from_secs(last) });
    let uses: Uses = [used(0, 1, 50), used(2, 4, 40), used(3, 0, 0), used(4, 1, 30)].into_iter().collect();
    let rows: &[(Order, &[&str], &[usize])] = &[
        (Order::Alphabet, &[], &[3, 2, 1, 4, 0]),
        (Order::Manual, &[], &[3, 0, 1, 2, 4]),
        (Order::MostUsed, &[], &[3, 2, 4, 0, 1]),
        (Order::LastUsed, &[], &[3, 0, 2, 4, 1]),
        (Order::Alphabet, &["money"], &[3, 1, 4]),
        (Order::Alphabet, &["money", "Work"], &[1]),
        (Order::Alphabet, &["gone"], &[3, 2, 1, 4, 0]),
    ];
    let mut index = Index::of(&document, false);
    for (order, tags, expected) in rows {
        let tags: Vec<String> = tags.iter().map(|tag| (*tag).to_owned()).collect();
        let listing = index.find(&Query { search: "", tags: &tags, order: *order, uses: &uses, fuzzy: true });
        assert_eq!(places(&listing), *expected, "{order:?} {tags:?}");
        assert_eq!(listing.tags, ["money", "Work"]);
    }
}

#[test]
fn a_card_is_moved_among_its_like() {
    let document = document(&[("A", "", &["pinned"]), ("B", "", &["pinned"]), ("C", "", &[]), ("D", "", &[])]);
    let listing = Listing::of(&document, "");
    assert_eq!([0, 1, 2, 3].map(|place| listing.group(place)), [0..2, 0..2, 2..4, 2..4]);
}
