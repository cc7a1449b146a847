//! Entries beside what is here.

use super::*;
use crate::app::change::{Change, Merging};
use crate::formats::exchange::{Given, Key, by_id};

struct Counting;

impl Entropy for Counting {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), NoEntropy> {
        bytes.iter_mut().enumerate().for_each(|(at, byte)| *byte = (at / 16) as u8 + 1);
        Ok(())
    }
}

const KEYS: [&str; 3] =
    ["GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", "MFRGGZDFMZTWQ2LKMFRGGZDFMZTWQ2LK"];

fn read(lines: &[&str]) -> Import {
    let text = lines.join("\n");
    by_id("otpauth").unwrap().read(&Given::new(text.as_bytes()).unwrap(), &Key::default()).unwrap()
}

fn address(issuer: &str, name: &str, key: usize, more: &str) -> String {
    format!("otpauth://totp/{issuer}:{name}?secret={}&issuer={issuer}{more}", KEYS[key])
}

/// A document with Acme/alice (key 0) and, in the trash, Acme/bob (key 1).
fn here() -> Document {
    let (alice, bob) = (address("Acme", "alice", 0, ""), address("Acme", "bob", 1, ""));
    let table = Table::new(read(&[&alice, &bob]), &Document::default());
    let mut document = table.document(&Counting, UnixTime::from_secs(5)).unwrap();
    document.accounts[1].trashed = Some(UnixTime::from_secs(7));
    document
}

#[test]
fn every_entry_has_its_standing() {
    let rows = [
        (address("Acme", "alice", 0, ""), Standing::Here, false),
        (address("Acme", "bob", 1, ""), Standing::InTrash, false),
        (address("Acme", "alice", 2, ""), Standing::SameName, true),
        (address("Acme", "alice", 0, "&digits=8"), Standing::SameName, true),
        (address("Other", "alice", 0, ""), Standing::SameKey, true),
        (address("New", "carol", 2, ""), Standing::New, true),
        (address("New", "carol", 2, ""), Standing::Twice, false),
        (
            "otpauth://totp/a".to_owned(),
            Standing::LeftOut(LeftOut::Address(crate::formats::otpauth::AddressError::SecretMissing)),
            false,
        ),
    ];
    let lines: Vec<&str> = rows.iter().map(|(line, ..)| line.as_str()).collect();
    let table = Table::new(read(&lines), &here());
    for (row, (line, standing, ticked)) in table.rows.iter().zip(&rows) {
        assert_eq!((row.standing, row.ticked), (*standing, *ticked), "{line}");
    }
    let counts = table.counts();
    assert_eq!(counts, Counts { new: 1, here: 2, twice: 1, same_name: 2, same_key: 1, left_out: 1 });
    assert_eq!(counts.all(), rows.len());
    assert_eq!(table.ticked(), 4);
}

#[test]
fn what_is_ticked_is_added_and_one_step_takes_it_back() {
    let mut document = here();
    let before = document.to_json();
    let new = [address("Acme", "alice", 2, ""), address("New", "carol", 2, ""), address("Acme", "alice", 0, "")];
    let mut table = Table::new(read(&new.each_ref().map(String::as_str)), &document);
    table.tick(1, false);
    let new = table.document(&Shifted, UnixTime::from_secs(9)).unwrap();
    let merging = std::sync::Arc::new(Merging::new(new));
    document.apply(&Change::Merge(std::sync::Arc::clone(&merging))).unwrap();
    let titles: Vec<String> = document.accounts.iter().map(|record| record.account.title()).collect();
    assert_eq!(titles, ["Acme (alice)", "Acme (bob)", "Acme (alice)"]);
    assert_eq!(document.accounts[2].account.created, UnixTime::from_secs(9));
    document.apply(&Change::Unmerge(std::sync::Arc::new(merging.done().unwrap()))).unwrap();
    assert_eq!(*document.to_json(), *before);
}

/// Ids that the first document has not.
struct Shifted;

impl Entropy for Shifted {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), NoEntropy> {
        bytes.iter_mut().enumerate().for_each(|(at, byte)| *byte = (at / 16) as u8 + 100);
        Ok(())
    }
}

#[test]
fn what_comes_meanwhile_is_not_imported_twice() {
    let line = address("New", "carol", 2, "");
    let mut table = Table::new(read(&[&line]), &here());
    assert_eq!(table.ticked(), 1);
    let mut document = here();
    document.accounts.extend(table.document(&Shifted, UnixTime::EPOCH).unwrap().accounts);
    table.compare(&document);
    assert_eq!((table.rows[0].standing, table.ticked()), (Standing::Here, 0));
}

#[test]
fn files_are_joined_and_what_is_in_two_of_them_is_twice() {
    let (carol, bob) = (address("New", "carol", 2, ""), address("Acme", "bob", 2, ""));
    let mut table = Table::new(read(&[&carol]), &here());
    table.join(Table::new(read(&[&bob, &carol, "otpauth://totp/a"]), &here()));
    let rows: Vec<(usize, Standing, bool)> = table.rows.iter().map(|row| (row.number, row.standing, row.ticked)).collect();
    let broken = LeftOut::Address(crate::formats::otpauth::AddressError::SecretMissing);
    let expected = [
        (1, Standing::New, true),
        (2, Standing::SameName, true),
        (3, Standing::Twice, false),
        (4, Standing::LeftOut(broken), false),
    ];
    assert_eq!(rows, expected);
    assert_eq!(table.counts().all(), 4);
}

/// A reading with one part, which holds accounts with these names.
fn part(batch: i32, index: u32, of: u32, names: &[&str]) -> Table {
    let lines: Vec<String> = names.iter().map(|name| address("Acme", name, 2, "")).collect();
    let mut import = read(&lines.iter().map(String::as_str).collect::<Vec<_>>());
    let part = Part::new(batch, index, of, lines.concat().as_bytes());
    import.parts.add(part);
    import.entries.iter_mut().for_each(|entry| entry.part = Some(part));
    Table::new(import, &here())
}

#[test]
fn parts_join_in_any_order_and_add_nothing_twice() {
    let missing = |table: &Table| -> Vec<Vec<u32>> { table.parts.exports().into_iter().map(|export| export.missing).collect() };
    let mut table = Table::default();
    assert!(table.join(part(7, 2, 3, &["e", "f"])).is_empty());
    assert_eq!(missing(&table), [[1, 2]]);
    assert!(table.join(part(7, 0, 3, &["a"])).is_empty());
    // The same picture once more.
    assert_eq!(table.join(part(7, 2, 3, &["e", "f"])).iter().count(), 1);
    assert_eq!((table.rows.len(), missing(&table)), (3, vec![vec![2]]));
    // Another export under another name, and a file that holds what is there, what is missing, and what is no part.
    assert!(table.join(part(-8, 1, 2, &["x"])).is_empty());
    let mut file = part(7, 0, 3, &["a"]);
    file.join(part(7, 1, 3, &["c"]));
    file.join(Table::new(read(&[&address("Acme", "alone", 2, "")]), &here()));
    assert_eq!(table.join(file).iter().map(|part| part.index).collect::<Vec<_>>(), [0]);
    let titles: Vec<(usize, &str)> = table.rows.iter().map(|row| (row.number, row.title.as_str())).collect();
    assert_eq!(
        titles,
        [(1, "Acme (e)"), (2, "Acme (f)"), (3, "Acme (a)"), (4, "Acme (x)"), (5, "Acme (c)"), (6, "Acme (alone)")]
    );
    assert_eq!(missing(&table), [vec![], vec![1]]);
    // The place of a part with another content: it is no double, and nothing of it is lost.
    assert!(table.join(part(7, 1, 3, &["c", "d"])).is_empty());
    let last: Vec<Standing> = table.rows[6..].iter().map(|row| row.standing).collect();
    assert_eq!(last, [Standing::Twice, Standing::New]);
}
