//! How often codes were copied: counted, kept over restarts, forgotten with the account.

use rusqlite::Connection;

use super::*;
use crate::app::uses::{Use, Uses};

fn id(account: u8) -> AccountId {
    AccountId::from_bytes([account; 16])
}

fn uses(rows: &[(u8, u64, u64)]) -> Uses {
    rows.iter().map(|(account, count, last)| (id(*account), Use { count: *count, last: UnixTime::from_secs(*last) })).collect()
}

#[test]
fn copies_are_counted_and_a_restart_keeps_them() {
    let folder = folder();
    let path = folder.path().join("state.db");
    let mut database = Database::open(&path).unwrap();
    assert_eq!(database.uses(), Ok(Uses::default()));
    for (account, at) in [(ANN, 10), (BOB, 20), (ANN, 30), (ANN, 5)] {
        database.count_use(id(account), UnixTime::from_secs(at)).unwrap();
    }
    let expected = uses(&[(ANN, 3, 5), (BOB, 1, 20)]);
    assert_eq!(database.uses().unwrap(), expected);
    drop(database);
    let mut database = Database::open(&path).unwrap();
    assert_eq!(database.uses().unwrap(), expected);
    database.forget_uses(&[id(ANN), id(7)]).unwrap();
    assert_eq!(database.uses().unwrap(), uses(&[(BOB, 1, 20)]));
}

#[test]
fn a_file_of_the_third_shape_counts_from_now_on() {
    let folder = folder();
    let path = folder.path().join("state.db");
    let old = Connection::open(&path).unwrap();
    old.pragma_update(None, "journal_mode", "WAL").unwrap();
    old.pragma_update(None, "application_id", APPLICATION_ID).unwrap();
    MIGRATIONS[..3].iter().for_each(|migration| old.execute_batch(migration).unwrap());
    old.pragma_update(None, "user_version", 3).unwrap();
    drop(old);
    let mut database = Database::open(&path).unwrap();
    database.count_use(id(ANN), UnixTime::from_secs(1)).unwrap();
    assert_eq!(database.uses().unwrap(), uses(&[(ANN, 1, 1)]));
}

#[test]
fn in_a_newer_versions_file_nothing_is_counted() {
    let folder = folder();
    let path = folder.path().join("state.db");
    drop(Database::open(&path).unwrap());
    Connection::open(&path).unwrap().pragma_update(None, "user_version", 99).unwrap();
    let mut database = Database::open(&path).unwrap();
    assert_eq!(database.count_use(id(ANN), UnixTime::EPOCH), Err(StateError::TooNew { path: path.clone() }));
    assert_eq!(database.forget_uses(&[id(ANN)]), Err(StateError::TooNew { path }));
}
